#include "compiler/analysis/vanishing.h"

#include <algorithm>
#include <cmath>

#include "compiler/algebra/transform.h"

namespace nphys::analysis {

namespace {

using algebra::Expr;
using algebra::Place;

constexpr std::size_t rounds = 6;
constexpr double round_off = 1e-10;

// First and last places in the first rounds, then anywhere.
std::int64_t place_in(std::int64_t first, std::int64_t last, std::size_t round, std::uint64_t salt) {
    if (round == 0)
        return first;
    if (round == 1)
        return last;
    const double share = 0.5 + 0.5 * scatter(salt + 97 * round);
    return std::min(last, first + static_cast<std::int64_t>(share * static_cast<double>(last - first + 1)));
}

std::int64_t middle_of(const algebra::Axis& axis) {
    return axis.first + axis.extent / 2;
}

} // namespace

double scatter(std::uint64_t seed) {
    seed += 0x9e3779b97f4a7c15U;
    seed = (seed ^ (seed >> 30U)) * 0xbf58476d1ce4e5b9U;
    seed = (seed ^ (seed >> 27U)) * 0x94d049bb133111ebU;
    return static_cast<double>((seed ^ (seed >> 31U)) >> 11U) * 0x1p-52 - 1;
}

Judge::Judge(const model::Model& model, const dynamics::Program& constants)
    : pool_(*model.pool), values_(model, constants) {
    for (const model::Component& component : constants.constants)
        fixed_.insert(component.tensor.value);
    for (const model::Data& data : model.data)
        fixed_.insert(data.symbol.value);
}

algebra::Environment Judge::environment(Expr left, Expr right, std::size_t round) const {
    algebra::Environment here;
    here.parameter = [this](algebra::SymbolId symbol) { return values_.parameter(symbol); };
    here.element = [this, round](algebra::SymbolId tensor,
                                 std::span<const std::int64_t> numbers) -> std::complex<double> {
        if (fixed_.contains(tensor.value))
            return values_.element(tensor, numbers);
        std::uint64_t seed = 1000003U * (tensor.value + 1) + round;
        for (const std::int64_t number : numbers)
            seed = seed * 6364136223846793005U + static_cast<std::uint64_t>(number) + 1442695040888963407U;
        return scatter(seed);
    };
    here.time = 0.37 + static_cast<double>(round);
    here.step = 0.1;
    for (const Expr expression : {left, right})
        for (const algebra::IndexId id : algebra::dependence(pool_, expression).free_indices) {
            Place place;
            for (std::size_t axis = 0; axis < pool_.space_of(id).axes.size(); ++axis) {
                const algebra::Pool::Extent extent = pool_.extent(id, static_cast<int>(axis));
                place.offset[axis] = place_in(extent.first, extent.last, round, 7 * id.value + axis);
            }
            here.places[id.value] = place;
        }
    return here;
}

Comparison Judge::compare(const std::vector<Expr>& left, const std::vector<Expr>& right) {
    Comparison result;
    double largest = 0, difference = 0;
    for (std::size_t row = 0; row < left.size(); ++row) {
        const Expr rest = algebra::expand(pool_, pool_.subtract(left[row], right[row]));
        if (pool_.is_zero(rest))
            continue;
        result.agreement = Agreement::to_round_off;
        double seen = 0; // of a row
        for (std::size_t round = 0; round < rounds; ++round) {
            const algebra::Environment here = environment(left[row], right[row], round);
            const auto a = algebra::evaluate(pool_, left[row], here), b = algebra::evaluate(pool_, right[row], here);
            seen = std::max({seen, std::abs(a), std::abs(b)});
            if (std::abs(a - b) <= difference)
                continue;
            difference = std::abs(a - b);
            result.row = row, result.difference = rest;
        }
        largest = std::max(largest, seen);
        if (seen == 0) // it differs at places that were not met, such as a single site
            return {Agreement::none, row, 1, rest};
    }
    result.size = largest > 0 ? difference / largest : 0;
    if (result.size > round_off || std::isnan(largest))
        result.agreement = Agreement::none;
    return result;
}

Comparison Judge::compare(Expr left, Expr right) {
    return compare(std::vector{left}, std::vector{right});
}

double Judge::root_mean_square(Expr expression, std::size_t samples, const FieldValues& values) const {
    algebra::Environment here = environment(expression, expression, 0);
    for (auto& [index, place] : here.places)
        for (std::size_t axis = 0; axis < pool_.space_of(algebra::IndexId(index)).axes.size(); ++axis)
            if (const algebra::Space& space = pool_.space_of(algebra::IndexId(index)); space.is_lattice())
                place.offset[axis] = middle_of(space.axes[axis]);
    double sum = 0;
    for (std::size_t sample = 0; sample < samples; ++sample) {
        here.element = [&](algebra::SymbolId tensor, std::span<const std::int64_t> numbers) -> std::complex<double> {
            if (fixed_.contains(tensor.value))
                return values_.element(tensor, numbers);
            std::vector<std::int64_t> from_middle(numbers.begin(), numbers.end());
            std::size_t at = 0;
            for (const algebra::Slot& slot : pool_.symbol(tensor).slots)
                for (const algebra::Axis& axis : pool_.space(slot.space).axes)
                    from_middle[at++] -= pool_.space(slot.space).is_lattice() ? middle_of(axis) : 0;
            return values(tensor, from_middle, sample);
        };
        sum += std::norm(algebra::evaluate(pool_, expression, here));
    }
    return std::sqrt(sum / static_cast<double>(samples));
}

double Judge::sample(Expr expression, std::size_t round) const {
    return algebra::evaluate(pool_, expression, environment(expression, expression, round)).real();
}

} // namespace nphys::analysis
