#pragma once
// White noise in the rates of a motion: dq = f dt + Σ_k b_k dW_k, read by a calculus, and the drift that another
// calculus has for the same law.
//
// Goes in: a Motion whose rates are linear in white noise. Comes out: the parts of its rates, and the motion in the calculus
// of a scheme. With C = ½ Σ_k Σ_ν b_νk ∂_ν b_k: a Stratonovich law f is the Itô law f + C. A covariant law (Geometric
// learning dynamics, Eq. (2.7)) has in the Stratonovich reading the drift f + E,
// E_μ = ½ Σ_k Σ_ν b_μk (∂_ν b_νk + b_νk ∂_ν log √g).
//
// Example: dq = -q dt + q dW read after Stratonovich is dq = -q/2 dt + q dW read after Itô.

#include "compiler/dynamics/motion.h"

namespace nphys::dynamics {

[[nodiscard]] bool has_noise(const Pool& pool, const Motion& motion);
[[nodiscard]] bool has_noise(const Pool& pool, const Motion& motion, Expr rate);

// The rate without its noise, and its noise alone.
[[nodiscard]] Expr drift(Pool& pool, const Motion& motion, Expr rate);
[[nodiscard]] Expr noise_part(Pool& pool, const Motion& motion, Expr rate);
[[nodiscard]] bool is_linear_in_noise(Pool& pool, const Motion& motion, Expr rate);

// C of one component: half the sum of b_νk ∂_ν b_k.
[[nodiscard]] Expr ito_correction(Pool& pool, const Motion& motion, const Moved& moved);
// Σ_ν B_ν ∂_ν B of one component, B being its noise: twice what a step of Milstein has beyond one of Euler and Maruyama.
[[nodiscard]] Expr noise_along_noise(Pool& pool, const Motion& motion, const Moved& moved);

// The same law with rates that are read by another calculus.
[[nodiscard]] Motion in_calculus(Pool& pool, const Motion& motion, model::Calculus calculus);

// White noise as the scheme integrates it: a standard normal number divided by √dt, the same in all stages of a step.
// Rates of an Euler step that is one of Milstein: with Σ_ν B_ν ∂_ν B / 2 dW² and without its mean C.
[[nodiscard]] Motion milstein_rates(Pool& pool, const Motion& motion);
[[nodiscard]] Motion with_increments(Pool& pool, Motion motion);
[[nodiscard]] Expr with_increments(Pool& pool, const Motion& motion, Expr rate);

} // namespace nphys::dynamics
