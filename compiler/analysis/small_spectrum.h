#pragma once
// Eigenvalues of matrices of a few rows, in a few microseconds: stability asks for thousands of them.
//
// Goes in: a finite complex matrix. Comes out: its eigenvalues, or nothing where the iteration does not converge. Holds: backward
// stable, as LAPACK's (Householder's reduction to Hessenberg form, then shifted QR); two that are left over are found in closed
// form, so that a double one is not split.

#include <optional>

#include "compiler/analysis/spectrum.h"

namespace nphys::analysis {

[[nodiscard]] std::optional<std::vector<Complex>> small_eigenvalues(SquareMatrix matrix);

// Of {{a, b}, {c, d}}.
[[nodiscard]] std::pair<Complex, Complex> eigenvalues_of_two(Complex a, Complex b, Complex c, Complex d);

} // namespace nphys::analysis
