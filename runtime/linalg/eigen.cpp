// Eigenvalues, Schur form, and functions of matrices with a good basis of eigenvectors.

#include <algorithm>
#include <cmath>

#include "runtime/linalg/lapack.h"
#include "runtime/linalg/matrix.h"
#include "runtime/linalg/single_thread.h"

namespace nphys::runtime {
namespace {

tl::unexpected<Error> no_convergence() {
    return failure(ErrorKind::mathematics, "the eigenvalues of the matrix did not converge",
                   "see that it holds no infinity and no NaN");
}

Result<std::vector<double>> diagonalize_hermitian(Matrix& a) {
    std::vector<double> values(static_cast<std::size_t>(a.rows));
    const auto size = static_cast<lapack_int>(a.rows);
    if (LAPACKE_zheev(LAPACK_ROW_MAJOR, 'V', 'L', size, a.values.data(), size, values.data()) != 0)
        return no_convergence();
    return values;
}

Result<Schur> schur_of_hermitian(const Matrix& a) {
    Schur result{a, Matrix(a.rows, a.rows)};
    const Result<std::vector<double>> values = diagonalize_hermitian(result.vectors);
    if (!values)
        return tl::unexpected(values.error());
    for (std::int64_t place = 0; place < a.rows; ++place)
        result.triangular(place, place) = (*values)[static_cast<std::size_t>(place)];
    return result;
}

void drop_above_diagonal(Matrix& a) {
    for (std::int64_t row = 0; row < a.rows; ++row)
        for (std::int64_t column = row + 1; column < a.columns; ++column)
            a(row, column) = 0;
}

struct Eigenbasis {
    std::vector<Complex> values;
    Matrix vectors;
};

Result<Eigenbasis> eigenbasis(Matrix a) {
    Eigenbasis result{std::vector<Complex>(static_cast<std::size_t>(a.rows)), Matrix(a.rows, a.rows)};
    const auto size = static_cast<lapack_int>(a.rows);
    if (LAPACKE_zgeev(LAPACK_ROW_MAJOR, 'N', 'V', size, a.values.data(), size, result.values.data(), nullptr, 1,
                      result.vectors.values.data(), size) != 0)
        return no_convergence();
    return result;
}

// A real matrix has its complex eigenvalues in exact pairs only by the real routine.
Result<std::vector<Complex>> eigenvalues_real(const Matrix& a) {
    std::vector<double> values(a.values.size());
    std::ranges::transform(a.values, values.begin(), [](const Complex& value) { return value.real(); });
    const auto size = static_cast<lapack_int>(a.rows);
    std::vector<double> re(static_cast<std::size_t>(size));
    std::vector<double> im(static_cast<std::size_t>(size));
    if (LAPACKE_dgeev(LAPACK_ROW_MAJOR, 'N', 'N', size, values.data(), size, re.data(), im.data(), nullptr, 1, nullptr,
                      1) != 0)
        return no_convergence();
    std::vector<Complex> result;
    for (std::size_t place = 0; place < re.size(); ++place)
        result.emplace_back(re[place], im[place]);
    return result;
}

Result<std::vector<Complex>> eigenvalues_any_order(const Matrix& a) {
    if (a.hermitian()) {
        Matrix copy = a;
        return diagonalize_hermitian(copy).map(
            [](const std::vector<double>& values) { return std::vector<Complex>(values.begin(), values.end()); });
    }
    if (a.real())
        return eigenvalues_real(a);
    return eigenbasis(a).map([](const Eigenbasis& basis) { return basis.values; });
}

} // namespace

Result<std::vector<Complex>> eigenvalues(const Matrix& a) {
    use_one_blas_thread();
    if (!std::isfinite(norm(a)))
        return no_convergence();
    Result<std::vector<Complex>> result = eigenvalues_any_order(a);
    if (result)
        std::ranges::sort(*result, [](const Complex& x, const Complex& y) {
            return x.real() != y.real() ? x.real() < y.real() : x.imag() < y.imag();
        });
    return result;
}

Result<Schur> schur(const Matrix& a) {
    use_one_blas_thread();
    if (!std::isfinite(norm(a)))
        return no_convergence();
    if (a.hermitian())
        return schur_of_hermitian(a);
    Schur result{Matrix(a.rows, a.rows), a};
    std::vector<Complex> values(static_cast<std::size_t>(a.rows));
    const auto size = static_cast<lapack_int>(a.rows);
    lapack_int sorted = 0;
    if (LAPACKE_zgees(LAPACK_ROW_MAJOR, 'V', 'N', nullptr, size, result.triangular.values.data(), size, &sorted,
                      values.data(), result.vectors.values.data(), size) != 0)
        return no_convergence();
    if (a.normal())
        drop_above_diagonal(result.triangular);
    return result;
}

Result<Matrix> apply(const Matrix& a, const std::function<Complex(Complex)>& function) {
    use_one_blas_thread();
    if (!std::isfinite(norm(a)))
        return no_convergence();
    if (a.normal()) {
        return schur(a).map([&](Schur form) {
            Matrix diagonal(a.rows, a.rows);
            for (std::int64_t place = 0; place < a.rows; ++place)
                diagonal(place, place) = function(form.triangular(place, place));
            return product(product(form.vectors, diagonal), adjoint(form.vectors));
        });
    }
    const Result<Eigenbasis> basis = eigenbasis(a);
    if (!basis)
        return tl::unexpected(basis.error());
    if (reciprocal_condition(basis->vectors) < 1e-10)
        return failure(ErrorKind::mathematics, "the matrix has no basis of eigenvectors to working precision");
    Matrix image = basis->vectors;
    for (std::int64_t row = 0; row < a.rows; ++row)
        for (std::int64_t column = 0; column < a.rows; ++column)
            image(row, column) *= function(basis->values[static_cast<std::size_t>(column)]);
    // f(A) V = V f(Λ), transposed to stand on the right of a solve.
    return solve(transpose(basis->vectors), transpose(image)).map(transpose);
}

} // namespace nphys::runtime
