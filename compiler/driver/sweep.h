#pragma once
// A run for each value of the swept parameters: numbered folders and one table.
//
// Goes in: the compilation of the first values, the folder. Comes out: the worst exit status. Holds: sweep.csv has a row for each
// combination, in the order of the folders: number, parameter values, the observables at the end, status.

#include <filesystem>

#include "compiler/driver/options.h"
#include "compiler/driver/pipeline.h"

namespace nphys::driver {

[[nodiscard]] int run_sweep(const Compilation& compilation, const Options& options, const std::filesystem::path& folder);

} // namespace nphys::driver
