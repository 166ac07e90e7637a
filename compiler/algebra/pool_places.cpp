// Leaves that name places, in canonical form: displacements are the least ones that reach the same place, literal
// places are actual ones, and what is decided already is a number.
#include <algorithm>
#include <cassert>

#include "compiler/algebra/edges.h"
#include "compiler/algebra/pool.h"

namespace nphys::algebra {

namespace {

// A place brought to its least form, and what its edges make of a field there: a sign, or nothing at all.
struct Settled {
    Place place;
    int sign = 1;
    bool exists = true;
};

Settled settle_on_axis(Settled settled, const Axis& axis, std::int64_t& offset) {
    if (settled.place.is_literal()) {
        const ActualPlace actual = actual_place(axis, offset);
        offset = actual.number;
        settled.sign *= actual.sign;
        settled.exists = settled.exists && actual.exists;
    } else {
        const LeastShift least = least_shift(axis, offset);
        offset = least.shift;
        settled.sign *= least.sign;
    }
    return settled;
}

Settled settle(const Space& space, const Place& place) {
    Settled settled{place};
    for (std::size_t axis = 0; axis < space.axes.size(); ++axis) {
        std::int64_t offset = settled.place.offset[axis];
        settled = settle_on_axis(settled, space.axes[axis], offset);
        settled.place.offset[axis] = offset;
    }
    return settled;
}

Place only_axis(Place place, int axis, std::int64_t offset) {
    for (std::int64_t& number : place.offset)
        number = 0;
    place.offset[axis] = offset;
    return place;
}

bool disjoint(Pool::Extent left, Pool::Extent right) {
    return left.last < right.first || right.last < left.first;
}
Pool::Extent moved(Pool::Extent extent, std::int64_t by) {
    return {extent.first + by, extent.last + by};
}

} // namespace

Expr Pool::element(SymbolId tensor, std::vector<Place> positions) {
    const Symbol& owner = symbol(tensor);
    assert(positions.size() == owner.slots.size() && "one place for each slot");
    int sign = 1;
    for (std::size_t number = 0; number < positions.size(); ++number) {
        const Slot& slot = owner.slots[number];
        const Space& set = space(slot.space);
        Place& place = positions[number];
        if (set.is_lattice()) {
            const Settled settled = settle(set, place);
            if (!settled.exists)
                return integer(0);
            place = settled.place;
            sign *= settled.sign;
        } else {
            const Extent reached = place.is_literal() ? Extent{place.offset[0], place.offset[0]}
                                                      : moved(extent(place.index, 0), place.offset[0]);
            if (disjoint(reached, {slot.first, slot.last}))
                return integer(0);
        }
    }
    const Expr field = intern(Element{tensor, std::move(positions)});
    return sign < 0 ? negate(field) : field;
}

// Beyond an open edge there is no site; the coordinate goes on as on the axis.
Expr Pool::coordinate(SpaceId space_id, Place place, int axis) {
    const Axis& along = space(space_id).axes[static_cast<std::size_t>(axis)];
    if (place.is_literal())
        return real(along.coordinate_at(actual_place(along, place.offset[axis]).number));
    return intern(Coordinate{only_axis(place, axis, least_shift(along, place.offset[axis]).shift),
                             static_cast<std::uint8_t>(axis)});
}

Expr Pool::coordinate(Place place, int axis) {
    assert(!place.is_literal() && "a literal place needs its space");
    return coordinate(index(place.index).space, place, axis);
}

Expr Pool::index_value(SpaceId space_id, Place place, int axis) {
    const Axis& along = space(space_id).axes[static_cast<std::size_t>(axis)];
    if (place.is_literal())
        return integer(actual_place(along, place.offset[axis]).number);
    const std::int64_t shift = least_shift(along, place.offset[axis]).shift;
    if (repeats(along.edge) || along.edge == Edge::reflecting)
        return intern(IndexValue{only_axis(place, axis, shift), static_cast<std::uint8_t>(axis)});
    const Expr number = intern(IndexValue{only_axis(place, axis, 0), static_cast<std::uint8_t>(axis)});
    return shift == 0 ? number : add({number, integer(shift)});
}

Expr Pool::index_value(Place place, int axis) {
    return place.is_literal() ? integer(place.offset[axis]) : index_value(index(place.index).space, place, axis);
}

Expr Pool::within(SpaceId, Place place, int axis, std::int64_t first, std::int64_t last) {
    const std::int64_t shift = place.offset[axis];
    if (place.is_literal())
        return integer(first <= shift && shift <= last ? 1 : 0);
    const Extent all = extent(place.index, axis);
    first = std::max(first - shift, all.first);
    last = std::min(last - shift, all.last);
    if (first > last)
        return integer(0);
    if (first == all.first && last == all.last)
        return integer(1);
    return intern(Within{only_axis(place, axis, 0), static_cast<std::uint8_t>(axis), first, last});
}

Expr Pool::edge_sign(SpaceId space_id, Place place, int axis) {
    const Axis& along = space(space_id).axes[static_cast<std::size_t>(axis)];
    if (along.edge != Edge::antiperiodic)
        return integer(1);
    if (place.is_literal())
        return integer(actual_place(along, place.offset[axis]).sign);
    const LeastShift least = least_shift(along, place.offset[axis]);
    if (least.shift == 0)
        return integer(least.sign);
    const Expr sign = intern(EdgeSign{only_axis(place, axis, least.shift), static_cast<std::uint8_t>(axis)});
    return least.sign < 0 ? negate(sign) : sign;
}

namespace {

// δ along one axis between a variable and itself: where, and with which sign, `number + left` and `number + right`
// meet.
Expr meet_itself(Pool& pool, SpaceId space, Place variable, int axis, std::int64_t left, std::int64_t right) {
    const Axis& along = pool.space(space).axes[static_cast<std::size_t>(axis)];
    const std::int64_t distance = left - right;
    const auto inside = [&](std::int64_t shift) {
        variable.offset[axis] = shift;
        return pool.within(space, variable, axis, along.first, along.last());
    };
    switch (along.edge) {
    case Edge::strict:
        return pool.integer(distance == 0 ? 1 : 0);
    case Edge::open:
        return distance == 0 ? inside(left) : pool.integer(0);
    case Edge::periodic:
        return pool.integer(distance % along.extent == 0 ? 1 : 0);
    case Edge::antiperiodic:
        if (distance % along.extent != 0)
            return pool.integer(0);
        return pool.integer(distance / along.extent % 2 == 0 ? 1 : -1);
    case Edge::reflecting:
        break;
    }
    // The same place, or one the mirror image of the other, which happens at one place of the axis.
    if (distance % (2 * along.extent) == 0)
        return pool.integer(1);
    if ((left + right) % 2 == 0)
        return pool.integer(0);
    const std::int64_t twice = 2 * along.first - 1 - left - right;
    const std::int64_t centre =
        along.first + (twice / 2 - along.first) - along.extent * floor_divide(twice / 2 - along.first, along.extent);
    variable.offset[axis] = 0;
    return pool.within(space, variable, axis, centre, centre);
}

} // namespace

Expr Pool::delta(SpaceId space_id, Place left, Place right) {
    const Space& set = space(space_id);
    const Settled first = settle(set, left), second = settle(set, right);
    if (set.is_lattice()) {
        if (!first.exists || !second.exists)
            return integer(0);
        left = first.place;
        right = second.place;
    }
    const int sign = set.is_lattice() ? first.sign * second.sign : 1;
    if (left.is_literal() && right.is_literal())
        return integer(std::equal(left.offset, left.offset + set.axes.size(), right.offset) ? sign : 0);
    if (left.is_literal() || (!right.is_literal() && right.index < left.index))
        std::swap(left, right);
    const Expr result = delta_along_axes(space_id, left, right);
    return sign < 0 ? negate(result) : result;
}

// `left` is a variable; `right` another one of a later number, the same, or literal.
Expr Pool::delta_along_axes(SpaceId space_id, Place left, Place right) {
    const Space& set = space(space_id);
    std::vector<Expr> factors;
    for (int axis = 0; axis < static_cast<int>(set.axes.size()); ++axis) {
        const Axis& along = set.axes[static_cast<std::size_t>(axis)];
        std::int64_t& from = left.offset[axis];
        std::int64_t& to = right.offset[axis];
        if (left.index == right.index) {
            factors.push_back(meet_itself(*this, space_id, left, axis, from, to));
            continue;
        }
        if (along.edge == Edge::reflecting)
            continue;
        // δ depends on the difference of the places only: keep it on one side.
        if (along.edge == Edge::open && !right.is_literal())
            factors.push_back(within(space_id, right, axis, along.first, along.last()));
        (right.is_literal() ? to : from) = right.is_literal() ? to - from : from - to;
        (right.is_literal() ? from : to) = 0;
        if (along.edge == Edge::strict) {
            const Extent other = right.is_literal() ? Extent{to, to} : extent(right.index, axis);
            if (disjoint(moved(extent(left.index, axis), from), other))
                return integer(0);
        }
    }
    if (left.index == right.index)
        return multiply(std::move(factors));
    int sign = 1;
    if (set.is_lattice()) {
        const Settled first = settle(set, left), second = settle(set, right);
        if (!first.exists || !second.exists)
            return integer(0);
        left = first.place;
        right = second.place;
        sign = first.sign * second.sign;
    }
    factors.push_back(integer(sign));
    factors.push_back(intern(Delta{left, right}));
    return multiply(std::move(factors));
}

} // namespace nphys::algebra
