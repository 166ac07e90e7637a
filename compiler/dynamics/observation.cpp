#include "compiler/dynamics/observation.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/algebra/transform.h"
#include "compiler/dynamics/bins.h"
#include "compiler/dynamics/copies.h"

namespace nphys::dynamics {

namespace {

using algebra::IndexId;
using algebra::Place;
using algebra::Pool;
using model::Statistic;
using model::StatisticKind;

class Observation {
public:
    Observation(const model::Model& model, Program& program) : model_(model), program_(program), pool_(*program.pool) {}

    void run() {
        for (const Statistic& statistic : model_.statistics)
            add(statistic);
        add_values();
        if (program_.copies)
            add_deviations();
    }

private:
    void update(const std::string& label, std::vector<Component> assignments) {
        if (!assignments.empty())
            program_.observe.emplace_back(Update{label, std::move(assignments)});
    }

    SymbolId output(const std::string& name, const std::vector<algebra::Slot>& slots) {
        const SymbolId symbol = pool_.add_symbol({.name = name, .slots = slots, .row_slots = slots.size()});
        program_.outputs.push_back(symbol);
        return symbol;
    }

    [[nodiscard]] std::int64_t copies() const { return program_.copies ? program_.copies->number : 1; }
    [[nodiscard]] bool differs(Expr value) const {
        return program_.copies && pool_.has_index(value, program_.copies->index);
    }
    [[nodiscard]] Expr gathered(Expr value, Expr divisor) {
        return pool_.divide(pool_.sum(program_.copies->index, value), divisor);
    }
    // Of a density, the integral over its grid.
    [[nodiscard]] bool is_of_place(Expr value) const { return model_.level && pool_.has_index(value, model_.level->cell); }
    [[nodiscard]] Expr integral(Expr value) {
        return pool_.sum(model_.level->cell, pool_.multiply({*model_.level->weight, value}));
    }
    [[nodiscard]] Expr mean(Expr value) {
        if (is_of_place(value))
            return integral(value);
        return differs(value) ? gathered(value, pool_.integer(copies())) : value;
    }

    // ---- Statistics -----------------------------------------------------------------------------------------------------

    [[nodiscard]] Expr argument(const Statistic& statistic, std::size_t k) {
        return in_copy(program_, statistic.arguments[k]);
    }
    [[nodiscard]] Expr value_of(const Statistic& statistic, std::vector<Place> places) {
        return pool_.element(statistic.symbol, std::move(places));
    }
    [[nodiscard]] const std::string& name(const Statistic& statistic) const { return pool_.symbol(statistic.symbol).name; }

    void add(const Statistic& statistic) {
        switch (statistic.kind) {
        case StatisticKind::mean:
        case StatisticKind::test: // the model has put what stands for it
            return add(statistic, mean(argument(statistic, 0)));
        case StatisticKind::variance:
        case StatisticKind::covariance:
            add_centres(statistic);
            return add(statistic, model_.level ? mean(product_of_deviations(statistic))
                                               : gathered(product_of_deviations(statistic), pool_.integer(copies() - 1)));
        case StatisticKind::quantile:
            return add_quantile(statistic);
        case StatisticKind::histogram:
            return model_.level ? add_shares(statistic) : add_histogram(statistic);
        case StatisticKind::spectrum:
            return add_spectrum(statistic);
        }
    }

    // The bins of a density: a coordinate is spread over its cell, any other number stands at its middle.
    void add_shares(const Statistic& statistic) {
        const algebra::Slot slot = pool_.symbol(statistic.symbol).slots.back();
        Place bin;
        bin.index = pool_.add_index({"bin", slot.space, slot.first, slot.last});
        Bins bins(pool_, statistic, bin);
        const Expr value = statistic.arguments.front();
        const auto* coordinate = pool_.get<algebra::Coordinate>(value);
        const Expr share = coordinate == nullptr ? bins.holds(value)
                                                 : bins.share(value, pool_.space(model_.level->grid).axes[coordinate->axis].spacing / 2);
        std::vector<Place> places = statistic.target;
        places.push_back(bin);
        program_.outputs.push_back(statistic.symbol);
        update(name(statistic), {{statistic.symbol, places, pool_.divide(integral(share), pool_.real(bins.width()))}});
    }

