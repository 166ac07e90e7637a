#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include "compiler/driver/commands/commands.h"
#include "compiler/driver/halve.h"
#include "compiler/driver/messages.h"
#include "compiler/driver/pipeline.h"
#include "compiler/driver/sweep.h"
#include "compiler/driver/whole_run.h"
#include "runtime/output/run_folder.h"

namespace nphys::driver {
namespace {

namespace fs = std::filesystem;

runtime::Result<fs::path> folder_for(const Compilation& compilation, const Options& options) {
    if (options.resume) {
        if (!fs::exists(fs::path(*options.folder) / "checkpoint.h5"))
            return runtime::failure(runtime::ErrorKind::file, "there is no checkpoint in `" + *options.folder + "` to go on from",
                                    "leave `--resume` out to begin a run in that folder");
        return fs::path(*options.folder);
    }
    const std::optional<fs::path> wanted = options.folder ? std::optional<fs::path>(*options.folder) : std::nullopt;
    return runtime::create_run_folder(compilation.model.name, wanted);
}

void tell_remarks(const Compilation& compilation, const Options& options) {
    if (options.quiet || options.json) return;
    for (const std::string& remark : compilation.program.remarks) fmt::print(stderr, "{}\n", remark);
}

} // namespace

int run(const Options& options) {
    const auto compilation = compile(inquiry_of(options));
    if (!compilation->diagnostics.empty())
        if (const int status = tell(compilation->diagnostics, compilation->library.sources(), options); status != all_well) return status;
    if (!compilation->model.has_run) {
        fmt::print(stderr, "error: the model `{}` has no run\n  = help: say what to do with it: `run {{ scheme = map  steps = 100 }}`, or `scheme = rk4  dt = 0.1` for a flow\n",
                   compilation->model.name);
        return model_is_wrong;
    }
    tell_remarks(*compilation, options);
    const bool sweeps = !compilation->model.run.sweeps.empty();
    if (sweeps && (options.halve || options.resume)) {
        fmt::print(stderr, "error: `{}` is not for a run that sweeps\n  = help: give the parameter one value: take the `sweep` out of the run, or put it into a run of its own\n",
                   options.halve ? "--halve" : "--resume");
        return command_line_is_wrong;
    }
    if (has_several_levels(*compilation, options) && (options.halve || options.resume)) {
        fmt::print(stderr, "error: `{}` is not for a run at several levels\n  = help: name one of them: `--level {}`\n", options.halve ? "--halve" : "--resume",
                   compilation->model.levels.front());
        return command_line_is_wrong;
    }
    if (options.halve)
        if (const int status = check_halving(*compilation); status != all_well) return status;
    const auto folder = folder_for(*compilation, options);
    if (!folder) return tell_failure(folder.error());
    if (sweeps) return run_sweep(*compilation, options, *folder);
    WholeRun whole;
    int status = run_whole(inquiry_of(options), *compilation, options, *folder, whole);
    if (status == environment_failed || status == our_bug || status == model_is_wrong) return status;
    if (!options.quiet && !options.json) fmt::print("{}", whole.text);
    if (options.halve && status != numbers_broke_down && status != interrupted)
        status = std::max(status, run_halved(*compilation, options, *folder, whole.outcome, whole.summary));
    if (options.json) fmt::print("{}\n", whole.summary.dump(2));
    return status;
}

} // namespace nphys::driver
