#include "compiler/dynamics/fitness.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "compiler/algebra/transform.h"
#include "compiler/dynamics/clock.h"
#include "compiler/dynamics/local_part.h"
#include "compiler/dynamics/places.h"

namespace nphys::dynamics {

namespace {

// A tensor that moves together with this component and on which its rate depends: what a splitting cannot have.
std::optional<SymbolId> obstacle(const Pool& pool, const Motion& motion, const Moved& moved) {
    for (const Moved& other : motion.moved)
        if (other.dynamics == moved.dynamics && algebra::depends_on(pool, moved.rate, other.tensor))
            return other.tensor;
    return std::nullopt;
}

// What a law has that a splitting cannot move.
struct Unsplit {
    const Moved* moved;
    SymbolId on;
    std::string why;
};

// A block of which some components are driven at a site and others are not has no propagator of its own.
bool half_driven(Pool& pool, const model::Model& model, const LocalBlock& block) {
    for (const model::Drive& drive : model.drives) {
        const auto driven = std::ranges::count_if(block.members, [&](const Moved* member) {
            return std::ranges::any_of(drive.components, [&](const Component& component) {
                return component.tensor == member->tensor &&
                       meeting(pool, member->tensor, member->target, component.target).has_value();
            });
        });
        if (driven > 0 && static_cast<std::size_t>(driven) < block.members.size())
            return true;
    }
    return false;
}

std::vector<Unsplit> unsplit_parts(const model::Model& model, const Motion& motion, model::Scheme scheme) {
    Pool& pool = *model.pool;
    const LocalParts parts = local_parts(pool, motion);
    std::vector<Unsplit> result;
    for (const LocalObstacle& obstacle : parts.obstacles)
        result.push_back({obstacle.moved, obstacle.on, obstacle.why});
    for (const LocalBlock& block : parts.blocks) {
        if (scheme == model::Scheme::symplectic_euler) {
            for (const Moved* member : block.members)
                if (const std::optional<SymbolId> on = obstacle(pool, motion, *member))
                    result.push_back({member, *on, ""});
            continue;
        }
        const Moved* first = block.members.front();
        const SymbolId on = obstacle(pool, motion, *first).value_or(first->tensor);
        if (!propagator(pool, block.generator, pool.step()))
            result.push_back({first, on,
                              fmt::format("its local part joins {} components by a matrix whose exponential has no "
                                          "closed form",
                                          block.members.size())});
        else if (half_driven(pool, model, block))
            result.push_back({first, on, "its local part joins components that are driven with others that are not"});
    }
    return result;
}

void advise(Diagnostic& diagnostic, const Unsplit& unsplit, model::Scheme scheme, const std::string& name) {
    const Moved& moved = *unsplit.moved;
    if (unsplit.why.empty()) {
        diagnostic.help("`scheme = leapfrog`, `drift_kick_drift` or `yoshida4` moves this part exactly")
            .note(
                "within drift and kick of `symplectic_euler` a turn by m in unit time grows by √(1 + m²dt²) in a step");
        return;
    }
    if (scheme != model::Scheme::symplectic_euler)
        diagnostic.note("only what is linear at each site is moved exactly, apart from the rest; {}", unsplit.why);
    if (moved.next && moved.dynamics == model::Dynamics::activation)
        diagnostic.note("as a flow, `{}` is moved by F - identity, F being this map", name)
            .help("`scheme = map` iterates the map as it stands; `scheme = rk4` takes any flow");
    else
        diagnostic.help("`scheme = rk4` takes any law");
}

bool check_splitting(const model::Model& model, const Motion& motion, model::Scheme scheme, Diagnostics& diagnostics) {
    const Pool& pool = *model.pool;
    std::vector<const Moved*> told;
    const auto is_told = [&](const Moved& moved) { // once for a variable, and once for a Hamiltonian
        return std::any_of(told.begin(), told.end(), [&](const Moved* other) {
            return other->tensor == moved.tensor || (moved.span.valid() && other->span == moved.span);
        });
    };
    for (const Unsplit& unsplit : unsplit_parts(model, motion, scheme)) {
        const Moved& moved = *unsplit.moved;
        if (is_told(moved))
            continue;
        told.push_back(&moved);
        const std::string& name = pool.symbol(moved.tensor).name;
        const std::string on = unsplit.on == moved.tensor
                                   ? "itself"
                                   : fmt::format("`{}`, which moves with it", pool.symbol(unsplit.on).name);
        auto& diagnostic = diagnostics.report(Code::law_does_not_split, moved.span, spelling(scheme), name, on);
        diagnostic.here("the rate of `{}` depends on {}", name, on);
        advise(diagnostic, unsplit, scheme, name);
        if (told.size() == 1)
            diagnostic.note("a splitting moves the neurons at fixed trainables, then the trainables at fixed neurons");
    }
    return told.empty();
}

bool check_map(const Pool& pool, const Motion& motion, std::string_view scheme, Diagnostics& diagnostics) {
    for (const Moved& moved : motion.moved) {
        if (moved.next)
            continue;
        const std::string& name = pool.symbol(moved.tensor).name;
        diagnostics.report(Code::map_of_a_flow, moved.span, scheme, name)
            .here("the law of `{}` is a rate and needs a step", name)
            .help("take a scheme for flows (`scheme = leapfrog`, `rk4`) with `dt`, or write the law as a map, `{} ← …`",
                  name);
        return false;
    }
    return true;
}

bool check_estimates(const model::Model& model, std::string_view scheme, Diagnostics& diagnostics) {
    for (const model::Law& law : model.laws) {
        if (!law.estimate && !law.average && !law.nesterov)
            continue;
        diagnostics.report(Code::estimate_needs_map, law.span, scheme)
            .help("write `scheme = map`: its steps are those of the law as published");
        return false;
    }
    return true;
}

bool check_momentum(const Pool& pool, const Motion& motion, std::string_view scheme, Diagnostics& diagnostics) {
    for (const Moved& moved : motion.moved) {
        if (!moved.with_momentum || !moved.next_in_place)
            continue; // the velocity itself is ours, not the user's
        diagnostics.report(Code::momentum_needs_map, moved.span, scheme, pool.symbol(moved.tensor).name)
            .here("momentum is part of a map")
            .help("write `scheme = map`, or leave `momentum` out")
            .note("v ← μ*v - γ*d, q ← q + v fixes the step; its continuous limit depends on how μ goes to 1");
        return false;
    }
    return true;
}

// Whether a step has a part of its own for the modes of space.
bool is_split_in_space(model::Scheme scheme) { return scheme == model::Scheme::split_step || scheme == model::Scheme::imaginary_time; }

bool check_level_scheme(const model::Model& model, model::Scheme scheme, Diagnostics& diagnostics) {
    using model::Scheme;
    using Fit = std::vector<Scheme>;
    const model::Level& level = *model.level;
    const Fit fit = level.kind == model::LevelKind::density ? Fit{Scheme::euler, Scheme::rk4, Scheme::rk45, Scheme::crank_nicolson, Scheme::implicit_euler, Scheme::bdf2}
                    : level.kind == model::LevelKind::wave  ? Fit{Scheme::split_step, Scheme::crank_nicolson, Scheme::imaginary_time, Scheme::rk4, Scheme::rk45}
                    : is_moved_as_wave(model)               ? Fit{Scheme::split_step, Scheme::crank_nicolson}
                                                            : Fit{Scheme::rk4, Scheme::rk45};
    if (std::ranges::find(fit, scheme) == fit.end()) {
        const auto better = spelling(fit.size() == 2 ? fit.front() : level.kind == model::LevelKind::wave ? Scheme::crank_nicolson : Scheme::bdf2);
        diagnostics.report(Code::level_scheme, model.run.scheme_span, spelling(scheme), level.noun())
            .label(level.span, "asked for here")
            .help("{}write `scheme = {}`", model.levels.size() > 1 ? "name a scheme for each level: for this one " : "", better);
        return false;
    }
    if (!is_split_in_space(scheme) || level.split)
        return true;
    diagnostics.report(Code::split_step_of_curved, model.run.scheme_span, spelling(scheme), "differs from place to place, or joins two axes")
        .label(level.span, "asked for here")
        .help("{}", scheme == Scheme::imaginary_time ? "begin with `init ψ = ground`, which is found before the run" : "write `scheme = crank_nicolson`");
    return false;
}

// A jump is done as a whole, by all variables at once.
bool check_jumps(const model::Model& model, model::Scheme scheme, Diagnostics& diagnostics) {
    using model::Scheme;
    if (model.evolutions.empty() || scheme == Scheme::map || scheme == Scheme::euler || scheme == Scheme::euler_maruyama)
        return true;
    diagnostics.report(Code::evolution_needs_whole_steps, model.run.scheme_span, spelling(scheme))
        .label(model.evolutions.front().span, "jumps as a whole, once in each step")
        .help("write `scheme = map`, or `euler` where other laws are flows");
    return false;
}

// Matrices that are diagonalised anew for every rate.
bool check_state_matrices(const model::Model& model, model::Scheme scheme, Diagnostics& diagnostics) {
    using model::Scheme;
    constexpr std::array fit{Scheme::map, Scheme::euler, Scheme::rk4, Scheme::rk45, Scheme::euler_maruyama, Scheme::heun};
    if (std::ranges::find(fit, scheme) != fit.end())
        return true;
    for (const model::Law& law : model.laws)
        if (law.state_matrix) {
            diagnostics.report(Code::state_matrix_scheme, law.state_matrix->span, spelling(scheme), law.state_matrix->name)
                .help("write `scheme = {}`", law.state_matrix->amplitude ? "heun" : "rk4");
            return false;
        }
    return true;
}

} // namespace

bool splits(const Pool& pool, const Motion& motion) {
    return std::none_of(motion.moved.begin(), motion.moved.end(),
                        [&](const Moved& moved) { return obstacle(pool, motion, moved).has_value(); });
}

bool check_copies(const model::Model& model, model::Scheme scheme, Diagnostics& diagnostics) {
    using model::Scheme;
    constexpr std::array of_one{Scheme::implicit_euler, Scheme::bdf2};
    if (model.run.copies == 1 || std::ranges::find(of_one, scheme) == of_one.end())
        return true;
    diagnostics.report(Code::scheme_of_one_system, model.run.scheme_span, spelling(scheme), model.run.copies)
        .here("factors the matrix of one system")
        .help("`scheme = crank_nicolson`, `rk4` or a splitting moves all copies together");
    return false;
}

bool check_fitness(const model::Model& model, const Motion& motion, model::Scheme scheme, Diagnostics& diagnostics) {
    const Pool& pool = *model.pool;
    if (!model.level && is_split_in_space(scheme)) {
        diagnostics.report(Code::split_step_of_no_wave, model.run.scheme_span, spelling(scheme), "this run is one of trajectories")
            .help("write `as = wave(1) on grid(q: -8..8 by 512)`, or take another scheme");
        return false;
    }
    if (model.level && !check_level_scheme(model, scheme, diagnostics))
        return false;
    if (model.presentation && scheme != model::Scheme::map) {
        diagnostics.report(Code::rows_need_map, model.run.scheme_span, spelling(scheme))
            .label(model.presentation->span, "what the boundary shows")
            .help("write `scheme = map`");
        return false;
    }
    if (!check_jumps(model, scheme, diagnostics) || !check_state_matrices(model, scheme, diagnostics))
        return false;
    if (is_map(scheme))
        return check_map(pool, motion, spelling(scheme), diagnostics);
    if (!check_estimates(model, spelling(scheme), diagnostics))
        return false;
    if (!check_momentum(pool, motion, spelling(scheme), diagnostics))
        return false;
    return !is_splitting(scheme) || check_splitting(model, motion, scheme, diagnostics);
}

} // namespace nphys::dynamics
