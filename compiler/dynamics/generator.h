#pragma once
// The generator of a law that is written out: the right side of a flow, F - identity of a map.
//
// Example: φ[i] ← φ[i] + π[i] has the rate π[i] and the next value φ[i] + π[i]; d/dt φ[i] = π[i] has the rate alone.

#include <vector>

#include "compiler/dynamics/motion.h"

namespace nphys::dynamics {

[[nodiscard]] std::vector<Moved> generator(Pool& pool, const model::Law& law);

} // namespace nphys::dynamics
