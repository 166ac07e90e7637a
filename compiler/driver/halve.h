#pragma once
// The same run with half the step, and how far each observable moved: an estimate of its error.

#include <filesystem>

#include "compiler/driver/run_once.h"

namespace nphys::driver {

// The second run goes into `<folder>/halved`. A run without a step of its own to halve (map, adaptive) is refused.
[[nodiscard]] int run_halved(const Compilation& compilation, const Options& options, const std::filesystem::path& folder, const Outcome& outcome);

} // namespace nphys::driver
