#include "compiler/dynamics/descent.h"

#include <algorithm>
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
    // `count`: how many steps learning has done when this one is done.
    Descent(Pool& pool, const model::Law& law, std::vector<SymbolId>& memory, Expr count)
        : pool_(pool), law_(law), memory_(memory), count_(count) {}

    // What moves, the memory of the law before the variable.
    std::vector<Moved> move(const Component& target, Expr derivative) {
        target_ = &target;
        result_.clear();
        const Expr direction = preconditioned(derivative);
        Moved moved = still(target.tensor);
        moved.rate = simplified(pool_, pool_.negate(pool_.multiply({rate(), direction})));
        const Expr old = pool_.element(target.tensor, target.target);
        if (law_.shrink)
            moved.rate = pool_.subtract(moved.rate, pool_.multiply({rate(), *law_.shrink, old}));
        if (!law_.momentum && !law_.nesterov)
            moved.next = simplified(pool_, pool_.add({old, moved.rate}));
        else
            with_velocity(moved, old);
        result_.push_back(std::move(moved));
        return std::move(result_);
    }

private:
    [[nodiscard]] Expr rate() const { return law_.rate ? *law_.rate : pool_.integer(1); }

    [[nodiscard]] Moved still(SymbolId tensor) const {
        return {.tensor = tensor,
                .target = target_->target,
                .rate = pool_.integer(0),
                .next = {},
                .next_in_place = {},
                .dynamics = law_.dynamics,
                .with_momentum = law_.momentum.has_value(),
                .source = source(),
                .span = law_.span};
    }

    // v ← μ v - γ d, q ← q + v with the new v; nesterov: q ← q + μ v - γ d.
    void with_velocity(Moved& moved, Expr old) {
        const Expr factor = law_.momentum ? *law_.momentum : *law_.nesterov;
        Moved velocity = moved;
        velocity.tensor = memory_of("velocity");
        const Expr stored = pool_.element(velocity.tensor, target_->target);
        velocity.next = pool_.add({pool_.multiply({factor, stored}), moved.rate});
        const auto step = [&](Expr now) {
            return law_.nesterov ? pool_.add({old, pool_.multiply({factor, now}), moved.rate}) : pool_.add({old, now});
        };
        moved.next = step(*velocity.next);
        moved.next_in_place = step(stored);
        result_.push_back(std::move(velocity));
    }

    // The gradient, or its running mean, by the metric of the estimated covariance.
    Expr preconditioned(Expr derivative) {
        const Expr direction = law_.average ? corrected(mean(*law_.average, derivative, "average"), *law_.average) : derivative;
        if (!law_.estimate)
            return direction;
        const model::Estimate& estimate = *law_.estimate;
        Expr fluctuation = derivative;
        if (estimate.mean) {
            const bool is_known = law_.average && *law_.average == *estimate.mean;
            fluctuation = pool_.subtract(derivative, mean(*estimate.mean, derivative, is_known ? "average" : "mean"));
        }
        const Expr square = pool_.power(fluctuation, pool_.integer(2));
        const Expr biased = mean(estimate.decay, square, "covariance");
        const Expr covariance = estimate.corrected ? corrected(biased, estimate.decay) : biased;
        const Expr stand_in = pool_.element(estimate.covariance, {});
        return pool_.divide(direction, algebra::replace(pool_, *law_.metric, {{stand_in.id, covariance}}));
    }

    // m ← β m + (1 - β) value, and the new m. What it is kept in is made once for each name.
    Expr mean(Expr decay, Expr value, const std::string& name) {
        Moved memory = still(memory_of(name));
        const Expr old = pool_.element(memory.tensor, target_->target);
        memory.next = pool_.add({pool_.multiply({decay, old}),
                                 pool_.multiply({pool_.subtract(pool_.integer(1), decay), value})});
        const Expr next = *memory.next;
        const bool is_known = std::any_of(result_.begin(), result_.end(),
                                          [&](const Moved& one) { return one.tensor == memory.tensor; });
        if (!is_known)
            result_.push_back(std::move(memory));
        return next;
    }

    [[nodiscard]] Expr corrected(Expr mean, Expr decay) const {
        return pool_.divide(mean, pool_.subtract(pool_.integer(1), pool_.power(decay, count_)));
    }

    [[nodiscard]] std::string source() const {
        return fmt::format("{} descends its loss{}", pool_.symbol(target_->tensor).name,
                           law_.momentum || law_.nesterov ? ", with momentum" : "");
    }

    SymbolId memory_of(const std::string& name) {
        const auto [known, is_new] = by_name_.try_emplace({name, target_->tensor.value});
        if (is_new) {
            algebra::Symbol symbol = pool_.symbol(target_->tensor);
            symbol.name = name + "_" + symbol.name;
            known->second = pool_.add_symbol(std::move(symbol));
            memory_.push_back(known->second);
        }
        return known->second;
    }

    Pool& pool_;
    const model::Law& law_;
    std::vector<SymbolId>& memory_;
    Expr count_;
    const Component* target_ = nullptr;
    std::vector<Moved> result_;
    std::map<std::pair<std::string, std::uint32_t>, SymbolId> by_name_;
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
                           std::vector<SymbolId>& velocities, Expr count, Diagnostics& diagnostics) {
    std::vector<Moved> result;
    Descent descent(pool, law, velocities, count);
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

std::vector<Moved> descent_by_gradients(Pool& pool, const model::Law& law, Motion& motion) {
    std::vector<Moved> result;
    const Expr count = pool.add({pool.divide(pool.time(), pool.step()), pool.integer(1)});
    Descent descent(pool, law, motion.velocities, count);
    std::map<std::uint32_t, SymbolId> gradients; // by tensor
    for (const Component& target : law.components) {
        const auto [known, is_new] = gradients.try_emplace(target.tensor.value);
        if (is_new) {
            algebra::Symbol symbol = pool.symbol(target.tensor);
            symbol.name = "gradient_" + symbol.name;
            known->second = pool.add_symbol(std::move(symbol));
        }
        motion.gradients.push_back({{known->second, target.target, target.value}, target.tensor, law.backprop, law.span});
        for (Moved& moved : descent.move(target, pool.element(known->second, target.target)))
            result.push_back(std::move(moved));
    }
    return result;
}

} // namespace nphys::dynamics
