#include "compiler/driver/run_into.h"

#include <fmt/format.h>

#include "compiler/driver/messages.h"
#include "compiler/driver/summary.h"
#include "compiler/model/schemes.h"
#include "runtime/output/run_folder.h"
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

} // namespace

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

runtime::Status copy_source(const Compilation& compilation, const Options& options, const fs::path& folder) {
    const fs::path source = options.files.front();
    const std::string text(compilation.library.text_of(source));
    return runtime::write_text(folder / source.filename(), text);
}

int run_into(const Compilation& compilation, const Options& options, const fs::path& folder, Outcome& outcome) {
    if (const auto copied = copy_source(compilation, options, folder); !copied) return tell_failure(copied.error());
    outcome = run_once(compilation, options, folder);
    if (options.time) fmt::print(stderr, "{}", timings_text(stages_of(compilation, options, outcome)));
    fmt::print(stderr, "{}", failure_text(compilation, outcome, folder));
    if (outcome.status == environment_failed || outcome.status == our_bug) return outcome.status;
    if (const auto written = runtime::write_run_record(folder / "run.json", record_of(compilation, options, outcome)); !written) return tell_failure(written.error());
    if (options.plots)
        if (const auto pictures = runtime::draw_run(folder); !pictures && !options.quiet) fmt::print(stderr, "no pictures: {}\n", pictures.error().message);
    return outcome.status;
}

} // namespace nphys::driver
