#pragma once
// The matrix 1 - a A of a step of a linear law, A being what the law does to fields on a lattice: factored once, solved at
// each step by the runtime (runtime/sparse/band.h).
//
// Goes in: a motion whose rates are linear in what moves, with coefficients that differ from site to site and stay the same
// in time. Comes out: constants of the Program that hold the matrix, and the actions of a solve.
//
// Example: implicit Euler of dP/dt = A P is: gather P; solve with a = dt; put back.

#include <functional>
#include <string>

#include "compiler/base/diagnostics.h"
#include "compiler/dynamics/motion.h"

namespace nphys::dynamics {

// Tells why a law cannot be solved for; or that the factors do not fit in so many bytes.
[[nodiscard]] bool check_direct_solve(const model::Model& model, const Motion& motion, model::Scheme scheme,
                                      Diagnostics& diagnostics);

class DirectSolve {
public:
    // 1 - a A, or, of a `generator`, A itself.
    DirectSolve(Program& program, const Motion& motion, Expr a);
    // Made anew wherever `append_matrix` stands, for an `a` that changes.
    [[nodiscard]] static DirectSolve of_each_step(Program& program, const Motion& motion, Expr a);
    void append_matrix(Procedure& procedure) const;
    [[nodiscard]] static DirectSolve generator(Program& program, const Motion& motion);

    // Solves for the right-hand sides `value`, one for each component; `solution` is then what it is.
    void append(Procedure& procedure, const std::string& label, const std::function<Expr(const Moved&)>& value);
    [[nodiscard]] Expr solution(const Moved& moved) const;
    // The eigenvalues of largest real part into `values`.
    void append_rightmost(Procedure& procedure, SymbolId values, std::int64_t count, double sign) const;
    // The state at rest into `field`; a service of runtime/sparse/at_rest.h.
    void append_rest(Procedure& procedure, const char* service, SymbolId field, Expr measure) const;
    // What the law adds that does not depend on the fields.
    [[nodiscard]] Expr source(const Moved& moved) const;

private:
    struct Kind { bool with_identity, stays; };
    DirectSolve(Program& program, const Motion& motion, Expr scale, Kind kind, const std::string& name);
    [[nodiscard]] std::vector<Place> place_of(std::size_t number, const Moved& moved) const;

    Pool& pool_;
    const Motion& motion_;
    std::vector<Expr> sources_;
    std::vector<Component> matrix_; // where it does not stay
    SymbolId table_, coefficients_, kept_, values_;
};

} // namespace nphys::dynamics
