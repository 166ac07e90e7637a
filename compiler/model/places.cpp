#include "compiler/model/places.h"

#include <algorithm>

#include "compiler/model/elaborate.h"
#include "compiler/model/occurrences.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

using syntax::BinaryOperator;
using syntax::Expression;

struct Reader {
    Context& context;
    const Environment& environment;
    Position position;
    bool wrong = false;

    void fail() { wrong = true; }

    [[nodiscard]] const syntax::Indexed* unit_vector(const Expression& expression) const {
        const auto* indexed = std::get_if<syntax::Indexed>(&expression.node);
        return indexed != nullptr && as_unit_vector(context, *indexed->base, "e", environment) ? indexed : nullptr;
    }

    void read(const Expression& expression, int sign) {
        if (const auto* group = std::get_if<syntax::Group>(&expression.node))
            return read(*group->inner, sign);
        if (const auto* unary = std::get_if<syntax::Unary>(&expression.node))
            if (unary->op == syntax::UnaryOperator::minus || unary->op == syntax::UnaryOperator::plus)
                return read(*unary->operand, unary->op == syntax::UnaryOperator::minus ? -sign : sign);
        if (const auto* sum = as_sum(expression)) {
            read(*sum->left, sign);
            return read(*sum->right, sum->op == BinaryOperator::subtract ? -sign : sign);
        }
        if (const auto* product = as_product(expression);
            product != nullptr && product->op == BinaryOperator::multiply) {
            if (const auto* vector = unit_vector(*product->right))
                return move(*vector, &*product->left, sign);
            if (const auto* vector = unit_vector(*product->left))
                return move(*vector, &*product->right, sign);
        }
        if (const auto* vector = unit_vector(expression))
            return move(*vector, nullptr, sign);
        if (const syntax::Name* name = syntax::as_name(expression))
            if (const Binding* binding =
                    environment.argument(name->text) == nullptr ? environment.index(name->text) : nullptr)
                if (!binding->place.is_literal() || context.pool.space(binding->set.space).is_lattice())
                    return take(*name, *binding, sign);
        const auto number = whole_number(context, expression, environment, "a place");
        if (!number)
            return fail();
        position.number = position.number.value_or(0) + sign * *number;
    }

    void take(const syntax::Name& name, const Binding& binding, int sign) {
        if (sign < 0) {
            context.tell(Code::index_subtracted, name.span, name.written);
            return fail();
        }
        if (position.index) {
            context.tell(Code::two_indices_in_a_place, name.span, position.index->name, name.written);
            return fail();
        }
        position.index = binding;
    }

    void move(const syntax::Indexed& vector, const Expression* factor, int sign) {
        const auto named = as_unit_vector(context, *vector.base, "e", environment);
        const std::optional<std::int64_t> times =
            factor == nullptr ? std::optional<std::int64_t>(1)
                              : whole_number(context, *factor, environment, "a number of steps");
        if (!times || named->poison || vector.indices.columns || vector.indices.rows.size() != 1)
            return fail();
        std::optional<SpaceId> lattice = named->lattice;
        if (!lattice && position.index && context.pool.space(position.index->set.space).is_lattice())
            lattice = position.index->set.space;
        if (!lattice)
            lattice = lattice_meant(context, environment, vector.base->span, "e");
        if (!lattice)
            return fail();
        const auto axis = axis_of(context, vector.indices.rows.front(), *lattice, environment);
        if (!axis)
            return fail();
        position.shift[*axis] += sign * *times;
        position.has_shift = true;
    }
};

void tell_other_set(Context& context, Span span, const std::string& text, const IndexSet& set, const Slot& slot,
                    const std::string& owner) {
    context.tell(Code::index_does_not_fit, span, text, describe(context, set), owner,
                 describe(context, set_of_slot(slot)));
}

struct Placer {
    Context& context;
    const syntax::Position& text;
    const Slot& slot;
    const std::string& owner;
    bool must_exist;

    [[nodiscard]] std::optional<Place> none() const { return std::nullopt; }

