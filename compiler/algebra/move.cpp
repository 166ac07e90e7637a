#include "compiler/algebra/move.h"

#include <algorithm>
#include <unordered_map>

#include "compiler/algebra/children.h"

namespace nphys::algebra {

namespace {

class Mover {
public:
    Mover(Pool& pool, std::vector<Move> moves) : pool_(pool), moves_(std::move(moves)) {}

    Expr operator()(Expr expression) {
        if (std::ranges::none_of(moves_, [&](const Move& move) { return pool_.has_index(expression, move.index); }))
            return expression;
        if (const auto known = done_.find(expression.id); known != done_.end())
            return known->second;
        const Expr result = moved(expression);
        done_.emplace(expression.id, result);
        return result;
    }

private:
    const Move* move_of(const Place& place) const {
        if (place.is_literal())
            return nullptr;
        const auto found = std::ranges::find(moves_, place.index, &Move::index);
        return found == moves_.end() ? nullptr : &*found;
    }

    Place moved_place(const Place& place) const {
        const Move* move = move_of(place);
        if (move == nullptr)
            return place;
        Place result = move->base;
        for (std::size_t axis = 0; axis < max_axes; ++axis)
            result.offset[axis] += move->is_mirrored[axis] ? -place.offset[axis] : place.offset[axis];
        return result;
    }

    // The sign that a field read from the actual place has against the field continued to `base`.
    void push_signs(const Place& place, std::vector<Expr>& factors) {
        const Move* move = move_of(place);
        if (move == nullptr || !move->to_actual_place)
            return;
        const SpaceId space = pool_.index(move->index).space;
        for (int axis = 0; axis < static_cast<int>(pool_.space(space).axes.size()); ++axis)
            factors.push_back(pool_.edge_sign(space, move->base, axis));
    }

    Expr moved_leaf(const Element& element) {
        std::vector<Expr> factors;
        std::vector<Place> positions;
        for (const Place& place : element.positions) {
            positions.push_back(moved_place(place));
            push_signs(place, factors);
        }
        factors.push_back(pool_.element(element.tensor, std::move(positions)));
        return pool_.multiply(std::move(factors));
    }

    Expr moved_leaf(const Delta& delta) {
        std::vector<Expr> factors;
        push_signs(delta.left, factors);
        push_signs(delta.right, factors);
        factors.push_back(pool_.delta(space_of(delta.left), moved_place(delta.left), moved_place(delta.right)));
        return pool_.multiply(std::move(factors));
    }

    Expr moved_leaf(const EdgeSign& sign) {
        const SpaceId space = space_of(sign.place);
        const Expr moved_sign = pool_.edge_sign(space, moved_place(sign.place), sign.axis);
        const Move* move = move_of(sign.place);
        return move->to_actual_place ? pool_.multiply({moved_sign, pool_.edge_sign(space, move->base, sign.axis)})
                                     : moved_sign;
    }

    Expr moved_leaf(const Within& within) {
        const Move* move = move_of(within.place);
        const SpaceId space = space_of(within.place);
        std::int64_t first = within.first, last = within.last;
        if (move->to_actual_place && pool_.space(space).is_lattice()) {
            const Axis& axis = pool_.space(space).axes[within.axis];
            const std::int64_t cell = move->cell[within.axis] * axis.extent;
            const std::int64_t mirror = axis.first + axis.last() + cell;
            first = move->is_mirrored[within.axis] ? mirror - within.last : within.first + cell;
            last = move->is_mirrored[within.axis] ? mirror - within.first : within.last + cell;
        }
        return pool_.within(space, move->base, within.axis, first, last);
    }

    // The bound index hides a move of the same one, and makes way where a base would be captured.
    Expr moved_reduction(const Reduce& reduce) {
        IndexId bound = reduce.index;
        Expr body = reduce.body;
        std::vector<Move> inner = moves_;
        std::erase_if(inner,
                      [&](const Move& move) { return move.index == bound || !pool_.has_index(body, move.index); });
        if (std::ranges::any_of(inner, [&](const Move& move) { return move.base.index == bound; })) {
            bound = pool_.fresh_index(reduce.index);
            body = move_places(pool_, body, {Move{reduce.index, Place{bound}, false, {}, {}}});
        }
        const bool is_same = inner.size() == moves_.size();
        return pool_.reduce(reduce.operation, bound,
                            is_same ? (*this)(body) : move_places(pool_, body, std::move(inner)));
    }

    Expr moved(Expr expression) {
        const Node& node = pool_[expression];
        if (const auto* element = std::get_if<Element>(&node))
            return moved_leaf(*element);
        if (const auto* delta = std::get_if<Delta>(&node))
            return moved_leaf(*delta);
        if (const auto* sign = std::get_if<EdgeSign>(&node))
            return moved_leaf(*sign);
        if (const auto* within = std::get_if<Within>(&node))
            return moved_leaf(*within);
        if (const auto* value = std::get_if<Coordinate>(&node))
            return pool_.coordinate(space_of(value->place), moved_place(value->place), value->axis);
        if (const auto* value = std::get_if<IndexValue>(&node))
            return pool_.index_value(space_of(value->place), moved_place(value->place), value->axis);
        if (const auto* reduce = std::get_if<Reduce>(&node))
            return moved_reduction(*reduce);
        return rebuild(pool_, expression, [this](Expr child) { return (*this)(child); });
    }

    SpaceId space_of(const Place& place) const { return pool_.index(place.index).space; }

    Pool& pool_;
    std::vector<Move> moves_;
    std::unordered_map<std::uint32_t, Expr> done_;
};

} // namespace

Expr move_places(Pool& pool, Expr expression, std::vector<Move> moves) {
    std::erase_if(moves, [&](const Move& move) {
        return !pool.has_index(expression, move.index) || move.base == Place{move.index};
    });
    return moves.empty() ? expression : Mover(pool, std::move(moves))(expression);
}

} // namespace nphys::algebra
