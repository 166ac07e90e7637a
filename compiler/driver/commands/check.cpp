#include <algorithm>
#include <fmt/format.h>

#include "compiler/driver/analysis_text.h"
#include "compiler/driver/commands/commands.h"
#include "compiler/driver/gradient_check.h"
#include "compiler/driver/messages.h"
#include "compiler/driver/pipeline.h"

namespace nphys::driver {
namespace {

// The model together with the statements of the transformation, as if they stood at its end.
int check_gauge(const Options& options) {
    const Inquiry inquiry = [&] {
        Inquiry with_model = inquiry_of(options);
        with_model.until = Until::program;
        return with_model;
    }();
    auto plain = compile(inquiry);
    if (plain->diagnostics.has_errors()) return tell(plain->diagnostics, plain->library.sources(), options);
    const auto compilation = compile_text(std::string(plain->library.text_of(inquiry.file)) + "\n" + options.gauge + "\n", inquiry);
    if (compilation->diagnostics.has_errors()) return tell(compilation->diagnostics, compilation->library.sources(), options);
    analysis::LearningSystem system(compilation->model);
    const analysis::GaugeReport report = analysis::gauge_covariance(system);
    if (report.transformed.empty()) {
        Diagnostics found;
        found.report(Code::gauge_changes_nothing, {}).help("write `let {}'[…] = …`", "φ");
        return tell(found, compilation->library.sources(), options);
    }
    if (options.json) fmt::print("{}\n", gauge_json(report).dump(2));
    else fmt::print("{}", gauge_text(compilation->model.name, report));
    return all_well;
}

// Elements of each variable that are compared; each takes a run of the activation, formula by formula.
constexpr std::size_t elements_compared = 8;

int check_gradient(const Options& options) {
    Inquiry inquiry = inquiry_of(options);
    inquiry.lowering.fuse = false; // so that gradients stay where they can be read
    const auto compilation = compile(inquiry);
    if (compilation->program.gradients.empty()) {
        fmt::print("no law of this model descends while a boundary is held\n");
        return all_well;
    }
    const auto agreements = compare_gradients(*compilation, elements_compared);
    if (!agreements) return tell_failure(agreements.error());
    bool good = true;
    if (agreements->empty()) fmt::print("gradients that do not go back through all steps of a row are not those of the loss\n");
    for (const GradientAgreement& agreement : *agreements) {
        fmt::print("{}\n", agreement.text());
        good = good && agreement.good();
    }
    return good ? all_well : expectation_failed;
}

// A run at one more of its levels.
int check_at(Inquiry inquiry, const std::string& level, const Options& options) {
    inquiry.request.level = level;
    const auto compilation = compile(inquiry);
    return compilation->diagnostics.has_errors() ? tell(compilation->diagnostics, compilation->library.sources(), options) : all_well;
}

int check_other_levels(const Inquiry& inquiry, const model::Model& model, const Options& options) {
    int status = all_well;
    for (std::size_t level = 1; level < model.levels.size() && !options.level; ++level)
        status = std::max(status, check_at(inquiry, model.levels[level], options));
    return status;
}

} // namespace

// Every run of the file is checked, or the one that was asked for; what is wrong with the model itself is told once.
int check(const Options& options) {
    if (!options.gauge.empty()) return check_gauge(options);
    auto first = compile(inquiry_of(options));
    const bool wrong = first->diagnostics.has_errors();
    if (int status = tell(first->diagnostics, first->library.sources(), options); wrong) return status;
    int status = check_other_levels(inquiry_of(options), first->model, options);
    if (!options.run_name && !options.level)
        for (const std::string& run : first->model.run_names) {
            if (run == first->model.run.name) continue;
            Inquiry inquiry = inquiry_of(options);
            inquiry.request.run = run;
            inquiry.until = Until::program;
            const auto other = compile(inquiry);
            if (other->diagnostics.has_errors()) status = std::max(status, tell(other->diagnostics, other->library.sources(), options));
            else status = std::max(status, check_other_levels(inquiry, other->model, options));
        }
    if (status != all_well) return status;
    if (options.gradient)
        if (status = check_gradient(options); status != all_well) return status;
    if (first->model.is_module) { // it has no laws: what it expects of itself holds
        if (!options.json) fmt::print("{}: all well\n", first->model.name);
        return status;
    }
    const CheckFacts facts = check_facts(first->model, first->derived);
    if (options.json) fmt::print("{}\n", check_json(facts).dump(2));
    else fmt::print("{}{}: all well\n", check_text(facts), first->model.name);
    return status;
}

} // namespace nphys::driver
