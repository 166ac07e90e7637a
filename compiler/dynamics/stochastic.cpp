#include "compiler/dynamics/stochastic.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "compiler/algebra/evaluate.h"
#include "compiler/algebra/print.h"
#include "compiler/algebra/transform.h"
#include "compiler/dynamics/clock.h"
#include "compiler/dynamics/noise.h"
#include "compiler/dynamics/places.h"
#include "compiler/dynamics/simplify.h"
#include "compiler/dynamics/vanishes.h"

namespace nphys::dynamics {

namespace {

using model::Calculus;
using model::Scheme;

std::optional<Calculus> calculus_of(Scheme scheme) {
    switch (scheme) {
    case Scheme::euler_maruyama:
    case Scheme::milstein:
        return Calculus::ito;
    case Scheme::heun:
        return Calculus::stratonovich;
    default:
        return std::nullopt;
    }
}

// The noise of a rate where it stands in the text; of a descent, the law.
Span span_of_noise(const model::Model& model, const Moved& moved) {
    const auto stands_here = [&](const model::Draw& draw) {
        return draw.timing == model::DrawTiming::white && model.pool->has_symbol(moved.rate, draw.symbol);
    };
    const auto found = std::ranges::find_if(model.draws, stands_here);
    return found == model.draws.end() ? moved.span : found->span();
}

bool check_linear(const model::Model& model, const Motion& motion, Diagnostics& diagnostics) {
    Pool& pool = *model.pool;
    for (const Moved& moved : motion.moved) {
        if (is_linear_in_noise(pool, motion, moved.rate))
            continue;
        const std::string& name = pool.symbol(moved.tensor).name;
        diagnostics.report(Code::white_not_linear, span_of_noise(model, moved), name)
            .here("a function of white noise that is no multiple of it")
            .help("a random number that is drawn anew in each step is `normal(0, 1)`");
        return false;
    }
    return true;
}

// The readings differ where the noise of a component depends on what noise moves.
bool check_calculus_said(const model::Model& model, const Motion& motion, Diagnostics& diagnostics) {
    Pool& pool = *model.pool;
    for (const Moved& moved : motion.moved) {
        if (moved.calculus != Calculus::none || !has_noise(pool, motion, moved.rate))
            continue;
        const Expr difference = ito_correction(pool, motion, moved);
        if (pool.is_zero(difference))
            continue;
        const std::string& name = pool.symbol(moved.tensor).name;
        diagnostics.report(Code::calculus_not_said, span_of_noise(model, moved), name)
            .here("its readings differ by the drift {}", algebra::print(pool, difference))
            .help("write `with calculus ito` or `with calculus stratonovich`");
        return false;
    }
    return true;
}

bool check_scheme(Pool& pool, const model::Run& run, const Motion& motion, Scheme scheme, Diagnostics& diagnostics) {
    if (calculus_of(scheme))
        return true;
    const auto noisy =
        std::ranges::find_if(motion.moved, [&](const Moved& moved) { return has_noise(pool, motion, moved.rate); });
    const std::string& name = pool.symbol(noisy->tensor).name;
    auto& told = diagnostics.report(Code::scheme_without_noise, run.scheme_span.valid() ? run.scheme_span : noisy->span,
                                    spelling(scheme), name);
    told.label(noisy->span, "its noise is here");
    if (is_map(scheme))
        told.here("a map takes one step of a rate as it is")
            .help("`scheme = euler_maruyama` with `dt = 1` takes the same step, with the noise of its time");
    else
        told.here("it is made for smooth laws")
            .help("take `heun` (Stratonovich), `euler_maruyama` or `milstein` (Itô)");
    return false;
}

// Σ_ν b_νk ∂_ν b_μl of one component, in the places k and l.
Expr moved_noise(Pool& pool, const Motion& motion, const Moved& moved, SymbolId first, const std::vector<Place>& k,
                 SymbolId second, const std::vector<Place>& l) {
    const Expr amplitude = algebra::partial(pool, moved.rate, second, l);
    std::vector<Expr> terms;
    for (const Moved& other : motion.moved) {
        const Component own = with_fresh_indices(pool, component(other, other.rate));
        Expr product = pool.multiply({algebra::partial(pool, amplitude, own.tensor, own.target),
                                      algebra::partial(pool, own.value, first, k)});
        for (const Place& place : own.target)
            if (!place.is_literal())
                product = pool.sum(place.index, product);
        terms.push_back(product);
    }
    return pool.add(std::move(terms));
}

// Two noises of a component whose order matters, and by how much.
struct Disorder {
    const Moved* moved;
    std::string first, second;
    Expr difference;
};

std::optional<Disorder> disorder(Pool& pool, const Motion& motion) {
    for (const Moved& moved : motion.moved)
        for (const SymbolId first : motion.white)
            for (const SymbolId second : motion.white)
                for (const auto& k : all_targets(pool, first))
                    for (const auto& l : all_targets(pool, second)) {
                        const Expr forth = moved_noise(pool, motion, moved, first, k, second, l);
                        const Expr difference = pool.subtract(forth, moved_noise(pool, motion, moved, second, l, first, k));
                        if (!vanishes(pool, difference))
                            return Disorder{&moved, algebra::print_element(pool, first, k), algebra::print_element(pool, second, l), difference};
                    }
    return std::nullopt;
}

bool commutes(Pool& pool, const Motion& motion) { return !disorder(pool, motion); }

bool check_commutes(Pool& pool, const Motion& motion, Diagnostics& diagnostics) {
    const auto found = disorder(pool, motion);
    if (!found)
        return true;
    diagnostics.report(Code::noise_does_not_commute, found->moved->span, pool.symbol(found->moved->tensor).name)
        .here("along `{}` and `{}` the order matters", found->first, found->second)
        .note("Σ b_k ∂b_l - Σ b_l ∂b_k = {}", algebra::print(pool, simplified(pool, found->difference)))
        .help("take `heun` or `euler_maruyama`");
    return false;
}

} // namespace

bool is_stochastic(Scheme scheme) {
    return calculus_of(scheme).has_value();
}

bool check_noise(const model::Model& model, const Motion& motion, Scheme scheme, Diagnostics& diagnostics) {
    Pool& pool = *model.pool;
    if (!check_white_stands_in_rates(model, diagnostics))
        return false;
    if (!has_noise(pool, motion))
        return true;
    return check_linear(model, motion, diagnostics) && check_calculus_said(model, motion, diagnostics) &&
           check_scheme(pool, model.run, motion, scheme, diagnostics) &&
           (scheme != Scheme::milstein || check_commutes(pool, motion, diagnostics));
}

// The readings of additive noise are one, and Euler's step is then Milstein's.
double strong_order(Pool& pool, const Motion& motion, Scheme scheme) {
    const bool is_computed = std::ranges::any_of(motion.moved, [](const Moved& moved) { return moved.drifts.has_value(); });
    if (is_computed) // from the state; its noises do not commute in general
        return std::ranges::all_of(motion.moved, [&](const Moved& moved) { return !moved.drifts || pool.is_zero(moved.drifts->covariant); }) ? 1 : 0.5;
    const bool is_additive = std::ranges::all_of(motion.moved, [&](const Moved& moved) {
        return std::ranges::all_of(motion.white, [&](SymbolId noise) {
            return std::ranges::all_of(all_targets(pool, noise), [&](const std::vector<Place>& place) {
                const Expr amplitude = algebra::partial(pool, moved.rate, noise, place);
                return std::ranges::none_of(motion.moved, [&](const Moved& other) { return algebra::depends_on(pool, amplitude, other.tensor); });
            });
        });
    });
    if (is_additive || scheme == Scheme::milstein)
        return 1;
    return scheme == Scheme::heun && commutes(pool, motion) ? 1 : 0.5;
}

void warn_of_draws_in_flows(const model::Model& model, const Motion& motion, Scheme scheme, Diagnostics& diagnostics) {
    if (is_map(scheme))
        return;
    for (const Moved& moved : motion.moved)
        for (const model::Draw& draw : model.draws) {
            if (draw.timing != model::DrawTiming::each_step || !model.pool->has_symbol(moved.rate, draw.symbol))
                continue;
            diagnostics.report(Code::draws_in_flow, draw.span(), model.pool->symbol(moved.tensor).name)
                .here("drawn anew in each step")
                .help("write `white()`, or let the law be a map (`←`) of steps that are meant as they are");
            return;
        }
}

Motion in_calculus_of(Pool& pool, const Motion& motion, Scheme scheme) {
    Motion said = motion;
    for (Moved& moved : said.moved)
        if (moved.calculus == Calculus::none) // all readings are the same
            moved.calculus = *calculus_of(scheme);
    return in_calculus(pool, said, *calculus_of(scheme));
}

bool check_white_stands_in_rates(const model::Model& model, Diagnostics& diagnostics) {
    Pool& pool = *model.pool;
    const auto tell_where_it_is = [&](Expr value, Span here, std::string_view what) {
        for (const model::Draw& draw : model.draws) {
            if (draw.timing != model::DrawTiming::white || !pool.has_symbol(value, draw.symbol))
                continue;
            auto& told = diagnostics.report(Code::white_without_rate, draw.span()).here("{} takes a number", what);
            if (here.valid() && here.source == draw.span().source)
                told.label(here, "used here");
            told.help("write it in `d/dt … = …`, or take `normal(0, 1)`");
            return false;
        }
        return true;
    };
    const auto all = [&](const std::vector<Component>& components, Span here, std::string_view what) {
        return std::ranges::all_of(components, [&](const Component& component) {
            return tell_where_it_is(component.value, here, what);
        });
    };
    bool right = true;
    for (const model::Law& law : model.laws) {
        if (law.kind == model::LawKind::map)
            right = all(law.components, law.span, "a map") && right;
        if (law.kind == model::LawKind::descent)
            right = all(law.components, law.span, "a loss") && right;
        for (const std::optional<Expr>& option : {law.rate, law.momentum})
            right = (!option || tell_where_it_is(*option, law.span, "a rate")) && right;
        for (const auto& matrix : {law.given_metric, law.given_noise})
            if (matrix)
                for (const Expr entry : matrix->entries)
                    right = tell_where_it_is(entry, matrix->span, "a matrix") && right;
    }
    for (const model::Drive& drive : model.drives)
        right = all(drive.components, drive.span, "a boundary") && right;
    for (const model::Initial& initial : model.initials)
        right = all(initial.components, initial.span, "an initial value") && right;
    for (const model::Observable& observable : model.observables)
        right = all(observable.components, observable.span, "an observable") && right;
    return right;
}

} // namespace nphys::dynamics
