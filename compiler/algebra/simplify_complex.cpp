#include "compiler/algebra/simplify_complex.h"

#include "compiler/algebra/complex_parts.h"

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

// |z w| is |z| |w|, |exp z| is exp(re z), |z^x| is |z|^x: what is left has parts of its own.
std::optional<Expr> absolute(Pool& pool, Expr z) {
    if (is_real(pool, z))
        return pool.apply(Op::abs, {z});
    if (const auto* product = pool.get<Multiply>(z)) {
        std::vector<Expr> sizes;
        for (const Expr factor : product->factors)
            sizes.push_back(pool.apply(Op::abs, {factor}));
        return pool.multiply(std::move(sizes));
    }
    if (const auto* power = pool.get<Power>(z); power != nullptr && is_real(pool, power->exponent))
        return pool.power(pool.apply(Op::abs, {power->base}), power->exponent);
    if (const auto* apply = pool.get<Apply>(z); apply != nullptr && apply->op == Op::exp)
        return pool.apply(Op::exp, {pool.apply(Op::re, {apply->arguments[0]})});
    if (const auto* apply = pool.get<Apply>(z); apply != nullptr && apply->op == Op::conj)
        return pool.apply(Op::abs, {apply->arguments[0]});
    const auto parts = complex_parts(pool, z);
    return parts ? std::optional(modulus(pool, *parts)) : std::nullopt;
}

std::optional<Expr> part(Pool& pool, Op op, Expr z) {
    if (pool.get<Element>(z) != nullptr)
        return std::nullopt;
    const auto parts = complex_parts(pool, z);
    if (!parts)
        return std::nullopt;
    return op == Op::re ? parts->real : op == Op::im ? parts->imaginary : argument(pool, *parts);
}

} // namespace

std::optional<Expr> simplify_complex(Pool& pool, Op op, Expr z) {
    const bool takes_parts = op == Op::re || op == Op::im || op == Op::conj;
    if (is_real(pool, z))
        return !takes_parts ? std::nullopt : std::optional(op == Op::im ? pool.integer(0) : z);
    if (op == Op::conj)
        return conjugate(pool, z);
    if (op == Op::abs)
        return absolute(pool, z);
    return op == Op::re || op == Op::im || op == Op::arg ? part(pool, op, z) : std::nullopt;
}

} // namespace nphys::algebra
