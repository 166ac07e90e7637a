#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include "compiler/driver/commands/commands.h"
#include "compiler/driver/halve.h"
#include "compiler/driver/messages.h"
#include "compiler/driver/pipeline.h"
#include "compiler/driver/run_once.h"
#include "compiler/driver/summary.h"
#include "compiler/driver/sweep.h"
#include "compiler/model/schemes.h"
#include "runtime/output/run_folder.h"
#include "runtime/output/run_record.h"
#include "runtime/plots/run_pictures.h"

namespace nphys::driver {
namespace {

namespace fs = std::filesystem;

const char* status_word(int status) {
    switch (status) {
    case all_well: return "done";
    case expectation_failed: return "expectation failed";
    case numbers_broke_down: return "broke down";
    case interrupted: return "interrupted";
    default: return "failed";
    }
}

StageTimes stages_of(const Compilation& compilation, const Options& options, const Outcome& outcome) {
    StageTimes stages = compilation.seconds;
    if (options.engine == EngineKind::jit) stages.emplace_back("llvm", outcome.machine_code);
    return stages;
}

runtime::RunRecord record_of(const Compilation& compilation, const Options& options, const Outcome& outcome) {
    runtime::RunRecord record;
    record.version = NPHYS_VERSION;
    record.model = compilation.model.name;
    record.title = compilation.model.title;
    record.source = options.files.front();
    record.run = compilation.model.run.name;
    for (const model::Parameter& parameter : compilation.model.parameters) record.parameters.emplace_back(parameter.name, parameter.value);
    record.scheme = std::string(model::scheme_spelling(compilation.program.scheme));
    record.precision = compilation.program.single_precision ? "f32" : "f64";
    record.seed = compilation.model.run.seed;
    record.copies = compilation.model.run.copies;
    record.dt = compilation.program.dt;
    record.sites = static_cast<std::int64_t>(outcome.sites);
    record.threads = options.threads > 0 ? options.threads : runtime::available_cores();
    record.steps = outcome.steps;
    record.t = outcome.time;
    record.started = outcome.started;
    record.finished = runtime::utc_time();
    record.seconds = stages_of(compilation, options, outcome);
    record.seconds.emplace_back("run", outcome.seconds);
    if (outcome.solves) {
        record.notes.emplace_back("solve_iterations", fmt::format("{}", outcome.solves->iterations));
        record.notes.emplace_back("most_solve_iterations_in_a_step", fmt::format("{}", outcome.solves->most));
    }
    record.status = status_word(outcome.status);
    for (const Drift& drift : outcome.observables) record.last.emplace_back(drift.name, drift.last);
    return record;
}

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

int run_into(const Compilation& compilation, const Options& options, const fs::path& folder, Outcome& outcome) {
    const fs::path source = options.files.front();
    const std::string text(compilation.library.text_of(source));
    if (const auto copied = runtime::write_text(folder / source.filename(), text); !copied) return tell_failure(copied.error());
    outcome = run_once(compilation, options, folder);
    if (options.time) fmt::print(stderr, "{}", timings_text(stages_of(compilation, options, outcome)));
    fmt::print(stderr, "{}", failure_text(compilation, outcome, folder));
    if (outcome.status == environment_failed || outcome.status == our_bug) return outcome.status;
    if (const auto written = runtime::write_run_record(folder / "run.json", record_of(compilation, options, outcome)); !written) return tell_failure(written.error());
    if (options.plots)
        if (const auto pictures = runtime::draw_run(folder); !pictures && !options.quiet) fmt::print(stderr, "no pictures: {}\n", pictures.error().message);
    return outcome.status;
}

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
    if (options.halve)
        if (const int status = check_halving(*compilation); status != all_well) return status;
    const auto folder = folder_for(*compilation, options);
    if (!folder) return tell_failure(folder.error());
    if (sweeps) return run_sweep(*compilation, options, *folder);
    Outcome outcome;
    int status = run_into(*compilation, options, *folder, outcome);
    if (status == environment_failed || status == our_bug) return status;
    if (!options.quiet && !options.json) fmt::print("{}", summary_text(*compilation, outcome, *folder));
    nlohmann::ordered_json summary = summary_json(*compilation, outcome, *folder);
    if (options.halve && status != numbers_broke_down && status != interrupted)
        status = std::max(status, run_halved(*compilation, options, *folder, outcome, summary));
    if (options.json) fmt::print("{}\n", summary.dump(2));
    return status;
}

} // namespace nphys::driver
