// How far runs agree, two by two; the levels of one run among themselves.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/driver/commands/commands.h"
#include "compiler/driver/comparison.h"
#include "compiler/driver/messages.h"

namespace nphys::driver {

int compare(const Options& options) {
    const auto sides = sides_of(options.files);
    if (!sides) return tell_failure(sides.error());
    const auto comparisons = compare_sides(*sides);
    if (!comparisons) return tell_failure(comparisons.error());
    if (options.json) fmt::print("{}\n", comparison_json(*comparisons).dump(2));
    else fmt::print("{}", comparison_text(*comparisons));
    if (!options.folder) return all_well;
    const auto files = write_comparison(*options.folder, *sides, *comparisons, true);
    if (!files) return tell_failure(files.error());
    if (!options.json) tell_files(*files, options);
    return all_well;
}

} // namespace nphys::driver
