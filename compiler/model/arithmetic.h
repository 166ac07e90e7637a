#pragma once
// Arithmetic of values: of numbers, and of whole tensors as matrices, where numbers mean multiples of the identity.
//
// A whole tensor with rows and columns, or with an even number of slots whose halves agree, is a matrix; one with rows
// only is a vector. Functions, powers and `*` are those of matrices; sums need equal slots.
//
// Example: `2 - inv(B)*W*B` is 2·1 − B⁻¹WB.

#include "compiler/model/elaborate.h"

namespace nphys::model {

[[nodiscard]] Value add(Context& context, const Value& left, const Value& right, Span span);
[[nodiscard]] Value negate(Context& context, const Value& value);
[[nodiscard]] Value multiply(Context& context, const Value& left, const Value& right, Span span);
[[nodiscard]] Value divide(Context& context, const Value& left, const Value& right, Span span);
[[nodiscard]] Value power(Context& context, const Value& base, const Value& exponent, Span span);
// Whether two values, of which one is a whole tensor, are equal at every place: a truth.
[[nodiscard]] std::optional<Expr> equality(Context& context, const Value& left, const Value& right, Span span);
[[nodiscard]] Value apply_function(Context& context, algebra::Op op, const std::vector<Value>& arguments,
                                   const std::string& name, Span span);

// A whole tensor read as a matrix: rows and columns apart. Nothing if it is a vector or has no such reading.
[[nodiscard]] std::optional<Whole> as_matrix(const Whole& whole);
[[nodiscard]] bool is_square(const Whole& matrix);
[[nodiscard]] Whole transposed(const Whole& matrix);
[[nodiscard]] Value matrix_product(Context& context, const Whole& left, const Whole& right, Span span);
[[nodiscard]] Whole identity_times(Context& context, const std::vector<Slot>& row_slots, Expr factor);

// The sum over all places of a list of slots: written out for small ones.
[[nodiscard]] std::optional<Expr> sum_over(Context& context, std::span<const Slot> slots,
                                           const std::function<std::optional<Expr>(std::span<const Place>)>& body);

// Tells that a whole tensor stands where a number is needed.
void tell_whole(Context& context, const Whole& whole, Span span, const std::string& text);

} // namespace nphys::model
