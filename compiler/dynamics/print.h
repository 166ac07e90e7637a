#pragma once
// A Program as text, for `--dump program` and golden tests.
//
// Example:
//   scheme leapfrog, dt = 0.1, steps = 100
//   state φ[i], π[i]
//   opening:
//     kick π by dt/2
//       π[i] ← π[i] - 1/2*dt*φ[i]

#include <string>

#include "compiler/dynamics/program.h"

namespace nphys::dynamics {

[[nodiscard]] std::string print(const Program& program);

} // namespace nphys::dynamics
