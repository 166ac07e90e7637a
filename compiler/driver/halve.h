#pragma once
// The same run with half the step, and how far each observable moved: an estimate of its error.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "compiler/driver/run_once.h"

namespace nphys::driver {

// The second run goes into `<folder>/halved`. A run without a step of its own to halve (map, adaptive) is refused.
// Told before anything runs, if there is nothing to halve.
[[nodiscard]] int check_halving(const Compilation& compilation);

// With --json the comparison goes into `summary` instead of to standard output.
[[nodiscard]] int run_halved(const Compilation& compilation, const Options& options, const std::filesystem::path& folder, const Outcome& outcome,
                             nlohmann::ordered_json& summary);

} // namespace nphys::driver
