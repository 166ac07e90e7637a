#include "compiler/algebra/simplify_complex.h"

#include <algorithm>

namespace nphys::algebra {

namespace {

bool is_real(const Pool& pool, Expr expression) {
    return !pool.facts(expression).is_complex;
}

// Functions whose power series has real coefficients everywhere.
bool commutes_with_conjugation(Op op) {
    switch (op) {
    case Op::exp:
    case Op::sin:
    case Op::cos:
    case Op::tan:
    case Op::sinh:
    case Op::cosh:
    case Op::tanh:
        return true;
    default:
        return false;
    }
}

Expr each(Pool& pool, const std::vector<Expr>& children, Op op, Expr (Pool::*join)(std::vector<Expr>)) {
    std::vector<Expr> changed;
    for (const Expr child : children)
        changed.push_back(pool.apply(op, {child}));
    return (pool.*join)(std::move(changed));
}

std::optional<Expr> conjugate(Pool& pool, Expr argument) {
    if (pool.get<ImaginaryUnit>(argument) != nullptr)
        return pool.negate(argument);
    if (const auto* sum = pool.get<Add>(argument))
        return each(pool, sum->terms, Op::conj, &Pool::add);
    if (const auto* product = pool.get<Multiply>(argument))
        return each(pool, product->factors, Op::conj, &Pool::multiply);
    if (const auto* power = pool.get<Power>(argument)) {
        const auto exponent = pool.exact_number(power->exponent);
        if (exponent && as_integer(*exponent))
            return pool.power(pool.apply(Op::conj, {power->base}), power->exponent);
    }
    if (const auto* reduce = pool.get<Reduce>(argument)) {
        if (reduce->operation == Reduction::sum || reduce->operation == Reduction::product)
            return pool.reduce(reduce->operation, reduce->index, pool.apply(Op::conj, {reduce->body}));
    }
    if (const auto* apply = pool.get<Apply>(argument)) {
        if (apply->op == Op::conj)
            return apply->arguments[0];
        if (commutes_with_conjugation(apply->op))
            return pool.apply(apply->op, {pool.apply(Op::conj, {apply->arguments[0]})});
    }
    return std::nullopt;
}

// Real factors and the imaginary unit go out of re and im.
std::optional<Expr> part_of_product(Pool& pool, Op op, const Multiply& product) {
    std::vector<Expr> real, rest;
    bool has_unit = false;
    for (const Expr factor : product.factors) {
        if (pool.get<ImaginaryUnit>(factor) != nullptr)
            has_unit = true;
        else
            (is_real(pool, factor) ? real : rest).push_back(factor);
    }
    if (real.empty() && !has_unit)
        return std::nullopt;
    const Op other = op == Op::re ? Op::im : Op::re;
    real.push_back(pool.apply(has_unit ? other : op, {pool.multiply(rest)}));
    if (has_unit && op == Op::re)
        real.push_back(pool.integer(-1));
    return pool.multiply(std::move(real));
}

std::optional<Expr> part(Pool& pool, Op op, Expr argument) {
    if (pool.get<ImaginaryUnit>(argument) != nullptr)
        return pool.integer(op == Op::im ? 1 : 0);
    if (const auto* sum = pool.get<Add>(argument))
        return each(pool, sum->terms, op, &Pool::add);
    if (const auto* product = pool.get<Multiply>(argument))
        return part_of_product(pool, op, *product);
    const auto* reduce = pool.get<Reduce>(argument);
    if (reduce != nullptr && reduce->operation == Reduction::sum)
        return pool.sum(reduce->index, pool.apply(op, {reduce->body}));
    return std::nullopt;
}

} // namespace

std::optional<Expr> simplify_complex(Pool& pool, Op op, Expr argument) {
    const bool takes_parts = op == Op::re || op == Op::im || op == Op::conj;
    if (!takes_parts)
        return std::nullopt;
    if (is_real(pool, argument))
        return op == Op::im ? pool.integer(0) : argument;
    return op == Op::conj ? conjugate(pool, argument) : part(pool, op, argument);
}

} // namespace nphys::algebra
