#include "compiler/analysis/acceptance.h"

#include <array>
#include <cmath>

#include "compiler/algebra/children.h"
#include "compiler/algebra/evaluate.h"
#include "compiler/algebra/transform.h"

namespace nphys::analysis {

using algebra::Expr;
using algebra::Op;

Acceptance::Acceptance(const model::Model& model, const model::Evolution& evolution)
    : model_(model), evolution_(evolution), pool_(*model.pool), before_(pool_.element(evolution.here, {})),
      after_(pool_.element(evolution.there, {})),
      unit_(pool_.element(pool_.add_symbol({.name = "exp(b (h - h')/2)", .slots = {}}), {})) {}

Expr Acceptance::put(Expr expression, Expr before, Expr after) const {
    return algebra::replace(pool_, expression, {{before_.id, before}, {after_.id, after}});
}

std::optional<double> Acceptance::number(Expr expression) const {
    const Expr at_start = algebra::replace(pool_, expression, {{pool_.time().id, pool_.integer(0)}});
    const auto value =
        algebra::constant_value(pool_, at_start, [&](algebra::SymbolId symbol) { return model_.parameter_value(symbol); });
    return value ? std::optional(value->real()) : std::nullopt;
}

std::optional<double> Acceptance::value(double before, double after) const {
    return number(put(evolution_.acceptance, pool_.real(before), pool_.real(after)));
}

// ---- Pieces -------------------------------------------------------------------------------------------------------------------

// Whether a condition holds (or fails) all along one side.
std::optional<bool> Acceptance::decided(Expr condition, int side) const {
    std::optional<bool> known;
    for (const double before : {-1.3, 0.0, 2.1})
        for (const double distance : {1e-6, 0.03, 0.7, 5.0, 30.0}) {
            const auto value = number(put(condition, pool_.real(before), pool_.real(before + side * distance)));
            if (!value || (known && *known != (*value != 0)))
                return std::nullopt;
            known = *value != 0;
        }
    return known;
}

std::optional<Expr> Acceptance::resolved(Expr expression, int side) const {
    const algebra::Node node = pool_[expression];
    if (const auto* select = std::get_if<algebra::Select>(&node)) {
        const auto chosen = decided(select->condition, side);
        return chosen ? resolved(*chosen ? select->chosen : select->otherwise, side) : std::nullopt;
    }
    const auto* apply = std::get_if<algebra::Apply>(&node);
    if (apply != nullptr && (apply->op == Op::min || apply->op == Op::max)) {
        const Expr first = apply->arguments[0], second = apply->arguments[1];
        const auto less = decided(pool_.apply(Op::less_equal, {first, second}), side);
        return less ? resolved(*less == (apply->op == Op::min) ? first : second, side) : std::nullopt;
    }
    if (apply != nullptr && apply->op == Op::abs) {
        const auto negative = decided(pool_.apply(Op::less, {apply->arguments[0], pool_.integer(0)}), side);
        const auto inner = negative ? resolved(apply->arguments[0], side) : std::nullopt;
        return inner ? std::optional(*negative ? pool_.negate(*inner) : *inner) : std::nullopt;
    }
    bool all = true;
    const Expr result = algebra::rebuild(pool_, expression, [&](Expr child) {
        const auto inner = resolved(child, side);
        all = all && inner.has_value();
        return inner.value_or(child);
    });
    return all ? std::optional(result) : std::nullopt;
}

std::optional<Expr> Acceptance::piece(int side) const { return resolved(evolution_.acceptance, side); }

Expr Acceptance::at_rest(Expr piece) const { return put(piece, before_, before_); }

Expr Acceptance::slope(Expr piece) const {
    return at_rest(pool_.negate(algebra::partial(pool_, piece, evolution_.there, {})));
}

// ---- Rational in exponentials -----------------------------------------------------------------------------------------------

// exp(y) where y = k * half is the k-th power of the unit.
std::optional<Acceptance::Fraction> Acceptance::exponential(Expr argument, Expr half) const {
    const auto at = [&](Expr expression) { return number(put(expression, pool_.real(0.31), pool_.real(-0.55))); };
    const auto whole = at(argument), part = at(half);
    if (!whole || !part || *part == 0)
        return std::nullopt;
    const double power = std::round(*whole / *part);
    if (std::abs(power) > 64 ||
        !pool_.is_zero(algebra::expand(pool_, pool_.subtract(argument, pool_.multiply({pool_.real(power), half})))))
        return std::nullopt;
    const Expr raised = pool_.power(unit_, pool_.real(std::abs(power)));
    return power >= 0 ? Fraction{raised, pool_.integer(1)} : Fraction{pool_.integer(1), raised};
}

std::optional<Acceptance::Fraction> Acceptance::fraction(Expr expression, Expr half) const {
    const algebra::Node node = pool_[expression];
    const Expr one = pool_.integer(1);
    if (!pool_.has_symbol(expression, evolution_.here) && !pool_.has_symbol(expression, evolution_.there))
        return Fraction{expression, one};
    if (const auto* sum = std::get_if<algebra::Add>(&node)) {
        Fraction total{pool_.integer(0), one};
        for (const Expr term : sum->terms) {
            const auto part = fraction(term, half);
            if (!part)
                return std::nullopt;
            total.numerator = pool_.add({pool_.multiply({total.numerator, part->denominator}),
                                         pool_.multiply({part->numerator, total.denominator})});
            total.denominator = pool_.multiply({total.denominator, part->denominator});
        }
        return total;
    }
    if (const auto* product = std::get_if<algebra::Multiply>(&node)) {
        Fraction total{one, one};
        for (const Expr factor : product->factors) {
            const auto part = fraction(factor, half);
            if (!part)
                return std::nullopt;
            total.numerator = pool_.multiply({total.numerator, part->numerator});
            total.denominator = pool_.multiply({total.denominator, part->denominator});
        }
        return total;
    }
    if (const auto* power = std::get_if<algebra::Power>(&node)) {
        const auto exponent = pool_.number(power->exponent);
        const auto base = exponent && std::floor(*exponent) == *exponent ? fraction(power->base, half) : std::nullopt;
        if (!base)
            return std::nullopt;
        const Expr size = pool_.real(std::abs(*exponent));
        const Fraction raised{pool_.power(base->numerator, size), pool_.power(base->denominator, size)};
        return *exponent >= 0 ? raised : Fraction{raised.denominator, raised.numerator};
    }
    const auto* apply = std::get_if<algebra::Apply>(&node);
    if (apply == nullptr)
        return std::nullopt;
    const Expr x = apply->arguments[0];
    const auto exp = [&](Expr argument) { return pool_.apply(Op::exp, {argument}); };
    switch (apply->op) {
    case Op::exp:
        return exponential(x, half);
    case Op::sigmoid: // E/(1 + E), 1/(1 + E⁻¹)
    case Op::tanh: {
        const bool is_sigmoid = apply->op == Op::sigmoid;
        const auto e = exponential(is_sigmoid ? x : pool_.multiply({pool_.integer(2), x}), half);
        if (!e)
            return std::nullopt;
        const Expr sum = pool_.add({e->numerator, e->denominator});
        return Fraction{is_sigmoid ? e->numerator : pool_.subtract(e->numerator, e->denominator), sum};
    }
    case Op::cosh:
        return fraction(pool_.divide(pool_.add({exp(x), exp(pool_.negate(x))}), pool_.integer(2)), half);
    default:
        return std::nullopt;
    }
}

bool Acceptance::balances(Expr inverse_temperature) const {
    const auto up = piece(+1), down = piece(-1);
    if (!up || !down)
        return false;
    if (pool_.is_zero(inverse_temperature))
        return pool_.is_zero(algebra::expand(pool_, pool_.subtract(*up, put(*down, after_, before_))));
    const Expr half = pool_.multiply({pool_.rational(1, 2), inverse_temperature, pool_.subtract(before_, after_)});
    const auto forth = fraction(*up, half), back = fraction(put(*down, after_, before_), half);
    if (!forth || !back)
        return false;
    const Expr left = pool_.multiply({forth->numerator, back->denominator});
    const Expr right = pool_.multiply({back->numerator, forth->denominator, pool_.power(unit_, pool_.integer(2))});
    return pool_.is_zero(algebra::expand(pool_, pool_.subtract(left, right)));
}

} // namespace nphys::analysis
