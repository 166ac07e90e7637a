#include "compiler/dynamics/factored_estimate.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "compiler/algebra/transform.h"
#include "compiler/dynamics/places.h"

namespace nphys::dynamics {

namespace {

using Places = std::vector<Place>;

// What is done for one variable of the law.
class Factored {
public:
    Factored(Motion& motion, const model::Model& model, const model::Law& law, SymbolId variable, Expr count)
        : motion_(motion), pool_(*model.pool), law_(law), estimate_(*law.estimate), variable_(variable), count_(count),
          copies_(model.run.copies), slots_(pool_.symbol(variable).slots) {}

    // The tensor of the directions.
    SymbolId run(const std::vector<Component>& gradient) {
        const SymbolId given = shaped("gradient"), fluctuation = estimate_.mean ? shaped("fluctuation") : given;
        Update take{.label = "the gradient", .assignments = {}};
        for (const Component& component : gradient)
            take.assignments.push_back({given, component.target, component.value});
        motion_.before_learning.emplace_back(std::move(take));
        const SymbolId mean = estimate_.mean ? running_mean(name_of_mean(), *estimate_.mean, given) : given;
        const SymbolId average = !law_.average ? given : is_known("average") ? memory("average") : running_mean("average", *law_.average, given);
        if (estimate_.mean)
            assign("its fluctuation", fluctuation, [&](const Places& at) {
                const Expr value = pool_.element(given, at);
                return pool_.subtract(value, pool_.element(mean, at));
            });
        if (slots_.empty())
            estimate_of_number(fluctuation);
        for (std::size_t slot = 0; slot < slots_.size(); ++slot)
            estimate(slot, fluctuation);
        SymbolId turned = average;
        for (std::size_t slot = 0; slot < slots_.size(); ++slot)
            turned = rotated(turned, slot, false);
        if (const auto asked = estimate_.kept.find(variable_); asked != estimate_.kept.end()) {
            motion_.velocities.push_back(asked->second);
            assign("eigenvalues of the estimate", asked->second, [&](const Places& at) { return eigenvalue(at); });
        }
        const SymbolId scaled = shaped("scaled");
        assign("by the metric of its eigenvalues", scaled, [&](const Places& at) {
            const Expr along = pool_.element(turned, at);
            return pool_.divide(along, metric(at));
        });
        turned = scaled;
        for (std::size_t slot = 0; slot < slots_.size(); ++slot)
            turned = rotated(turned, slot, true);
        return turned;
    }

private:
    // ---- Tensors ----

    SymbolId made(const std::string& name, std::vector<algebra::Slot> slots) {
        algebra::Symbol symbol{.name = name + "_" + pool_.symbol(variable_).name, .slots = std::move(slots)};
        symbol.row_slots = symbol.slots.size();
        return pool_.add_symbol(std::move(symbol));
    }

    SymbolId temporary(const std::string& name, std::vector<algebra::Slot> slots) {
        const SymbolId tensor = made(name, std::move(slots));
        motion_.temporaries.push_back(tensor);
        return tensor;
    }

    SymbolId shaped(const std::string& name) { return temporary(name, slots_); }

    SymbolId memory(const std::string& name) { return memories_.at(name); }
    [[nodiscard]] bool is_known(const std::string& name) const { return memories_.contains(name); }

    SymbolId remembered(const std::string& name, std::vector<algebra::Slot> slots) {
        const SymbolId tensor = made(name, std::move(slots));
        motion_.velocities.push_back(tensor);
        return memories_[name] = tensor;
    }

    // ---- Actions ----

    template <class Value>
    void assign(std::string label, SymbolId tensor, Value value) {
        Update update{.label = std::move(label), .assignments = {}};
        for (const Places& target : all_targets(pool_, tensor))
            update.assignments.push_back({tensor, target, value(target)});
        motion_.before_learning.emplace_back(std::move(update));
    }

    // β old + (1 - β) value
    Expr next_mean(Expr decay, Expr old, Expr value) {
        return pool_.add({pool_.multiply({decay, old}), pool_.multiply({pool_.subtract(pool_.integer(1), decay), value})});
    }

