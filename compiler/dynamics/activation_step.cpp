#include "compiler/dynamics/activation_step.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "compiler/algebra/transform.h"
#include "compiler/dynamics/places.h"
#include "compiler/dynamics/simplify.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::dynamics {

namespace {

using Targets = std::vector<std::vector<Place>>;

bool holds_sum(const Pool& pool, Expr expression) {
    if (pool.get<algebra::Reduce>(expression) != nullptr)
        return true;
    const auto* product = pool.get<algebra::Multiply>(expression);
    return product != nullptr && std::any_of(product->factors.begin(), product->factors.end(), [&](Expr factor) {
        return pool.get<algebra::Reduce>(factor) != nullptr;
    });
}

// Puts symbols for the largest parts of a formula that are sums of many terms.
class Splitter {
public:
    Splitter(Pool& pool, std::vector<Component>& sums) : pool_(pool), sums_(sums) {}

    Expr operator()(Expr formula) {
        std::unordered_map<std::uint32_t, Expr> values;
        look(formula, values);
        return algebra::replace(pool_, formula, values);
    }

private:
    void look(Expr expression, std::unordered_map<std::uint32_t, Expr>& values) {
        if (pool_.facts(expression).reductions == 0 || values.contains(expression.id))
            return;
        if (is_part(expression)) {
            values.emplace(expression.id, symbol_for(expression));
            return;
        }
        std::vector<Expr> children;
        if (const auto* sum = pool_.get<algebra::Add>(expression))
            children = sum->terms;
        else if (const auto* product = pool_.get<algebra::Multiply>(expression))
            children = product->factors;
        else if (const auto* power = pool_.get<algebra::Power>(expression))
            children = {power->base, power->exponent};
        else if (const auto* apply = pool_.get<algebra::Apply>(expression))
            children = apply->arguments;
        else if (const auto* spectral = pool_.get<algebra::Spectral>(expression))
            children = spectral->entries;
        else if (const auto* select = pool_.get<algebra::Select>(expression))
            children = {select->condition, select->chosen, select->otherwise};
        for (const Expr child : children)
            look(child, values);
    }

    [[nodiscard]] bool is_part(Expr expression) const {
        const auto* sum = pool_.get<algebra::Add>(expression);
        return holds_sum(pool_, expression) ||
               (sum != nullptr && std::any_of(sum->terms.begin(), sum->terms.end(),
                                              [&](Expr term) { return holds_sum(pool_, term); }));
    }

    Expr symbol_for(Expr part) {
        for (const Component& known : sums_)
            if (known.value == part)
                return pool_.element(known.tensor, known.target);
        algebra::Symbol symbol;
        symbol.name = fmt::format("input_{}", sums_.size() + 1);
        Component component{{}, {}, part};
        for (const algebra::IndexId index : algebra::dependence(pool_, part).free_indices) {
            const algebra::Index& of = pool_.index(index);
            symbol.slots.push_back({of.space, of.first, of.last});
            component.target.push_back(Place{index});
        }
        symbol.row_slots = symbol.slots.size();
        component.tensor = pool_.add_symbol(std::move(symbol));
        sums_.push_back(component);
        return pool_.element(component.tensor, component.target);
    }

    Pool& pool_;
    std::vector<Component>& sums_;
};

class Former {
public:
    Former(Pool& pool, const model::Showing& showing, std::int64_t before)
        : pool_(pool), showing_(showing), now_(pool.add({pool.time(), pool.integer(before)})),
          reached_(pool.add({pool.time(), pool.integer(before + 1)})) {}

    StepForm run() {
        for (const SymbolId neuron : showing_.neurons)
            if (moves(neuron))
                form_.neurons.push_back(neuron);
        Splitter split(pool_, form_.sums);
        for (const Component& law : showing_.activation) {
            const Expr value = split(simplified(pool_, at_time(pool_, law.value, now_)));
            if (pool_.get<algebra::Apply>(value) != nullptr)
                form_.known.push_back({value, law.tensor, law.target});
            add_pieces(law.tensor, law.target, value);
        }
        for (const SymbolId neuron : form_.neurons)
            for (const std::vector<Place>& target : without_laws(neuron))
                add_pieces(neuron, target, pool_.element(neuron, target));
        for (std::size_t n = 0; n < showing_.driven.size(); ++n) {
            const model::DrivenComponent& drive = showing_.driven[n];
            if (!drive.condition)
                for (const std::vector<Place>& target : less_drives(drive.component.tensor, {drive.component.target}, n + 1))
                    add(drive.component, target, at_time(pool_, drive.component.value, reached_), n + 1);
        }
        return std::move(form_);
    }

private:
    [[nodiscard]] bool moves(SymbolId neuron) const {
        return std::any_of(showing_.activation.begin(), showing_.activation.end(),
                           [&](const Component& law) { return law.tensor == neuron; }) ||
               std::any_of(showing_.driven.begin(), showing_.driven.end(),
                           [&](const model::DrivenComponent& drive) { return drive.component.tensor == neuron; });
    }

