#pragma once
// Metric and noise of a descent that join places of a long index.
//
// Goes in: the options `metric g, noise κ` of a law, of which one joins places of long indices. Comes out: g⁻¹ and g⁻¹√κ as matrices of
// numbers, worked out by LAPACK when the model is built, over the components of the law; parameters in them are then structural.
// What is no number, not symmetric, singular or not positive is told.
//
// Example: `noise κ[n,k] = exp(-abs(n - k)/3)`, `metric g = κ^0.5` for q[n] of forty places.

#include "compiler/model/elaborate.h"

namespace nphys::model {

// Whether a matrix of the law joins places: it then has no entries over components (see matrix_of_law).
[[nodiscard]] inline bool joins_places(const std::optional<MatrixOfLaw>& matrix) { return matrix && matrix->entries.empty(); }

[[nodiscard]] bool take_joined(Context& context, Law& law, const syntax::Expression* metric, const syntax::Expression* noise,
                               const Environment& environment);

} // namespace nphys::model