    void add(const Statistic& statistic, Expr value) {
        program_.outputs.push_back(statistic.symbol);
        update(name(statistic), {{statistic.symbol, statistic.target, value}});
    }

    // The means that a variance or covariance is taken about, in tensors of their own: sums of squares of small numbers.
    void add_centres(const Statistic& statistic) {
        std::vector<Component> assignments;
        for (std::size_t k = 0; k < statistic.arguments.size(); ++k) {
            const SymbolId centre = output("mean of " + name(statistic), pool_.symbol(statistic.symbol).slots);
            beside_[statistic.symbol].push_back(centre);
            assignments.push_back({centre, statistic.target, mean(argument(statistic, k))});
        }
        update("means", std::move(assignments));
    }

    // (x - <x>)(y - <y>)
    [[nodiscard]] Expr product_of_deviations(const Statistic& statistic) {
        const auto deviation = [&](std::size_t k) {
            return pool_.subtract(argument(statistic, k),
                                  pool_.element(beside_.at(statistic.symbol)[k], statistic.target));
        };
        return pool_.multiply({deviation(0), deviation(statistic.arguments.size() - 1)});
    }

    // The values of all copies, side by side.
    SymbolId add_samples(const Statistic& statistic) {
        std::vector<algebra::Slot> slots;
        for (std::size_t k = 0; k < statistic.target.size(); ++k)
            slots.push_back(pool_.symbol(statistic.symbol).slots[k]);
        slots.push_back({program_.copies->space, 1, copies()});
        const SymbolId samples = output("samples of " + name(statistic), slots);
        std::vector<Place> places = statistic.target;
        places.emplace_back().index = program_.copies->index;
        update("samples", {{samples, places, argument(statistic, 0)}});
        return samples;
    }

    [[nodiscard]] std::int64_t rows(const Statistic& statistic) const {
        std::int64_t product = 1;
        for (const Place& place : statistic.target)
            product *= pool_.places(place.index);
        return product;
    }

    // Beside the quantile stands the inverse of the density there, which its error is made of.
    void add_quantile(const Statistic& statistic) {
        const SymbolId samples = add_samples(statistic);
        program_.outputs.push_back(statistic.symbol);
        const SymbolId sparsity = output("sparsity at " + name(statistic), pool_.symbol(statistic.symbol).slots);
        beside_[statistic.symbol] = {sparsity};
        program_.observe.emplace_back(Service{"nphys_quantile",
                                              {samples, rows(statistic), copies(), statistic.numbers.front(),
                                               statistic.symbol, sparsity}});
    }

    void add_histogram(const Statistic& statistic) {
        const SymbolId samples = add_samples(statistic);
        program_.outputs.push_back(statistic.symbol);
        program_.observe.emplace_back(Service{"nphys_histogram",
                                              {samples, rows(statistic), copies(), statistic.bins,
                                               statistic.numbers.front(), statistic.numbers.back(), statistic.symbol}});
    }

    // Of each copy, where they differ.
    void add_spectrum(const Statistic& statistic) {
        const bool differ = differs(argument(statistic, 0)) || differs(argument(statistic, 1));
        const Place site = statistic.target.back();
        const algebra::Space& lattice = pool_.space(pool_.index(site.index).space);
        std::int64_t extents[algebra::max_axes] = {1, 1, 1, 1}, antiperiodic = 0;
        for (std::size_t axis = 0; axis < lattice.axes.size(); ++axis) {
            extents[axis] = lattice.axes[axis].extent;
            antiperiodic |= lattice.axes[axis].edge == algebra::Edge::antiperiodic ? 1 << axis : 0;
        }
        const std::int64_t sites = lattice.size();
        const SymbolId fields = add_fields(statistic, differ);
        SymbolId powers = statistic.symbol;
        if (differ) {
            algebra::Symbol symbol = pool_.symbol(powers);
            symbol.slots.push_back({program_.copies->space, 1, copies()});
            symbol.row_slots = symbol.slots.size();
            powers = program_.copies->of[powers] = pool_.add_symbol(std::move(symbol));
        }
        program_.outputs.push_back(powers);
        program_.observe.emplace_back(Service{"nphys_power_spectrum",
                                              {fields, rows(statistic) / sites, extents[0], extents[1], extents[2], extents[3],
                                               antiperiodic, differ ? copies() : 1, powers}});
    }

