#pragma once
// `noise κ[μ,ν] = …`, `metric g diagonal = f(κ)`, and what a law takes of them.
//
// Goes in: declarations, and the options `metric g, noise κ, calculus ito` of laws. Comes out: definitions that can be
// used like any other, and the entries of the matrices over the components that a descent moves.
//
// Example: `learning q descends U with metric g` with q[μ], μ in 1..2, takes the four entries of g.

#include "compiler/model/elaborate.h"

namespace nphys::model {

[[nodiscard]] bool settle_matrix_of_law(Context& context, Declaration& declaration);

// A number is that multiple of the identity. All components of the law stand in it already. Without entries where a matrix of
// numbers joins places of long indices: see joined_metric.h.
[[nodiscard]] std::optional<MatrixOfLaw> matrix_of_law(Context& context, const Law& law,
                                                       const syntax::Expression& expression,
                                                       const Environment& environment);

// The slots of a variable that the rows of a square matrix stand for, in order; along the others it is the identity.
[[nodiscard]] std::optional<std::vector<std::size_t>> slots_meant(const std::vector<Slot>& variable, const Whole& matrix);

// `calculus ito`, and whether it can be said of this law.
[[nodiscard]] bool take_calculus(Context& context, const syntax::Option& option, Law& law);

} // namespace nphys::model
