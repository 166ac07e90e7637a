#pragma once
// The motion that a Hamiltonian generates: dφ/dt = ∂E/∂π, dπ/dt = -∂E/∂φ for each pair of neuron and trainable.
//
// Example: E = 1/2*π^2 + 1/2*ω^2*φ^2 gives dφ/dt = π, dπ/dt = -ω^2*φ.

#include <vector>

#include "compiler/dynamics/motion.h"

namespace nphys::dynamics {

[[nodiscard]] std::vector<Moved> hamiltonian_motion(Pool& pool, const model::Hamiltonian& hamiltonian);

} // namespace nphys::dynamics
