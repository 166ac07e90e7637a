#pragma once
// The derivative that learning descends: explicit, and through the activation map.
//
// Goes in: a loss, a component of a trainable, the maps F that activation applies. Comes out:
//   d(H, π[p]) = ∂H/∂π[p] + Σ_q ∂H/∂φ[q] ∂F_φ[q]/∂π[p]
// with everything at the old state, as the papers do (Emergent field theories, Eqs. 2.2-2.4); a rate of activation
// stands for F - identity, which has the same derivative by π. Sums over δ are contracted, so stencils stay stencils.
//
// Example: H = 1/2*φ^2 and φ ← φ + π give d(H, π) = φ.

#include <span>
#include <vector>

#include "compiler/dynamics/motion.h"

namespace nphys::dynamics {

[[nodiscard]] Expr total_derivative(Pool& pool, Expr loss, SymbolId tensor, const std::vector<Place>& place,
                                    std::span<const Moved> activation);

// What a law `π descends H with rate γ, metric g, noise κ, momentum μ` moves: π, by -γ g⁻¹ d(H, π) and white noise with
// covariance γ² g⁻¹ κ g⁻¹; and what the law remembers: the velocity of momentum, running means of the gradient and of the
// squares of its fluctuations. `count`: its steps when this one is done. Tensors that the law needs are added to `motion`.
[[nodiscard]] std::vector<Moved> descent(Motion& motion, const model::Model& model, const model::Law& law,
                                         std::span<const Moved> activation, Expr count, Diagnostics& diagnostics);

// The same with gradients that are computed before learning moves: they are asked for in `motion`.
[[nodiscard]] std::vector<Moved> descent_by_gradients(Motion& motion, const model::Model& model, const model::Law& law,
                                                      Diagnostics& diagnostics);

} // namespace nphys::dynamics
