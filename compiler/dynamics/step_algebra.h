#pragma once
// Small pieces of algebra that every scheme needs: multiples of dt, other times, other tensors in a formula.

#include <string>
#include <unordered_map>

#include "compiler/algebra/pool.h"

namespace nphys::dynamics {

// A coefficient of a scheme: 0.5 is 1/2 and 19372.0/6561 is that fraction; what is no small fraction stays a real
// number.
[[nodiscard]] algebra::Expr coefficient(algebra::Pool& pool, double value);

// t + offset*dt
[[nodiscard]] algebra::Expr later(algebra::Pool& pool, double offset);

// The expression at another time.
[[nodiscard]] algebra::Expr at_time(algebra::Pool& pool, algebra::Expr expression, algebra::Expr time);

// The expression with elements of other tensors in the same places: by tensor id.
using Renaming = std::unordered_map<std::uint32_t, algebra::SymbolId>;
[[nodiscard]] algebra::Expr with_tensors(algebra::Pool& pool, algebra::Expr expression, const Renaming& renamed);

// "dt", "dt/2", "1.3512*dt", for labels
[[nodiscard]] std::string multiple_of_step(double factor);

} // namespace nphys::dynamics
