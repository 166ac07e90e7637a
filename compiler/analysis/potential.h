#pragma once
// The potential of a gradient: from G to a function with the partial derivatives G, where it has a closed form.
//
// Goes in: one formula for each component of the variables. Comes out: Σ ∫₀¹ x · G(s x) ds, term by term: of terms that
// are homogeneous in the variables (polynomials, also between neighbours) by their degree, of functions of one element
// by its antiderivative; nothing where neither serves. That G is a gradient at all is for the caller to have shown.
//
// Example: G[i] = m²φ[i] - (φ[i+e] - 2φ[i] + φ[i-e]) + sin(φ[i]) has the potential Σ[i](½φ[i](…) - cos(φ[i])).

#include <optional>

#include "compiler/analysis/linear_map.h"

namespace nphys::analysis {

[[nodiscard]] std::optional<Expr> potential(MapAlgebra& maps, const Variables& variables,
                                            const std::vector<Expr>& gradient);

} // namespace nphys::analysis
