// Definitions put in the place of a tensor. Beyond an edge it is the tensor that is continued, not its defining
// expression: the value at a displaced place is Σ_j δ[j, place] value(j), which contract.h does exactly.
#include "compiler/algebra/contract.h"
#include "compiler/algebra/move.h"
#include "compiler/algebra/transform.h"

namespace nphys::algebra {

namespace {

class Inliner {
public:
    Inliner(Pool& pool, SymbolId tensor, const std::vector<Definition>& definitions) : pool_(pool), tensor_(tensor) {
        for (const Definition& definition : definitions)
            definitions_.push_back(with_own_indices(definition));
    }

    Expr operator()(Expr expression) {
        const auto* element = pool_.get<Element>(expression);
        return element != nullptr && element->tensor == tensor_ ? value_at(element->positions, 0, expression)
                                                                : expression;
    }

private:
    // Free indices of the value may stand in the places that are asked for.
    Definition with_own_indices(Definition definition) {
        std::vector<Move> moves;
        for (Place& place : definition.target) {
            if (place.is_literal())
                continue;
            const Place own{pool_.fresh_index(place.index)};
            moves.push_back({place.index, own, false, {}, {}});
            place = own;
        }
        definition.value = move_places(pool_, definition.value, std::move(moves));
        return definition;
    }

    // Definitions in order of precedence; what none of them covers stays the element.
    Expr value_at(const std::vector<Place>& places, std::size_t number, Expr element) {
        if (number == definitions_.size())
            return element;
        const Definition& definition = definitions_[number];
        const Expr share = covered(definition, places);
        if (pool_.is_zero(share))
            return value_at(places, number + 1, element);
        const Expr value = value_of(definition, places);
        if (pool_.is_one(share))
            return value;
        const Expr other = value_at(places, number + 1, element);
        return pool_.add({pool_.multiply({share, value}), other, pool_.negate(pool_.multiply({share, other}))});
    }

    // 1 where the places are among those of the target: of lattices all are.
    Expr covered(const Definition& definition, const std::vector<Place>& places) {
        std::vector<Expr> factors;
        for (std::size_t slot = 0; slot < places.size(); ++slot) {
            const SpaceId space = pool_.symbol(tensor_).slots[slot].space;
            const Place& target = definition.target[slot];
            if (target.is_literal()) {
                factors.push_back(pool_.delta(space, target, places[slot]));
            } else if (!pool_.space(space).is_lattice()) {
                const Pool::Extent extent = pool_.extent(target.index, 0);
                factors.push_back(pool_.within(space, places[slot], 0, extent.first, extent.last));
            }
        }
        return pool_.multiply(std::move(factors));
    }

    Expr value_of(const Definition& definition, const std::vector<Place>& places) {
        Expr value = definition.value;
        for (std::size_t slot = 0; slot < places.size(); ++slot) {
            const Place& target = definition.target[slot];
            if (target.is_literal())
                continue;
            const SpaceId space = pool_.symbol(tensor_).slots[slot].space;
            if (!pool_.space(space).is_lattice()) {
                value = move_places(pool_, value, {Move{target.index, places[slot], false, {}, {}}});
            } else {
                value = contracted_sum(pool_, target.index,
                                       pool_.multiply({pool_.delta(space, target, places[slot]), value}));
            }
        }
        return value;
    }

    Pool& pool_;
    SymbolId tensor_;
    std::vector<Definition> definitions_;
};

} // namespace

Expr inline_definitions(Pool& pool, Expr expression, SymbolId tensor, const std::vector<Definition>& definitions) {
    if (!pool.has_symbol(expression, tensor))
        return expression;
    Inliner inliner(pool, tensor, definitions);
    return rewrite_leaves(pool, expression, [&](Expr leaf) { return inliner(leaf); });
}

} // namespace nphys::algebra
