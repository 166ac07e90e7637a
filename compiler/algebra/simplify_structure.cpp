// Identities of Within: what transposing maps at the edges of a lattice leaves behind mostly cancels.
#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "compiler/algebra/like_terms.h"

namespace nphys::algebra {

namespace {

using Extent = Pool::Extent;

// A Within by its subject: which numbers of an index variable along an axis.
using Subject = std::pair<IndexId, int>;
Subject subject_of(const Within& within) {
    return {within.place.index, within.axis};
}

std::vector<Expr> factors_of(const Pool& pool, Expr expression) {
    if (const auto* product = pool.get<Multiply>(expression))
        return product->factors;
    return {expression};
}

// One way to see a term: the Within taken out, and what is left.
struct Opened {
    Extent extent;
    Number coefficient;
    std::size_t term;
};
// Terms that differ in one Within only stand together.
using Likeness = std::tuple<IndexId, int, Expr>;
using OpenedTerms = std::map<Likeness, std::vector<Opened>>;

void open_term(Pool& pool, const Term& term, std::size_t number, OpenedTerms& opened) {
    const std::vector<Expr> factors = factors_of(pool, term.rest);
    for (std::size_t taken = 0; taken < factors.size(); ++taken) {
        const auto* within = pool.get<Within>(factors[taken]);
        if (within == nullptr)
            continue;
        std::vector<Expr> rest = factors;
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(taken));
        const auto [index, axis] = subject_of(*within);
        opened[{index, axis, pool.multiply(std::move(rest))}].push_back(
            {{within->first, within->last}, term.coefficient, number});
    }
}

// Joins what it can without using a term twice.
bool join_once(Pool& pool, std::vector<Term>& terms) {
    OpenedTerms opened;
    for (std::size_t number = 0; number < terms.size(); ++number) {
        if (pool.facts(terms[number].rest).structure)
            open_term(pool, terms[number], number, opened);
    }
    std::vector<bool> is_used(terms.size());
    std::vector<bool> is_gone(terms.size());
    bool changed = false;
    for (auto& [likeness, alike] : opened) {
        const auto [index, axis, rest] = likeness;
        std::ranges::sort(alike, {}, [](const Opened& one) { return one.extent.first; });
        for (std::size_t left = 0; left + 1 < alike.size(); ++left) {
            const Opened &one = alike[left], &next = alike[left + 1];
            if (one.extent.last + 1 != next.extent.first || one.coefficient != next.coefficient || is_used[one.term] ||
                is_used[next.term])
                continue;
            const Expr joined =
                pool.within(pool.index(index).space, Place{index}, axis, one.extent.first, next.extent.last);
            terms[one.term].rest = pool.multiply({joined, rest});
            is_used[one.term] = is_used[next.term] = is_gone[next.term] = changed = true;
        }
    }
    std::vector<Term> kept;
    for (std::size_t number = 0; number < terms.size(); ++number) {
        if (!is_gone[number])
            kept.push_back(terms[number]);
    }
    terms = std::move(kept);
    return changed;
}

// Where a factor can differ from zero, along an axis of an index variable.
Extent support_of_place(const Pool& pool, const Space& space, const Place& place, const Subject& subject) {
    const Extent all = pool.extent(subject.first, subject.second);
    const Axis& axis = space.axes[static_cast<std::size_t>(subject.second)];
    if (place.index != subject.first || axis.edge != Edge::open)
        return all;
    const std::int64_t shift = place.offset[subject.second];
    return {std::max(all.first, axis.first - shift), std::min(all.last, axis.last() - shift)};
}

// δ[i + d, P] with a literal P is not zero at one place only, unless the edge mirrors.
std::optional<std::int64_t> only_place(const Pool& pool, const Delta& delta, const Subject& subject) {
    if (!delta.right.is_literal() || delta.left.index != subject.first)
        return std::nullopt;
    const auto axis = static_cast<std::size_t>(subject.second);
    if (pool.space_of(subject.first).axes[axis].edge == Edge::reflecting)
        return std::nullopt;
    return delta.right.offset[axis] - delta.left.offset[axis];
}

Extent support(const Pool& pool, Expr factor, const Subject& subject, int depth) {
    Extent found = pool.extent(subject.first, subject.second);
    const auto narrow = [&](Extent other) {
        found = {std::max(found.first, other.first), std::min(found.last, other.last)};
    };
    if (depth == 0 || !pool.has_index(factor, subject.first))
        return found;
    if (const auto* element = pool.get<Element>(factor)) {
        const auto& slots = pool.symbol(element->tensor).slots;
        for (std::size_t slot = 0; slot < slots.size(); ++slot) {
            const Space& space = pool.space(slots[slot].space);
            if (space.is_lattice())
                narrow(support_of_place(pool, space, element->positions[slot], subject));
        }
    } else if (const auto* delta = pool.get<Delta>(factor)) {
        const Space& space = pool.space_of(delta->left.index);
        if (space.is_lattice()) {
            narrow(support_of_place(pool, space, delta->left, subject));
            narrow(support_of_place(pool, space, delta->right, subject));
        }
        if (const auto number = only_place(pool, *delta, subject))
            narrow({*number, *number});
    } else if (const auto* within = pool.get<Within>(factor)) {
        if (subject_of(*within) == subject)
            narrow({within->first, within->last});
    } else if (const auto* power = pool.get<Power>(factor)) {
        const auto exponent = pool.number(power->exponent);
        if (exponent && *exponent > 0)
            narrow(support(pool, power->base, subject, depth - 1));
    } else if (const auto* product = pool.get<Multiply>(factor)) {
        for (const Expr inner : product->factors)
            narrow(support(pool, inner, subject, depth - 1));
    } else if (const auto* sum = pool.get<Add>(factor)) {
        Extent hull = support(pool, sum->terms.front(), subject, depth - 1);
        for (const Expr term : sum->terms) {
            const Extent one = support(pool, term, subject, depth - 1);
            hull = {std::min(hull.first, one.first), std::max(hull.last, one.last)};
        }
        narrow(hull);
    }
    return found;
}

} // namespace

