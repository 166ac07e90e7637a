#pragma once
// One run into a folder that exists: the model as run, results, record, pictures.

#include <filesystem>

#include "compiler/driver/run_once.h"
#include "runtime/output/run_record.h"

namespace nphys::driver {

[[nodiscard]] int run_into(const Compilation& compilation, const Options& options, const std::filesystem::path& folder, Outcome& outcome);

// What run.json says of it.
[[nodiscard]] runtime::RunRecord record_of(const Compilation& compilation, const Options& options, const Outcome& outcome);
// The model file as it was compiled.
[[nodiscard]] runtime::Status copy_source(const Compilation& compilation, const Options& options, const std::filesystem::path& folder);

} // namespace nphys::driver
