#include "compiler/algebra/dense.h"

#include <algorithm>
#include <array>

#include "runtime/linalg/matrix.h"

namespace nphys::algebra {

namespace {

using Complex = std::complex<double>;

runtime::Matrix to_runtime(const DenseMatrix& matrix) {
    runtime::Matrix result(static_cast<std::int64_t>(matrix.rows), static_cast<std::int64_t>(matrix.columns));
    result.values = matrix.values;
    return result;
}

DenseMatrix from_runtime(const runtime::Matrix& matrix) {
    return {static_cast<std::size_t>(matrix.rows), static_cast<std::size_t>(matrix.columns), matrix.values};
}

MatrixResult<DenseMatrix> settled(const runtime::Result<runtime::Matrix>& result, MatrixTrouble trouble) {
    if (!result)
        return tl::unexpected(trouble);
    const bool is_finite = std::ranges::all_of(
        result->values, [](Complex value) { return std::isfinite(value.real()) && std::isfinite(value.imag()); });
    if (!is_finite)
        return tl::unexpected(trouble);
    return from_runtime(*result);
}

// Functions of one eigenvalue.
Complex value_at(Op op, Complex x) {
    switch (op) {
    case Op::sin:
        return std::sin(x);
    case Op::cos:
        return std::cos(x);
    case Op::tan:
        return std::tan(x);
    case Op::asin:
        return std::asin(x);
    case Op::acos:
        return std::acos(x);
    case Op::atan:
        return std::atan(x);
    case Op::sinh:
        return std::sinh(x);
    case Op::cosh:
        return std::cosh(x);
    case Op::tanh:
        return std::tanh(x);
    case Op::sigmoid:
        return 1.0 / (1.0 + std::exp(-x));
    case Op::abs:
        return std::abs(x);
    default:
        return op_value(op, std::array{x.real(), 0.0}.data());
    }
}

} // namespace

bool DenseMatrix::is_real() const {
    return std::ranges::all_of(values, [](Complex value) { return value.imag() == 0; });
}

DenseMatrix product(const DenseMatrix& left, const DenseMatrix& right) {
    return from_runtime(runtime::product(to_runtime(left), to_runtime(right)));
}

MatrixResult<DenseMatrix> inverse(const DenseMatrix& matrix) {
    return settled(runtime::inverse(to_runtime(matrix)), MatrixTrouble::singular);
}

std::complex<double> determinant(const DenseMatrix& matrix) {
    return runtime::determinant(to_runtime(matrix));
}

MatrixResult<std::vector<std::complex<double>>> eigenvalues(const DenseMatrix& matrix) {
    auto values = runtime::eigenvalues(to_runtime(matrix));
    if (!values)
        return tl::unexpected(MatrixTrouble::no_convergence);
    return std::move(*values);
}

MatrixResult<DenseMatrix> matrix_function(Op op, const DenseMatrix& matrix) {
    const runtime::Matrix argument = to_runtime(matrix);
    switch (op) {
    case Op::exp:
        return settled(runtime::exponential(argument), MatrixTrouble::no_convergence);
    case Op::log:
        return settled(runtime::logarithm(argument), MatrixTrouble::no_principal_value);
    case Op::sqrt:
        return settled(runtime::square_root(argument), MatrixTrouble::no_principal_value);
    default:
        return settled(runtime::apply(argument, [op](Complex value) { return value_at(op, value); }),
                       MatrixTrouble::no_principal_value);
    }
}

MatrixResult<DenseMatrix> matrix_power(const DenseMatrix& matrix, double exponent) {
    return settled(runtime::power(to_runtime(matrix), exponent), MatrixTrouble::no_principal_value);
}

} // namespace nphys::algebra
