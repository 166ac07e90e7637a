// Runge-Kutta schemes: everything moves together, with stages in temporaries that have the shape of the state.
#include <fmt/format.h>
#include <functional>

#include "compiler/dynamics/places.h"
#include "compiler/dynamics/schemes.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::dynamics {

namespace {

class Stages {
public:
    Stages(Program& program, const Motion& motion, const Drives& drives)
        : program_(program), pool_(*program.pool), motion_(motion), drives_(drives) {
        for (const Moved& moved : motion.moved)
            moved_.push_back(&moved);
    }

    // A tensor for each moved tensor, named after it.
    Renaming tensors(const std::string& suffix) {
        Renaming made;
        for (const Moved& moved : motion_.moved) {
            if (made.contains(moved.tensor.value))
                continue;
            algebra::Symbol symbol = pool_.symbol(moved.tensor);
            symbol.name += "_" + suffix;
            const SymbolId tensor = pool_.add_symbol(std::move(symbol));
            made.emplace(moved.tensor.value, tensor);
            program_.temporaries.push_back(tensor);
            program_.stands_for.push_back(moved.tensor);
        }
        return made;
    }

    // Elements that no law moves are copied once, before the first step: a stage is read as a whole.
    void copy_resting(const Renaming& stage) {
        Update copy{.label = "copy the elements at rest", .assignments = {}};
        for (const auto& [tensor, stands_in] : stage) {
            std::vector<const std::vector<Place>*> targets;
            for (const Moved& moved : motion_.moved)
                if (moved.tensor.value == tensor)
                    targets.push_back(&moved.target);
            if (covers_all(pool_, SymbolId(tensor), targets))
                continue;
            for (const std::vector<Place>& target : all_targets(pool_, SymbolId(tensor)))
                copy.assignments.push_back({stands_in, target, pool_.element(SymbolId(tensor), target)});
        }
        if (!copy.assignments.empty())
            program_.opening.emplace_back(std::move(copy));
    }

    // The law at a stage.
    Expr rate(const Moved& moved, const Renaming& stage, double time) const {
        return at_time(pool_, with_tensors(pool_, moved.rate, stage), later(pool_, time));
    }

    Expr element(const Renaming& stage, const Moved& moved) const {
        const auto found = stage.find(moved.tensor.value);
        return pool_.element(found == stage.end() ? moved.tensor : found->second, moved.target);
    }

    // An assignment to `into` (the state itself where it is empty) for each component.
    template <class Value>
    Update update(std::string label, const Renaming& into, Value value) const {
        Update result{.label = std::move(label), .assignments = {}};
        for (const Moved& moved : motion_.moved) {
            const auto found = into.find(moved.tensor.value);
            result.assignments.push_back(
                {found == into.end() ? moved.tensor : found->second, moved.target, value(moved)});
        }
        return result;
    }

    Expr held(const Moved& moved, Expr value, double time) const {
        return drives_.held(moved.tensor, moved.target, value, later(pool_, time));
    }
    Expr rested(const Moved& moved, Expr rate, double time) const {
        return drives_.rested(moved.tensor, moved.target, rate, later(pool_, time));
    }
    std::string moved_names() const { return names(pool_, moved_); }

private:
    Program& program_;
    Pool& pool_;
    const Motion& motion_;
    const Drives& drives_;
    std::vector<const Moved*> moved_;
};

// sqrt(mean over all moved elements of (error/(tolerance*(1 + max(|old|, |new|))))^2)
Expr error_norm(Pool& pool, const Motion& motion, const Stages& stages, const Renaming& reached, double tolerance,
                const std::function<Expr(const Moved&)>& error) {
    std::vector<Expr> squares;
    double elements = 0;
    for (const Moved& moved : motion.moved) {
        const Expr old = pool.apply(algebra::Op::abs, {pool.element(moved.tensor, moved.target)});
        const Expr now = pool.apply(algebra::Op::abs, {stages.element(reached, moved)});
        const Expr allowed = pool.multiply(
            {pool.real(tolerance), pool.add({pool.integer(1), pool.apply(algebra::Op::max, {old, now})})});
        Expr square = pool.power(pool.divide(error(moved), allowed), pool.integer(2));
        double places = 1;
        for (const Place& place : moved.target) {
            if (place.is_literal())
                continue;
            const algebra::Index& index = pool.index(place.index);
            const algebra::Space& space = pool.space(index.space);
            places *= static_cast<double>(space.axes.size() == 1 && !space.is_lattice() ? index.last - index.first + 1
                                                                                        : space.size());
            square = pool.sum(place.index, square);
        }
        elements += places;
        squares.push_back(square);
    }
    return pool.power(pool.divide(pool.add(std::move(squares)), pool.real(elements)), pool.rational(1, 2));
}

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
        adaptive.attempt.emplace_back(stages.update(fmt::format("slope {}", i + 1), slope, [&](const Moved& moved) {
            return stages.rested(moved, stages.rate(moved, i == 0 ? Renaming{} : reached, time), time);
        }));
        slopes.push_back(slope);
    }
    algebra::Symbol error;
    error.name = "error";
    adaptive.error = pool.add_symbol(std::move(error));
    adaptive.error_value = error_norm(pool, motion, stages, reached, adaptive.tolerance, [&](const Moved& moved) {
        return pool.multiply({pool.step(), combined(pool, stages, slopes, tableaux::dormand_prince_error, moved)});
    });
    adaptive.accept.emplace_back(
        stages.update("accept", Renaming{}, [&](const Moved& moved) { return stages.element(reached, moved); }));
    program.adaptive = std::move(adaptive);
}

} // namespace nphys::dynamics
