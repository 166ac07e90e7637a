#pragma once
// What a run says at its end: the drift of each observable, time and speed, expectations that failed, where the results are.

#include <filesystem>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "compiler/driver/run_once.h"

namespace nphys::driver {

[[nodiscard]] std::string summary_text(const Compilation& compilation, const Outcome& outcome, const std::filesystem::path& folder);
[[nodiscard]] nlohmann::ordered_json summary_json(const Compilation& compilation, const Outcome& outcome, const std::filesystem::path& folder);

// Failures and breakdowns, for standard error: which expectation, where it stands in the source, values and step.
[[nodiscard]] std::string failure_text(const Compilation& compilation, const Outcome& outcome, const std::filesystem::path& folder);

} // namespace nphys::driver
