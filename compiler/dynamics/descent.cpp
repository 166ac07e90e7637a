#include "compiler/dynamics/descent.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "compiler/algebra/transform.h"
#include "compiler/dynamics/factored_estimate.h"
#include "compiler/dynamics/metric.h"
#include "compiler/dynamics/places.h"
#include "compiler/dynamics/simplify.h"
#include "compiler/dynamics/state_matrix.h"

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
    Descent(Motion& motion, const model::Model& model, const model::Law& law, Geometry geometry, Expr count)
        : motion_(motion), model_(model), pool_(*model.pool), law_(law), geometry_(std::move(geometry)), count_(count),
          next_stream_(model.draws.size() + motion.draws.size()) {}

    // What moves along this gradient of all components; the memory of the law stands before the variable.
    std::vector<Moved> move(const std::vector<Expr>& gradient) {
        gradient_ = gradient;
        if (law_.state_matrix) {
            state_ = state_geometry(motion_, model_, law_, gradient.front());
            directions_ = {pool_.element(state_->direction, law_.components.front().target)};
        }
        if (is_factored(law_))
            directions_ = factored_directions(motion_, model_, law_, gradient, count_);
        std::vector<Moved> all;
        for (std::size_t row = 0; row < gradient.size(); ++row) {
            const auto value = [&](std::size_t column) { return gradient[column]; };
            const Expr along = law_.joined_inverse ? joined(row, *law_.joined_inverse, value) : contracted(row, geometry_.inverse, value);
            for (Moved& moved : move(row, along))
                all.push_back(std::move(moved));
        }
        return all;
    }

