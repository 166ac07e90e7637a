#include "compiler/driver/expectations.h"

#include <limits>

#include <fmt/format.h>

#include "compiler/algebra/evaluate.h"
#include "compiler/driver/tensor_view.h"

namespace nphys::driver {

Expectations::Expectations(Simulation& simulation)
    : compilation_(simulation.compilation()), start_(values_now(simulation)), failed_(compilation_.model.expectations.size(), false) {
    for (std::size_t k = 0; k < compilation_.model.observables.size(); ++k) observable_of_.emplace(compilation_.model.observables[k].symbol.value, k);
}

Expectations::Values Expectations::values_now(Simulation& simulation) {
    Values values;
    for (std::size_t k = 0; k < simulation.compilation().model.observables.size(); ++k) values.push_back(simulation.observable(k));
    return values;
}

double Expectations::element(algebra::SymbolId symbol, std::span<const std::int64_t> places, const Values& values) const {
    const auto known = observable_of_.find(symbol.value);
    const loops::TensorLayout* layout = compilation_.lowered.layout.find(symbol);
    if (known == observable_of_.end() || layout == nullptr) return std::numeric_limits<double>::quiet_NaN();
    const algebra::Pool& pool = *compilation_.model.pool;
    const std::vector<algebra::Slot>& slots = pool.symbol(symbol).slots;
    std::int64_t index = 0;
    const TensorView view(pool, *layout);
    for (const ViewAxis& axis : view.axes()) {
        std::size_t flat = static_cast<std::size_t>(axis.axis);
        for (std::size_t slot = 0; slot < axis.slot; ++slot) flat += pool.space(slots[slot].space).axes.size();
        index = index * axis.extent + places[flat] - axis.first;
    }
    return values[known->second][static_cast<std::size_t>(index)];
}

double Expectations::value(Simulation& simulation, algebra::Expr expression, const Values& now, double time) const {
    algebra::Environment environment;
    environment.parameter = [&](algebra::SymbolId symbol) { return compilation_.model.parameter_value(symbol); };
    environment.element = [&](algebra::SymbolId symbol, std::span<const std::int64_t> places) { return element(symbol, places, now); };
    environment.time = time;
    environment.step = simulation.step_size();
    environment.at_start = [&](algebra::Expr inner) { return value(simulation, inner, start_, 0); };
    environment.at_end = [&](algebra::Expr inner) { return value(simulation, inner, now, time); };
    return algebra::evaluate(*compilation_.model.pool, expression, environment).real();
}

std::string Expectations::sides(Simulation& simulation, algebra::Expr condition, const Values& now, double time) const {
    const auto* comparison = compilation_.model.pool->get<algebra::Apply>(condition);
    if (comparison == nullptr) return "it is false";
    if (comparison->op == algebra::Op::logical_not) return "what must not hold does: " + sides(simulation, comparison->arguments[0], now, time);
    if (comparison->arguments.size() != 2) return "it is false";
    if (comparison->op == algebra::Op::logical_or)
        return fmt::format("neither holds: {}; {}", sides(simulation, comparison->arguments[0], now, time), sides(simulation, comparison->arguments[1], now, time));
    if (comparison->op == algebra::Op::logical_and)
        for (const algebra::Expr argument : comparison->arguments)
            if (value(simulation, argument, now, time) == 0) return sides(simulation, argument, now, time);
    return fmt::format("left side {:.6g}, right side {:.6g}", value(simulation, comparison->arguments[0], now, time),
                       value(simulation, comparison->arguments[1], now, time));
}

void Expectations::check(Simulation& simulation, bool at_end) {
    const Values now = values_now(simulation);
    const double time = simulation.time();
    for (std::size_t k = 0; k < failed_.size(); ++k) {
        const model::Expectation& expectation = compilation_.model.expectations[k];
        if (failed_[k] || (expectation.at_end_only && !at_end)) continue;
        if (value(simulation, expectation.condition, now, time) != 0) continue;
        failed_[k] = true;
        failures_.push_back({k, simulation.step(), time, sides(simulation, expectation.condition, now, time)});
    }
}

} // namespace nphys::driver
