#include "compiler/analysis/tangent.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "compiler/algebra/transform.h"

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
    : pool_(pool), fields_(fields), values_(values), site_(site), dt_(dt), nature_(nature) {}

void TangentEvaluator::bind(algebra::IndexId here, const std::unordered_map<std::uint32_t, std::int64_t>& numbers) {
    here_ = here;
    numbers_ = numbers;
    known_.clear();
}

std::vector<Slope> TangentEvaluator::slopes(Expr expression) {
    const Tangent tangent = evaluate(expression);
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

Tangent TangentEvaluator::evaluate(Expr expression) {
    if (!nature_.obstacle.empty())
        return {};
    const auto found = known_.find(expression.id);
    if (found != known_.end())
        return found->second;
    Tangent result = std::visit([this](const auto& node) { return of(node); }, pool_[expression]);
    known_.emplace(expression.id, result);
    return result;
}

Tangent TangentEvaluator::fail(std::string reason) {
    if (nature_.obstacle.empty())
        nature_.obstacle = std::move(reason);
    return {};
}

int TangentEvaluator::source(int field, const Shift& shift) {
    const auto [place, is_new] = source_numbers_.try_emplace({field, shift}, static_cast<int>(sources_.size()));
    if (is_new)
        sources_.emplace_back(field, shift);
    return place->second;
}

void TangentEvaluator::accumulate(std::vector<std::pair<int, double>>& into,
                                  const std::vector<std::pair<int, double>>& slopes, double factor) const {
    for (const auto& [source, value] : slopes) {
        const auto same =
            std::find_if(into.begin(), into.end(), [&](const auto& entry) { return entry.first == source; });
        if (same == into.end())
            into.emplace_back(source, factor * value);
        else
            same->second += factor * value;
    }
}

void TangentEvaluator::note_factor(const Tangent& factor) {
    if (factor.by_place)
        nature_.uniform = false;
    if (factor.by_time)
        nature_.steady = false;
}

Tangent TangentEvaluator::of(const algebra::Rational& node) {
    return number(static_cast<double>(node.numerator) / static_cast<double>(node.denominator));
}
Tangent TangentEvaluator::of(const algebra::Pi&) {
    return number(std::numbers::pi);
}
Tangent TangentEvaluator::of(const algebra::ImaginaryUnit&) {
    return fail("the law is complex");
}
Tangent TangentEvaluator::of(const algebra::Time&) {
    return {0, {}, false, true};
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

void TangentEvaluator::add(Tangent& sum, const Tangent& term) const {
    sum.value += term.value;
    accumulate(sum.slopes, term.slopes, 1);
    sum.by_place |= term.by_place, sum.by_time |= term.by_time;
}

Tangent TangentEvaluator::of(const algebra::Add& node) {
    Tangent sum;
    for (const Expr expression : node.terms)
        add(sum, evaluate(expression));
    return sum;
}

Tangent TangentEvaluator::of(const algebra::Multiply& node) {
    Tangent product = number(1);
    for (const Expr expression : node.factors) {
        const Tangent factor = evaluate(expression);
        if (!factor.slopes.empty() && !product.slopes.empty())
            nature_.linear = false;
        if (!factor.slopes.empty())
            note_factor(product);
        if (!product.slopes.empty())
            note_factor(factor);
        Tangent next{
            product.value * factor.value, {}, product.by_place || factor.by_place, product.by_time || factor.by_time};
        accumulate(next.slopes, product.slopes, factor.value);
        accumulate(next.slopes, factor.slopes, product.value);
        product = std::move(next);
    }
    return product;
}

Tangent TangentEvaluator::of(const algebra::Power& node) {
    const Tangent base = evaluate(node.base), exponent = evaluate(node.exponent);
    Tangent result{
        std::pow(base.value, exponent.value), {}, base.by_place || exponent.by_place, base.by_time || exponent.by_time};
    if (base.slopes.empty() && exponent.slopes.empty())
        return result;
    nature_.linear = false;
    if (!base.slopes.empty())
        accumulate(result.slopes, base.slopes, exponent.value * std::pow(base.value, exponent.value - 1));
    if (!exponent.slopes.empty())
        accumulate(result.slopes, exponent.slopes, result.value * std::log(base.value));
    return result;
}

Tangent TangentEvaluator::of(const algebra::Apply& node) {
    std::vector<Tangent> arguments;
    std::vector<double> numbers;
    Tangent result;
    for (const Expr expression : node.arguments) {
        arguments.push_back(evaluate(expression));
        numbers.push_back(arguments.back().value);
        result.by_place |= arguments.back().by_place, result.by_time |= arguments.back().by_time;
    }
    result.value = algebra::op_value(node.op, numbers.data());
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i].slopes.empty())
            continue;
        nature_.linear = false;
        // A central difference: good to ten digits, which is more than a linearisation means.
        const double width = 1e-5 * std::max(1.0, std::abs(numbers[i]));
        std::vector<double> above = numbers, below = numbers;
        above[i] += width, below[i] -= width;
        accumulate(result.slopes, arguments[i].slopes,
                   (algebra::op_value(node.op, above.data()) - algebra::op_value(node.op, below.data())) / (2 * width));
    }
    return result;
}

Tangent TangentEvaluator::of(const algebra::Select& node) {
    const Tangent condition = evaluate(node.condition);
    if (!condition.slopes.empty())
        nature_.linear = false;
    Tangent chosen = evaluate(condition.value != 0 ? node.chosen : node.otherwise);
    note_factor(condition);
    chosen.by_place |= condition.by_place, chosen.by_time |= condition.by_time;
    return chosen;
}

} // namespace nphys::analysis
