#pragma once
// Which definitions become memory: those of constants and data that are more than δ, shifts and constants, and fields
// of place that are costly.
//
// Holds afterwards: a stored definition stands in formulas as an element of its tensor.
//
// Example: `let V[i] = exp(-x[i]^2)` is stored; `let A[i] = 0.1*x` and `let s[i] = sin(x - t)` are put in.

#include "compiler/model/elaborate.h"

namespace nphys::model {

// Every term has a factor δ: contracting it leaves a stencil, so the tensor is never made.
[[nodiscard]] bool is_stencil(const Pool& pool, Expr expression);

void store_where_it_pays(Context& context, Declaration& declaration);

// A whole of numbers as data of its own.
[[nodiscard]] bool store_numbers(Context& context, Declaration& declaration, const Whole& value);

} // namespace nphys::model
