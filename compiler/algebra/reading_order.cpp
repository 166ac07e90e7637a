#include "compiler/algebra/reading_order.h"

#include <algorithm>

#include "compiler/algebra/transform.h"

namespace nphys::algebra {

namespace {

enum class Rank : std::uint8_t { number, same_everywhere, place, structure, field, function, reduction };

Rank rank_of(const Pool& pool, Expr expression) {
    if (pool.get<Pi>(expression) != nullptr || pool.get<ImaginaryUnit>(expression) != nullptr)
        return Rank::number;
    if (pool.get<Reduce>(expression) != nullptr)
        return Rank::reduction;
    if (pool.get<Element>(expression) != nullptr)
        return Rank::field;
    if (depends_on_fields(pool, expression))
        return Rank::function;
    const Facts& facts = pool.facts(expression);
    if (facts.structure)
        return Rank::structure;
    return facts.coordinates ? Rank::place : Rank::same_everywhere;
}

// -1, 0, 1. Names as declared; neighbours from the far side of the first axis to the near one; literal places ascend.
int compare(const Place& left, const Place& right) {
    if (left.index != right.index)
        return left.index < right.index ? -1 : 1;
    for (int axis = 0; axis < max_axes; ++axis) {
        if (left.offset[axis] == right.offset[axis])
            continue;
        const bool is_less = left.offset[axis] < right.offset[axis];
        return is_less == left.is_literal() ? -1 : 1;
    }
    return 0;
}

int compare(const Element& left, const Element& right) {
    if (left.tensor != right.tensor)
        return left.tensor < right.tensor ? -1 : 1;
    for (std::size_t slot = 0; slot < left.positions.size(); ++slot) {
        if (const int order = compare(left.positions[slot], right.positions[slot]); order != 0)
            return order;
    }
    return 0;
}

int compare(const Pool& pool, const ReadFactor& left, const ReadFactor& right) {
    const Rank first = rank_of(pool, left.base), second = rank_of(pool, right.base);
    if (first != second)
        return first < second ? -1 : 1;
    const auto* one = pool.get<Element>(left.base);
    const auto* other = pool.get<Element>(right.base);
    if (one != nullptr && other != nullptr) {
        if (const int order = compare(*one, *other); order != 0)
            return order;
    } else if (left.base != right.base) {
        const auto* parameter = pool.get<Parameter>(left.base);
        const auto* another = pool.get<Parameter>(right.base);
        if (parameter != nullptr && another != nullptr)
            return parameter->symbol < another->symbol ? -1 : 1;
        if ((parameter != nullptr) != (another != nullptr))
            return parameter != nullptr ? -1 : 1;
        return left.base < right.base ? -1 : 1;
    }
    const double low = value_of(left.exponent), high = value_of(right.exponent);
    return low == high ? 0 : low < high ? -1 : 1;
}

double degree(const Pool& pool, const ReadTerm& term) {
    double sum = 0;
    for (const ReadFactor& factor : term.above) {
        if (depends_on_fields(pool, factor.base))
            sum += value_of(factor.exponent);
    }
    return sum;
}

bool comes_before(const Pool& pool, const ReadTerm& left, const ReadTerm& right) {
    const double first = degree(pool, left), second = degree(pool, right);
    if (first != second)
        return first < second;
    // By fields, which stand last.
    auto one = left.above.rbegin(), other = right.above.rbegin();
    for (; one != left.above.rend() && other != right.above.rend(); ++one, ++other) {
        if (const int order = compare(pool, *one, *other); order != 0)
            return order < 0;
    }
    return left.above.size() < right.above.size();
}

void read_factor(const Pool& pool, Expr factor, ReadTerm& term) {
    if (const auto number = pool.exact_number(factor)) {
        term.is_negative = value_of(*number) < 0;
        term.coefficient = term.is_negative ? -*number : *number;
        return;
    }
    const auto* power = pool.get<Power>(factor);
    const auto exponent = power == nullptr ? std::nullopt : pool.exact_number(power->exponent);
    if (!exponent) {
        term.above.push_back({factor});
    } else if (value_of(*exponent) < 0) {
        term.below.push_back({power->base, -*exponent});
    } else {
        term.above.push_back({power->base, *exponent});
    }
}

} // namespace

ReadTerm read_term(const Pool& pool, Expr expression) {
    ReadTerm term;
    if (const auto* product = pool.get<Multiply>(expression)) {
        for (const Expr factor : product->factors)
            read_factor(pool, factor, term);
    } else {
        read_factor(pool, expression, term);
    }
    const auto in_order = [&](const ReadFactor& left, const ReadFactor& right) {
        return compare(pool, left, right) < 0;
    };
    std::ranges::stable_sort(term.above, in_order);
    std::ranges::stable_sort(term.below, in_order);
    return term;
}

std::vector<ReadTerm> read_sum(const Pool& pool, const Add& sum) {
    std::vector<ReadTerm> terms;
    for (const Expr term : sum.terms)
        terms.push_back(read_term(pool, term));
    std::ranges::stable_sort(
        terms, [&](const ReadTerm& left, const ReadTerm& right) { return comes_before(pool, left, right); });
    const auto positive = std::ranges::find(terms, false, &ReadTerm::is_negative);
    if (positive != terms.end())
        std::rotate(terms.begin(), positive, positive + 1);
    return terms;
}

} // namespace nphys::algebra