    [[nodiscard]] std::string name_of_mean() const { return law_.average && *law_.average == *estimate_.mean ? "average" : "mean"; }

    SymbolId running_mean(const std::string& name, Expr decay, SymbolId given) {
        const SymbolId tensor = remembered(name, slots_);
        assign("its running mean", tensor, [&](const Places& at) { return next_mean(decay, pool_.element(tensor, at), pool_.element(given, at)); });
        return tensor;
    }

    // C_s and its eigensystem.
    void estimate(std::size_t slot, SymbolId fluctuation) {
        const std::vector<algebra::Slot> square{slots_[slot], slots_[slot]};
        const SymbolId covariance = remembered(fmt::format("covariance_{}", slot + 1), square);
        assign(fmt::format("covariance of slot {}", slot + 1), covariance, [&](const Places& at) {
            Places left = open_places(slot), right = left;
            left[slot] = at[0];
            right[slot] = at[1];
            const Expr first = pool_.element(fluctuation, left);
            Expr sum = pool_.multiply({first, pool_.element(fluctuation, right)});
            for (std::size_t other = 0; other < slots_.size(); ++other)
                if (other != slot)
                    sum = pool_.sum(left[other].index, sum);
            return next_mean(estimate_.decay, pool_.element(covariance, at), sum);
        });
        const SymbolId vectors = temporary(fmt::format("eigenvectors_{}", slot + 1), square);
        const SymbolId values = temporary(fmt::format("eigenvalues_{}", slot + 1), {slots_[slot]});
        assign("the matrix whose eigenvectors are wanted", vectors, [&](const Places& at) { return pool_.element(covariance, at); });
        const std::int64_t one = 1, size = slots_[slot].last - slots_[slot].first + 1;
        motion_.before_learning.emplace_back(Service{"nphys_eigensystems", {vectors, values, one, size, copies_}});
        vectors_.push_back(vectors);
        values_.push_back(values);
        covariances_.push_back(covariance);
    }

    void estimate_of_number(SymbolId fluctuation) {
        covariances_.push_back(remembered("covariance", {}));
        assign("its variance", covariances_.front(), [&](const Places& at) {
            const Expr square = pool_.power(pool_.element(fluctuation, at), pool_.integer(2));
            return next_mean(estimate_.decay, pool_.element(covariances_.front(), at), square);
        });
    }

    // An index variable for each slot but one.
    Places open_places(std::size_t without) {
        Places places(slots_.size());
        for (std::size_t slot = 0; slot < slots_.size(); ++slot)
            if (slot != without)
                places[slot] = Place{any_place(slot)};
        return places;
    }

    algebra::IndexId any_place(std::size_t slot) { return pool_.add_index({"k", slots_[slot].space, slots_[slot].first, slots_[slot].last}); }

    // Σ_k E[k, n] x[k], or back, Σ_k E[n, k] x[k].
    SymbolId rotated(SymbolId from, std::size_t slot, bool back) {
        const SymbolId into = shaped(fmt::format("{}_{}", back ? "turned_back" : "turned", slot + 1));
        assign(back ? "back" : "along eigenvectors", into, [&](const Places& at) {
            Places source = at;
            source[slot] = Place{any_place(slot)};
            const Expr entry = pool_.element(vectors_[slot], back ? Places{at[slot], source[slot]} : Places{source[slot], at[slot]});
            return pool_.sum(source[slot].index, pool_.multiply({entry, pool_.element(from, source)}));
        });
        return into;
    }