    // Real and imaginary parts of all copies: one more slot for the part.
    SymbolId add_fields(const Statistic& statistic, bool differ) {
        algebra::Space parts;
        parts.axes = {{.coordinate = "", .first = 1, .extent = 2}};
        std::vector<Place> places = statistic.target;
        std::vector<algebra::Slot> slots;
        for (const Place& place : places) {
            const algebra::Index& index = pool_.index(place.index);
            slots.push_back({index.space, index.first, index.last});
        }
        slots.push_back({pool_.add_space(std::move(parts)), 1, 2});
        places.emplace_back();
        if (differ) {
            slots.push_back({program_.copies->space, 1, copies()});
            places.emplace_back().index = program_.copies->index;
        }
        const SymbolId fields = output("fields of " + name(statistic), slots);
        std::vector<Component> assignments;
        for (std::size_t part = 0; part < 2; ++part) {
            places[statistic.target.size()].offset[0] = static_cast<std::int64_t>(part) + 1;
            assignments.push_back({fields, places, argument(statistic, part)});
        }
        update("fields", std::move(assignments));
        return fields;
    }

    // What one copy adds to the deviation of a statistic from its expectation, at the places of its target; of a histogram, in
    // the bin at `bin`.
    [[nodiscard]] Expr influence(const Statistic& statistic, const Place& bin) {
        std::vector<Place> places = statistic.target;
        if (statistic.kind == StatisticKind::histogram)
            places.push_back(bin);
        const Expr value = value_of(statistic, places);
        const Expr sample = argument(statistic, 0);
        switch (statistic.kind) {
        case StatisticKind::mean:
        case StatisticKind::test:
            return pool_.add({sample, pool_.negate(value), through_statistics(sample)});
        case StatisticKind::variance:
        case StatisticKind::covariance:
            return pool_.subtract(product_of_deviations(statistic), value);
        case StatisticKind::quantile: {
            const Expr below = pool_.apply(algebra::Op::less, {sample, value});
            const Expr sparsity = pool_.element(beside_.at(statistic.symbol).front(), statistic.target);
            return pool_.multiply({pool_.subtract(pool_.real(statistic.numbers.front()), below), sparsity});
        }
        case StatisticKind::histogram:
        case StatisticKind::spectrum: // is of each copy
            break;
        }
        Bins bins(pool_, statistic, bin);
        const Expr share = pool_.divide(bins.holds(sample), pool_.real(bins.width()));
        return pool_.subtract(share, value);
    }

    // Σ_k <∂f/∂S_k> I_k
    [[nodiscard]] Expr through_statistics(Expr value) {
        std::vector<Expr> terms;
        for (const Statistic& statistic : model_.statistics) {
            if (statistic.kind == StatisticKind::spectrum || !pool_.has_symbol(value, statistic.symbol))
                continue;
            algebra::Substitution moved;
            std::vector<Place> places;
            for (const Place& place : statistic.target) {
                Place fresh;
                fresh.index = pool_.fresh_index(place.index);
                moved.emplace_back(place.index, fresh);
                places.push_back(fresh);
            }
            Place bin;
            if (statistic.kind == StatisticKind::histogram) {
                const algebra::Slot bins = pool_.symbol(statistic.symbol).slots.back();
                bin.index = pool_.add_index({"bin", bins.space, bins.first, bins.last});
                places.push_back(bin);
            }
            Expr term = pool_.multiply({mean(algebra::partial(pool_, value, statistic.symbol, places)),
                                        algebra::substitute(pool_, influence(statistic, bin), moved)});
            for (const Place& place : places)
                term = pool_.sum(place.index, term);
            terms.push_back(term);
        }
        return pool_.add(std::move(terms));
    }

