#include "compiler/dynamics/clock.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

#include "compiler/dynamics/fitness.h"
#include "compiler/dynamics/noise.h"

namespace nphys::dynamics {

namespace {

using model::Scheme;

constexpr std::array spellings{
#define NPHYS_SCHEME(name, spelling, order, symplectic, description) std::string_view{spelling},
#include "compiler/model/schemes.def"
#undef NPHYS_SCHEME
};

// Steps are counted, and a count that rounds is none.
constexpr double most_steps = 9e15;

bool has_too_many_steps(const Program& program, const model::Run& run, Diagnostics& diagnostics) {
    const double dt = is_map(program.stepping()) ? 1 : run.dt.value_or(1);
    const bool too_many = run.until && *run.until / dt > most_steps;
    if (too_many)
        diagnostics.report(Code::not_whole, run.span, "the number of steps", *run.until / dt)
            .here("`until` is farther away than steps can be counted")
            .help("take a larger `dt`, or end the run before");
    return too_many;
}

void set_map_clock(Program& program, const model::Run& run, Diagnostics& diagnostics) {
    program.dt = 1;
    if (run.dt && *run.dt != 1)
        diagnostics.report(Code::map_has_unit_step, run.dt_span, *run.dt, spelling(program.stepping()))
            .here("the time from one state to the next is 1")
            .help("leave `dt` out, or take the continuous limit with another scheme: `scheme = rk4`");
    if (run.until && std::floor(*run.until) != *run.until)
        diagnostics.report(Code::map_ends_between_steps, run.span, *run.until)
            .help("write `steps = {:.0f}`", std::ceil(*run.until));
    if (run.until)
        program.steps = static_cast<std::int64_t>(std::ceil(*run.until));
    if (run.steps)
        program.steps = *run.steps;
    program.until = static_cast<double>(program.steps);
}

void set_adaptive_clock(Program& program, const model::Run& run, bool has_run, Diagnostics& diagnostics) {
    program.dt = run.dt.value_or(0);
    program.until = run.until.value_or(0);
    if (run.steps)
        diagnostics.report(Code::steps_of_adaptive_scheme, run.span, spelling(program.scheme))
            .help("write `until = …` with the time at which the run ends");
    else if (has_run && !run.until)
        diagnostics.report(Code::run_without_end, run.span).help("write `until = …` in the run");
}

} // namespace

bool is_map(Scheme scheme) {
    return scheme == Scheme::map || scheme == Scheme::sequential;
}

bool is_splitting(Scheme scheme) {
    return scheme == Scheme::symplectic_euler || scheme == Scheme::leapfrog || scheme == Scheme::drift_kick_drift ||
           scheme == Scheme::yoshida4;
}

std::string_view spelling(Scheme scheme) {
    return spellings[static_cast<std::size_t>(scheme)];
}

namespace {

template <class Choose>
Scheme scheme_of(const model::Model& model, const Choose& choose) {
    const model::Level& level = *model.level;
    if (level.kind == model::LevelKind::density)
        return choose(Scheme::bdf2, "the law of a density is stiff, and this takes any step");
    if (!is_moved_as_wave(model))
        return choose(Scheme::rk4, "it takes any law, with a fixed step");
    return level.split ? choose(Scheme::split_step, "the metric is the same everywhere")
                       : choose(Scheme::crank_nicolson, "it is unitary, and the metric differs from place to place");
}

} // namespace

Scheme chosen_scheme(const model::Model& model, const Motion& motion, std::vector<std::string>& remarks) {
    if (model.run.scheme)
        return *model.run.scheme;
    if (model.presentation)
        return Scheme::map;
    const auto choose = [&](Scheme scheme, std::string_view why) {
        if (model.has_run)
            remarks.push_back(fmt::format("scheme = {} chosen: {}", spelling(scheme), why));
        return scheme;
    };
    if (model.level)
        return scheme_of(model, choose);
    if (has_noise(*model.pool, motion))
        return choose(Scheme::heun, "the law has white noise");
    const bool all_maps = std::all_of(motion.moved.begin(), motion.moved.end(),
                                      [](const Moved& moved) { return moved.next.has_value(); });
    const bool momentum =
        std::any_of(motion.moved.begin(), motion.moved.end(), [](const Moved& moved) { return moved.with_momentum; });
    if (all_maps && (momentum || (!model.run.dt && !model.run.until)))
        return choose(Scheme::map, "all laws are maps, and no step is given");
    if (!model.evolutions.empty())
        return choose(Scheme::euler, "variables jump at whole steps");
    if (splits(*model.pool, motion))
        return choose(Scheme::leapfrog, "neither half of the law depends on what it moves");
    if (model.run.dt || model.run.steps)
        return choose(Scheme::rk4, "it takes any law, with a fixed step");
    return choose(Scheme::rk45, "it takes any law, and no step is given");
}

bool is_moved_as_wave(const model::Model& model) {
    const auto wave = model.level->names.find("ψ");
    return wave != model.level->names.end() && model.tensor(wave->second) != nullptr;
}

bool solves_directly(const model::Model& model, Scheme scheme) {
    return scheme == Scheme::implicit_euler || scheme == Scheme::bdf2 || (model.level && solves_directly(*model.level, scheme));
}

bool solves_directly(const model::Level& level, Scheme scheme) {
    const bool is_narrow = level.axes.size() == 1;
    return scheme == Scheme::implicit_euler || scheme == Scheme::bdf2 ||
           (scheme == Scheme::crank_nicolson && (is_narrow || level.kind == model::LevelKind::density));
}

// Implicit steps are as long as wanted; a thousand of them show what happens.
void set_level_clock(Program& program, const model::Run& run) {
    constexpr double steps = 1000;
    const bool is_implicit = program.scheme == Scheme::implicit_euler || program.scheme == Scheme::bdf2 ||
                             program.scheme == Scheme::crank_nicolson || program.scheme == Scheme::split_step ||
                             program.scheme == Scheme::imaginary_time;
    if (program.dt != 0 || !is_implicit || !run.until)
        return;
    if (program.adaptive) {
        program.dt = *run.until / steps; // the first try
        return;
    }
    set_step(program, run, *run.until / steps);
    program.remarks.push_back(fmt::format("dt = {:g} chosen: {} steps", program.dt, program.steps));
}

// A step shows one batch: `steps` of the activation for each of its rows.
void set_presentation_clock(Program& program, const model::Presentation& presentation, const model::Run& run) {
    program.dt = static_cast<double>(presentation.steps * presentation.learned.rows);
    if (run.until && !run.steps)
        program.steps = static_cast<std::int64_t>(std::ceil(*run.until / program.dt));
    program.until = static_cast<double>(program.steps) * program.dt;
}

void set_clock(Program& program, const model::Run& run, bool has_run, Diagnostics& diagnostics) {
    if (run.steps && run.until) {
        diagnostics.report(Code::steps_and_until, run.span).help("keep one of them");
        return;
    }
    if (program.adaptive)
        return set_adaptive_clock(program, run, has_run, diagnostics);
    if (has_run && !run.steps && !run.until)
        diagnostics.report(Code::run_without_end, run.span).help("write `steps = …` or `until = …` in the run");
    if (has_too_many_steps(program, run, diagnostics))
        return;
    if (is_map(program.stepping()))
        return set_map_clock(program, run, diagnostics);
    if (run.dt)
        set_step(program, run, *run.dt);
    else
        program.dt = 0;
}

void set_step(Program& program, const model::Run& run, double dt) {
    program.dt = dt;
    program.steps = run.steps.value_or(0);
    program.until = run.until.value_or(static_cast<double>(program.steps) * dt);
    if (!run.until || program.adaptive || dt <= 0)
        return;
    const double steps = *run.until / dt;
    // A quotient within rounding of a whole number is that number.
    const double whole = std::abs(steps - std::round(steps)) < 1e-9 * steps ? std::round(steps) : std::ceil(steps);
    program.steps = static_cast<std::int64_t>(whole);
    if (std::abs(steps - whole) <= 1e-9 * steps || whole == 0)
        return;
    program.dt = *run.until / whole;
    program.remarks.push_back(fmt::format("dt = {:.10g} instead of {:g}: until = {:g} in {} whole steps", program.dt,
                                          dt, *run.until, program.steps));
}

} // namespace nphys::dynamics
