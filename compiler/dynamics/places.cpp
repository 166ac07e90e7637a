#include "compiler/dynamics/places.h"

#include <algorithm>

namespace nphys::dynamics {

namespace {

bool written_out(const algebra::Space& space, const algebra::Slot& slot) {
    return !space.is_lattice() && slot.last - slot.first + 1 <= algebra::expanded_extent;
}

// The numbers a slot or an index ranges over along an axis.
struct Extent {
    std::int64_t first, last;
};

Extent extent_of(const algebra::Space& space, std::int64_t first, std::int64_t last, std::size_t axis) {
    if (space.axes.size() == 1 && !space.is_lattice())
        return {first, last};
    return {space.axes[axis].first, space.axes[axis].last()};
}

Extent extent_of(const Pool& pool, algebra::IndexId id, std::size_t axis) {
    const algebra::Index& index = pool.index(id);
    return extent_of(pool.space(index.space), index.first, index.last, axis);
}

// 1 where a variable place is inside the numbers that the other place can be.
Expr inside(Pool& pool, algebra::SpaceId space_id, const Place& place, const Place& other) {
    std::vector<Expr> conditions;
    const std::size_t axes = pool.space(space_id).axes.size();
    for (std::size_t axis = 0; axis < axes; ++axis) {
        const Extent own = extent_of(pool, place.index, axis);
        const Extent allowed =
            other.is_literal() ? Extent{other.offset[axis], other.offset[axis]} : extent_of(pool, other.index, axis);
        if (own.first >= allowed.first && own.last <= allowed.last)
            continue;
        conditions.push_back(pool.within(space_id, place, static_cast<int>(axis), allowed.first, allowed.last));
    }
    return conditions.empty() ? pool.integer(1) : pool.multiply(std::move(conditions));
}

bool disjoint(const Pool& pool, const algebra::Space& space, const Place& first, const Place& second) {
    for (std::size_t axis = 0; axis < space.axes.size(); ++axis) {
        const Extent a =
            first.is_literal() ? Extent{first.offset[axis], first.offset[axis]} : extent_of(pool, first.index, axis);
        const Extent b = second.is_literal() ? Extent{second.offset[axis], second.offset[axis]}
                                             : extent_of(pool, second.index, axis);
        if (a.last < b.first || b.last < a.first)
            return true;
    }
    return false;
}

bool covers_slot(const Pool& pool, const algebra::Slot& slot, const Place& place) {
    const algebra::Space& space = pool.space(slot.space);
    for (std::size_t axis = 0; axis < space.axes.size(); ++axis) {
        const Extent wanted = extent_of(space, slot.first, slot.last, axis);
        const Extent given =
            place.is_literal() ? Extent{place.offset[axis], place.offset[axis]} : extent_of(pool, place.index, axis);
        if (given.first > wanted.first || given.last < wanted.last)
            return false;
    }
    return true;
}

} // namespace

Component with_fresh_indices(Pool& pool, const Component& component) {
    algebra::Substitution renamed;
    Component fresh = component;
    for (Place& place : fresh.target) {
        if (place.is_literal())
            continue;
        const algebra::IndexId own = pool.fresh_index(place.index);
        renamed.emplace_back(place.index, Place{own});
        place.index = own;
    }
    fresh.value = algebra::substitute(pool, component.value, renamed);
    return fresh;
}

std::vector<std::vector<Place>> all_targets(Pool& pool, SymbolId tensor) {
    std::vector<std::vector<Place>> targets{{}};
    const std::vector<algebra::Slot> slots = pool.symbol(tensor).slots;
    for (const algebra::Slot& slot : slots) {
        std::vector<Place> choices;
        const algebra::Space& space = pool.space(slot.space);
        if (written_out(space, slot)) {
            for (std::int64_t number = slot.first; number <= slot.last; ++number)
                choices.push_back(Place{{}, {number, 0, 0, 0}});
        } else {
            const std::string name = slots.size() == 1 ? "i" : "i" + std::to_string(&slot - slots.data() + 1);
            choices.push_back(Place{pool.add_index({name, slot.space, slot.first, slot.last})});
        }
        std::vector<std::vector<Place>> longer;
        for (const std::vector<Place>& head : targets)
            for (const Place& choice : choices) {
                longer.push_back(head);
                longer.back().push_back(choice);
            }
        targets = std::move(longer);
    }
    return targets;
}

std::optional<Meeting> meeting(Pool& pool, SymbolId tensor, const std::vector<Place>& first,
                               const std::vector<Place>& second) {
    const std::vector<algebra::Slot> slots = pool.symbol(tensor).slots;
    Meeting result;
    std::vector<Expr> conditions;
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
        if (disjoint(pool, pool.space(slots[slot].space), first[slot], second[slot]))
            return std::nullopt;
        if (!second[slot].is_literal())
            result.second_to_first.emplace_back(second[slot].index, first[slot]);
        if (!first[slot].is_literal())
            conditions.push_back(inside(pool, slots[slot].space, first[slot], second[slot]));
    }
    result.condition = conditions.empty() ? pool.integer(1) : pool.multiply(std::move(conditions));
    return result;
}

std::vector<std::vector<Place>> difference(Pool& pool, SymbolId tensor, const std::vector<Place>& first,
                                           const std::vector<Place>& second) {
    if (!meeting(pool, tensor, first, second))
        return {first};
    const std::vector<algebra::Slot> slots = pool.symbol(tensor).slots;
    std::vector<std::vector<Place>> result;
    std::vector<Place> rest = first; // what agrees with `second` in the slots so far
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
        if (rest[slot].is_literal() || pool.space(slots[slot].space).is_lattice())
            continue;
        const algebra::Index index = pool.index(rest[slot].index);
        const Extent taken = second[slot].is_literal() ? Extent{second[slot].offset[0], second[slot].offset[0]}
                                                       : extent_of(pool, second[slot].index, 0);
        const auto restricted = [&](std::int64_t from, std::int64_t to) {
            std::vector<Place> part = rest;
            part[slot] = Place{pool.add_index({index.name, index.space, from, to})};
            return part;
        };
        if (index.first < taken.first)
            result.push_back(restricted(index.first, taken.first - 1));
        if (index.last > taken.last)
            result.push_back(restricted(taken.last + 1, index.last));
        rest = restricted(std::max(index.first, taken.first), std::min(index.last, taken.last));
    }
    return result;
}

bool covers_all(Pool& pool, SymbolId tensor, const std::vector<const std::vector<Place>*>& targets) {
    const std::vector<algebra::Slot> slots = pool.symbol(tensor).slots;
    const auto covered_by = [&](const std::vector<Place>& wanted, const std::vector<Place>& given) {
        for (std::size_t slot = 0; slot < slots.size(); ++slot) {
            if (wanted[slot].is_literal() && given[slot].is_literal()) {
                if (!(wanted[slot] == given[slot]))
                    return false;
            } else if (wanted[slot].is_literal()) {
                if (disjoint(pool, pool.space(slots[slot].space), wanted[slot], given[slot]))
                    return false;
            } else if (!covers_slot(pool, slots[slot], given[slot])) {
                return false;
            }
        }
        return true;
    };
    const std::vector<std::vector<Place>> wanted = all_targets(pool, tensor);
    return std::all_of(wanted.begin(), wanted.end(), [&](const std::vector<Place>& place) {
        return std::any_of(targets.begin(), targets.end(),
                           [&](const std::vector<Place>* target) { return covered_by(place, *target); });
    });
}

} // namespace nphys::dynamics