    // ---- Observables and saved fields -------------------------------------------------------------------------------------

    [[nodiscard]] bool is_observable(SymbolId symbol) const {
        return std::ranges::find(model_.observables, symbol, &model::Observable::symbol) != model_.observables.end();
    }

    void add_values() {
        std::vector<Component> values;
        for (const model::Observable& observable : model_.observables) {
            program_.outputs.push_back(observable.symbol);
            for (const Component& component : observable.components)
                values.push_back({component.tensor, component.target, mean(in_copy(program_, component.value))});
        }
        for (const model::Save& save : model_.run.saves)
            if (!is_observable(save.tensor))
                add_saved(save, values);
        update("observables", std::move(values));
    }

    // A saved field has every copy.
    void add_saved(const model::Save& save, std::vector<Component>& values) {
        if (save.components.empty() || std::ranges::find(program_.outputs, save.tensor) != program_.outputs.end())
            return;
        std::vector<Component> components;
        for (const Component& component : save.components)
            components.push_back({component.tensor, component.target, in_copy(program_, component.value)});
        if (std::ranges::any_of(components, [&](const Component& component) { return differs(component.value); })) {
            algebra::Symbol symbol = pool_.symbol(save.tensor);
            const auto slot = static_cast<std::ptrdiff_t>(copies_slot(symbol));
            symbol.slots.insert(symbol.slots.begin() + slot, algebra::Slot{program_.copies->space, 1, copies()});
            symbol.row_slots = symbol.slots.size();
            const SymbolId copied = program_.copies->of[save.tensor] = pool_.add_symbol(std::move(symbol));
            program_.outputs.push_back(copied);
            Place copy;
            copy.index = program_.copies->index;
            for (Component& component : components) {
                component.tensor = copied;
                component.target.insert(component.target.begin() + slot, copy);
            }
        } else {
            program_.outputs.push_back(save.tensor);
        }
        values.insert(values.end(), components.begin(), components.end());
    }

    // ---- Standard errors ----------------------------------------------------------------------------------------------------

    [[nodiscard]] bool is_field(SymbolId symbol) const {
        return std::ranges::any_of(pool_.symbol(symbol).slots,
                                   [&](const algebra::Slot& slot) { return !pool_.space(slot.space).axes.front().coordinate.empty(); });
    }

    void add_deviations() {
        std::vector<Component> errors;
        for (const model::Observable& observable : model_.observables) {
            program_.deviations.emplace_back();
            std::vector<Component> own;
            bool sampled = false;
            for (const Component& component : observable.components) {
                const Expr deviation = deviation_of(component);
                sampled = sampled || !pool_.is_zero(deviation);
                own.push_back({component.tensor, component.target, error_of(deviation)});
            }
            if (!sampled || is_field(observable.symbol))
                continue;
            algebra::Symbol like = pool_.symbol(observable.symbol);
            like.name = observable.name + "_stderr";
            const SymbolId symbol = pool_.add_symbol(std::move(like));
            program_.outputs.push_back(symbol);
            program_.deviations.back() = symbol;
            for (Component& component : own) {
                component.tensor = symbol;
                errors.push_back(std::move(component));
            }
        }
        update("standard errors", std::move(errors));
    }

    [[nodiscard]] Expr deviation_of(const Component& component) {
        const Expr value = in_copy(program_, component.value);
        const Expr own = differs(value) ? pool_.subtract(value, pool_.element(component.tensor, component.target))
                                        : pool_.integer(0);
        return pool_.add({own, through_statistics(value)});
    }

    [[nodiscard]] Expr error_of(Expr deviation) {
        const Expr square = pool_.power(deviation, pool_.integer(2));
        return pool_.apply(algebra::Op::sqrt, {gathered(square, pool_.integer(copies() * (copies() - 1)))});
    }

    const model::Model& model_;
    Program& program_;
    Pool& pool_;
    std::map<SymbolId, std::vector<SymbolId>> beside_;  // of a variance its means, of a quantile its sparsity
};

} // namespace

void observe(const model::Model& model, Program& program) {
    Observation(model, program).run();
}

} // namespace nphys::dynamics
