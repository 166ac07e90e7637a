// What stability means for a run: a step chosen where none was written, a refusal where the written one is too large.
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "compiler/analysis/stability.h"
#include "compiler/dynamics/clock.h"

namespace nphys::analysis {

namespace {

// Rounded down to six digits, so that what is written from the message is allowed.
double rounded_down(double value) {
    const double unit = std::pow(10.0, std::floor(std::log10(value)) - 5);
    return std::floor(value / unit * (1 + 1e-12)) * unit;
}

std::string at_mode(const StabilityReport& report) {
    return report.mode_text.empty() ? "" : fmt::format(", fastest mode at k = {}", report.mode_text);
}

// Half of the limit for a scheme with a fixed step; an adaptive one begins carefully and finds its own.
void choose_step(const model::Model& model, dynamics::Program& program, const StabilityReport& report,
                 Diagnostics& diagnostics) {
    const bool has_limit = report.limit && *report.limit > 0;
    if (program.adaptive) {
        program.dt = has_limit ? 0.1 * *report.limit : program.until > 0 ? program.until / 1000 : 1e-3;
        return;
    }
    if (!has_limit) {
        if (!model.has_run)
            program.dt = 1;
        else
            diagnostics.report(Code::step_missing, model.run.span, dynamics::spelling(program.scheme))
                .help("write `dt = …`, or `scheme = rk45`");
        return;
    }
    const double share = report.certainty == Certainty::exact ? 0.5 : 0.25;
    const std::size_t told = program.remarks.size();
    dynamics::set_step(program, model.run, rounded_down(share * *report.limit));
    program.remarks.resize(told); // that the chosen step was fitted to `until` is part of the choice
    program.remarks.push_back(fmt::format(
        "dt = {:.6g} chosen: {} of the {} stability limit{}", program.dt, share == 0.5 ? "half" : "a quarter",
        report.certainty == Certainty::exact ? "exact" : "estimated", at_mode(report)));
}

void refuse(const model::Model& model, const dynamics::Program& program, const StabilityReport& report,
            Diagnostics& diagnostics) {
    const std::string_view scheme = dynamics::spelling(program.scheme);
    const std::string step = fmt::format("{:g}", program.dt);
    const bool exact = report.certainty == Certainty::exact;
    const auto advise = [&](Diagnostic& diagnostic) {
        diagnostic.help("write `unstable = allow` to run it nevertheless");
    };
    if (*report.limit == 0) {
        Diagnostic& diagnostic =
            exact ? diagnostics.report(Code::never_stable, model.run.scheme_span, scheme)
                  : diagnostics.report(Code::scheme_probably_unstable, model.run.scheme_span, scheme);
        diagnostic.here("grows by a factor {:.6g} per step{}", report.growth, at_mode(report));
        diagnostic.help("take a scheme that is fit for oscillations: `scheme = leapfrog` or `rk4`");
        if (exact)
            advise(diagnostic);
        else
            diagnostic.note("estimated around the initial state, since {}", report.reason);
        return;
    }
    Diagnostic& diagnostic = exact ? diagnostics.report(Code::step_too_large, model.run.dt_span, step, scheme)
                                   : diagnostics.report(Code::step_probably_too_large, model.run.dt_span, step, scheme);
    diagnostic.here("grows by a factor {:.6g} per step", report.growth);
    diagnostic.help("dt ≤ {:.6g}{}", rounded_down(*report.limit), at_mode(report));
    if (exact)
        advise(diagnostic);
    else
        diagnostic.note("estimated around the initial state, since {}", report.reason);
}

Span law_span(const model::Model& model) {
    for (const model::Law& law : model.laws)
        if (law.kind == model::LawKind::map)
            return law.span;
    return model.laws.empty() ? Span{} : model.laws.front().span;
}

} // namespace

StabilityReport check_stability(const model::Model& model, dynamics::Program& program, Diagnostics& diagnostics) {
    StabilityReport report = stability(model, program, Depth::at_the_step);
    if (report.limit_is_another_system) {
        diagnostics.report(Code::limit_is_another_system, law_span(model))
            .here("turns modes that F - identity damps")
            .help("write `scheme = map`")
            .note("`{}` would step dφ/dt = F(φ) - φ", dynamics::spelling(program.scheme));
        return report;
    }
    if (program.dt == 0)
        choose_step(model, program, report, diagnostics);
    if (dynamics::is_map(program.stepping())) {
        if (model.has_run && report.certainty == Certainty::exact && report.growth > 1 + 1e-7 &&
            !model.run.allow_unstable)
            diagnostics
                .report(Code::map_grows, model.run.scheme_span.valid() ? model.run.scheme_span : law_span(model),
                        fmt::format("{:.6g}", report.growth))
                .here("{}", report.mode_text.empty() ? "a mode grows"
                                                     : fmt::format("the fastest mode is at k = {}", report.mode_text))
                .help("as a flow it can be stable: `scheme = leapfrog` with `dt`; `unstable = allow` silences this");
        return report;
    }
    const bool beyond = report.limit && program.dt > *report.limit * (1 + 1e-9);
    if (beyond && model.has_run && !program.adaptive && !model.run.allow_unstable)
        refuse(model, program, report, diagnostics);
    return report;
}

} // namespace nphys::analysis
