#include "compiler/analysis/tangent.h"

#include <algorithm>
#include <cmath>

namespace nphys::analysis {

namespace {

// The number of a displaced place after the edge rule; for open axes the last one, whose neighbours beyond count as
// inside.
std::int64_t wrapped(const algebra::Axis& axis, std::int64_t number) {
    if (axis.edge == algebra::Edge::periodic || axis.edge == algebra::Edge::antiperiodic) {
        const std::int64_t rest = (number - axis.first) % axis.extent;
        return axis.first + (rest < 0 ? rest + axis.extent : rest);
    }
    return std::clamp(number, axis.first, axis.last());
}

} // namespace

TangentEvaluator::TangentEvaluator(const Pool& pool, const Fields& fields, const Values& values, const Shift& site,
                                   double dt, Nature& nature)
    : TangentRules(pool, values, dt, nature), fields_(fields), site_(site) {}

void TangentEvaluator::bind(algebra::IndexId here, const std::unordered_map<std::uint32_t, std::int64_t>& numbers) {
    here_ = here;
    numbers_ = numbers;
    known_.clear();
}

std::vector<Slope> TangentEvaluator::slopes(Expr expression) {
    const Tangent& tangent = evaluate(expression);
    std::vector<Slope> result;
    for (const auto& [source, value] : tangent.slopes) {
        if (value == 0)
            continue;
        if (!std::isfinite(value) && nature_.obstacle.empty())
            nature_.obstacle = "the law has no finite derivative at the initial state";
        result.push_back({sources_[static_cast<std::size_t>(source)].first,
                          sources_[static_cast<std::size_t>(source)].second, value});
    }
    return result;
}

int TangentEvaluator::source(int field, const Shift& shift) {
    const auto [place, is_new] = source_numbers_.try_emplace({field, shift}, static_cast<int>(sources_.size()));
    if (is_new)
        sources_.emplace_back(field, shift);
    return place->second;
}

TangentEvaluator::Reached TangentEvaluator::reach(const Place& place) const {
    Reached reached;
    std::copy(std::begin(place.offset), std::end(place.offset), reached.numbers.begin());
    if (place.is_literal())
        return reached;
    if (place.index == here_) {
        reached.at_site = true;
        return reached;
    }
    const auto bound = numbers_.find(place.index.value);
    reached.known = bound != numbers_.end();
    if (reached.known)
        reached.numbers[0] += bound->second;
    return reached;
}

// The numbers of a place, the site included.
TangentEvaluator::Reached TangentEvaluator::located(const Place& place) {
    Reached reached = reach(place);
    if (!reached.known)
        fail("the law couples all sites at once");
    if (reached.at_site) {
        for (std::size_t axis = 0; axis < reached.numbers.size(); ++axis)
            reached.numbers[axis] += site_[axis];
    }
    return reached;
}

Tangent TangentEvaluator::of(const algebra::Element& node) {
    const std::vector<algebra::Slot>& slots = pool_.symbol(node.tensor).slots;
    std::vector<std::int64_t> others, numbers;
    Shift shift{};
    bool at_site = false, on_lattice = false;
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
        const algebra::Space& space = pool_.space(slots[slot].space);
        Reached reached = reach(node.positions[slot]);
        if (!reached.known)
            return fail("the law couples all sites at once");
        if (reached.at_site)
            at_site = true, shift = reached.numbers;
        on_lattice |= space.is_lattice();
        for (std::size_t axis = 0; axis < space.axes.size(); ++axis) {
            if (!space.is_lattice())
                others.push_back(reached.numbers[axis]);
            numbers.push_back(reached.at_site ? wrapped(space.axes[axis], reached.numbers[axis] + site_[axis])
                                              : reached.numbers[axis]);
        }
    }
    if (!fields_.moves(node.tensor)) {
        return placed(values_.element(node.tensor, numbers), at_site);
    }
    if (on_lattice && !at_site)
        return fail("the law reads the field at a fixed site");
    const auto field = fields_.by_place.find({node.tensor.value, others});
    if (field == fields_.by_place.end())
        return fail("the law reads an element that does not exist");
    return {values_.element(node.tensor, numbers), {{source(field->second, shift), 1.0}}, at_site, false};
}

Tangent TangentEvaluator::of(const algebra::Coordinate& node) {
    const Reached reached = located(node.place);
    if (node.place.is_literal() || !reached.known)
        return {};
    const algebra::Axis& axis = pool_.space_of(node.place.index).axes[node.axis];
    return placed(axis.coordinate_at(wrapped(axis, reached.numbers[node.axis])), reached.at_site);
}

Tangent TangentEvaluator::of(const algebra::IndexValue& node) {
    const Reached reached = located(node.place);
    return placed(static_cast<double>(reached.numbers[node.axis]), reached.at_site);
}

Tangent TangentEvaluator::of(const algebra::Delta& node) {
    const Reached left = reach(node.left), right = reach(node.right);
    if (left.at_site && right.at_site)
        return number(left.numbers == right.numbers ? 1.0 : 0.0);
    return placed(located(node.left).numbers == located(node.right).numbers ? 1.0 : 0.0, left.at_site || right.at_site);
}

Tangent TangentEvaluator::of(const algebra::Within& node) {
    const Reached reached = located(node.place);
    return placed(reached.numbers[node.axis] >= node.first && reached.numbers[node.axis] <= node.last ? 1.0 : 0.0,
                  reached.at_site);
}

Tangent TangentEvaluator::of(const algebra::Reduce& node) {
    const algebra::Space& space = pool_.space_of(node.index);
    if (space.is_lattice() || space.axes.size() != 1)
        return fail("the law couples all sites at once");
    const algebra::Index& index = pool_.index(node.index);
    if (node.operation != algebra::Reduction::sum)
        return fail("the law takes a product or an extremum over a range");
    Tangent sum;
    std::unordered_map<std::uint32_t, Tangent> outer;
    outer.swap(known_);
    for (std::int64_t number = index.first; number <= index.last; ++number) {
        known_.clear();
        numbers_[node.index.value] = number;
        add(sum, evaluate(node.body));
    }
    numbers_.erase(node.index.value);
    outer.swap(known_);
    return sum;
}

} // namespace nphys::analysis