bool join_neighbouring(Pool& pool, std::vector<Term>& terms) {
    bool changed = false;
    while (join_once(pool, terms))
        changed = true;
    return changed;
}

bool settle_structure(Pool& pool, std::vector<Expr>& factors) {
    std::map<Subject, Extent> ranges;
    std::vector<Expr> others;
    for (const Expr factor : factors) {
        const auto* within = pool.get<Within>(factor);
        if (within == nullptr) {
            others.push_back(factor);
            continue;
        }
        const auto [range, is_new] = ranges.try_emplace(subject_of(*within), Extent{within->first, within->last});
        range->second = {std::max(range->second.first, within->first), std::min(range->second.last, within->last)};
    }
    if (ranges.empty())
        return true;
    for (const auto& [subject, range] : ranges) {
        Extent needed = pool.extent(subject.first, subject.second);
        for (const Expr factor : others) {
            const Extent found = support(pool, factor, subject, 4);
            needed = {std::max(needed.first, found.first), std::min(needed.last, found.last)};
        }
        if (range.first > range.last || needed.first > needed.last || needed.first > range.last ||
            needed.last < range.first)
            return false;
        // As wide as the other factors allow: one form for what is equal.
        const Extent all = pool.extent(subject.first, subject.second);
        const std::int64_t first = range.first <= needed.first ? all.first : range.first;
        const std::int64_t last = needed.last <= range.last ? all.last : range.last;
        if (first == all.first && last == all.last)
            continue;
        others.push_back(
            pool.within(pool.index(subject.first).space, Place{subject.first}, subject.second, first, last));
    }
    factors = std::move(others);
    return true;
}

} // namespace nphys::algebra
