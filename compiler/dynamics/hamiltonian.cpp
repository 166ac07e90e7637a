#include "compiler/dynamics/hamiltonian.h"

#include <fmt/format.h>

#include "compiler/algebra/transform.h"
#include "compiler/dynamics/places.h"
#include "compiler/dynamics/simplify.h"

namespace nphys::dynamics {

std::vector<Moved> hamiltonian_motion(Pool& pool, const model::Hamiltonian& hamiltonian) {
    std::vector<Moved> result;
    for (const auto& [neuron, trainable] : hamiltonian.pairs) {
        const std::vector<std::vector<Place>> targets = all_targets(pool, neuron);
        const auto move = [&](SymbolId moved, SymbolId other, int sign, model::Dynamics dynamics) {
            for (const std::vector<Place>& target : targets) {
                const Expr slope = algebra::partial(pool, hamiltonian.energy, other, target);
                result.push_back(
                    {.tensor = moved,
                     .target = target,
                     .rate = simplified(pool, pool.multiply({pool.integer(sign), slope})),
                     .next = {},
                     .next_in_place = {},
                     .dynamics = dynamics,
                     .with_momentum = false,
                     .source = fmt::format("{}∂{}/∂{}", sign < 0 ? "-" : "", hamiltonian.name, pool.symbol(other).name),
                     .span = hamiltonian.span});
            }
        };
        move(neuron, trainable, 1, model::Dynamics::activation);
        move(trainable, neuron, -1, model::Dynamics::learning);
    }
    return result;
}

} // namespace nphys::dynamics
