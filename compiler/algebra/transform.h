#pragma once
// Transformations of expressions. Each returns a new canonical expression and shares what it did not change.

#include <functional>
#include <unordered_map>
#include <vector>

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

// Rebuilds an expression bottom-up: `change` may replace a node (given with its already rebuilt children) or return it.
// What children became may have made another kind of node: to put values for leaves, take rewrite_leaves.
[[nodiscard]] Expr rewrite(Pool& pool, Expr expression, const std::function<Expr(Expr)>& change);

// Rebuilds an expression with `change(leaf)` for each leaf that stands in it (names, elements, places, numbers), once.
[[nodiscard]] Expr rewrite_leaves(Pool& pool, Expr expression, const std::function<Expr(Expr)>& change);

// Puts places for index variables: {i -> j + e[1]} turns φ[i + e[2]] into φ[j + e[1] + e[2]]. Displacements add; a field
// is continued beyond the edge by the edge rule of the place finally reached. Bound indices are renamed where they would be captured.
using Substitution = std::vector<std::pair<IndexId, Place>>;
[[nodiscard]] Expr substitute(Pool& pool, Expr expression, const Substitution& places);

// Puts values for parameters, elements or other leaves.
[[nodiscard]] Expr replace(Pool& pool, Expr expression, const std::unordered_map<std::uint32_t, Expr>& values);

// Puts `value` (an expression in the index variables `indices`, one for each slot that is not literal) for every element
// of a tensor: φ[i] -> φ[i] + dt*π[i] turns φ[i + e[1]] into φ[i + e[1]] + dt*π[i + e[1]]. Beyond an edge the tensor is
// continued, not the expression: where that differs (φ[i] -> 1 at an open edge), a Within says so. Of definitions with
// overlapping targets the first one holds; what none covers stays.
struct Definition {
    std::vector<Place> target;         // as on the left-hand side: index variables or literals
    Expr value;
};
[[nodiscard]] Expr inline_definitions(Pool& pool, Expr expression, SymbolId tensor, const std::vector<Definition>& definitions);

// Distributes products over sums as far as at most `limit` terms arise, and collects like terms.
[[nodiscard]] Expr expand(Pool& pool, Expr expression, std::size_t limit = 256);

// Groups the terms of sums by equal coefficients, for cheap evaluation: a x + a y + b z -> a (x + y) + b z.
[[nodiscard]] Expr collect(Pool& pool, Expr expression);

// The partial derivative by a component of a tensor at a place: partial(½ Σ_i φ[i]², φ, [p]) is φ[p]. Sums are contracted,
// also across edges: the transpose of a map is its true transpose.
[[nodiscard]] Expr partial(Pool& pool, Expr expression, SymbolId tensor, const std::vector<Place>& place);
[[nodiscard]] Expr partial_by_parameter(Pool& pool, Expr expression, SymbolId parameter);
[[nodiscard]] Expr partial_by_time(Pool& pool, Expr expression);
[[nodiscard]] Expr partial_by_coordinate(Pool& pool, Expr expression, SpaceId space, int axis);   // explicit dependence

// What an expression depends on.
struct Dependence {
    std::vector<SymbolId> tensors, parameters;    // in order of their ids
    std::vector<IndexId> free_indices;
    bool time = false, step = false, coordinates = false;
};
[[nodiscard]] Dependence dependence(const Pool& pool, Expr expression);
[[nodiscard]] bool depends_on(const Pool& pool, Expr expression, SymbolId tensor);
[[nodiscard]] bool depends_on_fields(const Pool& pool, Expr expression);      // on any tensor

} // namespace nphys::algebra
