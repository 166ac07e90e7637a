#include "compiler/driver/pipeline.h"

#include <chrono>

#include <fmt/format.h>

#include "compiler/analysis/misprints.h"
#include "compiler/driver/data_source.h"
#include "compiler/dynamics/complete.h"
#include "compiler/dynamics/levels/level.h"
#include "runtime/parallel/memory.h"

namespace nphys::driver {
namespace {

class Stopwatch {
public:
    explicit Stopwatch(Compilation& compilation) : compilation_(compilation) {}
    // The value of a stage; what it took is noted under its name.
    template <class Stage>
    auto operator()(const char* name, Stage&& stage) {
        const auto begin = std::chrono::steady_clock::now();
        auto value = stage();
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
        compilation_.seconds.emplace_back(name, elapsed.count());
        return value;
    }

private:
    Compilation& compilation_;
};

void refine(model::Run& run, const Refinement& refinement) {
    run.dt = refinement.dt;
    run.steps = refinement.steps;
    run.until.reset();
    for (std::int64_t factor = refinement.factor; factor > 1; factor /= 2) ++run.refinement;
    const auto lengthen = [&](model::Cadence& cadence) {
        if (cadence.steps) *cadence.steps *= refinement.factor;
    };
    for (model::Record& record : run.records) lengthen(record.cadence);
    for (model::Save& save : run.saves) lengthen(save.cadence);
}

// Before anything of the size of the model is allocated.
void refuse_what_does_not_fit(Compilation& c) {
    if (c.diagnostics.has_errors()) return;
    const double bytes = model::estimate_bytes(c.model);
    if (runtime::fits_in_memory(bytes)) return;
    Span place;
    for (const model::Tensor& tensor : c.model.tensors)
        if (tensor.role == model::Role::neuron || tensor.role == model::Role::trainable) {
            place = tensor.span;
            break;
        }
    c.diagnostics.report(Code::does_not_fit_in_memory, place, runtime::readable_bytes(bytes))
        .help("make the lattice or the ranges smaller, or take `precision = f32`");
}

void run_stages(Compilation& c, const Inquiry& inquiry) {
    Stopwatch timed(c);
    if (c.tree == nullptr || inquiry.until == Until::syntax || c.diagnostics.has_errors()) return;
    const std::unique_ptr<model::DataSource> data = make_data_source();
    c.model = timed("model", [&] {
        return model::build(*c.tree, inquiry.file.parent_path(), c.library.finder(), *data, inquiry.request, c.diagnostics);
    });
    refuse_what_does_not_fit(c);
    if (!c.diagnostics.has_errors() && inquiry.until != Until::model)
        c.model = timed("level", [&] { return dynamics::at_level(std::move(c.model), c.diagnostics); });
    if (inquiry.refinement) refine(c.model.run, *inquiry.refinement);
    c.reached = Until::model;
    if (inquiry.until == Until::model || c.diagnostics.has_errors()) return;
    c.program = timed("dynamics", [&] { return dynamics::derive(c.model, c.diagnostics, inquiry.deriving); });
    if (c.diagnostics.has_errors()) return;
    c.reached = Until::program;
    c.stability = timed("analysis", [&] {
        analysis::check_misprints(c.model, c.program, c.diagnostics);
        c.balance = analysis::check_balance(c.model, c.diagnostics);
        return analysis::check_stability(c.model, c.program, c.diagnostics);
    });
    c.derived = c.program;
    if (inquiry.until == Until::program || c.diagnostics.has_errors()) return;
    c.program = timed("copies", [&] { return dynamics::completed(c.model, std::move(c.program)); });
    c.derived.remarks = c.program.remarks; // also what completing did
    c.lowered = timed("loops", [&] { return loops::lower(c.model, c.program, inquiry.lowering); });
    c.reached = Until::loops;
}

} // namespace

std::unique_ptr<Compilation> compile(const Inquiry& inquiry) {
    auto compilation = std::make_unique<Compilation>();
    compilation->tree = Stopwatch(*compilation)("syntax", [&] { return compilation->library.load(inquiry.file, compilation->diagnostics); });
    run_stages(*compilation, inquiry);
    return compilation;
}

std::unique_ptr<Compilation> compile_text(const std::string& text, const Inquiry& inquiry) {
    auto compilation = std::make_unique<Compilation>();
    compilation->tree = Stopwatch(*compilation)(
        "syntax", [&] { return compilation->library.add(inquiry.file, text, compilation->diagnostics); });
    run_stages(*compilation, inquiry);
    return compilation;
}

std::string timings_text(const StageTimes& stages) {
    std::string text;
    double total = 0;
    for (const auto& [stage, seconds] : stages) {
        text += fmt::format("{:<12}{:8.2f} ms\n", stage, 1e3 * seconds);
        total += seconds;
    }
    return text + fmt::format("{:<12}{:8.2f} ms\n", "together", 1e3 * total);
}

Inquiry inquiry_of(const Options& options) {
    Inquiry inquiry;
    inquiry.file = options.files.front();
    inquiry.request.parameters = options.parameters;
    inquiry.request.run = options.run_name;
    inquiry.request.seed = options.seed;
    inquiry.request.level = options.level;
    return inquiry;
}

} // namespace nphys::driver
