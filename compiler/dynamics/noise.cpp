#include "compiler/dynamics/noise.h"

#include <algorithm>
#include <functional>

#include "compiler/algebra/transform.h"
#include "compiler/dynamics/metric.h"
#include "compiler/dynamics/places.h"
#include "compiler/dynamics/simplify.h"

namespace nphys::dynamics {

namespace {

using Places = std::vector<Place>;

bool is_white(const Motion& motion, SymbolId symbol) {
    return std::ranges::find(motion.white, symbol) != motion.white.end();
}

// The expression with `value(element)` for each element of white noise.
Expr with_white(Pool& pool, const Motion& motion, Expr expression, const std::function<Expr(Expr)>& value) {
    return algebra::rewrite_leaves(pool, expression, [&](Expr leaf) {
        const auto* element = pool.get<algebra::Element>(leaf);
        return element != nullptr && is_white(motion, element->tensor) ? value(leaf) : leaf;
    });
}

Expr summed(Pool& pool, const Places& places, Expr body) {
    for (const Place& place : places)
        if (!place.is_literal())
            body = pool.sum(place.index, body);
    return body;
}

// Σ over all white noise k of `term(symbol, place of k)`.
Expr over_noise(Pool& pool, const Motion& motion, const std::function<Expr(SymbolId, const Places&)>& term) {
    std::vector<Expr> terms;
    for (const SymbolId symbol : motion.white)
        for (const Places& place : all_targets(pool, symbol))
            terms.push_back(summed(pool, place, term(symbol, place)));
    return pool.add(std::move(terms));
}

// Σ over all that moves, ν, of `term(ν, its component in indices of its own)`.
Expr over_moved(Pool& pool, const Motion& motion, const std::function<Expr(const Moved&, const Component&)>& term) {
    std::vector<Expr> terms;
    for (const Moved& moved : motion.moved) {
        const Component own = with_fresh_indices(pool, component(moved, moved.rate));
        terms.push_back(summed(pool, own.target, term(moved, own)));
    }
    return pool.add(std::move(terms));
}

// E of one component; `moved` has a covariant law, and so has everything that its noise moves.
Expr covariant_drift(Pool& pool, const Motion& motion, const Moved& moved) {
    if (moved.drifts)
        return moved.drifts->covariant;
    const Expr sum = over_noise(pool, motion, [&](SymbolId noise, const Places& k) {
        const Expr amplitude = algebra::partial(pool, moved.rate, noise, k);
        if (pool.is_zero(amplitude))
            return amplitude;
        return pool.multiply({amplitude, over_moved(pool, motion, [&](const Moved& other, const Component& own) {
            const Expr along = algebra::partial(pool, own.value, noise, k);
            const Expr divergence = algebra::partial(pool, along, own.tensor, own.target);
            if (!other.log_volume)
                return divergence;
            return pool.add({divergence, pool.multiply({along, in_indices_of(pool, *other.log_volume, other.target, own.target)})});
        })});
    });
    return simplified(pool, pool.multiply({pool.rational(1, 2), sum}));
}

} // namespace

bool has_noise(const Pool& pool, const Motion& motion, Expr rate) {
    return std::ranges::any_of(motion.white, [&](SymbolId symbol) { return pool.has_symbol(rate, symbol); });
}

bool has_noise(const Pool& pool, const Motion& motion) {
    return std::ranges::any_of(motion.moved,
                               [&](const Moved& moved) { return has_noise(pool, motion, moved.rate); });
}

Expr drift(Pool& pool, const Motion& motion, Expr rate) {
    return with_white(pool, motion, rate, [&](Expr) { return pool.integer(0); });
}

Expr noise_part(Pool& pool, const Motion& motion, Expr rate) {
    return simplified(pool, pool.subtract(rate, drift(pool, motion, rate)));
}

bool is_linear_in_noise(Pool& pool, const Motion& motion, Expr rate) {
    for (const SymbolId symbol : motion.white)
        for (const Places& place : all_targets(pool, symbol))
            if (has_noise(pool, motion, algebra::partial(pool, rate, symbol, place)))
                return false;
    return true;
}

Expr ito_correction(Pool& pool, const Motion& motion, const Moved& moved) {
    if (moved.drifts)
        return moved.drifts->ito;
    const Expr sum = over_noise(pool, motion, [&](SymbolId noise, const Places& k) {
        const Expr amplitude = algebra::partial(pool, moved.rate, noise, k);
        if (pool.is_zero(amplitude))
            return amplitude;
        return over_moved(pool, motion, [&](const Moved&, const Component& own) {
            const Expr slope = algebra::partial(pool, amplitude, own.tensor, own.target);
            return pool.is_zero(slope) ? slope
                                       : pool.multiply({slope, algebra::partial(pool, own.value, noise, k)});
        });
    });
    return simplified(pool, pool.multiply({pool.rational(1, 2), sum}));
}

Expr noise_along_noise(Pool& pool, const Motion& motion, const Moved& moved) {
    const Expr noise = noise_part(pool, motion, moved.rate);
    return over_moved(pool, motion, [&](const Moved&, const Component& own) {
        const Expr slope = algebra::partial(pool, noise, own.tensor, own.target);
        return pool.is_zero(slope) ? slope : pool.multiply({slope, noise_part(pool, motion, own.value)});
    });
}

Motion in_calculus(Pool& pool, const Motion& motion, model::Calculus calculus) {
    using model::Calculus;
    Motion result = motion;
    for (std::size_t n = 0; n < motion.moved.size(); ++n) {
        const Moved& given = motion.moved[n];
        if (!has_noise(pool, motion, given.rate) || given.calculus == calculus)
            continue;
        std::vector<Expr> terms{given.rate};
        if (given.calculus == Calculus::covariant)
            terms.push_back(covariant_drift(pool, motion, given));
        const bool is_ito = given.calculus == Calculus::ito;
        if (is_ito && calculus == Calculus::stratonovich)
            terms.push_back(pool.negate(ito_correction(pool, motion, given)));
        if (!is_ito && calculus == Calculus::ito)
            terms.push_back(ito_correction(pool, motion, given));
        result.moved[n].rate = simplified(pool, pool.add(std::move(terms)));
        result.moved[n].calculus = calculus;
    }
    return result;
}

Expr with_increments(Pool& pool, const Motion& motion, Expr rate) {
    const Expr root = pool.power(pool.step(), pool.rational(-1, 2));
    return with_white(pool, motion, rate, [&](Expr element) { return pool.multiply({element, root}); });
}

Motion with_increments(Pool& pool, Motion motion) {
    for (Moved& moved : motion.moved)
        moved.rate = with_increments(pool, motion, moved.rate);
    return motion;
}

// x + dt (f - C) + √dt B(N) + dt/2 Σ_ν B_ν(N) ∂_ν B(N), with N/√dt put for the noise.
Motion milstein_rates(Pool& pool, const Motion& motion) {
    Motion result = motion;
    for (std::size_t n = 0; n < motion.moved.size(); ++n) {
        const Moved& given = motion.moved[n];
        if (!has_noise(pool, motion, given.rate))
            continue;
        const Expr twice = with_increments(pool, motion, noise_along_noise(pool, motion, given));
        result.moved[n].rate =
            pool.add({with_increments(pool, motion, given.rate), pool.negate(ito_correction(pool, motion, given)),
                      pool.multiply({pool.rational(1, 2), pool.step(), twice})});
    }
    return result;
}

} // namespace nphys::dynamics
