#pragma once
// One step of a Program as a linear map of plane waves, built from its own updates.
//
// Goes in: a Program, its Fields, a site around which laws are linearised, dt. Comes out: for each wave vector the
// amplification matrix of a step and the matrix of the continuous law.
//
// Example: symplectic Euler of Klein-Gordon gives [[1, dt], [-ω²dt, 1 - ω²dt²]].

#include <optional>

#include "compiler/analysis/spectrum.h"
#include "compiler/analysis/tangent.h"

namespace nphys::analysis {

using WaveVector = std::array<double, algebra::max_axes>; // radians per site

class LinearStep {
public:
    LinearStep(const dynamics::Program& program, const Fields& fields, const Values& values, const Shift& site,
               double dt);

    [[nodiscard]] const Nature& nature() const { return nature_; }
    [[nodiscard]] SquareMatrix amplification(const WaveVector& k) const;
    [[nodiscard]] SquareMatrix generator(const WaveVector& k) const; // of the derived laws; of maps: the map itself
    // The generator with each entry at its value for k = 0 and its lowest order in each component of k: e^(ik) - 1 is ik.
    [[nodiscard]] SquareMatrix long_waves(const WaveVector& k) const;
    // Whether what is read on one side of a site along the axis is read on the other as well, one site away at most: then
    // sines and cosines are the modes between open and reflecting edges.
    [[nodiscard]] bool is_even(std::size_t axis) const;
    // How far the laws reach, in each direction that occurs.
    [[nodiscard]] std::vector<Shift> reach() const;

private:
    struct Row {
        int target;
        std::vector<std::pair<int, double>> terms;
    }; // by the number of a source
    using Step = std::vector<Row>;

    // Rows that are applied at once; of an implicit step what is solved for, instead.
    struct Stage {
        Step rows;
        std::vector<int> solved;
    };

    void add(const dynamics::Procedure& procedure, TangentEvaluator& evaluator);
    void add_solve(SymbolId tensor);
    void apply(const Step& step, const std::vector<Complex>& phase, std::vector<Complex>& rows) const;
    void solve(const std::vector<int>& fields, const SquareMatrix& generator, std::vector<Complex>& rows) const;
    Step linearised(const std::vector<model::Component>& assignments, TangentEvaluator& evaluator);
    int source(int field, const Shift& shift);
    [[nodiscard]] std::vector<Shift> ways_to(const Shift& shift) const;
    std::vector<Complex> phases(const WaveVector& k) const;

    const Pool& pool_;
    const Fields& fields_;
    Nature nature_;
    std::vector<Stage> stages_;
    Step laws_;
    double solved_step_ = 0;          // a of the matrix 1 - a L that a solve has
    std::optional<double> half_step_; // of the implicit midpoint, whose step follows from the laws
    std::map<std::pair<int, Shift>, int> source_numbers_;
    std::vector<std::pair<int, Shift>> sources_;
};

} // namespace nphys::analysis
