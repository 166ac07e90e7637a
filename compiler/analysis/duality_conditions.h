#pragma once
// The conditions of duality, one by one: see duality.h.

#include "compiler/analysis/duality.h"

namespace nphys::analysis {

[[nodiscard]] std::vector<Condition> duality_conditions(LearningSystem& system);

// dπ/dt at π = 0, and B of it.
[[nodiscard]] LinearMap pull(LearningSystem& system);
[[nodiscard]] LinearMap force(LearningSystem& system);

} // namespace nphys::analysis
