#pragma once
// Estimates of noise that join different places of long indices: κ as a product of one matrix for each index of the variable
// (`kronecker`), of which `full` over a single index is the simplest.
//
// Goes in: a law with such an estimate, and the gradient of each of its components. Comes out: the direction (1/g)(κ) ∂H of each
// component, an element of a tensor that is computed before learning moves: the actions that do so are added to the motion.
// For F the fluctuation of the gradient and each slot s, C_s ← β C_s + (1 - β) Σ F F over the other slots. All C_s have the trace
// τ, the mean of |F|², and κ = ⊗ C_s / τ^(slots - 1), which is exact where the true covariance is such a product. Its
// eigenvectors are products of those of the C_s, its eigenvalues λ = Π λ_s / τ^(slots - 1), and g is f(λ) along them.
//
// Example: for W[n,k] the gradient is turned by the eigenvectors of C_1 and C_2, divided by f(λ_n λ_k/τ), and turned back.

#include "compiler/dynamics/motion.h"

namespace nphys::dynamics {

// Whether an estimate of this law has to be kept in this way.
[[nodiscard]] bool is_factored(const model::Law& law);
// Whether it can; told where not.
[[nodiscard]] bool check_factored(const model::Model& model, const model::Law& law, Diagnostics& diagnostics);

// `count`: how many steps learning has done when this one is done.
[[nodiscard]] std::vector<Expr> factored_directions(Motion& motion, const model::Model& model, const model::Law& law,
                                                    const std::vector<Expr>& gradient, Expr count);

} // namespace nphys::dynamics
