// Runge-Kutta schemes: everything moves together, with stages in temporaries that have the shape of the state.
#include <fmt/format.h>
#include <functional>

#include "compiler/dynamics/schemes.h"
#include "compiler/dynamics/stages.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::dynamics {

namespace {

// Σ_j c_j k_j, in the places of a component.
Expr combined(Pool& pool, const Stages& stages, const std::vector<Renaming>& slopes,
              std::span<const double> coefficients, const Moved& moved) {
    std::vector<Expr> terms;
    for (std::size_t j = 0; j < coefficients.size() && j < slopes.size(); ++j)
        if (coefficients[j] != 0)
            terms.push_back(pool.multiply({coefficient(pool, coefficients[j]), stages.element(slopes[j], moved)}));
    return pool.add(std::move(terms));
}

} // namespace

void apply_shu_osher(Program& program, const Motion& motion, const Drives& drives,
                     const std::vector<tableaux::ShuOsherStage>& scheme) {
    Pool& pool = *program.pool;
    Stages stages(program, motion, drives);
    std::vector<Renaming> states{Renaming{}};
    for (std::size_t i = 0; i < scheme.size(); ++i) {
        const bool last = i + 1 == scheme.size();
        const Renaming into = last ? Renaming{} : stages.tensors(std::to_string(i + 1));
        if (!last)
            stages.copy_resting(into);
        const auto value = [&](const Moved& moved) {
            std::vector<Expr> terms;
            for (std::size_t j = 0; j < scheme[i].past.size(); ++j)
                terms.push_back(
                    pool.multiply({coefficient(pool, scheme[i].past[j]), stages.element(states[j], moved)}));
            terms.push_back(pool.multiply(
                {coefficient(pool, scheme[i].slope), pool.step(), stages.rate(moved, states.back(), scheme[i].time)}));
            return stages.held(moved, pool.add(std::move(terms)), last ? 1 : scheme[i + 1].time);
        };
        const std::string label = scheme.size() == 1 ? fmt::format("move {} by dt", stages.moved_names())
                                                     : fmt::format("stage {} of {}", i + 1, scheme.size());
        for (Action& action : stages.before_rates(states.back(), scheme[i].time))
            program.cycle.push_back(std::move(action));
        program.cycle.emplace_back(stages.update(label, into, value));
        states.push_back(into);
    }
    program.cycle.emplace_back(AdvanceStep{});
    program.closing = program.cycle;
}

void apply_dormand_prince(Program& program, const Motion& motion, const Drives& drives) {
    Pool& pool = *program.pool;
    Stages stages(program, motion, drives);
    Adaptive adaptive = program.adaptive.value_or(Adaptive{});
    const Renaming reached = stages.tensors("new");
    stages.copy_resting(reached);
    std::vector<Renaming> slopes;
    for (std::size_t i = 0; i < tableaux::dormand_prince_stages; ++i) {
        const double time = tableaux::dormand_prince_times[i];
        if (i > 0)
            adaptive.attempt.emplace_back(
                stages.update(fmt::format("state of slope {}", i + 1), reached, [&](const Moved& moved) {
                    const Expr slope = combined(pool, stages, slopes, tableaux::dormand_prince_slopes[i], moved);
                    const Expr value =
                        pool.add({pool.element(moved.tensor, moved.target), pool.multiply({pool.step(), slope})});
                    return stages.held(moved, value, time);
                }));
        const Renaming slope = stages.tensors(fmt::format("k{}", i + 1));
        for (Action& action : stages.before_rates(i == 0 ? Renaming{} : reached, time))
            adaptive.attempt.push_back(std::move(action));
        adaptive.attempt.emplace_back(stages.update(fmt::format("slope {}", i + 1), slope, [&](const Moved& moved) {
            return stages.rested(moved, stages.rate(moved, i == 0 ? Renaming{} : reached, time), time);
        }));
        slopes.push_back(slope);
    }
    algebra::Symbol error;
    error.name = "error";
    adaptive.error = pool.add_symbol(std::move(error));
    adaptive.error_value = stages.error_norm(reached, adaptive.tolerance, [&](const Moved& moved) {
        return pool.multiply({pool.step(), combined(pool, stages, slopes, tableaux::dormand_prince_error, moved)});
    });
    adaptive.accept.emplace_back(
        stages.update("accept", Renaming{}, [&](const Moved& moved) { return stages.element(reached, moved); }));
    program.adaptive = std::move(adaptive);
}

} // namespace nphys::dynamics
