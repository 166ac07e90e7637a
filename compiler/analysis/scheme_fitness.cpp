#include "compiler/analysis/scheme_fitness.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

#include "compiler/analysis/brackets.h"
#include "compiler/analysis/delayed.h"
#include "compiler/analysis/implicit.h"
#include "compiler/analysis/law_program.h"
#include "compiler/analysis/matrix_algebra.h"
#include "compiler/dynamics/clock.h"
#include "compiler/dynamics/derive.h"
#include "compiler/dynamics/fitness.h"
#include "compiler/dynamics/local_part.h"

namespace nphys::analysis {

namespace {

using model::Scheme;

// A scheme, and of exact propagation whose step it is.
struct Choice {
    Scheme scheme;
    std::optional<Scheme> underlying = {};
};

constexpr std::array schemes{Scheme::map,      Scheme::sequential, Scheme::euler, Scheme::symplectic_euler,
                             Scheme::leapfrog, Scheme::drift_kick_drift, Scheme::yoshida4, Scheme::rk4,
                             Scheme::rk45,     Scheme::crank_nicolson, Scheme::implicit_euler, Scheme::bdf2,
                             Scheme::euler_maruyama, Scheme::heun, Scheme::milstein, Scheme::exact};

// What is so of any law: of all that split into parts, and of all that are moved there and back alike.
constexpr std::array symmetric{Scheme::leapfrog, Scheme::drift_kick_drift, Scheme::yoshida4, Scheme::crank_nicolson, Scheme::exact};

int order_of(Scheme scheme) {
    switch (scheme) {
#define NPHYS_SCHEME(name, spelling, order, symplectic, description) \
    case Scheme::name: return order;
#include "compiler/model/schemes.def"
#undef NPHYS_SCHEME
    }
    return 0;
}

bool draws_each_step(const dynamics::Program& program) {
    return std::ranges::any_of(program.draws, [](const model::Draw& draw) { return draw.timing != model::DrawTiming::once; });
}

void promise(const model::Model& model, const dynamics::Program& program, SchemeRow& row) {
    row.is_reversible = std::ranges::count(symmetric, program.stepping()) > 0;
    if (dynamics::is_splitting(program.stepping()) && dynamics::splits(*model.pool, motion_of(model)))
        row.keeps_volume = true;
}

std::vector<bool> neurons_of(const model::Model& model, const Fields& fields) {
    std::vector<bool> result;
    for (std::size_t field = 0; field < fields.state_count; ++field)
        result.push_back(std::ranges::any_of(model.tensors, [&](const model::Tensor& tensor) {
            return tensor.symbol == fields.fields[field].tensor && tensor.role == model::Role::neuron;
        }));
    return result;
}

// At one wave vector in general position, with a step that resolves it.
void look_at_step(const model::Model& model, const dynamics::Program& program, SchemeRow& row) {
    if (dynamics::is_map(program.stepping()) || draws_each_step(program))
        return;
    if (program.stepping() == Scheme::bdf2) { // its state is two states
        row.is_reversible = false;
        return;
    }
    const FieldsOrReason fields = fields_of(program);
    if (!fields.fields || remembers(model))
        return promise(model, program, row);
    const algebra::Space* lattice = fields.fields->lattice ? &program.pool->space(*fields.fields->lattice) : nullptr;
    const Values values(model, program);
    const Shift site = middle_site(lattice);
    constexpr WaveVector k{0.9, -1.7, 2.3, 0.4};
    const LinearStep law(program, *fields.fields, values, site, 0);
    const SquareMatrix generator = law.generator(k);
    const double speed = spectral_radius(generator);
    if (!law.nature().constant() || !(speed > 0) || !std::isfinite(speed))
        return promise(model, program, row);
    const auto step = [&](double dt) {
        if (program.leap && !program.underlying)
            return exponential(scaled(generator, dt));
        return LinearStep(program, *fields.fields, values, site, dt).amplification(k);
    };
    const double dt = 0.4 / speed;
    const SquareMatrix there = step(dt), again = step(-dt);
    constexpr double round_off = 1e-10;
    row.is_reversible = size_of(difference(product(again, there), identity(there.size))) < round_off;
    row.keeps_volume = std::abs(std::abs(determinant(there)) - 1) < round_off;
    if (const auto kept = brackets(generator, neurons_of(model, *fields.fields)))
        row.is_symplectic = keeps(there, *kept);
}

dynamics::Program derived(model::Model& model, const Choice& choice, Diagnostics& told) {
    model.run.scheme = choice.scheme;
    model.run.underlying = choice.underlying;
    forget_what_no_law_reads(model); // the table is of laws
    if (!remembers(model)) // whether a delay is a whole number of steps depends on the step
        model.run.dt.reset();
    const bool adaptive = choice.scheme == Scheme::rk45;
    model.run.steps = adaptive ? std::nullopt : std::optional<std::int64_t>(1);
    model.run.until = adaptive ? std::optional(1.0) : std::nullopt;
    return dynamics::derive(model, told);
}

// What implicit steps of any length do to a law that is known to let nothing grow is known.
StabilityReport stability_of_row(const model::Model& model, dynamics::Program& program, const StabilityReport& of_run, double dt) {
    if (!is_a_stable(program))
        return stability(model, program, Depth::for_a_row);
    program.dt = dt;
    if (of_run.law_decays && of_run.mode_text.empty()) {
        StabilityReport report;
        report.certainty = of_run.certainty, report.any_step = report.law_decays = true;
        return report;
    }
    return stability(model, program, Depth::for_a_row);
}

SchemeRow row_of(model::Model model, const Choice& choice, const StabilityReport& of_run, bool chosen, double dt) {
    SchemeRow row;
    row.scheme = choice.scheme;
    row.name = dynamics::spelling(choice.scheme);
    if (choice.underlying)
        row.name += fmt::format("({})", dynamics::spelling(*choice.underlying));
    row.order = order_of(choice.underlying.value_or(choice.scheme));
    row.chosen = chosen;
    Diagnostics told;
    dynamics::Program program = derived(model, choice, told);
    for (const Diagnostic& diagnostic : told.sorted())
        if (diagnostic.severity == Severity::error) {
            row.refusal = diagnostic.message;
            return row;
        }
    row.fits = true;
    row.stability = chosen ? of_run : stability_of_row(model, program, of_run, dt);
    if (row.stability.limit_is_another_system)
        row.fits = false, row.refusal = "the continuous limit of this map is another system than the map";
    else
        look_at_step(model, program, row);
    return row;
}

// Whose step exact propagation shows in the table: that of the run, or leapfrog's, or rk4's where the law does not split.
Scheme shown_with_exact(const model::Model& model, const dynamics::Program& program) {
    if (program.underlying)
        return *program.underlying;
    model::Model copy = model;
    Diagnostics told;
    static_cast<void>(derived(copy, {Scheme::leapfrog}, told));
    return told.has_errors() ? Scheme::rk4 : Scheme::leapfrog;
}

} // namespace

Separation separation(const model::Model& model) {
    const dynamics::Motion motion = motion_of(model);
    if (dynamics::splits(*model.pool, motion))
        return {Separable::yes, {}};
    const dynamics::LocalParts parts = dynamics::local_parts(*model.pool, motion);
    if (parts.obstacles.empty())
        return {Separable::but_for_local_part, {}};
    const dynamics::LocalObstacle& first = parts.obstacles.front();
    const std::string& name = model.pool->symbol(first.moved->tensor).name;
    return {Separable::no, fmt::format("the rate of `{}` depends on {}, and {}", name,
                                       first.on == first.moved->tensor ? "itself" : "`" + model.pool->symbol(first.on).name + "`", first.why)};
}

std::vector<SchemeRow> scheme_fitness(const model::Model& model, const dynamics::Program& program,
                                      const StabilityReport& stability) {
    std::vector<Choice> choices;
    for (const Scheme scheme : schemes)
        choices.push_back({scheme});
    choices.push_back({Scheme::exact, shown_with_exact(model, program)});
    std::vector<SchemeRow> rows;
    for (const Choice& choice : choices) {
        const bool chosen = choice.scheme == program.scheme && choice.underlying == program.underlying;
        rows.push_back(row_of(model, choice, stability, chosen, program.dt));
    }
    return rows;
}

} // namespace nphys::analysis
