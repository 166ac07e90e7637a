#include "compiler/dynamics/schemes.h"

#include <algorithm>
#include <fmt/format.h>

#include "compiler/dynamics/clock.h"
#include "compiler/dynamics/noise.h"
#include "compiler/dynamics/propagation.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::dynamics {

namespace {

Procedure before(const Motion& motion) {
    Procedure all = motion.before_rates;
    all.insert(all.end(), motion.before_learning.begin(), motion.before_learning.end());
    return all;
}

// All right-hand sides at the old state; the drives at the new time.
void apply_map(Program& program, const Motion& motion, const Drives& drives) {
    Pool& pool = *program.pool;
    const Expr reached = pool.add({pool.time(), pool.integer(1)});
    Update update{.label = "the map", .assignments = {}};
    for (const Moved& moved : motion.moved)
        update.assignments.push_back(component(moved, drives.held(moved.tensor, moved.target, *moved.next, reached)));
    program.cycle = before(motion);
    program.cycle.insert(program.cycle.end(), {std::move(update), AdvanceStep{}});
    program.closing = program.cycle;
}

// One component after the other, each element seeing those before it.
void apply_sequential(Program& program, const Motion& motion, const Drives& drives) {
    Pool& pool = *program.pool;
    const Expr reached = pool.add({pool.time(), pool.integer(1)});
    program.cycle = before(motion);
    for (const Moved& moved : motion.moved) {
        Update update{.label = fmt::format("{}, one element at a time", pool.symbol(moved.tensor).name),
                      .assignments = {},
                      .sequential = true};
        const Expr next = moved.next_in_place.value_or(*moved.next);
        update.assignments.push_back(component(moved, drives.held(moved.tensor, moved.target, next, reached)));
        program.cycle.emplace_back(std::move(update));
    }
    program.cycle.emplace_back(AdvanceStep{});
    program.closing = program.cycle;
}

// The step whose powers are taken, if it is that of a scheme, and the propagation by it.
void apply_exact(Program& program, const Motion& motion, const Drives& drives) {
    if (!program.by_modes)
        return apply_exponential_series(program, motion, drives);
    if (program.underlying) {
        program.scheme = *program.underlying;
        apply_scheme(program, motion, drives);
        program.scheme = model::Scheme::exact;
    }
    add_propagation(program, motion);
}

} // namespace

std::string names(const Pool& pool, const std::vector<const Moved*>& moved) {
    std::vector<std::string> all;
    for (const Moved* one : moved) {
        const std::string& name = pool.symbol(one->tensor).name;
        if (std::find(all.begin(), all.end(), name) == all.end())
            all.push_back(name);
    }
    std::string text;
    for (std::size_t i = 0; i < all.size(); ++i)
        text += (i == 0 ? "" : i + 1 == all.size() ? " and " : ", ") + all[i];
    return text;
}

void apply_scheme(Program& program, const Motion& motion, const Drives& drives) {
    using model::Scheme;
    switch (program.scheme) {
    case Scheme::map:
        return apply_map(program, motion, drives);
    case Scheme::sequential:
        return apply_sequential(program, motion, drives);
    case Scheme::euler:
        return apply_shu_osher(program, motion, drives, tableaux::euler());
    case Scheme::symplectic_euler:
    case Scheme::leapfrog:
    case Scheme::drift_kick_drift:
    case Scheme::yoshida4:
        return apply_splitting(program, motion, drives);
    case Scheme::rk4:
        return apply_shu_osher(program, motion, drives, tableaux::rk4());
    case Scheme::rk45:
        return apply_dormand_prince(program, motion, drives);
    case Scheme::euler_maruyama:
        return apply_shu_osher(program, with_increments(*program.pool, motion), drives, tableaux::euler());
    case Scheme::heun:
        return apply_shu_osher(program, with_increments(*program.pool, motion), drives, tableaux::heun());
    case Scheme::milstein:
        return apply_shu_osher(program, milstein_rates(*program.pool, motion), drives, tableaux::euler());
    case Scheme::crank_nicolson:
        return program.level && solves_directly(*program.level, program.scheme)
                   ? apply_implicit_linear(program, motion, drives)
                   : apply_implicit_midpoint(program, motion, drives);
    case Scheme::implicit_euler:
    case Scheme::bdf2:
        return apply_implicit_linear(program, motion, drives);
    case Scheme::exact:
        return apply_exact(program, motion, drives);
    case Scheme::split_step:
    case Scheme::imaginary_time:
        return apply_split_step(program);
    }
}

} // namespace nphys::dynamics