    // Round-off alone makes eigenvalues of a covariance negative; without fluctuations all are 0.
    Expr eigenvalue(const Places& at) {
        const Expr zero = pool_.integer(0);
        std::vector<Expr> factors;
        for (std::size_t slot = 0; slot < slots_.size(); ++slot)
            factors.push_back(pool_.apply(algebra::Op::max, {pool_.element(values_[slot], {at[slot]}), zero}));
        Expr eigenvalue = slots_.empty() ? pool_.element(covariances_.front(), {}) : pool_.multiply(std::move(factors));
        if (slots_.size() > 1) {
            const algebra::IndexId k = any_place(0);
            const Expr trace = pool_.sum(k, pool_.element(covariances_[0], {Place{k}, Place{k}}));
            const Expr is_nothing = pool_.apply(algebra::Op::equal, {trace, zero});
            const auto others = static_cast<std::int64_t>(slots_.size()) - 1;
            eigenvalue = pool_.divide(eigenvalue, pool_.power(pool_.select(is_nothing, pool_.integer(1), trace), pool_.integer(others)));
        }
        return estimate_.corrected ? pool_.divide(eigenvalue, correction(estimate_.decay)) : eigenvalue;
    }

    // f at an eigenvalue of κ.
    Expr metric(const Places& at) {
        const Expr stand_in = pool_.element(estimate_.covariance, {});
        const Expr value = algebra::replace(pool_, *law_.metric, {{stand_in.id, eigenvalue(at)}});
        return law_.average ? pool_.multiply({value, correction(*law_.average)}) : value;
    }

    Expr correction(Expr decay) { return pool_.subtract(pool_.integer(1), pool_.power(decay, count_)); }

    Motion& motion_;
    Pool& pool_;
    const model::Law& law_;
    const model::Estimate& estimate_;
    SymbolId variable_;
    Expr count_;
    std::int64_t copies_; // of an ensemble: they stand innermost
    std::vector<algebra::Slot> slots_;
    std::map<std::string, SymbolId> memories_;
    std::vector<SymbolId> vectors_, values_, covariances_; // by slot
};

} // namespace

bool is_factored(const model::Law& law) {
    using model::Kept;
    if (!law.estimate || law.estimate->structure == Kept::diagonal || law.estimate->structure == Kept::block)
        return false;
    return std::ranges::any_of(law.components, [&](const Component& component) {
        const auto is_long = [](const Place& place) { return !place.is_literal(); };
        return law.estimate->structure == Kept::kronecker ? component.target.size() > 1 || std::ranges::any_of(component.target, is_long)
                                                     : std::ranges::any_of(component.target, is_long);
    });
}

bool check_factored(const model::Model& model, const model::Law& law, Diagnostics& diagnostics) {
    if (!is_factored(law))
        return true;
    const Pool& pool = *model.pool;
    const std::string& noise = pool.symbol(law.estimate->covariance).name;
    for (const Component& component : law.components) {
        const algebra::Symbol& symbol = pool.symbol(component.tensor);
        double places = 1;
        for (const algebra::Slot& slot : symbol.slots) {
            places *= static_cast<double>(slot.last - slot.first + 1);
            if (!pool.space(slot.space).is_lattice() && pool.space(slot.space).axes.size() == 1)
                continue;
            diagnostics.report(Code::estimate_over_sites, law.span, noise).help("estimate `{} block`", noise);
            return false;
        }
        if (law.estimate->structure != model::Kept::full || symbol.slots.size() < 2)
            continue;
        diagnostics.report(Code::estimate_of_several_slots, law.span, noise, places, symbol.name).help("estimate `{} kronecker`", noise);
        return false;
    }
    return true;
}

std::vector<Expr> factored_directions(Motion& motion, const model::Model& model, const model::Law& law,
                                      const std::vector<Expr>& gradient, Expr count) {
    std::map<std::uint32_t, SymbolId> directions; // by variable
    for (const Component& component : law.components) {
        if (directions.contains(component.tensor.value))
            continue;
        std::vector<Component> own;
        for (std::size_t row = 0; row < gradient.size(); ++row)
            if (law.components[row].tensor == component.tensor)
                own.push_back({component.tensor, law.components[row].target, gradient[row]});
        directions.emplace(component.tensor.value, Factored(motion, model, law, component.tensor, count).run(own));
    }
    std::vector<Expr> result;
    for (const Component& component : law.components)
        result.push_back(model.pool->element(directions.at(component.tensor.value), component.target));
    return result;
}

} // namespace nphys::dynamics
