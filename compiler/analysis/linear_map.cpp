#include "compiler/analysis/linear_map.h"

#include <algorithm>

#include "compiler/algebra/transform.h"
#include "compiler/dynamics/places.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::analysis {

namespace {

using Definitions = std::vector<algebra::Definition>;

// What defines a tensor at all of its elements: the rows, and 0 elsewhere.
Definitions definitions_of(Pool& pool, SymbolId tensor, const Variables& variables, const std::vector<Expr>& rows) {
    Definitions result;
    for (std::size_t row = 0; row < rows.size(); ++row)
        if (variables.components[row].tensor == tensor)
            result.push_back({variables.components[row].target, rows[row]});
    for (std::vector<Place>& rest : dynamics::all_targets(pool, tensor))
        result.push_back({std::move(rest), pool.integer(0)});
    return result;
}

std::vector<const dynamics::Moved*> moved_of(const dynamics::Motion& motion, SymbolId tensor) {
    std::vector<const dynamics::Moved*> result;
    for (const dynamics::Moved& moved : motion.moved)
        if (moved.tensor == tensor && !moved.resting)
            result.push_back(&moved);
    return result;
}

// The targets of the laws themselves, with the user's names, where they are one for each component.
std::vector<std::vector<Place>> targets_of(Pool& pool, const dynamics::Motion& motion, SymbolId tensor) {
    std::vector<const std::vector<Place>*> own;
    for (const dynamics::Moved* moved : moved_of(motion, tensor))
        own.push_back(&moved->target);
    std::vector<std::vector<Place>> all = dynamics::all_targets(pool, tensor);
    if (own.size() != all.size() || !dynamics::covers_all(pool, tensor, own))
        return all;
    all.clear();
    for (const std::vector<Place>* target : own)
        all.push_back(*target);
    return all;
}

} // namespace

Variables variables_of(Pool& pool, const dynamics::Motion& motion, model::Dynamics dynamics) {
    Variables result;
    for (const dynamics::Moved& moved : motion.moved)
        if (moved.dynamics == dynamics && !moved.resting && !std::ranges::count(result.tensors, moved.tensor))
            result.tensors.push_back(moved.tensor);
    for (const SymbolId tensor : result.tensors)
        for (std::vector<Place>& target : targets_of(pool, motion, tensor)) {
            const Expr element = pool.element(tensor, target);
            result.components.push_back({tensor, std::move(target), element});
        }
    return result;
}

std::vector<Expr> rates_of(Pool& pool, const dynamics::Motion& motion, const Variables& variables) {
    std::vector<Expr> result;
    for (const model::Component& component : variables.components) {
        const auto own = moved_of(motion, component.tensor);
        const auto same = std::ranges::find_if(
            own, [&](const dynamics::Moved* moved) { return moved->target == component.target; });
        if (same != own.end()) {
            result.push_back((*same)->rate);
            continue;
        }
        Definitions definitions;
        for (const dynamics::Moved* moved : own)
            definitions.push_back({moved->target, moved->rate});
        for (std::vector<Place>& rest : dynamics::all_targets(pool, component.tensor))
            definitions.push_back({std::move(rest), pool.integer(0)});
        result.push_back(algebra::inline_definitions(pool, component.value, component.tensor, definitions));
    }
    return result;
}

MapAlgebra::MapAlgebra(Pool& pool) : pool_(pool) {
    algebra::Symbol symbol;
    symbol.name = "ε";
    symbol.kind = algebra::SymbolKind::parameter;
    small_symbol_ = pool.add_symbol(std::move(symbol));
    small_ = pool.parameter(small_symbol_);
}

SymbolId MapAlgebra::copy(std::map<std::uint32_t, SymbolId>& copies, SymbolId variable) {
    const auto found = copies.find(variable.value);
    if (found != copies.end())
        return found->second;
    const algebra::Symbol symbol = pool_.symbol(variable);
    return copies.emplace(variable.value, pool_.add_symbol(symbol)).first->second;
}

SymbolId MapAlgebra::test(SymbolId variable) {
    return copy(tests_, variable);
}

Expr MapAlgebra::renamed(Expr expression, const Variables& variables, const std::map<std::uint32_t, SymbolId>* from,
                         std::map<std::uint32_t, SymbolId>& to) {
    dynamics::Renaming renaming;
    for (const SymbolId tensor : variables.tensors)
        renaming[from == nullptr ? tensor.value : from->at(tensor.value).value] = copy(to, tensor);
    return dynamics::with_tensors(pool_, expression, renaming);
}

// Each x of the variables with x + ε test(x) in its place.
Expr MapAlgebra::shifted(Expr expression, const Variables& by) {
    return algebra::rewrite_leaves(pool_, expression, [&](Expr leaf) {
        const auto* element = pool_.get<algebra::Element>(leaf);
        if (element == nullptr || !std::ranges::count(by.tensors, element->tensor))
            return leaf;
        const std::vector<Place> positions = element->positions;
        const Expr direction = pool_.element(test(element->tensor), positions);
        return pool_.add({leaf, pool_.multiply({small_, direction})});
    });
}

LinearMap MapAlgebra::derivative(const std::vector<Expr>& formulas, const Variables& of, const Variables& by) {
    LinearMap result{&of, &by, {}};
    for (const SymbolId tensor : by.tensors)
        static_cast<void>(test(tensor));
    for (const Expr formula : formulas) {
        const Expr slope = algebra::partial_by_parameter(pool_, shifted(formula, by), small_symbol_);
        result.rows.push_back(algebra::replace(pool_, slope, {{small_.id, pool_.integer(0)}}));
    }
    return result;
}

