#include "compiler/driver/summary.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "compiler/base/unicode.h"
#include "compiler/model/schemes.h"
#include "runtime/monitor/progress.h"

namespace nphys::driver {
namespace {

// Relative to the first value where there is one to relate to.
std::string change(const Drift& drift) {
    if (drift.error) return fmt::format("± {:.2g}", *drift.error);
    const double difference = drift.last - drift.first;
    const double spread = std::max(std::abs(drift.highest), std::abs(drift.lowest));
    if (std::abs(drift.first) > 1e-3 * spread) return fmt::format("{:+.3g} relative", difference / drift.first);
    return fmt::format("{:+.3g}", difference);
}

std::string observables_table(const Outcome& outcome) {
    if (outcome.observables.empty()) return {};
    std::size_t width = 10;
    for (const Drift& drift : outcome.observables) width = std::max(width, display_width(drift.name));
    const bool sampled = std::ranges::any_of(outcome.observables, [](const Drift& drift) { return drift.error.has_value(); });
    std::string text = fmt::format("  {}  {:>13}  {:>13}  {}\n", padded("observable", width), "first", "last", sampled ? "standard error" : "change");
    for (const Drift& drift : outcome.observables) text += fmt::format("  {}  {:>13.7g}  {:>13.7g}  {}\n", padded(drift.name, width), drift.first, drift.last, change(drift));
    return text;
}

// Where to look for what broke the numbers down.
std::string breakdown_help(const Compilation& compilation, const Outcome& outcome) {
    if (outcome.steps == 0) return "look at its initial value: it divides by zero, or takes a root or a logarithm of what has none";
    if (compilation.program.level && compilation.program.level->kind == model::LevelKind::hydrodynamic)
        return "where P comes to a node, ln P and S have no value: end the run before, or, where κ is a multiple of g, go through the wave: `scheme = crank_nicolson`";
    const bool map = compilation.program.scheme == model::Scheme::map || compilation.program.scheme == model::Scheme::sequential;
    if (map) return "the map grows without bound, divides by zero, or takes a root or a logarithm of what has none";
    return "take a smaller step (`nphysc check` tells the limit)";
}

} // namespace

std::string summary_text(const Compilation& compilation, const Outcome& outcome, const std::filesystem::path& folder) {
    std::string text = fmt::format("{}: {} steps of {} to t = {:.6g}", compilation.model.name, outcome.steps, model::scheme_spelling(compilation.program.scheme), outcome.time);
    const std::int64_t made = outcome.steps - outcome.first_step;
    if (made == 0 && outcome.steps > 0) return text + fmt::format(", which it had reached before\n{}results in {}\n", observables_table(outcome), folder.string());
    const double steps_per_second = outcome.seconds > 0 ? static_cast<double>(made) / outcome.seconds : 0;
    if (outcome.first_step > 0) text += fmt::format(", {} of them now", made);
    text += fmt::format(" in {:.3g} s ({} steps/s", outcome.seconds, runtime::readable_rate(steps_per_second));
    if (outcome.sites > 1) text += fmt::format(", {} sites/s", runtime::readable_rate(steps_per_second * outcome.sites));
    text += ")\n";
    if (outcome.solves && outcome.steps > 0)
        text += fmt::format("  {:.3g} iterations of its solve in a step, {} at most\n", outcome.solves->iterations / static_cast<double>(outcome.steps), outcome.solves->most);
    text += observables_table(outcome);
    return text + fmt::format("results in {}\n", folder.string());
}

nlohmann::ordered_json summary_json(const Compilation& compilation, const Outcome& outcome, const std::filesystem::path& folder) {
    nlohmann::ordered_json json{{"model", compilation.model.name}, {"status", outcome.status},   {"steps", outcome.steps},
                                {"t", outcome.time},              {"seconds", outcome.seconds}, {"folder", folder.string()}};
    if (outcome.solves) json["solve"] = {{"iterations", outcome.solves->iterations}, {"most_in_a_step", outcome.solves->most}};
    for (const Drift& drift : outcome.observables) {
        auto& entry = json["observables"][drift.name];
        entry = {{"first", drift.first}, {"last", drift.last}, {"lowest", drift.lowest}, {"highest", drift.highest}};
        if (drift.error) entry["stderr"] = *drift.error;
    }
    if (!outcome.warnings.empty()) json["warnings"] = outcome.warnings;
    for (const Failure& failure : outcome.failures)
        json["failures"].push_back({{"expectation", compilation.model.expectations[failure.expectation].text}, {"step", failure.step}, {"t", failure.time}, {"values", failure.values}});
    return json;
}

std::string failure_text(const Compilation& compilation, const Outcome& outcome, const std::filesystem::path& folder) {
    std::string text = fmt::format("{}", fmt::join(outcome.warnings, ""));
    for (const Failure& failure : outcome.failures) {
        const model::Expectation& expectation = compilation.model.expectations[failure.expectation];
        text += fmt::format("expectation failed: {}\n", expectation.text);
        if (expectation.span.valid()) {
            const Source& source = compilation.library.sources()[expectation.span.source];
            text += fmt::format("  --> {}:{}\n", source.name(), source.position(expectation.span.begin).line);
        }
        text += fmt::format("  = at step {}, t = {:.6g}: {}\n", failure.step, failure.time, failure.values);
    }
    if (outcome.solves && outcome.solves->failed)
        text += fmt::format("error: the solve of step {} (from t = {:.6g}) did not converge: its residual is {:.3g} of the state after {} iterations\n  = help: {}\n",
                            outcome.steps + 1, outcome.time, outcome.solves->residual, outcome.solves->most, "take a smaller step");
    else if (outcome.stalled)
        text += fmt::format("error: the step became too small to go on at t = {:.15g}\n  = help: the state seems to become infinite there: end the run before (`until`), or look for the term that grows\n",
                            outcome.time);
    else if (!outcome.breakdown.empty())
        text += fmt::format("error: `{}` is not a finite number at step {}, t = {:.6g}\n  = help: {}\n", outcome.breakdown, outcome.steps, outcome.time,
                            breakdown_help(compilation, outcome));
    else if (outcome.singular)
        text += fmt::format("error: the metric `{}` is not positive at `{}` at step {}, t = {:.6g}: its {} is {}\n"
                            "  = help: a descent moves along the inverse of its metric: let it stay away from 0 (`ε^2 + …`), or take a smaller step\n",
                            outcome.singular->metric, outcome.singular->where, outcome.steps, outcome.time, outcome.singular->what,
                            std::isnan(outcome.singular->number) ? "not a number" : fmt::format("{:.4g}", outcome.singular->number));
    if (outcome.status == numbers_broke_down) text += fmt::format("  = note: what was saved before is in `{}`\n", folder.string());
    return text;
}

} // namespace nphys::driver
