#include "compiler/algebra/contract.h"

#include <algorithm>
#include <functional>

#include "compiler/algebra/children.h"
#include "compiler/algebra/edge_signs.h"
#include "compiler/algebra/edges.h"
#include "compiler/algebra/expose.h"
#include "compiler/algebra/move.h"

namespace nphys::algebra {

namespace {

// One way in which the summed index can meet the place along one axis.
struct Meeting {
    Expr guard;            // 1 where it does
    std::int64_t base = 0; // displacement (or literal number) of the place met
    bool is_mirrored = false;
    std::int64_t cell = 0;
};

class Contraction {
public:
    Contraction(Pool& pool, IndexId index, const Delta& delta, Expr body)
        : pool_(pool), index_(index), body_(body), place_(delta.left.index == index ? delta.right : delta.left),
          shift_(delta.left.index == index ? delta.left : delta.right), space_(pool.index(index).space) {}

    Expr result() {
        const std::size_t axes = pool_.space(space_).axes.size();
        std::vector<Meeting> chosen(axes);
        std::vector<Expr> terms;
        each_choice(0, chosen, terms);
        return pool_.add(std::move(terms));
    }

private:
    void each_choice(std::size_t axis, std::vector<Meeting>& chosen, std::vector<Expr>& terms) {
        if (axis == chosen.size()) {
            terms.push_back(term(chosen));
            return;
        }
        for (const Meeting& meeting : meetings(static_cast<int>(axis))) {
            chosen[axis] = meeting;
            if (!pool_.is_zero(meeting.guard))
                each_choice(axis + 1, chosen, terms);
        }
    }

    Expr term(const std::vector<Meeting>& chosen) {
        Move move{index_, place_, true, {}, {}};
        std::vector<Expr> factors;
        for (std::size_t axis = 0; axis < chosen.size(); ++axis) {
            move.base.offset[axis] = chosen[axis].base;
            move.is_mirrored[axis] = chosen[axis].is_mirrored;
            move.cell[axis] = chosen[axis].cell;
            factors.push_back(chosen[axis].guard);
        }
        Expr value = move_places(pool_, body_, {move});
        for (int axis = 0; axis < static_cast<int>(chosen.size()); ++axis)
            value = times_sign(pool_, value, pool_.edge_sign(space_, move.base, axis));
        factors.push_back(value);
        return pool_.multiply(std::move(factors));
    }

    std::vector<Meeting> meetings(int axis) {
        const Axis& along = pool_.space(space_).axes[static_cast<std::size_t>(axis)];
        const std::int64_t forward = place_.offset[axis] - shift_.offset[axis],
                           backward = place_.offset[axis] + shift_.offset[axis];
        switch (along.edge) {
        case Edge::strict: {
            const Pool::Extent all = pool_.extent(index_, axis);
            return {{within(axis, forward, all.first, all.last), forward}};
        }
        case Edge::open:
            return {{within(axis, forward, along.first, along.last()), forward}};
        case Edge::periodic:
        case Edge::antiperiodic:
            if (!is_confined(axis))
                return {{pool_.integer(1), forward}};
            return in_cells(axis, forward, [](std::int64_t) { return true; });
        case Edge::reflecting:
            break;
        }
        std::vector<Meeting> all = in_cells(axis, forward, [](std::int64_t cell) { return cell % 2 == 0; });
        for (Meeting meeting : in_cells(axis, backward, [](std::int64_t cell) { return cell % 2 != 0; })) {
            meeting.is_mirrored = true;
            all.push_back(meeting);
        }
        return all;
    }

    // The cells that a place displaced by `base` can lie in: one, or two that are neighbours.
    std::vector<Meeting> in_cells(int axis, std::int64_t base, const std::function<bool(std::int64_t)>& is_wanted) {
        const Axis& along = pool_.space(space_).axes[static_cast<std::size_t>(axis)];
        const std::int64_t cell = place_.is_literal() ? cell_of(along, base) : floor_divide(base, along.extent);
        std::vector<Meeting> found;
        for (const std::int64_t candidate : {cell, cell + 1}) {
            if (!is_wanted(candidate))
                continue;
            const std::int64_t moved = candidate * along.extent;
            found.push_back({within(axis, base, along.first + moved, along.last() + moved), base, false, candidate});
        }
        return found;
    }

