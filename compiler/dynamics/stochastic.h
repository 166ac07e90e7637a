#pragma once
// Laws with white noise: whether a scheme can take them, and what it makes of them.
//
// Goes in: a Motion with noise and a scheme. Comes out: the motion in the calculus of the scheme, or false with what is wrong
// told. euler_maruyama and milstein integrate the Itô reading, heun that of Stratonovich.
//
// Example: `d/dt q = -q + q*white() with calculus ito` under heun has the drift -3/2*q.

#include "compiler/dynamics/motion.h"

namespace nphys::dynamics {

[[nodiscard]] bool is_stochastic(model::Scheme scheme);
[[nodiscard]] bool check_noise(const model::Model& model, const Motion& motion, model::Scheme scheme,
                               Diagnostics& diagnostics);
// The order in which single paths are approached: 1 for additive noise, for milstein, and for heun where the noise commutes; else 1/2.
[[nodiscard]] double strong_order(Pool& pool, const Motion& motion, model::Scheme scheme);
// Flows that draw numbers in each step are other laws for other steps.
void warn_of_draws_in_flows(const model::Model& model, const Motion& motion, model::Scheme scheme, Diagnostics& diagnostics);
[[nodiscard]] Motion in_calculus_of(Pool& pool, const Motion& motion, model::Scheme scheme);

// White noise where no rate is: in maps, losses, initial values, observables.
[[nodiscard]] bool check_white_stands_in_rates(const model::Model& model, Diagnostics& diagnostics);

} // namespace nphys::dynamics
