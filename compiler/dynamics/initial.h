#pragma once
// Initial values of the state, and what drives hold at t = 0.
//
// Example: `init φ[i] = x  boundary φ[i] ← cos(t) where x > 5` gives φ[i] = x, then φ[i] = 1 if x > 5 else φ[i].

#include <vector>

#include "compiler/dynamics/drives.h"

namespace nphys::dynamics {

[[nodiscard]] std::vector<Component> initial_values(const model::Model& model, const Drives& drives);

} // namespace nphys::dynamics
