#include "compiler/analysis/values.h"

#include <algorithm>
#include <optional>

namespace nphys::analysis {

namespace {

using algebra::Place;

// The values of the index variables of a target at actual places, or nothing where the target does not reach them.
std::optional<std::unordered_map<std::uint32_t, Place>>
bound(const algebra::Pool& pool, const model::Component& component, std::span<const std::int64_t> numbers) {
    std::unordered_map<std::uint32_t, Place> places;
    const std::vector<algebra::Slot>& slots = pool.symbol(component.tensor).slots;
    std::size_t at = 0;
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
        const algebra::Space& space = pool.space(slots[slot].space);
        Place here;
        for (std::size_t axis = 0; axis < space.axes.size(); ++axis)
            here.offset[axis] = numbers[at++];
        const Place& target = component.target[slot];
        if (target.is_literal()) {
            if (!(target == here))
                return std::nullopt;
            continue;
        }
        const algebra::Index& index = pool.index(target.index);
        if (!space.is_lattice() && space.axes.size() == 1 &&
            (here.offset[0] < index.first || here.offset[0] > index.last))
            return std::nullopt;
        places[target.index.value] = here;
    }
    return places;
}

} // namespace

Values::Values(const model::Model& model, const dynamics::Program& program) : model_(model), draws_(program.draws), pool_(*model.pool) {
    for (const auto* components : {&program.constants, &program.initial})
        for (const model::Component& component : *components)
            define(component);
    for (const model::Data& data : model.data)
        data_[data.symbol.value] = &data;
    for (std::size_t i = 0; i < program.temporaries.size(); ++i)
        if (program.stands_for[i].valid())
            stands_for_[program.temporaries[i].value] = program.stands_for[i];
    for (const auto* procedure : {&program.opening, &program.cycle, &program.closing})
        for (const dynamics::Action& action : *procedure)
            if (const auto* update = std::get_if<dynamics::Update>(&action))
                define_sums(*update, program);
}

// Sums that elements share have the values that their formulas have at the start.
void Values::define_sums(const dynamics::Update& update, const dynamics::Program& program) {
    for (const model::Component& component : update.assignments) {
        const bool temporary = std::find(program.temporaries.begin(), program.temporaries.end(), component.tensor) !=
                               program.temporaries.end();
        if (temporary && !stands_for_.contains(component.tensor.value))
            define(component);
    }
}

double Values::parameter(algebra::SymbolId symbol) const {
    for (const model::Parameter& parameter : model_.parameters)
        if (parameter.symbol == symbol)
            return parameter.value;
    return 0;
}

double Values::from_data(const model::Data& data, std::span<const std::int64_t> numbers) const {
    const std::vector<algebra::Slot>& slots = pool_.symbol(data.symbol).slots;
    if (!data.row_begin.empty()) {
        const auto row = static_cast<std::size_t>(numbers[0] - slots[0].first);
        for (std::int64_t k = data.row_begin[row]; k < data.row_begin[row + 1]; ++k)
            if (data.column[static_cast<std::size_t>(k)] == numbers[1] - slots[1].first)
                return data.values[static_cast<std::size_t>(k)];
        return 0;
    }
    std::size_t flat = 0, at = 0;
    for (const algebra::Slot& slot : slots) {
        const algebra::Space& space = pool_.space(slot.space);
        for (const algebra::Axis& axis : space.axes) {
            const bool part = !space.is_lattice() && space.axes.size() == 1;
            const std::int64_t first = part ? slot.first : axis.first,
                               extent = part ? slot.last - slot.first + 1 : axis.extent;
            flat = flat * static_cast<std::size_t>(extent) + static_cast<std::size_t>(numbers[at++] - first);
        }
    }
    return flat < data.values.size() ? data.values[flat] : 0;
}

double Values::computed(algebra::SymbolId tensor, std::span<const std::int64_t> numbers, std::size_t before) const {
    const auto data = data_.find(tensor.value);
    if (data != data_.end())
        return from_data(*data->second, numbers);
    const auto origin = stands_for_.find(tensor.value);
    if (origin != stands_for_.end())
        return element(origin->second, numbers, before);
    // A draw of usual size: the numbers themselves are known only when the run begins. In laws, its mean.
    for (const model::Draw& draw : draws_)
        if (draw.symbol == tensor)
            return draw.timing != model::DrawTiming::once && draw.distribution == model::Distribution::normal ? 0
                   : draw.distribution == model::Distribution::uniform ? 0.5
                   : numbers.empty() || numbers.back() % 2 == 0      ? 1
                                                                     : -1;
    const auto found = definitions_.find(tensor.value);
    if (found == definitions_.end())
        return 0;
    for (auto definition = found->second.rbegin(); definition != found->second.rend(); ++definition) {
        if (definition->order >= before)
            continue;
        auto places = bound(pool_, *definition->component, numbers);
        if (!places)
            continue;
        algebra::Environment here = environment(definition->order);
        here.places = std::move(*places);
        return algebra::evaluate(pool_, definition->component->value, here).real();
    }
    return 0;
}

double Values::element(algebra::SymbolId tensor, std::span<const std::int64_t> numbers, std::size_t before) const {
    const std::tuple key{tensor.value, before, std::vector<std::int64_t>(numbers.begin(), numbers.end())};
    if (const auto known = known_.find(key); known != known_.end())
        return known->second;
    return known_[key] = computed(tensor, numbers, before);
}

algebra::Environment Values::environment(std::size_t before) const {
    algebra::Environment result;
    result.parameter = [this](algebra::SymbolId symbol) { return parameter(symbol); };
    result.element = [this, before](algebra::SymbolId tensor, std::span<const std::int64_t> numbers) -> std::complex<double> {
        return element(tensor, numbers, before);
    };
    return result;
}

} // namespace nphys::analysis
