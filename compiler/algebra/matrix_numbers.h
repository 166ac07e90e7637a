#pragma once
// Between matrices of expressions and matrices of numbers.
// Example: {{0, -m}, {m, 0}} is the multiple m of the numbers {{0, -1}, {1, 0}}.

#include <optional>

#include "compiler/algebra/matrix.h"

namespace nphys::algebra {

// nullopt if an entry is not a constant.
[[nodiscard]] std::optional<DenseMatrix> numbers_of(const Pool& pool, const SymbolicMatrix& matrix);

// What is round-off beside the largest entry becomes the whole number that it should be.
[[nodiscard]] SymbolicMatrix from_numbers(Pool& pool, const DenseMatrix& matrix);
[[nodiscard]] Expr complex_constant(Pool& pool, std::complex<double> value);

// A matrix of numbers times one factor, if that is what the matrix of expanded entries is: m X, also (m + A) X. The factor is real.
struct MultipleOfNumbers {
    Expr factor;
    SymbolicMatrix numbers;
};
[[nodiscard]] std::optional<MultipleOfNumbers> as_multiple(Pool& pool, const SymbolicMatrix& matrix);

} // namespace nphys::algebra
