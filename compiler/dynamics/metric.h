#pragma once
// Metric and noise of a descent, over the components that it moves.
//
// Goes in: a law with the entries of g and κ, local in its long indices. Comes out: g⁻¹, the amplitude g⁻¹ L of the noise with
// L Lᵀ = κ, and ∂_ν log √g for each component. Holds: γ² g⁻¹ κ g⁻¹ is (γ g⁻¹ L)(γ g⁻¹ L)ᵀ. L is the factor of Cholesky; where κ
// depends on the state and is not diagonal, the symmetric root, which turns with the coordinates: of a metric g = f(κ) the
// amplitude is then √κ/f(κ), and exactly 1 for g = √κ. Where κ is seen not to be symmetric or positive, or g not to have an
// inverse, that is told.
//
// Example: κ = [[4, 2], [2, 5]] has L = [[2, 0], [1, 2]].

#include <optional>

#include "compiler/algebra/matrix.h"
#include "compiler/base/diagnostics.h"
#include "compiler/dynamics/motion.h"

namespace nphys::dynamics {

struct Geometry {
    algebra::SymbolicMatrix inverse;            // 1 where the metric is flat
    std::optional<algebra::SymbolicMatrix> amplitude; // g⁻¹ L
    std::vector<Expr> log_volume;               // by component; empty where the metric is constant
};

[[nodiscard]] std::optional<Geometry> geometry(const model::Model& model, const model::Law& law,
                                               Diagnostics& diagnostics);

// An expression in the indices of one component, in those of another component of the same tensor.
[[nodiscard]] Expr in_indices_of(Pool& pool, Expr value, const std::vector<Place>& own, const std::vector<Place>& other);

} // namespace nphys::dynamics
