#include <fmt/format.h>

#include "compiler/driver/commands/commands.h"
#include "compiler/driver/messages.h"
#include "runtime/plots/run_pictures.h"

namespace nphys::driver {

int plot(const Options& options) {
    const auto pictures = runtime::draw_run(options.files.front());
    if (!pictures) return tell_failure(pictures.error());
    for (const auto& picture : *pictures) fmt::print("{}\n", picture.string());
    return all_well;
}

} // namespace nphys::driver
