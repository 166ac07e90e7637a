#pragma once
// The derivative of an expression along a direction whose components are the elements of other tensors, by tensor id.
//
// Example: of φ[i]² along v, {φ -> v}, it is 2 φ[i] v[i].

#include <unordered_map>

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

[[nodiscard]] Expr directional(Pool& pool, Expr expression,
                               const std::unordered_map<std::uint32_t, SymbolId>& directions);

} // namespace nphys::algebra
