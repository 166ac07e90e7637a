// Sums in canonical form: flat, numbers folded and first, like terms collected, the rest in order of creation.
#include <algorithm>

#include "compiler/algebra/like_terms.h"
#include "compiler/algebra/pool.h"

namespace nphys::algebra {

Term split_coefficient(Pool& pool, Expr term) {
    if (const auto number = pool.exact_number(term))
        return {*number, pool.integer(1)};
    const auto* product = pool.get<Multiply>(term);
    if (product == nullptr)
        return {Rational{1, 1}, term};
    const auto coefficient = pool.exact_number(product->factors.front());
    if (!coefficient)
        return {Rational{1, 1}, term};
    return {*coefficient, pool.multiply({product->factors.begin() + 1, product->factors.end()})};
}

Expr with_coefficient(Pool& pool, const Term& term) {
    if (is_one(term.coefficient))
        return term.rest;
    return pool.multiply({pool.constant(term.coefficient), term.rest});
}

namespace {

void flatten_into(Pool& pool, const std::vector<Expr>& terms, std::vector<Term>& flat) {
    for (const Expr term : terms) {
        if (const auto* inner = pool.get<Add>(term)) {
            flatten_into(pool, inner->terms, flat);
        } else if (!pool.is_zero(term)) {
            flat.push_back(split_coefficient(pool, term));
        }
    }
}

// Adds up coefficients of equal terms; numbers are multiples of 1.
void collect_like(std::vector<Term>& terms) {
    std::ranges::stable_sort(terms, {}, [](const Term& term) { return term.rest; });
    std::vector<Term> collected;
    for (const Term& term : terms) {
        if (!collected.empty() && collected.back().rest == term.rest) {
            collected.back().coefficient = collected.back().coefficient + term.coefficient;
        } else {
            collected.push_back(term);
        }
    }
    std::erase_if(collected, [](const Term& term) { return is_zero(term.coefficient); });
    terms = std::move(collected);
}

} // namespace

Expr Pool::add(std::vector<Expr> terms) {
    std::vector<Term> flat;
    flat.reserve(terms.size());
    flatten_into(*this, terms, flat);
    collect_like(flat);
    if (std::ranges::any_of(flat, [&](const Term& term) { return facts(term.rest).structure; }) &&
        join_neighbouring(*this, flat))
        collect_like(flat);
    Number constant_part = Rational{0, 1};
    std::vector<Expr> sum;
    for (const Term& term : flat) {
        if (is_one(term.rest))
            constant_part = term.coefficient;
        else
            sum.push_back(with_coefficient(*this, term));
    }
    std::ranges::sort(sum);
    if (!algebra::is_zero(constant_part))
        sum.insert(sum.begin(), constant(constant_part));
    if (sum.empty())
        return integer(0);
    return sum.size() == 1 ? sum.front() : intern(Add{std::move(sum)});
}

Expr Pool::negate(Expr value) {
    return multiply({integer(-1), value});
}
Expr Pool::subtract(Expr left, Expr right) {
    return add({left, negate(right)});
}

} // namespace nphys::algebra
