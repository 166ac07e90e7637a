#include "compiler/algebra/idle_guards.h"

#include <algorithm>
#include <set>

#include "compiler/algebra/edges.h"
#include "compiler/algebra/expose.h"
#include "compiler/algebra/transform.h"

namespace nphys::algebra {

namespace {

constexpr std::size_t most_places = 16;

using Subject = std::pair<IndexId, int>;

// A term as it is where its guard along one axis holds.
struct Guarded {
    Pool::Extent extent;
    Expr rest;
};

std::set<Subject> guarded_subjects(const Pool& pool, const Add& sum) {
    std::set<Subject> subjects;
    for (const Expr term : sum.terms) {
        for (const Expr factor : product_factors(pool, term)) {
            if (const auto* within = pool.get<Within>(factor))
                subjects.insert({within->place.index, within->axis});
        }
    }
    return subjects;
}

Guarded guarded_term(Pool& pool, Expr term, const Subject& subject) {
    Guarded result{pool.extent(subject.first, subject.second), term};
    std::vector<Expr> rest;
    for (const Expr factor : product_factors(pool, term)) {
        const auto* within = pool.get<Within>(factor);
        if (within != nullptr && Subject{within->place.index, within->axis} == subject)
            result.extent = {within->first, within->last};
        else
            rest.push_back(factor);
    }
    result.rest = pool.multiply(std::move(rest));
    return result;
}

// What an expression is at one place of an axis: displacements lead to the place that the edge rule makes of them.
class AtPlace {
public:
    AtPlace(Pool& pool, Subject subject, std::int64_t number) : pool_(pool), subject_(subject), number_(number) {}

    Expr operator()(Expr leaf) {
        if (const auto* element = pool_.get<Element>(leaf))
            return of_element(*element);
        const auto* coordinate = pool_.get<Coordinate>(leaf);
        if (coordinate != nullptr && coordinate->axis == subject_.second)
            return pool_.coordinate(settled(coordinate->place).first, coordinate->axis);
        const auto* sign = pool_.get<EdgeSign>(leaf);
        if (sign != nullptr && sign->place.index == subject_.first && sign->axis == subject_.second)
            return pool_.integer(settled(sign->place).second);
        return leaf;
    }

private:
    Expr of_element(const Element& element) {
        std::vector<Place> positions;
        int sign = 1;
        for (const Place& place : element.positions) {
            const auto [settled_place, factor] = settled(place);
            positions.push_back(settled_place);
            sign *= factor;
        }
        return pool_.multiply({pool_.integer(sign), pool_.element(element.tensor, std::move(positions))});
    }

    // The place, and the sign of a field there: 0 where there is none.
    std::pair<Place, int> settled(Place place) const {
        const Space& space = pool_.space_of(subject_.first);
        if (place.index != subject_.first || !space.is_lattice())
            return {place, 1};
        std::int64_t& shift = place.offset[subject_.second];
        const Axis& axis = space.axes[static_cast<std::size_t>(subject_.second)];
        const ActualPlace actual = actual_place(axis, number_ + shift);
        if (!actual.exists)
            return {place, 0};
        shift = actual.number - number_;
        return {place, actual.sign};
    }

    Pool& pool_;
    Subject subject_;
    std::int64_t number_;
};

class Guards {
public:
    Guards(Pool& pool, Subject subject, const Add& sum) : pool_(pool), subject_(subject) {
        for (const Expr term : sum.terms)
            terms_.push_back(guarded_term(pool, term, subject));
    }

    // The sum as it is inside, if that is what it is at the edges, too.
    std::optional<Expr> without() {
        const Pool::Extent inside = largest_part();
        const Pool::Extent all = pool_.extent(subject_.first, subject_.second);
        const std::int64_t outside = (inside.first - all.first) + (all.last - inside.last);
        if (outside > static_cast<std::int64_t>(most_places))
            return std::nullopt;
        const Expr bulk = sum_at(inside.first);
        for (std::int64_t number = all.first; number <= all.last; ++number) {
            if (number == inside.first)
                number = inside.last + 1;
            if (number > all.last)
                break;
            AtPlace here(pool_, subject_, number);
            const auto settle = [&](Expr leaf) { return here(leaf); };
            if (rewrite_leaves(pool_, sum_at(number), settle) != rewrite_leaves(pool_, bulk, settle))
                return std::nullopt;
        }
        return bulk;
    }

private:
    Expr sum_at(std::int64_t number) {
        std::vector<Expr> held;
        for (const Guarded& term : terms_) {
            if (term.extent.first <= number && number <= term.extent.last)
                held.push_back(term.rest);
        }
        return pool_.add(std::move(held));
    }

    // The longest range in which no guard changes.
    Pool::Extent largest_part() const {
        const Pool::Extent all = pool_.extent(subject_.first, subject_.second);
        std::set<std::int64_t> begins = {all.first, all.last + 1};
        for (const Guarded& term : terms_)
            begins.insert({term.extent.first, term.extent.last + 1});
        Pool::Extent largest{all.first, all.first - 1};
        for (auto begin = begins.begin(); std::next(begin) != begins.end(); ++begin) {
            const Pool::Extent part{*begin, *std::next(begin) - 1};
            if (part.last - part.first > largest.last - largest.first)
                largest = part;
        }
        return largest;
    }

    Pool& pool_;
    Subject subject_;
    std::vector<Guarded> terms_;
};

bool has_delta(const Pool& pool, Expr expression) {
    return pool.facts(expression).delta_indices != IdSets::empty;
}

} // namespace

Expr without_idle_guards(Pool& pool, Expr expression) {
    const auto* sum = pool.get<Add>(expression);
    if (sum == nullptr || !pool.facts(expression).structure || has_delta(pool, expression))
        return expression;
    for (const Subject& subject : guarded_subjects(pool, *sum)) {
        if (const auto simpler = Guards(pool, subject, *sum).without())
            return without_idle_guards(pool, *simpler);
    }
    return expression;
}

} // namespace nphys::algebra
