#pragma once
// What the driver says on standard error: diagnostics with their source lines, failures of the environment.

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/base/diagnostics.h"
#include "compiler/base/source.h"
#include "compiler/driver/options.h"
#include "runtime/result.h"

namespace nphys::driver {

// Prints all diagnostics (as JSON to standard output if asked) and returns model_is_wrong if one is an error, else all_well.
int tell(const Diagnostics& diagnostics, const SourceMap& sources, const Options& options);

// Prints what was made to standard output: a line for each file, or {"files": […]}.
void tell_files(const std::vector<std::filesystem::path>& files, const Options& options);

// Of a run at several levels a command that is for one has taken the first: says so, and how to have another.
void tell_first_level(const std::vector<std::string>& levels, const Options& options);

// Prints the failure and returns environment_failed.
int tell_failure(const runtime::Error& error);

// Prints a failure that can only be a bug of nphysc and returns our_bug.
int tell_bug(const runtime::Error& error);

} // namespace nphys::driver