    [[nodiscard]] Targets less(SymbolId tensor, const Targets& targets, const std::vector<Place>& taken) const {
        Targets rest;
        for (const std::vector<Place>& target : targets)
            for (std::vector<Place>& piece : difference(pool_, tensor, target, taken))
                rest.push_back(std::move(piece));
        return rest;
    }

    // Less what the drives from the n-th on take, whatever else holds.
    [[nodiscard]] Targets less_drives(SymbolId tensor, Targets targets, std::size_t n) const {
        for (; n < showing_.driven.size(); ++n)
            if (!showing_.driven[n].condition && showing_.driven[n].component.tensor == tensor)
                targets = less(tensor, targets, showing_.driven[n].component.target);
        return targets;
    }

    [[nodiscard]] Targets without_laws(SymbolId tensor) const {
        Targets targets = all_targets(pool_, tensor);
        for (const Component& law : showing_.activation)
            if (law.tensor == tensor)
                targets = less(tensor, targets, law.target);
        return targets;
    }

    void add_pieces(SymbolId tensor, const std::vector<Place>& target, Expr value) {
        for (const std::vector<Place>& piece : less_drives(tensor, {target}, 0))
            add({tensor, target, value}, piece, value, 0);
    }

    // A component at a part of its places; conditional drives from the n-th on have their say.
    void add(const Component& whole, const std::vector<Place>& target, Expr value, std::size_t n) {
        algebra::Substitution renamed;
        for (std::size_t slot = 0; slot < target.size(); ++slot)
            if (!whole.target[slot].is_literal() && !(whole.target[slot] == target[slot]))
                renamed.emplace_back(whole.target[slot].index, target[slot]);
        Expr here = renamed.empty() ? value : algebra::substitute(pool_, value, renamed);
        for (; n < showing_.driven.size(); ++n)
            here = driven(whole.tensor, target, here, showing_.driven[n]);
        form_.next.push_back({whole.tensor, target, here});
    }

    Expr driven(SymbolId tensor, const std::vector<Place>& target, Expr value, const model::DrivenComponent& drive) {
        if (!drive.condition || drive.component.tensor != tensor)
            return value;
        const auto common = meeting(pool_, tensor, target, drive.component.target);
        if (!common)
            return value;
        const auto here = [&](Expr expression) {
            return at_time(pool_, algebra::substitute(pool_, expression, common->second_to_first), reached_);
        };
        const Expr condition = pool_.multiply({common->condition, here(*drive.condition)});
        return pool_.select(condition, here(drive.component.value), value);
    }

    Pool& pool_;
    const model::Showing& showing_;
    Expr now_, reached_;
    StepForm form_;
};

} // namespace

StepForm step_form(Pool& pool, const model::Showing& showing, std::int64_t before) {
    return Former(pool, showing, before).run();
}

std::vector<Component> start_values(Pool& pool, const model::Showing& showing, bool carry) {
    std::vector<Component> result;
    if (!carry) {
        for (const SymbolId neuron : showing.neurons)
            for (std::vector<Place>& target : all_targets(pool, neuron))
                result.push_back({neuron, std::move(target), pool.integer(0)});
        for (const Component& initial : showing.initial)
            result.push_back({initial.tensor, initial.target, at_time(pool, initial.value, pool.integer(0))});
    }
    for (const model::DrivenComponent& drive : showing.driven) {
        const Expr old = pool.element(drive.component.tensor, drive.component.target);
        result.push_back({drive.component.tensor, drive.component.target,
                          drive.condition ? pool.select(*drive.condition, drive.component.value, old)
                                          : drive.component.value});
    }
    return result;
}

bool depends_on_time(const Pool& pool, const model::Showing& showing) {
    const auto timed = [&](Expr expression) { return pool.facts(expression).time; };
    return std::any_of(showing.activation.begin(), showing.activation.end(),
                       [&](const Component& law) { return timed(law.value); }) ||
           std::any_of(showing.driven.begin(), showing.driven.end(), [&](const model::DrivenComponent& drive) {
               return timed(drive.component.value) || (drive.condition && timed(*drive.condition));
           });
}

} // namespace nphys::dynamics
