#pragma once
// Runs the C++ that nphysc emits: written to a folder, compiled by the system's compiler, run as a process of its own.

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "compiler/driver/pipeline.h"
#include "compiler/driver/simulation.h"

namespace nphys::test {

// All state arrays of the emitted model after `steps`, one after the other in the order of Interface::fields; or what failed,
// with the compiler's words.
[[nodiscard]] tl::expected<std::vector<double>, std::string> state_of_emitted(const driver::Compilation& compilation, std::int64_t steps, const std::string& compiler = "c++");

// The same of a simulation.
[[nodiscard]] std::vector<double> flat_state(driver::Simulation& simulation);

} // namespace nphys::test