    [[nodiscard]] std::optional<Place> outside(std::int64_t first, std::int64_t last, const Position& position) const {
        auto& told =
            context.tell(Code::no_such_place, text.span, owner,
                         first == last ? std::to_string(first) : std::to_string(first) + ".." + std::to_string(last),
                         describe(context, set_of_slot(slot)));
        if (position.index)
            told.help("a shift must stay in the range; take fewer places on the left-hand side");
        return none();
    }

    [[nodiscard]] std::optional<Place> site(const Position& position) const {
        const algebra::Space& lattice = context.pool.space(slot.space);
        Place place;
        if (position.index) {
            if (position.index->set.space != slot.space) {
                tell_other_set(context, text.span, position.index->name, position.index->set, slot, owner);
                return none();
            }
            if (position.number) {
                context.tell(Code::number_added_to_site, text.span, position.index->name)
                    .help("a neighbour is written with a unit vector: `{} + e[1]`", position.index->name);
                return none();
            }
            place = position.index->place;
        } else if (position.site) {
            place = *position.site;
        } else {
            const std::int64_t number = position.number.value_or(0);
            if (number < 1 || number > lattice.size()) {
                context.tell(Code::no_such_place, text.span, owner, std::to_string(number),
                             "1.." + std::to_string(lattice.size()));
                return none();
            }
            place = numbered_site(lattice, number);
        }
        for (int axis = 0; axis < algebra::max_axes; ++axis)
            place.offset[axis] += position.shift[axis];
        return place;
    }

    [[nodiscard]] std::optional<Place> in_range(const Position& position) const {
        if (position.has_shift || position.site) {
            context.tell(Code::vector_in_a_range, text.span, owner, describe(context, set_of_slot(slot)));
            return none();
        }
        Place place;
        std::int64_t first = position.number.value_or(0), last = first;
        if (position.index) {
            const IndexSet& set = position.index->set;
            if (context.pool.space(set.space).is_lattice()) {
                tell_other_set(context, text.span, position.index->name, set, slot, owner);
                return none();
            }
            place = position.index->place;
            const IndexSet reached = range_of(place);
            first += reached.first;
            last += reached.last;
        }
        place.offset[0] += position.number.value_or(0);
        if (must_exist && (first < slot.first || last > slot.last)) {
            if (position.index && !position.number)
                tell_other_set(context, text.span, position.index->name, position.index->set, slot, owner);
            else
                return outside(first, last, position);
            return none();
        }
        return place;
    }

    // The numbers that a place takes.
    [[nodiscard]] IndexSet range_of(const Place& place) const {
        if (place.is_literal())
            return {slot.space, place.offset[0], place.offset[0], std::nullopt};
        const algebra::Index& index = context.pool.index(place.index);
        return {slot.space, index.first + place.offset[0], index.last + place.offset[0], std::nullopt};
    }
};

std::optional<Position> read_site(Context& context, const syntax::Position& position, const Environment& environment) {
    Place place;
    if (position.coordinates.size() > static_cast<std::size_t>(algebra::max_axes)) {
        context.tell(Code::wrong_number_of_coordinates, position.span, position.coordinates.size(), algebra::max_axes);
        return std::nullopt;
    }
    for (std::size_t axis = 0; axis < position.coordinates.size(); ++axis) {
        const auto number = whole_number(context, position.coordinates[axis], environment, "a coordinate of a site");
        if (!number)
            return std::nullopt;
        place.offset[axis] = *number;
    }
    Position read;
    read.site = place;
    return read;
}

bool check_site(Context& context, const syntax::Position& text, const Position& position, const Slot& slot,
                const std::string& owner) {
    const algebra::Space& space = context.pool.space(slot.space);
    if (!position.site || !space.is_lattice())
        return true;
    if (text.coordinates.size() != space.axes.size()) {
        context.tell(Code::wrong_number_of_coordinates, text.span, text.coordinates.size(), space.axes.size());
        return false;
    }
    for (std::size_t axis = 0; axis < space.axes.size(); ++axis) {
        const std::int64_t number = position.site->offset[axis];
        if (number >= space.axes[axis].first && number <= space.axes[axis].last())
            continue;
        context.tell(Code::no_such_place, text.coordinates[axis].span, owner, std::to_string(number),
                     "1.." + std::to_string(space.axes[axis].extent));
        return false;
    }
    return true;
}

} // namespace

