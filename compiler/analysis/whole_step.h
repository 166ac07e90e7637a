#pragma once
// One step of a Program, and its laws, as sparse linear maps of all numbers that move, built from its own updates.
//
// Goes in: a Program, the numbering of its elements, numbers for its names (laws that are not linear are linearised around
// them). Holds for any lattices with any edges, graphs, coefficients of place, any number of components; nothing is
// assumed to be alike at different places. Or the reason why there is no such map, or it is too large.
//
// Example: of a wave with c(x) on 200 open sites the law is a matrix of 400 rows, most with one or three entries.

#include "compiler/analysis/elements.h"
#include "compiler/analysis/sparse_rows.h"
#include "compiler/analysis/spectrum.h"
#include "compiler/analysis/tangent_rules.h"

namespace nphys::analysis {

class WholeTangent;

class WholeStep {
public:
    WholeStep(const dynamics::Program& program, const Elements& elements, const Values& values, double dt);

    [[nodiscard]] const Nature& nature() const { return nature_; }
    // Why there is a law but no step; empty: there is one.
    [[nodiscard]] const std::string& without_step() const { return without_step_; }
    [[nodiscard]] const SparseRows& law() const { return law_; } // of flows the rate, of maps the map
    void move(std::vector<double>& x) const;                     // all elements, by one step
    [[nodiscard]] std::size_t cost() const;                      // multiplications in a step
    [[nodiscard]] SquareMatrix matrix() const;                   // of the state alone

    // From the steps at two others, of a Program for which that `is_straight`.
    [[nodiscard]] static WholeStep between(const WholeStep& a, const WholeStep& b, double share);

private:
    void add(const dynamics::Procedure& procedure, WholeTangent& tangent);
    void add_solve(SymbolId tensor, double a);
    void add_recall(const dynamics::Recall& recall);
    SparseRows rows_of(const std::vector<model::Component>& assignments, bool in_order, WholeTangent& tangent) const;

    const dynamics::Program* program_;
    const Pool& pool_;
    const Elements* elements_;
    double dt_;
    Nature nature_;
    std::string without_step_;
    std::vector<SparseRows> stages_;
    SparseRows law_;
};

// Whether all entries of a step are of first degree in dt, so that two of them tell all.
[[nodiscard]] bool is_straight(const dynamics::Program& program);

inline constexpr std::size_t most_solved = 400; // numbers of an implicit step that is written out

// The matrix of a map of the state.
[[nodiscard]] SquareMatrix dense(const SparseRows& rows, std::size_t size);

} // namespace nphys::analysis
