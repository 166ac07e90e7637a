#include "compiler/driver/run_once.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <thread>

#include "compiler/driver/messages.h"
#include "compiler/driver/recording.h"
#include "compiler/driver/tensor_view.h"
#include "runtime/monitor/interrupt.h"
#include "runtime/monitor/progress.h"
#include "runtime/output/checkpoint.h"
#include "runtime/output/run_folder.h"

namespace nphys::driver {
namespace {

using runtime::Status;

class Execution {
public:
    Execution(const Compilation& compilation, const Options& options, std::filesystem::path folder)
        : compilation_(compilation), options_(options), folder_(std::move(folder)) {}

    Outcome run() {
        outcome_.started = runtime::utc_time();
        if (const Status done = steps(); !done && outcome_.status == all_well)
            outcome_.status = done.error().kind == runtime::ErrorKind::program ? tell_bug(done.error()) : tell_failure(done.error());
        return outcome_;
    }

private:
    Status steps() {
        const int threads = options_.threads > 0 ? options_.threads : runtime::available_cores();
        const auto begin_of_code = std::chrono::steady_clock::now();
        auto simulation = Simulation::create(compilation_, {.engine = options_.engine, .threads = threads});
        if (!simulation) return tl::unexpected(simulation.error());
        outcome_.machine_code = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_of_code).count();
        simulation_ = std::move(*simulation);
        if (const Status begun = begin(); !begun) return begun;
        return go_on();
    }

    // The state at the start, from the initial values or from a checkpoint.
    Status begin() {
        if (const Status set = simulation_->initialize(); !set) return set;
        if (const Status seen = simulation_->observe(); !seen) return seen;
        expectations_ = std::make_unique<Expectations>(*simulation_);
        count_sites();
        note_values();
        std::optional<std::int64_t> resumed;
        if (options_.resume) {
            if (const Status restored = restore(); !restored) return restored;
            resumed = outcome_.first_step = simulation_->step();
            if (const Status seen = simulation_->observe(); !seen) return seen;
        }
        auto recording = Recording::open(folder_, *simulation_, resumed);
        if (!recording) return tl::unexpected(recording.error());
        recording_.emplace(std::move(*recording));
        note_values();
        begin_watching();
        return resumed ? Status{} : record(finished());
    }

    Status go_on() {
        const runtime::InterruptGuard guard;
        runtime::Progress progress({.steps = compilation_.program.adaptive ? 0 : compilation_.program.steps,
                                    .until = compilation_.program.until,
                                    .first_step = simulation_->step(),
                                    .sites = outcome_.sites,
                                    .file_descriptor = options_.quiet ? -1 : 2});
        const auto begin = std::chrono::steady_clock::now();
        while (!finished() && outcome_.status == all_well) {
            if (guard.requested()) {
                outcome_.status = interrupted;
                break;
            }
            if (const Status moved = move(); !moved) return moved;
            outcome_.solves = simulation_->solves();
            if (outcome_.solves && outcome_.solves->failed) {
                outcome_.status = numbers_broke_down;
                break;
            }
            progress.update(simulation_->step(), simulation_->time());
            if (simulation_->stalled()) {
                outcome_.stalled = true;
                outcome_.status = numbers_broke_down;
            }
            if (!finished() && !outcome_.stalled && !recording_->due(*simulation_)) continue;
            if (const Status seen = simulation_->observe(); !seen) return seen;
            note_values();
            watch();
            if (const Status written = record(finished()); !written) return written;
        }
        progress.finish();
        outcome_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        outcome_.steps = simulation_->step();
        outcome_.time = simulation_->time();
        if (outcome_.solves && outcome_.solves->failed) {
            outcome_.time = outcome_.solves->time;
            outcome_.steps = std::llround(outcome_.time / compilation_.program.dt);
        }
        if (const Status flushed = recording_->flush(); !flushed) return flushed;
        return outcome_.status == numbers_broke_down ? Status{} : write_checkpoint();
    }

    [[nodiscard]] bool finished() const {
        return simulation_->adaptive() ? simulation_->time() >= compilation_.program.until * (1 - 1e-12) : simulation_->step() >= compilation_.program.steps;
    }

    // To the next moment at which something is due, but not for longer than about a tenth of a second without listening.
    Status move() {
        if (simulation_->adaptive()) {
            const std::int64_t most = recording_->counts_steps() ? 1 : 1000;
            return simulation_->advance_to(std::min(recording_->next_time(simulation_->time()), compilation_.program.until), most);
        }
        const std::int64_t step = simulation_->step();
        const std::int64_t next = std::min(recording_->next_step(step), compilation_.program.steps);
        if (compilation_.program.leap) return simulation_->advance(next - step);
        const double updates_between = simulation_->preliminary() ? 2e5 : 5e7;
        const auto most = static_cast<std::int64_t>(std::max(1.0, updates_between / std::max(1.0, outcome_.sites)));
        return simulation_->advance(std::min(next - step, most));
    }

    Status record(bool at_end) {
        if (const auto broken = simulation_->breakdown()) {
            outcome_.status = numbers_broke_down;
            outcome_.breakdown = broken->where;
        } else if ((outcome_.singular = simulation_->singular_metric())) {
            outcome_.status = numbers_broke_down;
        }
        expectations_->check(*simulation_, at_end);
        outcome_.failures = expectations_->failures();
        return recording_->record(*simulation_, at_end || outcome_.status == numbers_broke_down);
    }

    void count_sites() {
        for (const algebra::SymbolId symbol : compilation_.program.state) {
            const loops::TensorLayout* layout = compilation_.lowered.layout.find(symbol);
            outcome_.sites = std::max(outcome_.sites, static_cast<double>(layout->size()));
        }
    }

