// Products in canonical form: flat, numbers folded and first, powers of equal bases collected, the rest in order of
// creation.
#include <algorithm>

#include "compiler/algebra/like_terms.h"
#include "compiler/algebra/pool.h"

namespace nphys::algebra {

namespace {

struct Factor {
    Expr base, exponent, whole;
};

// What of a product has been seen so far.
struct Product {
    Number coefficient = Rational{1, 1};
    std::vector<Factor> factors;
};

void flatten_into(Pool& pool, const std::vector<Expr>& factors, Product& product) {
    for (const Expr factor : factors) {
        if (const auto number = pool.exact_number(factor)) {
            product.coefficient = product.coefficient * *number;
        } else if (const auto* inner = pool.get<Multiply>(factor)) {
            flatten_into(pool, inner->factors, product);
        } else if (const auto* power = pool.get<Power>(factor)) {
            product.factors.push_back({power->base, power->exponent, factor});
        } else {
            product.factors.push_back({factor, pool.integer(1), factor});
        }
    }
}

} // namespace

// `again` is set where powers that met became products or numbers, which have to be flattened in turn.
Expr Pool::multiply_once(const std::vector<Expr>& parts, bool& again) {
    Product product;
    flatten_into(*this, parts, product);
    if (algebra::is_zero(product.coefficient))
        return integer(0);
    std::ranges::stable_sort(product.factors, {}, &Factor::base);
    std::vector<Expr> factors;
    bool has_within = false;
    for (std::size_t begin = 0, end = 0; begin < product.factors.size(); begin = end) {
        std::vector<Expr> exponents;
        const Factor& first = product.factors[begin];
        for (; end < product.factors.size() && product.factors[end].base == first.base; ++end)
            exponents.push_back(product.factors[end].exponent);
        const bool is_alone = exponents.size() == 1;
        factors.push_back(is_alone ? first.whole : power(first.base, add(std::move(exponents))));
        again = again || (!is_alone && get<Power>(factors.back()) == nullptr);
        has_within = has_within || get<Within>(factors.back()) != nullptr;
    }
    if (again) {
        factors.push_back(constant(product.coefficient));
        return multiply(std::move(factors));
    }
    if (has_within && !settle_structure(*this, factors))
        return integer(0);
    if (factors.empty())
        return constant(product.coefficient);
    std::ranges::sort(factors);
    if (!algebra::is_one(product.coefficient))
        factors.insert(factors.begin(), constant(product.coefficient));
    return factors.size() == 1 ? factors.front() : intern(Multiply{std::move(factors)});
}

Expr Pool::multiply(std::vector<Expr> factors) {
    bool again = false;
    return multiply_once(factors, again);
}

Expr Pool::divide(Expr numerator, Expr denominator) {
    return multiply({numerator, power(denominator, integer(-1))});
}

} // namespace nphys::algebra
