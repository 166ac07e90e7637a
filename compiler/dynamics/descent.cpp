#include "compiler/dynamics/descent.h"

#include <fmt/format.h>
#include <map>

#include "compiler/algebra/transform.h"
#include "compiler/dynamics/places.h"
#include "compiler/dynamics/simplify.h"

namespace nphys::dynamics {

namespace {

// Σ_q ∂H/∂φ[q] ∂F_φ[q]/∂π[p] over the elements q of one component of the activation.
Expr through(Pool& pool, Expr loss, SymbolId tensor, const std::vector<Place>& place, const Moved& activation) {
    const Component map = with_fresh_indices(pool, component(activation, activation.rate));
    const Expr response = algebra::partial(pool, map.value, tensor, place);
    if (pool.is_zero(response))
        return response;
    const Expr sensitivity = algebra::partial(pool, loss, map.tensor, map.target);
    Expr product = pool.multiply({sensitivity, response});
    for (const Place& summed : map.target)
        if (!summed.is_literal())
            product = pool.sum(summed.index, product);
    return product;
}

class Descent {
public:
    Descent(Pool& pool, const model::Law& law, std::vector<SymbolId>& velocities)
        : pool_(pool), law_(law), velocities_(velocities) {}

    std::vector<Moved> move(const Component& target, Expr derivative) {
        const Expr rate = law_.rate ? *law_.rate : pool_.integer(1);
        Moved moved{.tensor = target.tensor,
                    .target = target.target,
                    .rate = simplified(pool_, pool_.negate(pool_.multiply({rate, derivative}))),
                    .next = {},
                    .next_in_place = {},
                    .dynamics = law_.dynamics,
                    .with_momentum = law_.momentum.has_value(),
                    .source = source(target),
                    .span = law_.span};
        const Expr old = pool_.element(target.tensor, target.target);
        if (!law_.momentum) {
            moved.next = simplified(pool_, pool_.add({old, moved.rate}));
            return {moved};
        }
        // v ← μ v - γ d, q ← q + v with the new v.
        Moved velocity = moved;
        velocity.tensor = velocity_of(target.tensor);
        velocity.next =
            pool_.add({pool_.multiply({*law_.momentum, pool_.element(velocity.tensor, target.target)}), moved.rate});
        moved.next = pool_.add({old, *velocity.next});
        moved.next_in_place = pool_.add({old, pool_.element(velocity.tensor, target.target)});
        return {velocity, moved};
    }

private:
    std::string source(const Component& target) const {
        return fmt::format("{} descends its loss{}", pool_.symbol(target.tensor).name,
                           law_.momentum ? ", with momentum" : "");
    }

    SymbolId velocity_of(SymbolId tensor) {
        const auto found = by_tensor_.find(tensor.value);
        if (found != by_tensor_.end())
            return found->second;
        algebra::Symbol symbol = pool_.symbol(tensor);
        symbol.name = "velocity_" + symbol.name;
        const SymbolId velocity = pool_.add_symbol(std::move(symbol));
        velocities_.push_back(velocity);
        return by_tensor_.emplace(tensor.value, velocity).first->second;
    }

    Pool& pool_;
    const model::Law& law_;
    std::vector<SymbolId>& velocities_;
    std::map<std::uint32_t, SymbolId> by_tensor_;
};

} // namespace

Expr total_derivative(Pool& pool, Expr loss, SymbolId tensor, const std::vector<Place>& place,
                      std::span<const Moved> activation) {
    std::vector<Expr> terms{algebra::partial(pool, loss, tensor, place)};
    for (const Moved& moved : activation)
        terms.push_back(through(pool, loss, tensor, place, moved));
    return pool.add(std::move(terms));
}

std::vector<Moved> descent(Pool& pool, const model::Law& law, std::span<const Moved> activation,
                           std::vector<SymbolId>& velocities, Diagnostics& diagnostics) {
    std::vector<Moved> result;
    Descent descent(pool, law, velocities);
    std::map<std::uint32_t, bool> moves;
    for (const Component& target : law.components) {
        const Expr derivative = total_derivative(pool, target.value, target.tensor, target.target, activation);
        moves[target.tensor.value] |= !pool.is_zero(derivative);
        for (Moved& moved : descent.move(target, derivative))
            result.push_back(std::move(moved));
    }
    for (const auto& [tensor, moving] : moves)
        if (!moving) {
            const std::string& name = pool.symbol(SymbolId(tensor)).name;
            diagnostics.report(Code::loss_without_variable, law.span, name)
                .here("`{}` will not move", name)
                .help("let the loss contain `{}`, or let the activation read it", name);
        }
    return result;
}

} // namespace nphys::dynamics
