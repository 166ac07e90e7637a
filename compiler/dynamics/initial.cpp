#include "compiler/dynamics/initial.h"

#include "compiler/dynamics/step_algebra.h"

namespace nphys::dynamics {

std::vector<Component> initial_values(const model::Model& model, const Drives& drives) {
    Pool& pool = *model.pool;
    std::vector<Component> result;
    for (const model::Initial& initial : model.initials)
        for (const Component& component : initial.components)
            result.push_back({component.tensor, component.target, at_time(pool, component.value, pool.integer(0))});
    for (Component& component : drives.initial())
        result.push_back(std::move(component));
    return result;
}

} // namespace nphys::dynamics
