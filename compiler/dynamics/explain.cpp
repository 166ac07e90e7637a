#include "compiler/dynamics/explain.h"

#include <fmt/format.h>

#include "compiler/algebra/print.h"
#include "compiler/dynamics/clock.h"
#include "compiler/dynamics/complex_form.h"

namespace nphys::dynamics {

namespace {

using algebra::Notation;

Formula law_formula(const Pool& pool, const DerivedLaw& law, const Component& component) {
    const auto left = [&](Notation notation) {
        return algebra::print_element(pool, component.tensor, component.target, notation);
    };
    const auto right = [&](Notation notation) { return algebra::print(pool, component.value, notation); };
    const std::string dynamics = law.dynamics == model::Dynamics::activation ? "activation" : "learning";
    const std::string title = law.source.empty() ? dynamics : fmt::format("{}: {}", dynamics, law.source);
    if (law.is_flow)
        return {title, fmt::format("d/dt {} = {}", left(Notation::text), right(Notation::text)),
                fmt::format("\\frac{{d}}{{dt}} {} = {}", left(Notation::latex), right(Notation::latex))};
    return {title, fmt::format("{} ← {}", left(Notation::text), right(Notation::text)),
            fmt::format("{} \\leftarrow {}", left(Notation::latex), right(Notation::latex))};
}

Formula assignment_formula(const Pool& pool, const Update& update, const Component& assignment) {
    return {update.label,
            fmt::format("{} ← {}", algebra::print_element(pool, assignment.tensor, assignment.target),
                        algebra::print(pool, assignment.value)),
            fmt::format("{} \\leftarrow {}",
                        algebra::print_element(pool, assignment.tensor, assignment.target, Notation::latex),
                        algebra::print(pool, assignment.value, Notation::latex))};
}

Formula shown_formula(const Pool& pool, const ShowRows& shown) {
    std::string columns;
    for (const model::ShownColumn& column : shown.columns)
        columns += (columns.empty() ? "" : ", ") + pool.symbol(column.row).name;
    const std::string text = fmt::format("{} ← {} of {} rows", columns, shown.count, shown.kept ? shown.rows : shown.training);
    return {shown.kept ? "the rows that are kept for testing" : "the next rows", text, "\\text{" + text + "}"};
}

Section regimes_section(const Pool& pool, const Regimes& regimes) {
    Section section{fmt::format("regimes of {}: d ln g / d ln κ", regimes.variables), {}};
    section.formulas.push_back({"fast below 1/4, slow above 3/4", "α = " + algebra::print(pool, regimes.power),
                                "\\alpha = " + algebra::print(pool, regimes.power, Notation::latex)});
    for (const std::string& text : regimes.text)
        section.formulas.push_back({"", text, "\\text{" + text + "}"});
    return section;
}

Formula leap_formula(const Program& program) {
    if (program.underlying)
        return {fmt::format("n steps of {} at once, for each mode k", spelling(*program.underlying)), "x̂(k) ← G(k)^n x̂(k)",
                "\\hat x(k) \\leftarrow G(k)^n \\hat x(k)"};
    return {"n steps at once, for each mode k, with L of the laws", "x̂(k) ← exp(n*dt*L(k)) x̂(k)",
            "\\hat x(k) \\leftarrow e^{n \\Delta t L(k)} \\hat x(k)"};
}

void append(const Pool& pool, std::vector<Formula>& formulas, const Procedure& procedure) {
    for (const Action& action : procedure) {
        if (const auto* update = std::get_if<Update>(&action)) {
            for (const Component& assignment : update->assignments)
                formulas.push_back(assignment_formula(pool, *update, assignment));
        } else if (const auto* repeat = std::get_if<Repeat>(&action)) {
            append(pool, formulas, repeat->body);
            formulas.push_back({fmt::format("{}, at most {} times", repeat->label, repeat->most),
                                fmt::format("again until {}", algebra::print(pool, repeat->until)),
                                algebra::print(pool, repeat->until, Notation::latex)});
        } else if (const auto* shown = std::get_if<ShowRows>(&action)) {
            formulas.push_back(shown_formula(pool, *shown));
        } else if (std::holds_alternative<AdvanceStep>(action)) {
            formulas.push_back({"the step is done", "t ← t + dt", "t \\leftarrow t + \\Delta t"});
        }
    }
}

Section procedure_section(const Pool& pool, std::string title, const Procedure& procedure) {
    Section section{std::move(title), {}};
    append(pool, section.formulas, procedure);
    return section;
}

} // namespace

std::vector<Section> explain_regimes(const Program& program) {
    std::vector<Section> sections;
    for (const Regimes& regimes : program.regimes)
        sections.push_back(regimes_section(*program.pool, regimes));
    return sections;
}

std::vector<Section> explain(const Program& program) {
    Pool& pool = *program.pool;
    std::vector<Section> sections{{"laws", {}}};
    if (program.level) {
        sections.insert(sections.begin(), {program.level->noun(), {}});
        for (const model::Level::Line& line : program.level->law)
            sections.front().formulas.push_back({line.title, line.text, line.latex});
    }
    ComplexForm complex_form(pool);
    for (const DerivedLaw& law : program.laws) {
        const DerivedLaw* imaginary = complex_form.imaginary_part_of(law, program.laws);
        if (imaginary != nullptr)
            sections.back().formulas.push_back(
                law_formula(pool, law, complex_form.joined(law.component, imaginary->component)));
        else if (!complex_form.is_imaginary_part(law, program.laws))
            sections.back().formulas.push_back(law_formula(pool, law, law.component));
    }
    const auto add = [&](std::string title, const Procedure& procedure) {
        if (!procedure.empty())
            sections.push_back(procedure_section(pool, std::move(title), procedure));
    };
    for (const Regimes& regimes : program.regimes)
        if (regimes.is_estimated) // of given noise they are a topic of their own
            sections.push_back(regimes_section(pool, regimes));
    if (!program.gradient_memory.empty())
        sections.push_back({"back-propagation", {{"memory", program.gradient_memory, "\\text{" + program.gradient_memory + "}"}}});
    const std::string scheme(spelling(program.stepping()));
    if (program.solver)
        sections.push_back({scheme, {{"what is solved in each step", program.solver->equation, program.solver->equation},
                                     {"how", program.solver->method, program.solver->method}}});
    if (program.leap)
        sections.push_back({"exact", {leap_formula(program)}});
    if (!program.series.empty())
        sections.push_back({"exact", {{"how", program.series, "\\text{" + program.series + "}"}}});
    if (program.adaptive) {
        add(scheme + ": an attempted step", program.adaptive->attempt);
        sections.push_back({scheme + ": its error (at most 1)",
                            {{"", algebra::print(pool, program.adaptive->error_value),
                              algebra::print(pool, program.adaptive->error_value, Notation::latex)}}});
        add(scheme + ": an accepted step", program.adaptive->accept);
        return sections;
    }
    // What opens one step and what closes it; a cycle is the two of them together.
    add(program.opening.empty() ? "" : scheme + ": before the first step", program.opening);
    add(program.opening.empty() ? scheme + ": each step" : scheme + ": each step, with the beginning of the next",
        program.cycle);
    if (!program.opening.empty())
        add(scheme + ": the last step", program.closing);
    return sections;
}

} // namespace nphys::dynamics
