#include "compiler/dynamics/vanishes.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "compiler/algebra/evaluate.h"
#include "compiler/algebra/transform.h"

namespace nphys::dynamics {

namespace {

using algebra::Expr;
using algebra::Place;
using algebra::Pool;
using algebra::SymbolId;

// A number between 1/2 and 3/2 for each name and place, the same each time.
double sample(std::uint32_t name, std::span<const std::int64_t> places, std::uint64_t round) {
    std::uint64_t state = (name + 1) * 0x9e3779b97f4a7c15ULL + round;
    for (const std::int64_t place : places)
        state = (state ^ static_cast<std::uint64_t>(place)) * 0xff51afd7ed558ccdULL;
    state ^= state >> 29U;
    return 0.5 + static_cast<double>(state % 1000) / 1000;
}

} // namespace

bool vanishes(algebra::Pool& pool, algebra::Expr expression) {
    if (pool.is_zero(expression))
        return true;
    const auto indices = algebra::dependence(pool, expression).free_indices;
    for (std::uint64_t round = 0; round < 24; ++round) {
        algebra::Environment values;
        values.parameter = [&](SymbolId symbol) { return sample(symbol.value, {}, round); };
        values.element = [&](SymbolId symbol, std::span<const std::int64_t> places) {
            return std::complex<double>(sample(symbol.value, places, round));
        };
        values.step = 1;
        for (std::size_t n = 0; n < indices.size(); ++n) {
            const algebra::Index& index = pool.index(indices[n]);
            Place place;
            const algebra::Space& space = pool.space(index.space);
            for (std::size_t axis = 0; axis < space.axes.size(); ++axis) {
                const auto extent = pool.extent(indices[n], static_cast<int>(axis));
                const auto count = static_cast<std::uint64_t>(std::min<std::int64_t>(extent.last - extent.first + 1, 3));
                place.offset[axis] = extent.first + static_cast<std::int64_t>((round >> n) % count);
            }
            values.places.emplace(indices[n].value, place);
        }
        const double value = std::abs(algebra::evaluate(pool, expression, values));
        if (value > 1e-9)
            return false;
    }
    return true;
}

} // namespace nphys::dynamics
