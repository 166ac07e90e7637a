#pragma once
// Linear systems A x = b solved within a step, as procedures of a Program: vectors are tensors, coefficients are
// numbers.
//
// Goes in: how A and its transpose act on a vector, component by component; b in `residual`, 0 in `solution`. Comes
// out: what is done before, and what is repeated until Σ residual² <= limit. The residual follows from recurrences;
// whoever asks for more than they keep begins again with the residual that the law itself gives.
//
//   antisymmetric law   conjugate gradients for A Aᵀ z = b, x = Aᵀ z (Craig): the error shrinks with each iteration, by
//                       (√κ - 1)/(√κ + 1) with κ = 1 + (a ω)² for A = 1 - a L and the largest frequency ω of L
//   any law             BiCGStab(2): Sleijpen and Fokkema, ETNA 1 (1993) 11
//
// Example: (1 - a L) δ = a L x takes two products with L in each iteration, or four.

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "compiler/dynamics/stages.h"

namespace nphys::dynamics {

// Numbers that a scheme computes: f64 tensors without slots.
class Numbers {
public:
    explicit Numbers(Program& program) : program_(program), pool_(*program.pool) {}

    [[nodiscard]] SymbolId make(const std::string& name);
    [[nodiscard]] Expr operator()(SymbolId number) const { return pool_.element(number, {}); }
    [[nodiscard]] Update set(std::string label, std::vector<std::pair<SymbolId, Expr>> values) const;
    // numerator / denominator, or 0 where the denominator is 0: the method has nothing left to do there
    [[nodiscard]] Expr ratio(const std::array<Expr, 2>& of) const; // as a list, so that the first is made first
    [[nodiscard]] Expr truth(algebra::Op comparison, Expr left, Expr right) const; // 0 or 1

private:
    Program& program_;
    Pool& pool_;
};

// Σ over all elements that move.
[[nodiscard]] Expr dot(Pool& pool, const Motion& motion, const Stages& stages, const Renaming& a, const Renaming& b);

struct System {
    using Action = std::function<Expr(const Moved&, std::size_t row, const Renaming& vector)>;
    Action apply, apply_transposed; // the second may be empty
    Renaming solution, residual;
    SymbolId squares, limit, iterations; // Σ residual²; where it is small enough; counted upwards
};

struct Iteration {
    Procedure before;
    Repeat repeat;
};
[[nodiscard]] Iteration conjugate_gradients(Program& program, const Motion& motion, Stages& stages,
                                            const System& system);
[[nodiscard]] Iteration stabilised_biconjugate_gradients(Program& program, const Motion& motion, Stages& stages,
                                                         const System& system);

} // namespace nphys::dynamics
