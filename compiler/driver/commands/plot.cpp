#include <filesystem>

#include <fmt/format.h>

#include "compiler/driver/commands/commands.h"
#include "compiler/driver/comparison.h"
#include "compiler/driver/messages.h"
#include "runtime/plots/run_pictures.h"

namespace nphys::driver {

namespace {

// Of a run at several levels, all of them in one picture.
runtime::Result<std::vector<std::filesystem::path>> draw_levels(const Options& options) {
    const auto sides = sides_of(options.files);
    if (!sides) return std::vector<std::filesystem::path>(); // one level, or a sweep
    const auto comparisons = compare_sides(*sides);
    if (!comparisons) return tl::unexpected(comparisons.error());
    return write_comparison(options.files.front(), *sides, *comparisons, true);
}

} // namespace

int plot(const Options& options) {
    const std::filesystem::path folder = options.files.front();
    auto pictures = std::filesystem::exists(folder / "sweep.csv") ? runtime::draw_sweep(folder) : runtime::draw_run(folder);
    if (!pictures) return tell_failure(pictures.error());
    const auto levels = draw_levels(options);
    if (!levels) return tell_failure(levels.error());
    pictures->insert(pictures->end(), levels->begin(), levels->end());
    tell_files(*pictures, options);
    return all_well;
}

} // namespace nphys::driver
