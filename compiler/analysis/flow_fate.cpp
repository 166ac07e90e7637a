#include "compiler/analysis/flow_fate.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "compiler/algebra/children.h"
#include "compiler/algebra/derivative_of_op.h"
#include "compiler/algebra/transform.h"
#include "compiler/dynamics/noise.h"

namespace nphys::analysis {

FlowFate FlowFates::of(Expr observable) {
    if (std::string reason = obstacle(observable); !reason.empty())
        return {Kept::undecided, std::move(reason)};
    const Expr by_time = algebra::partial_by_time(pool_, observable);
    const Expr by_neurons = along(observable, system_.neurons, system_.activation);
    const Expr by_trainables = along(observable, system_.trainables, system_.learning);
    const Expr gained = pool_.add({by_neurons, by_time}), lost = pool_.negate(by_trainables);
    std::vector<Expr> left = gradient(gained), right = gradient(lost);
    add_past(left, gained), add_past(right, lost);
    const Comparison found = system_.judge.compare(left, right);
    if (!found.holds())
        return {Kept::not_kept};
    const Expr rate = pool_.subtract(gained, lost);
    if (std::string reason = doubt(observable, rate); !reason.empty())
        return {Kept::undecided, std::move(reason)};
    if (!vanishes(without_state(rate)))
        return {Kept::not_kept};
    return {found.agreement == Agreement::exact ? Kept::exactly : Kept::to_round_off};
}

std::vector<Expr> FlowFates::gradient(Expr value) {
    std::vector<Expr> result;
    for (const Variables* variables : {&system_.neurons, &system_.trainables})
        for (const model::Component& component : variables->components)
            result.push_back(algebra::partial(pool_, value, component.tensor, component.target));
    return result;
}

// What laws remember moves by itself.
void FlowFates::add_past(std::vector<Expr>& gradient, Expr value) {
    for (const model::Memory& memory : system_.model.memories)
        gradient.push_back(algebra::partial(pool_, value, memory.symbol, memory.target));
}

Expr FlowFates::along(Expr observable, const Variables& variables, const std::vector<Expr>& rates) {
    const LinearMap slope = system_.maps.derivative({observable}, variables, variables);
    return system_.maps.product(slope, {&variables, &variables, rates}).rows.front();
}

bool FlowFates::moves(SymbolId tensor) const {
    return std::ranges::any_of(system_.motion.moved, [&](const dynamics::Moved& moved) { return moved.tensor == tensor; });
}

bool FlowFates::reads_state(Expr expression) const {
    return std::ranges::any_of(system_.motion.moved, [&](const dynamics::Moved& moved) {
        return algebra::depends_on(pool_, expression, moved.tensor);
    });
}

// The state, and what never changes.
bool FlowFates::is_known(SymbolId tensor) const {
    const model::Model& model = system_.model;
    if (const model::Draw* draw = model.draw(tensor))
        return draw->timing == model::DrawTiming::once;
    const auto is_it = [&](const auto& one) { return one.symbol == tensor; };
    const bool is_constant = std::ranges::any_of(system_.constants.constants, [&](const model::Component& component) {
        return component.tensor == tensor;
    });
    return is_constant || model.tensor(tensor) != nullptr || std::ranges::any_of(model.data, is_it);
}

bool FlowFates::is_random() const {
    const bool draws = std::ranges::any_of(system_.model.draws, [](const model::Draw& draw) { return draw.timing != model::DrawTiming::once; });
    return draws || dynamics::has_noise(pool_, system_.motion) || !system_.model.evolutions.empty();
}

std::string FlowFates::obstacle(Expr observable) const {
    if (is_random())
        return "chance moves the state";
    for (const SymbolId tensor : algebra::dependence(pool_, observable).tensors)
        if (!is_known(tensor))
            return "it is made of more than the state";
    return {};
}

// What the gradients do not show.
std::string FlowFates::doubt(Expr observable, Expr rate) const {
    if (!system_.model.drives.empty() || system_.model.presentation)
        return "a boundary drives the state";
    if (jumps(observable) || jumps(rate))
        return "it jumps from value to value";
    return {};
}

bool FlowFates::jumps(Expr expression) const {
    std::vector<Expr> left{expression};
    std::unordered_set<std::uint32_t> seen;
    while (!left.empty()) {
        const Expr here = left.back();
        left.pop_back();
        if (!seen.insert(here.id).second || !reads_state(here))
            continue;
        const algebra::Node& node = pool_[here];
        const auto* apply = std::get_if<algebra::Apply>(&node);
        const auto* select = std::get_if<algebra::Select>(&node);
        if ((apply != nullptr && algebra::is_piecewise_constant(apply->op)) || (select != nullptr && reads_state(select->condition)))
            return true;
        algebra::for_each_child(node, [&](Expr child) { left.push_back(child); });
    }
    return false;
}

Expr FlowFates::without_state(Expr value) {
    return algebra::rewrite_leaves(pool_, value, [&](Expr leaf) {
        const auto* element = pool_.get<algebra::Element>(leaf);
        return element != nullptr && moves(element->tensor) ? pool_.integer(0) : leaf;
    });
}

bool FlowFates::vanishes(Expr value) const {
    if (pool_.is_zero(algebra::expand(pool_, value)))
        return true;
    constexpr double round_off = 1e-9;
    constexpr std::size_t samples = 3;
    for (std::size_t round = 0; round < samples; ++round)
        if (!(std::abs(system_.judge.sample(value, round)) < round_off))
            return false;
    return true;
}

} // namespace nphys::analysis