    void note_values() {
        std::size_t next = 0;
        for (std::size_t k = 0; k < compilation_.model.observables.size(); ++k) {
            const model::Observable& observable = compilation_.model.observables[k];
            const loops::TensorLayout* layout = compilation_.lowered.layout.find(observable.symbol);
            const std::vector<double>& values = simulation_->observable(k);
            constexpr std::size_t most_told = 16;
            if (observable.hidden || layout == nullptr || values.size() > most_told) continue;
            const std::vector<std::string> names = TensorView(*compilation_.model.pool, *layout).element_names();
            for (std::size_t n = 0; n < values.size(); ++n, ++next) {
                if (next == outcome_.observables.size()) outcome_.observables.push_back({names[n], values[n], values[n], values[n], values[n], {}});
                Drift& drift = outcome_.observables[next];
                drift.last = values[n];
                if (const std::vector<double>& errors = simulation_->deviation(k); !errors.empty()) drift.error = errors[n];
                drift.lowest = std::min(drift.lowest, values[n]);
                drift.highest = std::max(drift.highest, values[n]);
            }
        }
    }

    // What the run itself begins with is as it was wanted.
    void begin_watching() {
        if (!compilation_.program.level) return;
        for (const model::Level::Watch& one : compilation_.program.level->watches)
            if (!(simulation_->field(one.number).front() > one.most)) watched_.push_back(&one);
    }

    void watch() {
        std::erase_if(watched_, [&](const model::Level::Watch* one) {
            const double value = simulation_->field(one->number).front();
            if (!(value > one->most)) return false;
            outcome_.warnings.push_back(fmt::format("warning: {:.2g} {}, at step {}, t = {:.6g}\n  = help: {}\n", value, one->text, simulation_->step(),
                                                    simulation_->time(), one->help));
            return true;
        });
    }

    // What must be the same for a run to go on: the model, its parameters, the scheme.
    [[nodiscard]] std::string identity() const {
        std::string text = compilation_.model.name + ";" + compilation_.model.run.name;
        if (compilation_.program.copies) text += ";copies=" + std::to_string(compilation_.program.copies->number);
        for (const model::Parameter& parameter : compilation_.model.parameters) text += ";" + parameter.name + "=" + runtime::number_text(parameter.value);
        return text + ";dt=" + runtime::number_text(compilation_.program.adaptive ? 0 : compilation_.program.dt);
    }

    Status write_checkpoint() {
        runtime::Checkpoint checkpoint;
        checkpoint.step = simulation_->step();
        checkpoint.t = simulation_->time();
        checkpoint.seed = compilation_.model.run.seed;
        checkpoint.identity = identity();
        checkpoint.numbers["dt"] = simulation_->step_size();
        for (std::size_t k = 0; k < expectations_->start().size(); ++k)
            for (std::size_t n = 0; n < expectations_->start()[k].size() && n < most_remembered; ++n)
                checkpoint.numbers["initial." + std::to_string(k) + "." + std::to_string(n)] = expectations_->start()[k][n];
        for (const Simulation::StateArray& array : simulation_->state())
            checkpoint.arrays.push_back({array.name, array.type == loops::Type::f32 ? runtime::Precision::f32 : runtime::Precision::f64, array.count, array.data, {}});
        return runtime::write_checkpoint(folder_ / "checkpoint.h5", checkpoint);
    }

    Status restore() {
        auto checkpoint = runtime::read_checkpoint(folder_ / "checkpoint.h5");
        if (!checkpoint) return tl::unexpected(checkpoint.error());
        if (checkpoint->identity != identity())
            return runtime::failure(runtime::ErrorKind::file, "the checkpoint in `" + folder_.string() + "` is of another model, run, step or parameters",
                                    "go on with the same file, `-p` and `--run` as before");
        for (const Simulation::StateArray& array : simulation_->state()) {
            const auto stored = std::ranges::find_if(checkpoint->arrays, [&](const runtime::StateArray& a) { return a.name == array.name && a.count == array.count; });
            if (stored == checkpoint->arrays.end())
                return runtime::failure(runtime::ErrorKind::file, "the checkpoint in `" + folder_.string() + "` has no array `" + array.name + "`");
            std::ranges::copy(stored->bytes, static_cast<std::byte*>(array.data));
        }
        auto start = expectations_->start();
        for (std::size_t k = 0; k < start.size(); ++k)
            for (std::size_t n = 0; n < start[k].size() && n < most_remembered; ++n) start[k][n] = checkpoint->numbers["initial." + std::to_string(k) + "." + std::to_string(n)];
        expectations_->set_start(std::move(start));
        simulation_->restore(checkpoint->step, checkpoint->t, checkpoint->numbers["dt"]);
        return {};
    }

    // Of each observable; a file has room for so many single numbers only. Those of larger fields are computed again from step 0.
    static constexpr std::size_t most_remembered = 64;

    const Compilation& compilation_;
    const Options& options_;
    std::filesystem::path folder_;
    std::unique_ptr<Simulation> simulation_;
    std::unique_ptr<Expectations> expectations_;
    std::optional<Recording> recording_;
    std::vector<const model::Level::Watch*> watched_;
    Outcome outcome_;
};

} // namespace

Outcome run_once(const Compilation& compilation, const Options& options, const std::filesystem::path& folder) {
    Execution execution(compilation, options, folder);
    Outcome outcome = execution.run();
    if (outcome.status == all_well && !outcome.failures.empty()) outcome.status = expectation_failed;
    return outcome;
}

} // namespace nphys::driver
