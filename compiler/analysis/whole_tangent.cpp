#include "compiler/analysis/whole_tangent.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace nphys::analysis {

std::vector<std::pair<int, double>> WholeTangent::slopes(Expr expression, const Places& places) {
    places_ = places;
    known_.clear();
    const Tangent& tangent = evaluate(expression);
    if (known_.size() > budget_)
        fail("it is too large to be looked at as a whole");
    budget_ -= std::min(budget_, known_.size());
    for (const auto& [source, value] : tangent.slopes)
        if (!std::isfinite(value))
            fail("the law has no finite derivative at the initial state");
    return tangent.slopes;
}

std::int64_t WholeTangent::number_at(const Place& place, std::size_t axis) const {
    if (place.is_literal())
        return place.offset[axis];
    const auto found = places_.find(place.index.value);
    return (found == places_.end() ? 0 : found->second.offset[axis]) + place.offset[axis];
}

algebra::ActualPlace WholeTangent::actual(const Place& place, std::size_t axis) const {
    return algebra::actual_place(pool_.space_of(place.index).axes[axis], number_at(place, axis));
}

Tangent WholeTangent::of(const algebra::Element& node) {
    std::vector<std::int64_t> numbers;
    int sign = 1;
    const std::vector<algebra::Slot>& slots = pool_.symbol(node.tensor).slots;
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
        const algebra::Space& space = pool_.space(slots[slot].space);
        for (std::size_t axis = 0; axis < space.axes.size(); ++axis) {
            const std::int64_t there = number_at(node.positions[slot], axis);
            algebra::ActualPlace reached{there, 1, slots[slot].first <= there && there <= slots[slot].last};
            if (space.is_lattice())
                reached = algebra::actual_place(space.axes[axis], there);
            if (!reached.exists)
                return number(0);
            sign *= reached.sign;
            numbers.push_back(reached.number);
        }
    }
    Tangent result = number(sign * values_.element(node.tensor, numbers));
    if (const auto element = elements_.number(node.tensor, numbers))
        result.slopes.emplace_back(static_cast<int>(*element), sign);
    return result;
}

Tangent WholeTangent::of(const algebra::Coordinate& node) {
    const algebra::Axis& axis = pool_.space_of(node.place.index).axes[node.axis];
    return number(axis.coordinate_at(actual(node.place, node.axis).number));
}

Tangent WholeTangent::of(const algebra::IndexValue& node) {
    return number(static_cast<double>(actual(node.place, node.axis).number));
}

Tangent WholeTangent::of(const algebra::Delta& node) {
    const algebra::Space& space = pool_.space_of(node.left.is_literal() ? node.right.index : node.left.index);
    int sign = 1;
    for (std::size_t axis = 0; axis < space.axes.size(); ++axis) {
        const std::int64_t left = number_at(node.left, axis), right = number_at(node.right, axis);
        if (!space.is_lattice())
            return number(left == right ? 1 : 0);
        const algebra::ActualPlace first = algebra::actual_place(space.axes[axis], left),
                                   second = algebra::actual_place(space.axes[axis], right);
        if (!first.exists || !second.exists || first.number != second.number)
            return number(0);
        sign *= first.sign * second.sign;
    }
    return number(sign);
}

Tangent WholeTangent::of(const algebra::Within& node) {
    const std::int64_t there = number_at(node.place, node.axis);
    return number(node.first <= there && there <= node.last ? 1 : 0);
}

Tangent WholeTangent::of(const algebra::EdgeSign& node) {
    return number(actual(node.place, node.axis).sign);
}

Tangent WholeTangent::of(const algebra::Reduce& node) {
    if (node.operation != algebra::Reduction::sum)
        return fail("the law takes a product or an extremum over a range");
    Tangent sum;
    std::unordered_map<std::uint32_t, Tangent> outer;
    outer.swap(known_);
    const auto known = places_.find(node.index.value);
    const std::optional<Place> hidden = known == places_.end() ? std::nullopt : std::optional(known->second);
    sum_over(node, 0, sum);
    if (hidden)
        places_[node.index.value] = *hidden;
    else
        places_.erase(node.index.value);
    outer.swap(known_);
    return sum;
}

void WholeTangent::sum_over(const algebra::Reduce& node, int axis, Tangent& sum) {
    if (axis == static_cast<int>(pool_.space_of(node.index).axes.size())) {
        known_.clear();
        add(sum, evaluate(node.body));
        budget_ -= std::min(budget_, known_.size());
        if (budget_ == 0)
            fail("it is too large to be looked at as a whole");
        return;
    }
    const Pool::Extent extent = pool_.extent(node.index, axis);
    for (std::int64_t there = extent.first; there <= extent.last && nature_.obstacle.empty(); ++there) {
        places_[node.index.value].offset[axis] = there;
        sum_over(node, axis + 1, sum);
    }
}

} // namespace nphys::analysis
