// Powers in canonical form: numbers folded where that is exact, whole powers taken into products and powers.
#include <algorithm>

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

namespace {

std::optional<Expr> power_of_number(Pool& pool, Expr base, Expr exponent) {
    const auto value = pool.exact_number(base), power_value = pool.exact_number(exponent);
    if (!value || !power_value)
        return std::nullopt;
    const auto result = power(*value, *power_value);
    return result ? std::optional(pool.constant(*result)) : std::nullopt;
}

Expr power_of_imaginary_unit(Pool& pool, std::int64_t exponent) {
    const std::int64_t turn = (exponent % 4 + 4) % 4;
    const Expr value = turn % 2 == 0 ? pool.integer(1) : pool.imaginary_unit();
    return turn >= 2 ? pool.negate(value) : value;
}

// δ² is δ but for the signs of antiperiodic edges, whose square is 1.
Expr even_power_of_delta(Pool& pool, Expr base, const Delta& delta) {
    const SpaceId space = pool.index(delta.left.index).space;
    std::vector<Expr> factors = {base};
    for (int axis = 0; axis < static_cast<int>(pool.space(space).axes.size()); ++axis) {
        factors.push_back(pool.edge_sign(space, delta.left, axis));
        factors.push_back(pool.edge_sign(space, delta.right, axis));
    }
    return pool.multiply(std::move(factors));
}

// What takes no other values than 0, 1 and -1.
std::optional<Expr> power_of_structure(Pool& pool, Expr base, std::int64_t exponent) {
    if (pool.get<EdgeSign>(base) != nullptr)
        return exponent % 2 == 0 ? pool.integer(1) : base;
    if (exponent < 0)
        return std::nullopt;
    if (pool.get<Within>(base) != nullptr)
        return base;
    if (const auto* delta = pool.get<Delta>(base))
        return exponent % 2 == 0 ? even_power_of_delta(pool, base, *delta) : base;
    return std::nullopt;
}

std::optional<Expr> whole_power(Pool& pool, Expr base, Expr exponent, std::int64_t value) {
    if (const auto structure = power_of_structure(pool, base, value))
        return structure;
    if (pool.get<ImaginaryUnit>(base) != nullptr)
        return power_of_imaginary_unit(pool, value);
    if (const auto* inner = pool.get<Power>(base))
        return pool.power(inner->base, pool.multiply({inner->exponent, exponent}));
    if (const auto* apply = pool.get<Apply>(base)) {
        if (apply->op == Op::exp)
            return pool.apply(Op::exp, {pool.multiply({exponent, apply->arguments[0]})});
        if (apply->op == Op::abs && value % 2 == 0 && !pool.facts(apply->arguments[0]).is_complex)
            return pool.power(apply->arguments[0], exponent);
    }
    if (const auto* product = pool.get<Multiply>(base)) {
        std::vector<Expr> factors;
        for (const Expr factor : product->factors)
            factors.push_back(pool.power(factor, exponent));
        return pool.multiply(std::move(factors));
    }
    return std::nullopt;
}

// (4 x)^(1/2) is 2 x^(1/2).
std::optional<Expr> root_of_coefficient(Pool& pool, Expr base, Expr exponent) {
    const auto* product = pool.get<Multiply>(base);
    if (product == nullptr)
        return std::nullopt;
    const auto coefficient = pool.number(product->factors.front());
    if (!coefficient || *coefficient <= 0)
        return std::nullopt;
    const auto root = power_of_number(pool, product->factors.front(), exponent);
    if (!root)
        return std::nullopt;
    const Expr rest = pool.multiply({product->factors.begin() + 1, product->factors.end()});
    return pool.multiply({*root, pool.power(rest, exponent)});
}

// √(x²) is |x| where x is real.
std::optional<Expr> root_of_square(Pool& pool, Expr base, const Number& exponent) {
    const auto* inner = pool.get<Power>(base);
    if (inner == nullptr || exponent != Number(Rational{1, 2}) || pool.facts(base).is_complex ||
        pool.number(inner->exponent) != 2.0)
        return std::nullopt;
    return pool.apply(Op::abs, {inner->base});
}

} // namespace

Expr Pool::power(Expr base, Expr exponent) {
    if (is_zero(exponent) || is_one(base))
        return integer(1);
    if (is_one(exponent))
        return base;
    if (const auto value = power_of_number(*this, base, exponent))
        return *value;
    if (const auto number = exact_number(exponent)) {
        const auto whole = as_integer(*number);
        const auto result =
            whole ? whole_power(*this, base, exponent, *whole) : root_of_coefficient(*this, base, exponent);
        if (result)
            return *result;
        if (const auto root = root_of_square(*this, base, *number))
            return *root;
    }
    return intern(Power{base, exponent});
}

} // namespace nphys::algebra
