#include "compiler/algebra/expose.h"

#include <algorithm>

namespace nphys::algebra {

namespace {

using Terms = std::vector<Expr>;

Terms products(Pool& pool, const Terms& left, const Terms& right) {
    Terms all;
    for (const Expr first : left) {
        for (const Expr second : right)
            all.push_back(pool.multiply({first, second}));
    }
    return all;
}

Terms of_product(Pool& pool, IndexId index, const Multiply& product) {
    Terms terms;
    std::vector<Expr> plain;
    for (const Expr factor : product.factors) {
        if (!pool.has_delta(factor, index))
            plain.push_back(factor);
    }
    terms.push_back(pool.multiply(std::move(plain)));
    for (const Expr factor : product.factors) {
        if (pool.has_delta(factor, index))
            terms = products(pool, terms, exposed_terms(pool, index, factor));
    }
    return terms;
}

// (a + b)^n for a small whole n.
Terms of_power(Pool& pool, IndexId index, Expr whole, const Power& power) {
    const auto number = pool.exact_number(power.exponent);
    const auto exponent = number ? as_integer(*number) : std::nullopt;
    if (!exponent || *exponent < 2 || *exponent > 4)
        return {whole};
    const Terms base = exposed_terms(pool, index, power.base);
    if (base.size() == 1 && base.front() == power.base)
        return {whole};
    Terms terms = base;
    for (std::int64_t count = 1; count < *exponent; ++count)
        terms = products(pool, terms, base);
    return terms;
}

// a if c else b: the δ of a branch goes before the choice, which is then between the rest and 0.
void of_branch(Pool& pool, IndexId index, Expr condition, Expr branch, bool is_chosen, Terms& terms) {
    for (const Expr term : exposed_terms(pool, index, branch)) {
        std::vector<Expr> deltas, rest;
        for (const Expr factor : product_factors(pool, term))
            (pool.get<Delta>(factor) != nullptr ? deltas : rest).push_back(factor);
        const Expr value = pool.multiply(std::move(rest)), zero = pool.integer(0);
        deltas.push_back(is_chosen ? pool.select(condition, value, zero) : pool.select(condition, zero, value));
        terms.push_back(pool.multiply(std::move(deltas)));
    }
}

} // namespace

std::vector<Expr> product_factors(const Pool& pool, Expr expression) {
    if (const auto* product = pool.get<Multiply>(expression))
        return product->factors;
    return {expression};
}

std::vector<Expr> exposed_terms(Pool& pool, IndexId index, Expr expression) {
    Terms terms;
    if (const auto* sum = pool.get<Add>(expression)) {
        for (const Expr term : sum->terms)
            std::ranges::copy(exposed_terms(pool, index, term), std::back_inserter(terms));
        return terms;
    }
    if (!pool.has_delta(expression, index))
        return {expression};
    if (const auto* product = pool.get<Multiply>(expression))
        return of_product(pool, index, *product);
    if (const auto* power = pool.get<Power>(expression))
        return of_power(pool, index, expression, *power);
    const auto* reduce = pool.get<Reduce>(expression);
    if (reduce != nullptr && reduce->operation == Reduction::sum) {
        for (const Expr term : exposed_terms(pool, index, reduce->body))
            terms.push_back(pool.sum(reduce->index, term));
        return terms;
    }
    const auto* select = pool.get<Select>(expression);
    if (select != nullptr && !pool.has_delta(select->condition, index)) {
        of_branch(pool, index, select->condition, select->chosen, true, terms);
        of_branch(pool, index, select->condition, select->otherwise, false, terms);
        return terms;
    }
    return {expression};
}

} // namespace nphys::algebra
