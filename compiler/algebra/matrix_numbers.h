#pragma once
// Between matrices of expressions and matrices of numbers.
// Example: {{0, -m}, {m, 0}} has the common factor m and the coefficients {{0, -1}, {1, 0}}.

#include <optional>

#include "compiler/algebra/matrix.h"

namespace nphys::algebra {

// nullopt if an entry is not a constant.
[[nodiscard]] std::optional<DenseMatrix> numbers_of(const Pool& pool, const SymbolicMatrix& matrix);

// What is round-off beside the largest entry becomes the whole number that it should be.
[[nodiscard]] SymbolicMatrix from_numbers(Pool& pool, const DenseMatrix& matrix);
[[nodiscard]] Expr complex_constant(Pool& pool, std::complex<double> value);

// The factor that all entries share but for a number; nullopt if they differ in more, 1 if all are numbers.
[[nodiscard]] std::optional<Expr> common_factor(Pool& pool, const SymbolicMatrix& matrix);
[[nodiscard]] SymbolicMatrix coefficients(Pool& pool, const SymbolicMatrix& matrix);

} // namespace nphys::algebra
