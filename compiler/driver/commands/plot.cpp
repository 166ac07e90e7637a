#include <filesystem>

#include <fmt/format.h>

#include "compiler/driver/commands/commands.h"
#include "compiler/driver/messages.h"
#include "runtime/plots/run_pictures.h"

namespace nphys::driver {

int plot(const Options& options) {
    const std::filesystem::path folder = options.files.front();
    const auto pictures = std::filesystem::exists(folder / "sweep.csv") ? runtime::draw_sweep(folder) : runtime::draw_run(folder);
    if (!pictures) return tell_failure(pictures.error());
    tell_files(*pictures, options);
    return all_well;
}

} // namespace nphys::driver
