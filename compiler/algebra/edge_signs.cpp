#include "compiler/algebra/edge_signs.h"

#include <algorithm>

#include "compiler/algebra/expose.h"

namespace nphys::algebra {

Expr times_sign(Pool& pool, Expr expression, Expr sign) {
    if (pool.get<EdgeSign>(sign) == nullptr || !pool.facts(expression).structure)
        return pool.multiply({sign, expression});
    if (const auto* sum = pool.get<Add>(expression)) {
        std::vector<Expr> terms;
        for (const Expr term : sum->terms)
            terms.push_back(times_sign(pool, term, sign));
        return pool.add(std::move(terms));
    }
    std::vector<Expr> factors = product_factors(pool, expression);
    const auto holds_sign = [&](Expr factor) { return common_sign(pool, factor) == sign; };
    const auto chosen = std::ranges::find_if(factors, holds_sign);
    if (chosen == factors.end() || pool.get<Add>(*chosen) == nullptr)
        return pool.multiply({sign, expression});
    *chosen = times_sign(pool, *chosen, sign);
    return pool.multiply(std::move(factors));
}

std::optional<Expr> common_sign(const Pool& pool, Expr expression) {
    if (!pool.facts(expression).structure)
        return std::nullopt;
    const auto* sum = pool.get<Add>(expression);
    const Expr first = sum == nullptr ? expression : sum->terms.front();
    for (const Expr factor : product_factors(pool, first)) {
        const auto holds = [&](Expr term) {
            const std::vector<Expr> factors = product_factors(pool, term);
            return std::ranges::find(factors, factor) != factors.end();
        };
        if (pool.get<EdgeSign>(factor) != nullptr && (sum == nullptr || std::ranges::all_of(sum->terms, holds)))
            return factor;
    }
    return std::nullopt;
}

} // namespace nphys::algebra