    Expr within(int axis, std::int64_t base, std::int64_t first, std::int64_t last) {
        Place place = place_;
        place.offset[axis] = base;
        return pool_.within(space_, place, axis, first, last);
    }

    // Does the body tell places of this axis apart by their number?
    bool is_confined(int axis) {
        if (!pool_.facts(body_).structure)
            return false;
        bool found = false;
        each_structure(body_, [&](const Node& leaf) {
            const auto* within = std::get_if<Within>(&leaf);
            found = found || (within != nullptr && within->place.index == index_ && within->axis == axis);
        });
        return found;
    }

    template <class Visit>
    void each_structure(Expr expression, Visit&& visit) {
        if (!pool_.facts(expression).structure)
            return;
        visit(pool_[expression]);
        for_each_child(pool_[expression], [&](Expr child) { each_structure(child, visit); });
    }

    Pool& pool_;
    IndexId index_;
    Expr body_;
    Place place_, shift_;
    SpaceId space_;
};

bool stands_in(const Delta& delta, IndexId index) {
    return delta.left.index == index || delta.right.index == index;
}

// How much a δ would leave behind: displacements need guards at edges that do not repeat.
int burden(const Pool& pool, const Delta& delta) {
    int count = 0;
    const Space& space = pool.space_of(delta.left.index);
    for (std::size_t axis = 0; axis < space.axes.size(); ++axis) {
        if (space.axes[axis].edge != Edge::periodic && (delta.left.offset[axis] != 0 || delta.right.offset[axis] != 0))
            ++count;
    }
    return count;
}

// The best δ in the index among the factors of a product.
std::optional<std::size_t> best_delta(const Pool& pool, const std::vector<Expr>& factors, IndexId index) {
    std::optional<std::size_t> best;
    int least = 0;
    for (std::size_t number = 0; number < factors.size(); ++number) {
        const auto* delta = pool.get<Delta>(factors[number]);
        if (delta == nullptr || !stands_in(*delta, index))
            continue;
        const int load = burden(pool, *delta);
        if (!best || load < least) {
            best = number;
            least = load;
        }
    }
    return best;
}

// Σ of one product, if a δ does it or the index is not in it.
std::optional<Expr> contracted_term(Pool& pool, IndexId index, Expr term) {
    if (!pool.has_index(term, index))
        return pool.multiply({pool.integer(pool.places(index)), term});
    std::vector<Expr> factors = product_factors(pool, term);
    const auto chosen = best_delta(pool, factors, index);
    if (!chosen)
        return std::nullopt;
    const Delta delta = *pool.get<Delta>(factors[*chosen]);
    factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(*chosen));
    return Contraction(pool, index, delta, pool.multiply(std::move(factors))).result();
}

// Σ_i c f(i) is c Σ_i f(i).
Expr sum_of_rest(Pool& pool, IndexId index, Expr body) {
    std::vector<Expr> outside, inside;
    for (const Expr factor : product_factors(pool, body))
        (pool.has_index(factor, index) ? inside : outside).push_back(factor);
    outside.push_back(pool.bind(Reduction::sum, index, pool.multiply(std::move(inside))));
    return pool.multiply(std::move(outside));
}

} // namespace

Expr contracted_sum(Pool& pool, IndexId index, Expr body) {
    std::vector<Expr> done, rest;
    for (const Expr term : exposed_terms(pool, index, body)) {
        if (const auto sum = contracted_term(pool, index, term))
            done.push_back(*sum);
        else
            rest.push_back(term);
    }
    if (done.empty())
        return sum_of_rest(pool, index, body);
    const Expr remaining = pool.add(std::move(rest));
    if (!pool.is_zero(remaining))
        done.push_back(sum_of_rest(pool, index, remaining));
    return pool.add(std::move(done));
}

} // namespace nphys::algebra
