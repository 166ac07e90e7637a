#pragma once
// Sums and products of small complex matrices.

#include "compiler/analysis/spectrum.h"

namespace nphys::analysis {

[[nodiscard]] SquareMatrix dagger(const SquareMatrix& matrix);
[[nodiscard]] SquareMatrix product(const SquareMatrix& left, const SquareMatrix& right);
[[nodiscard]] SquareMatrix sum(SquareMatrix left, const SquareMatrix& right);
[[nodiscard]] SquareMatrix difference(SquareMatrix left, const SquareMatrix& right);
[[nodiscard]] SquareMatrix scaled(SquareMatrix matrix, double factor);
[[nodiscard]] SquareMatrix identity(std::size_t size);
[[nodiscard]] Complex determinant(const SquareMatrix& matrix);
[[nodiscard]] double size_of(const SquareMatrix& matrix); // the largest entry
// For matrices of a size of about 1 or less.
[[nodiscard]] SquareMatrix exponential(const SquareMatrix& matrix);

} // namespace nphys::analysis
