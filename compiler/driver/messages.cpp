#include "compiler/driver/messages.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>

#include "compiler/base/render.h"

namespace nphys::driver {
namespace {

// A file that cannot be read or memory that is too small (E08xx) is no fault of the model.
int status_of(const Diagnostics& diagnostics) {
    if (!diagnostics.has_errors()) return all_well;
    const auto all = diagnostics.sorted();
    const bool only_environment = std::ranges::all_of(
        all, [](const Diagnostic& one) { return one.severity != Severity::error || info(one.code).number.starts_with("E08"); });
    return only_environment ? environment_failed : model_is_wrong;
}

} // namespace

int tell(const Diagnostics& diagnostics, const SourceMap& sources, const Options& options) {
    if (options.json) fmt::print(stderr, "{}\n", render_json(diagnostics, sources));
    else if (!diagnostics.empty()) fmt::print(stderr, "{}", render_text(diagnostics, sources, {.color = isatty(STDERR_FILENO) != 0}));
    return status_of(diagnostics);
}

void tell_files(const std::vector<std::filesystem::path>& files, const Options& options) {
    if (options.json) {
        nlohmann::ordered_json names = nlohmann::ordered_json::array();
        for (const std::filesystem::path& file : files) names.push_back(file.string());
        fmt::print("{}\n", nlohmann::ordered_json{{"files", names}}.dump(2));
        return;
    }
    for (const std::filesystem::path& file : files) fmt::print("{}\n", file.string());
}

void tell_first_level(const std::vector<std::string>& levels, const Options& options) {
    if (levels.size() > 1 && !options.level && !options.json)
        fmt::print(stderr, "note: this is the run at its level `{}`; `--level {}` takes the next one\n", levels[0], levels[1]);
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
