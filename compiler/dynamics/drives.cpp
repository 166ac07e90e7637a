#include "compiler/dynamics/drives.h"

#include "compiler/algebra/transform.h"
#include "compiler/dynamics/places.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::dynamics {

Drives::Drives(const model::Model& model, Motion& motion) : pool_(model.pool.get()), drives_(&model.drives) {
    add_resting(motion);
}

// `value` says what stands in the place of the law, given the value that drives.
template <class Value>
Expr Drives::chosen(SymbolId origin, const std::vector<Place>& target, Expr law, Expr time, Value value) const {
    Expr result = law;
    for (const model::Drive& drive : *drives_)
        for (const Component& component : drive.components) {
            if (component.tensor != origin)
                continue;
            const std::optional<Meeting> common = meeting(*pool_, origin, target, component.target);
            if (!common)
                continue;
            const auto here = [&](Expr expression) {
                return at_time(*pool_, algebra::substitute(*pool_, expression, common->second_to_first), time);
            };
            std::vector<Expr> conditions{common->condition};
            if (drive.condition)
                conditions.push_back(here(*drive.condition));
            const Expr here_and_now = pool_->multiply(std::move(conditions));
            result = pool_->select(here_and_now, value(here(component.value)), result);
        }
    return result;
}

Expr Drives::held(SymbolId origin, const std::vector<Place>& target, Expr law, Expr time) const {
    return chosen(origin, target, law, time, [](Expr value) { return value; });
}

Expr Drives::rested(SymbolId origin, const std::vector<Place>& target, Expr rate, Expr time) const {
    return chosen(origin, target, rate, time, [this](Expr) { return pool_->integer(0); });
}

std::vector<Component> Drives::initial() const {
    std::vector<Component> result;
    for (const model::Drive& drive : *drives_)
        for (const Component& component : drive.components) {
            const Expr value = at_time(*pool_, component.value, pool_->integer(0));
            const Expr old = pool_->element(component.tensor, component.target);
            result.push_back({component.tensor, component.target,
                              drive.condition
                                  ? pool_->select(at_time(*pool_, *drive.condition, pool_->integer(0)), value, old)
                                  : value});
        }
    return result;
}

void Drives::add_resting(Motion& motion) const {
    std::vector<Moved> resting;
    const auto without = [this](std::vector<std::vector<Place>> targets, const std::vector<Moved>& all,
                                SymbolId tensor) {
        for (const Moved& moved : all) {
            if (moved.tensor != tensor)
                continue;
            std::vector<std::vector<Place>> rest;
            for (const std::vector<Place>& target : targets)
                for (std::vector<Place>& piece : difference(*pool_, tensor, target, moved.target))
                    rest.push_back(std::move(piece));
            targets = std::move(rest);
        }
        return targets;
    };
    for (const model::Drive& drive : *drives_)
        for (const Component& component : drive.components)
            for (std::vector<Place>& target :
                 without(without({component.target}, motion.moved, component.tensor), resting, component.tensor)) {
                const Expr still = pool_->element(component.tensor, target);
                resting.push_back({.tensor = component.tensor,
                                   .target = std::move(target),
                                   .rate = pool_->integer(0),
                                   .next = still,
                                   .next_in_place = {},
                                   .dynamics = model::Dynamics::activation,
                                   .with_momentum = false,
                                   .source = "driven",
                                   .span = drive.span,
                                   .resting = true});
            }
    motion.moved.insert(motion.moved.begin(), resting.begin(), resting.end());
}

} // namespace nphys::dynamics
