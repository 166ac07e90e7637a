#pragma once
// The commands of nphysc, one file each. Each takes the options and returns the exit status of the process.

#include "compiler/driver/options.h"

namespace nphys::driver {

[[nodiscard]] int run(const Options& options);
[[nodiscard]] int check(const Options& options);
[[nodiscard]] int explain(const Options& options);
[[nodiscard]] int explain_dispersion(const Options& options);
[[nodiscard]] int dual(const Options& options);
[[nodiscard]] int emit(const Options& options);
[[nodiscard]] int fmt_files(const Options& options);
[[nodiscard]] int plot(const Options& options);
[[nodiscard]] int compare(const Options& options);
[[nodiscard]] int fresh(const Options& options);

} // namespace nphys::driver
