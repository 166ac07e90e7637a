#pragma once
// A small dense matrix of complex numbers, and what can be done with it: for matrices that are known before a run.
//
// In: a square matrix (row-major). Out: a function of it, or an Error that says why there is none (singular, with its
// condition; a branch point). Holds: a real matrix whose result is real gives exactly zero imaginary parts.
//
//     power(X0, θ)      // with X0² = −1: cos(πθ/2) + sin(πθ/2) X0        Emergent field theories, Eq. (5.1)

#include <complex>
#include <cstdint>
#include <functional>
#include <vector>

#include "runtime/result.h"

namespace nphys::runtime {

using Complex = std::complex<double>;

struct Matrix {
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::vector<Complex> values;

    Matrix() = default;
    Matrix(std::int64_t row_count, std::int64_t column_count)
        : rows(row_count), columns(column_count), values(static_cast<std::size_t>(row_count * column_count)) {}

    [[nodiscard]] Complex& operator()(std::int64_t row, std::int64_t column) {
        return values[static_cast<std::size_t>(row * columns + column)];
    }
    [[nodiscard]] const Complex& operator()(std::int64_t row, std::int64_t column) const {
        return values[static_cast<std::size_t>(row * columns + column)];
    }
    [[nodiscard]] bool real() const;
    [[nodiscard]] bool hermitian() const; // exactly
    // A A† = A† A up to round-off: then an orthonormal basis of eigenvectors exists.
    [[nodiscard]] bool normal() const;
};

[[nodiscard]] Matrix identity(std::int64_t size);
[[nodiscard]] Matrix transpose(const Matrix& a);
[[nodiscard]] Matrix adjoint(const Matrix& a);
[[nodiscard]] Matrix sum(const Matrix& a, const Matrix& b, Complex factor_of_b = 1.0);
[[nodiscard]] Matrix product(const Matrix& a, const Matrix& b);
[[nodiscard]] Matrix scaled(const Matrix& a, Complex factor);
[[nodiscard]] double norm(const Matrix& a); // largest sum of absolute values in a column

// 1 / (‖A‖ ‖A⁻¹‖): 1 for an orthogonal matrix, 0 for a singular one.
[[nodiscard]] double reciprocal_condition(const Matrix& a);
[[nodiscard]] Result<Matrix> inverse(const Matrix& a);
[[nodiscard]] Result<Matrix> solve(const Matrix& a, const Matrix& right_side);
[[nodiscard]] Complex determinant(const Matrix& a);

// Ascending by real part, then imaginary part.
[[nodiscard]] Result<std::vector<Complex>> eigenvalues(const Matrix& a);

struct Schur {
    Matrix vectors;    // unitary Q
    Matrix triangular; // T in A = Q T Q†; diagonal when A is normal
};
[[nodiscard]] Result<Schur> schur(const Matrix& a);

// Principal functions: of the eigenvalues, with arguments in (−π, π].
[[nodiscard]] Result<Matrix> square_root(const Matrix& a);
[[nodiscard]] Result<Matrix> exponential(const Matrix& a);
[[nodiscard]] Result<Matrix> logarithm(const Matrix& a);
[[nodiscard]] Result<Matrix> power(const Matrix& a, Complex exponent);

// Any other function, for matrices with a well-conditioned basis of eigenvectors (all normal ones).
[[nodiscard]] Result<Matrix> apply(const Matrix& a, const std::function<Complex(Complex)>& function);

} // namespace nphys::runtime
