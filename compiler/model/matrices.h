#pragma once
// Matrix functions of whole tensors, and matrices of numbers.
//
// Goes in: a square whole. Comes out: a whole; exact where the structure allows it (multiples of the identity,
// diagonal, small symbolic), else computed from numbers once, when the model is built; parameters it used are then
// structural.
//
// Example: `inv(B)` with B from a csv file is a matrix of numbers, and so are `inv(B)*W*B` and `2 - inv(B)*W*B`.

#include "compiler/model/elaborate.h"

namespace nphys::model {

[[nodiscard]] Value matrix_function(Context& context, algebra::Op op, const Whole& matrix, const std::string& name,
                                    Span span);
[[nodiscard]] Value matrix_power(Context& context, const Whole& matrix, Expr exponent, Span span);
[[nodiscard]] Value inverse(Context& context, const Whole& matrix, Span span);
[[nodiscard]] Value determinant(Context& context, const Whole& matrix, Span span);
[[nodiscard]] Value eigenvalues(Context& context, const Whole& matrix, Span span);
[[nodiscard]] Value trace(Context& context, const Whole& matrix);
[[nodiscard]] Value kronecker(Context& context, const Whole& left, const Whole& right, Span span);

// All entries as numbers, row-major; nothing if they depend on state, time or sites, or are too many.
[[nodiscard]] Numbers numbers_of(Context& context, const Whole& whole);
// A whole of numbers. Its entries at index variables are read from data, which is made when first needed.
[[nodiscard]] Whole whole_of_numbers(Context& context, std::vector<Slot> slots, std::size_t row_slots,
                                     Numbers numbers, const std::string& name);
// A tensor of data.
[[nodiscard]] SymbolId add_data(Context& context, const std::string& name, const std::vector<Slot>& slots,
                                std::size_t row_slots, const Numbers& numbers);

// `result`, computed at once if an operand is made of numbers and all of them are constant.
[[nodiscard]] Whole computed(Context& context, Whole result, std::initializer_list<const Whole*> operands,
                             std::initializer_list<Expr> factors);
[[nodiscard]] std::optional<Whole> product_of_numbers(Context& context, const Whole& left, const Whole& right);

// The number of an exponent of numbers and parameters, which become structural.
[[nodiscard]] std::optional<double> constant_exponent(Context& context, Expr exponent);

// The value of an entry of constants and data.
[[nodiscard]] std::optional<std::complex<double>> constant_entry(Context& context, Expr entry);

} // namespace nphys::model
