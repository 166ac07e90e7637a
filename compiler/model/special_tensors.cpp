#include "compiler/model/special_tensors.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/model/places.h"
#include "compiler/model/spaces.h"

namespace nphys::model {
namespace {

using syntax::Expression;

std::vector<const syntax::Position*> positions_of(const syntax::Indices& indices) {
    std::vector<const syntax::Position*> positions;
    for (const syntax::Position& position : indices.rows)
        positions.push_back(&position);
    if (indices.columns)
        for (const syntax::Position& position : *indices.columns)
            positions.push_back(&position);
    return positions;
}

bool is_place(Context& context, const syntax::Position& position, const Environment& environment) {
    return position.coordinates.size() > 1 || is_position(context, position.coordinates.front(), environment);
}

// The set that both places of a δ are in: that of the first index among them.
std::optional<IndexSet> common_set(const Position& left, const Position& right) {
    if (left.index)
        return left.index->set;
    return right.index ? std::optional(right.index->set) : std::nullopt;
}

struct DeltaBuilder {
    Context& context;
    const Environment& environment;
    Span span;

    [[nodiscard]] Value of_numbers(const Expression& left, const Expression& right) const {
        const auto a = elaborate_number(context, left, environment), b = elaborate_number(context, right, environment);
        if (!a || !b || !labels_fit(left, *b) || !labels_fit(right, *a))
            return Poison{};
        return context.pool.apply(algebra::Op::equal, {*a, *b});
    }

    // A label of the row shown, compared with an index: each label of the data set is one of its places.
    [[nodiscard]] bool labels_fit(const Expression& index, Expr label) const {
        const syntax::Name* name = syntax::as_name(index);
        const Binding* bound = name == nullptr ? nullptr : environment.index(name->text);
        const auto* element = context.pool.get<algebra::Element>(label);
        if (bound == nullptr || element == nullptr || !context.shown_dataset)
            return true;
        const auto shown = std::ranges::find(context.shown, element->tensor, &ShownColumn::row);
        if (shown == context.shown.end())
            return true;
        const auto data = std::ranges::find(context.model.data, shown->table, &Data::symbol);
        const auto is_outside = [&](double number) {
            return number != std::floor(number) || number < static_cast<double>(bound->set.first) || number > static_cast<double>(bound->set.last);
        };
        const auto wrong = std::ranges::find_if(data->values, is_outside);
        if (wrong == data->values.end())
            return true;
        context.tell(Code::label_without_place, (*context.shown_dataset)->name->span, context.pool.symbol(shown->table).name, *wrong,
                     wrong - data->values.begin() + 1, bound->set.first, bound->set.last)
            .help("there is one output for each label; `class(…)` counts labels from 1 in their order");
        return false;
    }

    [[nodiscard]] Value of_places(const syntax::Position& left, const syntax::Position& right) const {
        const auto a = read_position(context, left, environment), b = read_position(context, right, environment);
        if (!a || !b)
            return Poison{};
        const std::optional<IndexSet> set = common_set(*a, *b);
        if (!set)
            return context.pool.integer(!a->site && !b->site ? a->number.value_or(0) == b->number.value_or(0)
                                                             : a->site == b->site);
        const bool lattice = context.pool.space(set->space).is_lattice();
        if (a->index && b->index && (lattice || context.pool.space(b->index->set.space).is_lattice()) &&
            a->index->set.space != b->index->set.space) {
            context.tell(Code::delta_of_different_sets, span, a->index->name, describe(context, a->index->set),
                         b->index->name, describe(context, b->index->set));
            return Poison{};
        }
        const auto first = place_in_slot(context, left, slot_of(*set), "δ", environment, lattice);
        const auto second = place_in_slot(context, right, slot_of(*set), "δ", environment, lattice);
        return first && second ? Value(context.pool.delta(set->space, *first, *second)) : Value(Poison{});
    }
};

// How many values the indices take together, if all of them are indices.
std::optional<std::int64_t> values_of(const std::vector<const syntax::Position*>& positions,
                                      const Environment& environment) {
    std::int64_t first = std::numeric_limits<std::int64_t>::max(), last = std::numeric_limits<std::int64_t>::min();
    for (const syntax::Position* position : positions) {
        const syntax::Name* name = syntax::as_name(position->coordinates.front());
        const Binding* bound = name == nullptr ? nullptr : environment.index(name->text);
        if (bound == nullptr)
            return std::nullopt;
        first = std::min(first, bound->set.first);
        last = std::max(last, bound->set.last);
    }
    return last - first + 1;
}

} // namespace

Value kronecker_delta(Context& context, const syntax::Indexed& indexed, Span span, const Environment& environment) {
    const auto positions = positions_of(indexed.indices);
    if (positions.size() != 2) {
        context.tell(Code::delta_takes_two, indexed.indices.span, positions.size());
        return Poison{};
    }
    const DeltaBuilder builder{context, environment, span};
    const bool places = is_place(context, *positions[0], environment) && is_place(context, *positions[1], environment);
    if (!places)
        return builder.of_numbers(positions[0]->coordinates.front(), positions[1]->coordinates.front());
    return builder.of_places(*positions[0], *positions[1]);
}

Value levi_civita(Context& context, const syntax::Indexed& indexed, Span, const Environment& environment) {
    const auto positions = positions_of(indexed.indices);
    if (positions.size() < 2 || positions.size() > 4) {
        context.tell(Code::levi_civita_takes, indexed.indices.span, positions.size());
        return Poison{};
    }
    if (const auto values = values_of(positions, environment); values && *values < std::ssize(positions)) {
        context.tell(Code::levi_civita_vanishes, indexed.indices.span, positions.size(), *values);
        return Poison{};
    }
    std::vector<std::int64_t> numbers;
    for (const syntax::Position* position : positions) {
        const auto value = elaborate_number(context, position->coordinates.front(), environment);
        if (!value)
            return Poison{};
        const auto number = context.pool.number(*value);
        if (!number || *number != std::floor(*number)) {
            context.tell(Code::levi_civita_of_literals, position->span, algebra::expanded_extent);
            return Poison{};
        }
        numbers.push_back(static_cast<std::int64_t>(*number));
    }
    int sign = 1;
    for (std::size_t a = 0; a < numbers.size(); ++a)
        for (std::size_t b = a + 1; b < numbers.size(); ++b) {
            if (numbers[a] == numbers[b])
                return context.pool.integer(0);
            if (numbers[a] > numbers[b])
                sign = -sign;
        }
    return context.pool.integer(sign);
}

} // namespace nphys::model
