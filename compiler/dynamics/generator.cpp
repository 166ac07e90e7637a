#include "compiler/dynamics/generator.h"

#include "compiler/dynamics/simplify.h"

namespace nphys::dynamics {

std::vector<Moved> generator(Pool& pool, const model::Law& law) {
    std::vector<Moved> result;
    const bool is_map = law.kind == model::LawKind::map;
    for (const Component& component : law.components) {
        Moved moved{.tensor = component.tensor,
                    .target = component.target,
                    .rate = component.value,
                    .next = {},
                    .next_in_place = {},
                    .dynamics = law.dynamics,
                    .with_momentum = false,
                    .source = {},
                    .span = law.span};
        moved.calculus = law.calculus;
        if (is_map) {
            moved.next = simplified(pool, component.value);
            moved.rate = pool.subtract(component.value, pool.element(component.tensor, component.target));
            moved.source = "the map less the identity";
        }
        if (law.jumps) { // whatever the step: q + dt (q' - q)/dt is q'
            moved.rate = pool.divide(moved.rate, pool.step());
            moved.source = "jump and selection";
        }
        moved.rate = simplified(pool, moved.rate);
        result.push_back(std::move(moved));
    }
    return result;
}

} // namespace nphys::dynamics