bool is_position(Context& context, const Expression& expression, const Environment& environment) {
    if (std::holds_alternative<syntax::Number>(expression.node))
        return true;
    if (const auto* group = std::get_if<syntax::Group>(&expression.node))
        return is_position(context, *group->inner, environment);
    if (const auto* unary = std::get_if<syntax::Unary>(&expression.node))
        return is_position(context, *unary->operand, environment);
    if (const auto* binary = std::get_if<syntax::Binary>(&expression.node))
        return is_position(context, *binary->left, environment) && is_position(context, *binary->right, environment);
    if (const auto* vector = std::get_if<syntax::Indexed>(&expression.node))
        return as_unit_vector(context, *vector->base, "e", environment).has_value();
    const auto* name = std::get_if<syntax::Name>(&expression.node);
    if (name == nullptr)
        return false;
    if (const Value* argument = environment.argument(name->text)) {
        const auto* number = std::get_if<Expr>(argument);
        return number != nullptr && context.pool.number(*number).has_value();
    }
    if (is_index(context, environment, *name))
        return true;
    const Found found = find(context, *environment.scope, *name);
    return found.poison || (found.declaration != nullptr && found.declaration->kind == NameKind::parameter);
}

std::optional<Position> read_position(Context& context, const syntax::Position& position,
                                      const Environment& environment) {
    if (position.coordinates.size() > 1)
        return read_site(context, position, environment);
    Reader reader{context, environment, {}};
    reader.read(position.coordinates.front(), 1);
    return reader.wrong ? std::nullopt : std::optional(reader.position);
}

std::optional<Place> place_in_slot(Context& context, const syntax::Position& position, const Slot& slot,
                                   const std::string& owner, const Environment& environment, bool must_exist) {
    const std::optional<Position> read = read_position(context, position, environment);
    if (!read || !check_site(context, position, *read, slot, owner))
        return std::nullopt;
    const Placer placer{context, position, slot, owner, must_exist};
    return context.pool.space(slot.space).is_lattice() ? placer.site(*read) : placer.in_range(*read);
}

std::optional<int> axis_of(Context& context, const syntax::Position& position, SpaceId lattice,
                           const Environment& environment) {
    const auto number = whole_number(context, position.coordinates.front(), environment, "an axis");
    if (!number)
        return std::nullopt;
    const algebra::Space& space = context.pool.space(lattice);
    if (*number < 1 || *number > static_cast<std::int64_t>(space.axes.size())) {
        context.tell(Code::no_such_axis, position.span, space.name, *number, space.axes.size());
        return std::nullopt;
    }
    return static_cast<int>(*number - 1);
}

Place numbered_site(const algebra::Space& lattice, std::int64_t number) {
    Place place;
    std::int64_t rest = number - 1;
    for (std::size_t axis = lattice.axes.size(); axis-- > 0;) {
        place.offset[axis] = lattice.axes[axis].first + rest % lattice.axes[axis].extent;
        rest /= lattice.axes[axis].extent;
    }
    return place;
}

std::optional<UnitVector> as_unit_vector(Context& context, const Expression& base, const char* letter,
                                         const Environment& environment) {
    if (const auto* name = std::get_if<syntax::Name>(&base.node)) {
        if (name->text != letter || environment.argument(name->text) != nullptr)
            return std::nullopt;
        const Found found = find(context, *environment.scope, *name);
        return found.declaration == nullptr ? std::optional(UnitVector{}) : std::nullopt;
    }
    const auto* member = std::get_if<syntax::Member>(&base.node);
    const auto* space = member == nullptr ? nullptr : std::get_if<syntax::Name>(&member->base->node);
    if (space == nullptr || member->member.text != letter)
        return std::nullopt;
    const Found found = find(context, *environment.scope, *space);
    if (found.declaration == nullptr || found.declaration->kind != NameKind::lattice)
        return std::nullopt;
    if (!settle(context, *found.declaration))
        return UnitVector{std::nullopt, true};
    return UnitVector{found.declaration->space};
}

} // namespace nphys::model
