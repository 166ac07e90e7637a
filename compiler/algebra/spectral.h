#pragma once
// Functions of matrices by their eigenvalues: f(A) = Σ_k f(λ_k) P_k.
//
// Goes in: a multiple c N + a 1 of a matrix of numbers. Comes out: the distinct eigenvalues of N, those that are whole or half
// numbers exactly so, and the projectors on their eigenspaces; or MatrixTrouble::not_diagonalizable.
// Holds afterwards: the projectors add up to 1, and N is Σ_k λ_k P_k.
//
// Example: a rotation by a right angle has λ = ±i with P = ½(1 ∓ i N), so that N^θ is cos(πθ/2) + sin(πθ/2) N.

#include <complex>
#include <functional>
#include <vector>

#include "compiler/algebra/matrix.h"

namespace nphys::algebra {

struct Spectrum {
    std::vector<std::complex<double>> values;
    std::vector<DenseMatrix> projectors;
};

[[nodiscard]] MatrixResult<Spectrum> spectrum_of(const DenseMatrix& matrix);

// Σ_k f(λ_k) P_k. Where f(λ̄) is the conjugate of f(λ) and the matrix is real, conjugate eigenvalues are taken together. `function`
// gives nothing where it has no value.
[[nodiscard]] MatrixResult<SymbolicMatrix>
sum_over_spectrum(Pool& pool, const DenseMatrix& matrix, bool is_real,
                  const std::function<std::optional<Expr>(std::complex<double>)>& function);

} // namespace nphys::algebra
