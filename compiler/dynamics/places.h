#pragma once
// Places of components: which elements a left-hand side names, and where two of them meet.
//
// Example: φ[n] with n in 1..9 and φ[input] with input in 2..4 meet in φ[n] under the condition 2 <= n <= 4, where
// `input` is n.

#include <optional>
#include <vector>

#include "compiler/algebra/pool.h"
#include "compiler/algebra/transform.h"
#include "compiler/model/model.h"

namespace nphys::dynamics {

using algebra::Expr;
using algebra::Place;
using algebra::Pool;
using algebra::SymbolId;
using model::Component;

// The same component in index variables of its own, so that it can stand beside others in one formula.
[[nodiscard]] Component with_fresh_indices(Pool& pool, const Component& component);

// One target for every component of a tensor: variables for lattices and long ranges, literals for small ranges.
[[nodiscard]] std::vector<std::vector<Place>> all_targets(Pool& pool, SymbolId tensor);

// The elements that two targets of one tensor have in common, written with the variables of `first`.
struct Meeting {
    algebra::Substitution second_to_first;
    Expr condition; // 1 if all of `first` lies in `second`
};
[[nodiscard]] std::optional<Meeting> meeting(Pool& pool, SymbolId tensor, const std::vector<Place>& first,
                                             const std::vector<Place>& second);

// The elements of `first` that are not in `second`, in index variables of their own: φ[n], n in 1..9, less φ[input],
// input in 2..4, is φ[n], n in 1..1, and φ[n], n in 5..9. Sites of lattices are not told apart: a lattice in both is
// taken as the same.
[[nodiscard]] std::vector<std::vector<Place>> difference(Pool& pool, SymbolId tensor, const std::vector<Place>& first,
                                                         const std::vector<Place>& second);

// Whether every element of a tensor is a target of one of the components.
[[nodiscard]] bool covers_all(Pool& pool, SymbolId tensor, const std::vector<const std::vector<Place>*>& targets);

} // namespace nphys::dynamics
