#include <algorithm>
#include <map>

#include "compiler/algebra/expose.h"
#include "compiler/algebra/like_terms.h"
#include "compiler/algebra/transform.h"

namespace nphys::algebra {

namespace {

// A term as what is the same everywhere times the rest: m^2 * 1/h^2 and φ[i].
struct Share {
    Expr coefficient, rest;
};

bool is_same_everywhere(const Pool& pool, Expr expression) {
    return !pool.facts(expression).structure && !pool.facts(expression).coordinates &&
           !depends_on_fields(pool, expression) && pool.facts(expression).indices == IdSets::empty;
}

Share share_of(Pool& pool, Expr term) {
    std::vector<Expr> coefficient, rest;
    for (const Expr factor : product_factors(pool, term))
        (is_same_everywhere(pool, factor) ? coefficient : rest).push_back(factor);
    return {pool.multiply(std::move(coefficient)), pool.multiply(std::move(rest))};
}

// a x + b x -> (a + b) x
std::vector<Share> merged_by_rest(Pool& pool, const std::vector<Expr>& terms) {
    std::vector<Share> shares;
    std::map<Expr, std::size_t> place_of;
    for (const Expr term : terms) {
        const Share share = share_of(pool, term);
        const auto [entry, is_new] = place_of.try_emplace(share.rest, shares.size());
        if (is_new)
            shares.push_back(share);
        else
            shares[entry->second].coefficient = pool.add({shares[entry->second].coefficient, share.coefficient});
    }
    return shares;
}

bool is_negative(Pool& pool, Expr expression) {
    const auto* sum = pool.get<Add>(expression);
    if (sum == nullptr)
        return value_of(split_coefficient(pool, expression).coefficient) < 0;
    return std::ranges::all_of(sum->terms, [&](Expr term) { return is_negative(pool, term); });
}

Expr negated(Pool& pool, Expr expression) {
    const auto* sum = pool.get<Add>(expression);
    if (sum == nullptr)
        return pool.negate(expression);
    std::vector<Expr> terms;
    for (const Expr term : sum->terms)
        terms.push_back(pool.negate(term));
    return pool.add(std::move(terms));
}

// a x + a y -> a (x + y), and with numbers taken along where a is a name: (x - 2 y)/h^2.
std::vector<Expr> grouped_by_coefficient(Pool& pool, const std::vector<Share>& shares) {
    std::map<Expr, std::size_t> place_of;
    std::vector<std::pair<Expr, std::vector<Expr>>> groups;
    for (const Share& share : shares) {
        Expr coefficient = share.coefficient, rest = share.rest;
        const Term term = split_coefficient(pool, coefficient);
        const bool is_named = !pool.is_one(term.rest) && pool.get<Add>(term.rest) == nullptr;
        if (is_named) {
            coefficient = term.rest;
            rest = with_coefficient(pool, {term.coefficient, rest});
        } else if (is_negative(pool, coefficient)) {
            coefficient = negated(pool, coefficient);
            rest = pool.negate(rest);
        }
        const auto [entry, is_new] = place_of.try_emplace(coefficient, groups.size());
        if (is_new)
            groups.push_back({coefficient, {}});
        groups[entry->second].second.push_back(rest);
    }
    std::vector<Expr> terms;
    for (const auto& [coefficient, members] : groups) {
        const Expr sum = pool.add(members);
        terms.push_back(is_negative(pool, sum) ? pool.multiply({pool.integer(-1), coefficient, negated(pool, sum)})
                                               : pool.multiply({coefficient, sum}));
    }
    return terms;
}

// a Σ_i f(i) + b Σ_i g(i) -> Σ_i (a f(i) + b g(i))
std::vector<Expr> joined_sums(Pool& pool, const std::vector<Expr>& terms) {
    std::map<IndexId, std::vector<Share>> sums;
    std::vector<Expr> result;
    for (const Expr term : terms) {
        const Share share = share_of(pool, term);
        const auto* reduce = pool.get<Reduce>(share.rest);
        if (reduce != nullptr && reduce->operation == Reduction::sum &&
            !pool.has_index(share.coefficient, reduce->index))
            sums[reduce->index].push_back({share.coefficient, reduce->body});
        else
            result.push_back(term);
    }
    for (const auto& [index, bodies] : sums) {
        std::vector<Expr> scaled;
        for (const Share& body : bodies)
            scaled.push_back(pool.multiply({body.coefficient, body.rest}));
        const Expr body = pool.add(std::move(scaled));
        result.push_back(bodies.size() > 1 ? pool.sum(index, collect(pool, body))
                                           : pool.multiply({bodies[0].coefficient, pool.sum(index, bodies[0].rest)}));
    }
    return result;
}

Expr collected(Pool& pool, const std::vector<Expr>& terms) {
    return pool.add(grouped_by_coefficient(pool, merged_by_rest(pool, joined_sums(pool, terms))));
}

} // namespace

Expr collect(Pool& pool, Expr expression) {
    return rewrite(pool, expression, [&](Expr node) {
        const auto* sum = pool.get<Add>(node);
        return sum == nullptr || is_same_everywhere(pool, node) ? node : collected(pool, std::vector<Expr>(sum->terms));
    });
}

} // namespace nphys::algebra
