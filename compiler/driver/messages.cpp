#include "compiler/driver/messages.h"

#include <fmt/format.h>
#include <unistd.h>

#include "compiler/base/render.h"

namespace nphys::driver {

int tell(const Diagnostics& diagnostics, const SourceMap& sources, const Options& options) {
    if (options.json) fmt::print("{}\n", render_json(diagnostics, sources));
    else if (!diagnostics.empty()) fmt::print(stderr, "{}", render_text(diagnostics, sources, {.color = isatty(STDERR_FILENO) != 0}));
    return diagnostics.has_errors() ? model_is_wrong : all_well;
}

int tell_failure(const runtime::Error& error) {
    fmt::print(stderr, "error: {}\n", error.message);
    if (!error.help.empty()) fmt::print(stderr, "  = help: {}\n", error.help);
    return environment_failed;
}

int tell_bug(const runtime::Error& error) {
    fmt::print(stderr, "error: nphysc has met a bug of its own: {}\n  = help: please report the model file and the command\n", error.message);
    return our_bug;
}

} // namespace nphys::driver