LinearMap MapAlgebra::identity(const Variables& variables) {
    LinearMap result{&variables, &variables, {}};
    for (const model::Component& component : variables.components)
        result.rows.push_back(pool_.element(test(component.tensor), component.target));
    return result;
}

LinearMap MapAlgebra::zero(const Variables& to, const Variables& from) {
    for (const SymbolId tensor : from.tensors)
        static_cast<void>(test(tensor));
    return {&to, &from, std::vector<Expr>(to.components.size(), pool_.integer(0))};
}

LinearMap MapAlgebra::product(const LinearMap& left, const LinearMap& right) {
    // What the right map gives stands in partners while it is put in, so that it is not put in twice.
    std::vector<Expr> inner;
    for (const Expr row : right.rows)
        inner.push_back(renamed(row, *right.from, &tests_, partners_));
    LinearMap result{left.to, right.from, left.rows};
    for (const SymbolId tensor : left.from->tensors) {
        const Definitions definitions = definitions_of(pool_, tensor, *right.to, inner);
        for (Expr& row : result.rows)
            row = algebra::inline_definitions(pool_, row, test(tensor), definitions);
    }
    for (Expr& row : result.rows)
        row = renamed(row, *right.from, &partners_, tests_);
    return result;
}

LinearMap MapAlgebra::transposed(const LinearMap& map) {
    std::vector<Expr> partners;
    for (const model::Component& component : map.to->components)
        partners.push_back(pool_.element(copy(partners_, component.tensor), component.target));
    const Expr form = inner(*map.to, partners, map.rows);
    LinearMap result{map.from, map.to, {}};
    for (const SymbolId tensor : map.to->tensors)
        static_cast<void>(test(tensor));
    for (const model::Component& component : map.from->components) {
        const Expr slope = algebra::partial(pool_, form, test(component.tensor), component.target);
        result.rows.push_back(renamed(slope, *map.to, &partners_, tests_));
    }
    return result;
}

LinearMap MapAlgebra::sum(const LinearMap& left, const LinearMap& right) {
    LinearMap result = left;
    for (std::size_t row = 0; row < result.rows.size(); ++row)
        result.rows[row] = pool_.add({left.rows[row], right.rows[row]});
    return result;
}

LinearMap MapAlgebra::negated(const LinearMap& map) {
    LinearMap result = map;
    for (Expr& row : result.rows)
        row = pool_.negate(row);
    return result;
}

LinearMap MapAlgebra::carried_over(const LinearMap& map, const Variables& to, const Variables& from) {
    LinearMap result{&to, &from, {}};
    dynamics::Renaming renaming;
    for (std::size_t number = 0; number < from.tensors.size(); ++number)
        renaming[test(map.from->tensors[number]).value] = test(from.tensors[number]);
    for (std::size_t row = 0; row < map.rows.size(); ++row) {
        algebra::Substitution places;
        const std::vector<Place>&own = map.to->components[row].target, &other = to.components[row].target;
        for (std::size_t slot = 0; slot < own.size(); ++slot)
            if (!own[slot].is_literal())
                places.emplace_back(own[slot].index, other[slot]);
        result.rows.push_back(
            dynamics::with_tensors(pool_, algebra::substitute(pool_, map.rows[row], places), renaming));
    }
    return result;
}

std::vector<Expr> MapAlgebra::of_fields(const LinearMap& map) {
    dynamics::Renaming renaming;
    for (const SymbolId tensor : map.from->tensors)
        renaming[test(tensor).value] = tensor;
    std::vector<Expr> result;
    for (const Expr row : map.rows)
        result.push_back(dynamics::with_tensors(pool_, row, renaming));
    return result;
}

Expr MapAlgebra::inner(const Variables& variables, const std::vector<Expr>& left, const std::vector<Expr>& right) {
    // Components that share their index variables are summed together.
    std::vector<std::pair<std::vector<algebra::IndexId>, std::vector<Expr>>> groups;
    for (std::size_t row = 0; row < left.size(); ++row) {
        std::vector<algebra::IndexId> indices;
        for (const Place& place : variables.components[row].target)
            if (!place.is_literal())
                indices.push_back(place.index);
        const Expr term = pool_.multiply({left[row], right[row]});
        const auto same = std::ranges::find_if(groups, [&](const auto& group) { return group.first == indices; });
        if (same == groups.end())
            groups.push_back({indices, {term}});
        else
            same->second.push_back(term);
    }
    std::vector<Expr> sums;
    for (auto& [indices, terms] : groups) {
        Expr sum = pool_.add(std::move(terms));
        for (const algebra::IndexId index : indices)
            sum = pool_.sum(index, sum);
        sums.push_back(sum);
    }
    return pool_.add(std::move(sums));
}

bool same_shapes(const Pool& pool, const Variables& left, const Variables& right) {
    const auto same = [&](SymbolId a, SymbolId b) { return pool.symbol(a).slots == pool.symbol(b).slots; };
    const auto alike = [&](const model::Component& a, const model::Component& b) {
        for (std::size_t slot = 0; slot < a.target.size(); ++slot)
            if (a.target[slot].is_literal() != b.target[slot].is_literal() ||
                (a.target[slot].is_literal() && !(a.target[slot] == b.target[slot])))
                return false;
        return true;
    };
    return std::ranges::equal(left.tensors, right.tensors, same) &&
           std::ranges::equal(left.components, right.components, alike);
}

} // namespace nphys::analysis
