#pragma once
// Dense matrices of numbers, known when a model is compiled.
//
// Goes in: a matrix, row-major. Comes out: a function of it, or the trouble that prevents it. Holds afterwards: a real
// matrix with a real result has exactly zero imaginary parts.
//
// Example: the inverse of {2, {2, 0, 0, 4}} is {2, {1/2, 0, 0, 1/4}}; of {2, {1, 1, 1, 1}} it is MatrixTrouble::singular.

#include <complex>
#include <vector>

#include <tl/expected.hpp>

#include "compiler/algebra/ops.h"

namespace nphys::algebra {

enum class MatrixTrouble : std::uint8_t {
    singular,           // to working precision
    no_principal_value, // the logarithm of 0, a root of a matrix that has none
    no_closed_form,     // of names: its numbers are needed
    no_convergence,
    not_diagonalizable, // fewer eigenvectors than rows: no sum over eigenvalues
};
template <class T> using MatrixResult = tl::expected<T, MatrixTrouble>;

struct DenseMatrix {
    std::size_t rows = 0, columns = 0;
    std::vector<std::complex<double>> values;

    [[nodiscard]] std::complex<double> at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
    [[nodiscard]] std::complex<double>& at(std::size_t row, std::size_t column) { return values[row * columns + column]; }
    [[nodiscard]] bool is_real() const;
};

[[nodiscard]] DenseMatrix product(const DenseMatrix& left, const DenseMatrix& right);
[[nodiscard]] MatrixResult<DenseMatrix> inverse(const DenseMatrix& matrix);
[[nodiscard]] std::complex<double> determinant(const DenseMatrix& matrix);
[[nodiscard]] MatrixResult<std::vector<std::complex<double>>> eigenvalues(const DenseMatrix& matrix);   // ascending by real part
[[nodiscard]] MatrixResult<DenseMatrix> matrix_function(Op op, const DenseMatrix& matrix);              // the principal one
[[nodiscard]] MatrixResult<DenseMatrix> matrix_power(const DenseMatrix& matrix, double exponent);

} // namespace nphys::algebra