private:
    std::vector<Moved> move(std::size_t row, Expr derivative) {
        const Component& target = law_.components[row];
        target_ = &target;
        result_.clear();
        const Expr direction = preconditioned(row, derivative);
        Moved moved = still(target.tensor);
        moved.rate = simplified(pool_, pool_.negate(pool_.multiply({rate(), direction})));
        add_noise(row, moved);
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

    // Σ over the columns of one row of a matrix over the components, in the indices of the row.
    template <class Value>
    Expr contracted(std::size_t row, const algebra::SymbolicMatrix& matrix, Value value) {
        std::vector<Expr> terms;
        for (std::size_t column = 0; column < matrix.size; ++column) {
            const Expr entry = matrix.at(row, column);
            if (!pool_.is_zero(entry))
                terms.push_back(pool_.multiply(
                    {entry, in_indices_of(pool_, value(column), law_.components[column].target,
                                          law_.components[row].target)}));
        }
        return pool_.add(std::move(terms));
    }

    // The same with a matrix of numbers that joins places of long indices.
    template <class Value>
    Expr joined(std::size_t row, const model::JoinedMatrix& matrix, Value value) {
        const std::vector<Place>& here = law_.components[row].target;
        std::vector<Expr> terms;
        for (std::size_t column = 0; column < law_.components.size(); ++column) {
            const auto& [entry, place] = matrix.entries[row * law_.components.size() + column];
            if (pool_.is_zero(entry))
                continue;
            Expr term = pool_.multiply({entry, in_indices_of(pool_, value(column), law_.components[column].target, place)});
            for (std::size_t slot = 0; slot < place.size(); ++slot)
                if (!place[slot].is_literal() && place[slot] != here[slot])
                    term = pool_.sum(place[slot].index, term);
            terms.push_back(term);
        }
        return pool_.add(std::move(terms));
    }

    // γ g⁻¹ L η, with white noise η of the shape of the variable.
    void add_noise(std::size_t row, Moved& moved) {
        if (state_ && state_->amplitude)
            return add_noise_of_state(moved);
        if (!geometry_.amplitude && !law_.joined_amplitude)
            return;
        const auto white = [&](std::size_t column) {
            const Component& source = law_.components[column];
            return pool_.element(white_of(source.tensor), source.target);
        };
        const Expr noise = law_.joined_amplitude ? joined(row, *law_.joined_amplitude, white) : contracted(row, *geometry_.amplitude, white);
        moved.rate = pool_.add({moved.rate, simplified(pool_, pool_.multiply({rate(), noise}))});
        moved.calculus = law_.calculus == model::Calculus::none ? model::Calculus::covariant : law_.calculus;
        if (!geometry_.log_volume.empty())
            moved.log_volume = geometry_.log_volume[row];
    }

    void add_noise_of_state(Moved& moved) {
        const std::vector<Place>& here = target_->target;
        const Place other{pool_.fresh_index(here.front().index)};
        const Expr noise = pool_.sum(other.index, pool_.multiply({pool_.element(*state_->amplitude, {here.front(), other}),
                                                                  pool_.element(white_of(target_->tensor), {other})}));
        moved.rate = pool_.add({moved.rate, pool_.multiply({rate(), noise})});
        moved.calculus = law_.calculus == model::Calculus::none ? model::Calculus::covariant : law_.calculus;
        const auto drift = [&](const std::optional<SymbolId>& tensor) {
            return tensor ? pool_.multiply({pool_.power(rate(), pool_.integer(2)), pool_.element(*tensor, here)}) : pool_.integer(0);
        };
        moved.drifts = Drifts{drift(state_->covariant), drift(state_->ito)};
    }

    SymbolId white_of(SymbolId tensor) {
        const auto [known, is_new] = white_.try_emplace(tensor.value);
        if (is_new) {
            algebra::Symbol symbol = pool_.symbol(tensor);
            symbol.name = "white_" + symbol.name;
            known->second = pool_.add_symbol(std::move(symbol));
            motion_.draws.push_back({known->second, model::Distribution::normal, model::DrawTiming::white,
                                     static_cast<std::uint32_t>(next_stream_++), {law_.span}});
        }
        return known->second;
    }

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
    Expr preconditioned(std::size_t row, Expr derivative) {
        if (!directions_.empty())
            return directions_[row];
        const std::vector<Place>& here = target_->target;
        if (law_.average)
            remember("average", next_mean(*law_.average, derivative, "average", here));
        if (!law_.estimate)
            return direction(derivative, here);
        const model::Estimate& estimate = *law_.estimate;
        if (estimate.mean)
            remember(name_of_mean(), next_mean(*estimate.mean, derivative, name_of_mean(), here));
        if (estimate.structure != model::Kept::diagonal)
            return along_joined_metric(row);
        const Expr next = next_mean(estimate.decay, pool_.power(fluctuation(derivative, here), pool_.integer(2)), covariances, here);
        remember(covariances, next);
        const Expr metric = metric_of(covariance(next));
        return pool_.divide(direction(derivative, here), metric);
    }

    // Σ over the components that κ joins with this one: (1/g)(κ) times their directions.
    Expr along_joined_metric(std::size_t row) {
        const std::vector<std::size_t> joined = joined_with(row);
        const Expr metric = metric_of(pool_.eigenvalue());
        algebra::Spectral entry{.function = pool_.power(metric, pool_.integer(-1)), .entries = {}, .directions = {}};
        for (std::size_t r = 0; r < joined.size(); ++r)
            for (std::size_t c = 0; c <= r; ++c) {
                const std::string name = fmt::format("covariance_{}", c + 1);
                const Expr first = fluctuation(gradient_here(joined[r]), place_here(joined[r]));
                const Expr product = pool_.multiply({first, fluctuation(gradient_here(joined[c]), place_here(joined[c]))});
                const Expr next = next_mean(law_.estimate->decay, product, name, place_here(joined[r]));
                if (joined[r] == row)
                    remember(name, next);
                entry.entries.push_back(covariance(next));
            }
        entry.row = static_cast<std::uint16_t>(std::ranges::find(joined, row) - joined.begin());
        if (const auto asked = law_.estimate->kept.find(target_->tensor); asked != law_.estimate->kept.end())
            keep_eigenvalue(entry, asked->second);
        std::vector<Expr> terms;
        for (std::size_t c = 0; c < joined.size(); ++c) {
            entry.column = static_cast<std::uint16_t>(c);
            terms.push_back(pool_.multiply({pool_.spectral(entry), direction(gradient_here(joined[c]), place_here(joined[c]))}));
        }
        return pool_.add(std::move(terms));
    }

    void keep_eigenvalue(algebra::Spectral of, SymbolId kept) {
        of.part = algebra::SpectralPart::value;
        of.function = {};
        Moved memory = still(kept);
        memory.next = pool_.spectral(std::move(of));
        if (std::ranges::find(motion_.velocities, kept) == motion_.velocities.end())
            motion_.velocities.push_back(kept);
        result_.push_back(std::move(memory));
    }

    // Components of the same variable at equal places of its long indices.
    [[nodiscard]] std::vector<std::size_t> joined_with(std::size_t row) const {
        std::vector<std::size_t> joined;
        for (std::size_t other = 0; other < law_.components.size(); ++other)
            if (law_.components[other].tensor == law_.components[row].tensor)
                joined.push_back(other);
        return joined;
    }

    [[nodiscard]] Expr gradient_here(std::size_t row) const {
        return in_indices_of(pool_, gradient_[row], law_.components[row].target, target_->target);
    }

    [[nodiscard]] std::vector<Place> place_here(std::size_t row) const {
        std::vector<Place> place = law_.components[row].target;
        for (std::size_t slot = 0; slot < place.size(); ++slot)
            if (!place[slot].is_literal())
                place[slot] = target_->target[slot];
        return place;
    }

    // The direction of a component with this gradient, and its fluctuation.
    Expr direction(Expr gradient, const std::vector<Place>& place) {
        return law_.average ? corrected(next_mean(*law_.average, gradient, "average", place), *law_.average) : gradient;
    }

    Expr fluctuation(Expr gradient, const std::vector<Place>& place) {
        const auto& decay = law_.estimate->mean;
        return decay ? pool_.subtract(gradient, next_mean(*decay, gradient, name_of_mean(), place)) : gradient;
    }

    [[nodiscard]] std::string name_of_mean() const {
        return law_.average && *law_.average == *law_.estimate->mean ? "average" : "mean";
    }

    [[nodiscard]] Expr covariance(Expr biased) const {
        return law_.estimate->corrected ? corrected(biased, law_.estimate->decay) : biased;
    }

    [[nodiscard]] Expr metric_of(Expr covariance) const {
        const Expr stand_in = pool_.element(law_.estimate->covariance, {});
        return algebra::replace(pool_, *law_.metric, {{stand_in.id, covariance}});
    }

    // m ← β m + (1 - β) value
    Expr next_mean(Expr decay, Expr value, const std::string& name, const std::vector<Place>& place) {
        const Expr old = pool_.element(memory_of(name), place);
        return pool_.add({pool_.multiply({decay, old}), pool_.multiply({pool_.subtract(pool_.integer(1), decay), value})});
    }

    // What a mean is kept in is made once for each name.
    void remember(const std::string& name, Expr next) {
        Moved memory = still(memory_of(name));
        memory.next = next;
        const bool is_known = std::any_of(result_.begin(), result_.end(),
                                          [&](const Moved& one) { return one.tensor == memory.tensor; });
        if (!is_known)
            result_.push_back(std::move(memory));
    }

    [[nodiscard]] Expr corrected(Expr mean, Expr decay) const {
        return pool_.divide(mean, pool_.subtract(pool_.integer(1), pool_.power(decay, count_)));
    }

    [[nodiscard]] std::string source() const {
        return fmt::format("{} descends its loss{}{}", pool_.symbol(target_->tensor).name,
                           law_.momentum || law_.nesterov ? ", with momentum" : "",
                           law_.given_metric || law_.state_matrix ? ", along its metric" : "");
    }

    SymbolId memory_of(const std::string& name) {
        const auto [known, is_new] = by_name_.try_emplace({name, target_->tensor.value});
        if (is_new) {
            algebra::Symbol symbol = pool_.symbol(target_->tensor);
            symbol.name = name + "_" + symbol.name;
            const bool is_declared = name == covariances; // so that observables can read it
            known->second = is_declared ? law_.estimate->kept.at(target_->tensor) : pool_.add_symbol(std::move(symbol));
            motion_.velocities.push_back(known->second);
        }
        return known->second;
    }

    static constexpr const char* covariances = "covariance";

    Motion& motion_;
    const model::Model& model_;
    Pool& pool_;
    const model::Law& law_;
    Geometry geometry_;
    Expr count_;
    std::optional<StateGeometry> state_;
    std::size_t next_stream_;
    std::map<std::uint32_t, SymbolId> white_; // by tensor
    std::vector<Expr> gradient_, directions_; // by component; where they are computed before
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

std::vector<Moved> descent(Motion& motion, const model::Model& model, const model::Law& law,
                           std::span<const Moved> activation, Expr count, Diagnostics& diagnostics) {
    Pool& pool = *model.pool;
    if (!check_factored(model, law, diagnostics) || !check_state_matrix(model, law, diagnostics))
        return {};
    std::optional<Geometry> metric_and_noise = geometry(model, law, diagnostics);
    if (!metric_and_noise)
        return {};
    std::vector<Expr> gradient;
    std::map<std::uint32_t, bool> moves;
    for (const Component& target : law.components) {
        gradient.push_back(total_derivative(pool, target.value, target.tensor, target.target, activation));
        moves[target.tensor.value] |= !pool.is_zero(gradient.back()) || law.given_noise || (law.state_matrix && law.state_matrix->amplitude);
    }
    std::vector<Moved> result = Descent(motion, model, law, std::move(*metric_and_noise), count).move(gradient);
    for (const auto& [tensor, moving] : moves)
        if (!moving) {
            const std::string& name = pool.symbol(SymbolId(tensor)).name;
            diagnostics.report(Code::loss_without_variable, law.span, name)
                .here("`{}` will not move", name)
                .help("let the loss contain `{}`, or let the activation read it", name);
        }
    return result;
}

std::vector<Moved> descent_by_gradients(Motion& motion, const model::Model& model, const model::Law& law,
                                        Diagnostics& diagnostics) {
    Pool& pool = *model.pool;
    if (!check_factored(model, law, diagnostics) || !check_state_matrix(model, law, diagnostics))
        return {};
    std::optional<Geometry> metric_and_noise = geometry(model, law, diagnostics);
    if (!metric_and_noise)
        return {};
    std::vector<Expr> gradient;
    std::map<std::uint32_t, SymbolId> gradients; // by tensor
    for (const Component& target : law.components) {
        const auto [known, is_new] = gradients.try_emplace(target.tensor.value);
        if (is_new) {
            algebra::Symbol symbol = pool.symbol(target.tensor);
            symbol.name = "gradient_" + symbol.name;
            known->second = pool.add_symbol(std::move(symbol));
        }
        motion.gradients.push_back({{known->second, target.target, target.value}, target.tensor, law.backprop, law.span});
        gradient.push_back(pool.element(known->second, target.target));
    }
    const Expr count = pool.add({pool.divide(pool.time(), pool.step()), pool.integer(1)});
    return Descent(motion, model, law, std::move(*metric_and_noise), count).move(gradient);
}

} // namespace nphys::dynamics
