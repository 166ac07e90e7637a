#pragma once
// Runs a Program straight from its formulas, element by element: the plainest reading there is, for tests.

#include <functional>
#include <map>
#include <vector>

#include "compiler/algebra/evaluate.h"
#include "compiler/dynamics/program.h"
#include "compiler/model/model.h"

namespace nphys::testing {

class ProgramStepper {
public:
    ProgramStepper(const model::Model& model, const dynamics::Program& program)
        : model_(model), program_(program), pool_(*program.pool) {
        for (std::uint32_t id = 0; id < 100'000; ++id) {
            if (!known(algebra::SymbolId(id)))
                break;
            if (pool_.symbol(algebra::SymbolId(id)).kind == algebra::SymbolKind::tensor)
                values_[id].assign(size(algebra::SymbolId(id)), 0.0);
        }
        for (const model::Data& data : model.data)
            values_[data.symbol.value] = data.values;
        for (const auto* components : {&program.constants, &program.initial})
            for (const model::Component& component : *components)
                assign({component});
    }

    void advance(std::int64_t steps) {
        if (steps == 0)
            return;
        run(program_.opening);
        for (std::int64_t step = 1; step < steps; ++step)
            run(program_.cycle);
        run(program_.closing);
    }

    void run(const dynamics::Procedure& procedure) {
        for (const dynamics::Action& action : procedure) {
            if (const auto* repeat = std::get_if<dynamics::Repeat>(&action)) {
                for (std::int64_t pass = 0; pass < repeat->most && value(repeat->until) == 0; ++pass)
                    run(repeat->body);
                continue;
            }
            const auto* update = std::get_if<dynamics::Update>(&action);
            if (update == nullptr)
                time += program_.dt;
            else if (update->sequential)
                in_place(update->assignments);
            else
                assign(update->assignments);
        }
    }

    [[nodiscard]] std::vector<double>& operator[](algebra::SymbolId symbol) { return values_[symbol.value]; }
    [[nodiscard]] double value(algebra::Expr expression) const {
        return algebra::evaluate(pool_, expression, environment({})).real();
    }
    // With the index variables of a target at given places.
    [[nodiscard]] double value(algebra::Expr expression,
                               const std::unordered_map<std::uint32_t, algebra::Place>& places) const {
        return algebra::evaluate(pool_, expression, environment(places)).real();
    }

    void for_each_place(
        const std::vector<algebra::Place>& target, algebra::SymbolId tensor,
        const std::function<void(const std::unordered_map<std::uint32_t, algebra::Place>&, std::size_t)>& visit) const {
        std::unordered_map<std::uint32_t, algebra::Place> places;
        descend(target, tensor, 0, 0, places, visit);
    }

    double time = 0;
    double dt = 0; // 0: that of the program

private:
    bool known(algebra::SymbolId id) const { return id.value <= last_symbol(); }
    std::uint32_t last_symbol() const {
        std::uint32_t last = 0;
        const auto note = [&](algebra::SymbolId symbol) { last = std::max(last, symbol.value); };
        for (const model::Tensor& tensor : model_.tensors)
            note(tensor.symbol);
        for (const model::Data& data : model_.data)
            note(data.symbol);
        for (const auto symbol : program_.state)
            note(symbol);
        for (const auto symbol : program_.temporaries)
            note(symbol);
        return last;
    }

    struct Extent {
        std::int64_t first, count;
    };
    std::vector<Extent> extents(const algebra::Slot& slot) const {
        const algebra::Space& space = pool_.space(slot.space);
        if (!space.is_lattice())
            return {{slot.first, slot.last - slot.first + 1}};
        std::vector<Extent> result;
        for (const algebra::Axis& axis : space.axes)
            result.push_back({axis.first, axis.extent});
        return result;
    }
    std::size_t size(algebra::SymbolId symbol) const {
        std::size_t product = 1;
        for (const algebra::Slot& slot : pool_.symbol(symbol).slots)
            for (const Extent& extent : extents(slot))
                product *= static_cast<std::size_t>(extent.count);
        return product;
    }

    algebra::Environment environment(const std::unordered_map<std::uint32_t, algebra::Place>& places) const {
        algebra::Environment result;
        result.parameter = [this](algebra::SymbolId symbol) {
            for (const model::Parameter& parameter : model_.parameters)
                if (parameter.symbol == symbol)
                    return parameter.value;
            return 0.0;
        };
        result.element = [this](algebra::SymbolId tensor,
                                std::span<const std::int64_t> numbers) -> std::complex<double> {
            std::size_t flat = 0, at = 0;
            for (const algebra::Slot& slot : pool_.symbol(tensor).slots)
                for (const Extent& extent : extents(slot))
                    flat = flat * static_cast<std::size_t>(extent.count) +
                           static_cast<std::size_t>(numbers[at++] - extent.first);
            return values_.at(tensor.value).at(flat);
        };
        result.time = time;
        result.step = dt != 0 ? dt : program_.dt;
        result.places = places;
        return result;
    }

    void descend(
        const std::vector<algebra::Place>& target, algebra::SymbolId tensor, std::size_t slot, std::size_t flat,
        std::unordered_map<std::uint32_t, algebra::Place>& places,
        const std::function<void(const std::unordered_map<std::uint32_t, algebra::Place>&, std::size_t)>& visit) const {
        const std::vector<algebra::Slot>& slots = pool_.symbol(tensor).slots;
        if (slot == slots.size())
            return visit(places, flat);
        const std::vector<Extent> axes = extents(slots[slot]);
        const bool ranged = !pool_.space(slots[slot].space).is_lattice();
        std::int64_t total = 1;
        for (const Extent& axis : axes)
            total *= axis.count;
        for (std::int64_t number = 0; number < total; ++number) {
            algebra::Place place;
            std::int64_t rest = number;
            for (std::size_t axis = axes.size(); axis-- > 0; rest /= axes[axis].count)
                place.offset[axis] = axes[axis].first + rest % axes[axis].count;
            const algebra::Place& wanted = target[slot];
            if (wanted.is_literal() ? !(wanted == place)
                                    : ranged && (place.offset[0] < pool_.index(wanted.index).first ||
                                                 place.offset[0] > pool_.index(wanted.index).last))
                continue;
            if (!wanted.is_literal())
                places[wanted.index.value] = place;
            descend(target, tensor, slot + 1, flat * static_cast<std::size_t>(total) + static_cast<std::size_t>(number),
                    places, visit);
        }
    }

    void assign(const std::vector<model::Component>& assignments) {
        std::vector<std::tuple<std::uint32_t, std::size_t, double>> results;
        for (const model::Component& assignment : assignments)
            for_each_place(assignment.target, assignment.tensor, [&](const auto& places, std::size_t flat) {
                results.emplace_back(assignment.tensor.value, flat,
                                     algebra::evaluate(pool_, assignment.value, environment(places)).real());
            });
        for (const auto& [tensor, flat, value] : results)
            values_[tensor][flat] = value;
    }

    void in_place(const std::vector<model::Component>& assignments) {
        for (const model::Component& assignment : assignments)
            for_each_place(assignment.target, assignment.tensor, [&](const auto& places, std::size_t flat) {
                values_[assignment.tensor.value][flat] =
                    algebra::evaluate(pool_, assignment.value, environment(places)).real();
            });
    }

    const model::Model& model_;
    const dynamics::Program& program_;
    const algebra::Pool& pool_;
    std::map<std::uint32_t, std::vector<double>> values_;
};

} // namespace nphys::testing
