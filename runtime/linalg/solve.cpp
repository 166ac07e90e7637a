// Inverse, linear systems, determinant and condition by LU factors with row exchanges; real arithmetic for real
// matrices.

#include <cmath>
#include <fmt/format.h>
#include <limits>

#include "runtime/linalg/lapack.h"
#include "runtime/linalg/matrix.h"
#include "runtime/linalg/single_thread.h"

namespace nphys::runtime {
namespace {

double real_or_complex(const Complex& value, double) {
    return value.real();
}
Complex real_or_complex(const Complex& value, Complex) {
    return value;
}

template <class Number>
std::vector<Number> numbers_of(const Matrix& a) {
    std::vector<Number> result;
    result.reserve(a.values.size());
    for (const Complex& value : a.values)
        result.push_back(real_or_complex(value, Number()));
    return result;
}

template <class Number>
struct Factors {
    std::vector<Number> values;
    std::vector<lapack_int> pivots;
    double condition = 0; // reciprocal

    explicit Factors(const Matrix& a) : values(numbers_of<Number>(a)), pivots(static_cast<std::size_t>(a.rows)) {
        use_one_blas_thread();
        const auto size = static_cast<lapack_int>(a.rows);
        const double norm_of_a = norm(a);
        if (size == 0 || !std::isfinite(norm_of_a))
            return;
        if (lapack::factor(size, values.data(), pivots.data()) == 0)
            lapack::condition(size, values.data(), norm_of_a, &condition);
    }
};

template <class Number>
Result<Matrix> solve_with(const Matrix& a, const Matrix& right_side) {
    const Factors<Number> factors(a);
    if (factors.condition < static_cast<double>(a.rows) * std::numeric_limits<double>::epsilon())
        return failure(ErrorKind::mathematics,
                       fmt::format("the matrix is singular (reciprocal condition {:.2g})", factors.condition));
    std::vector<Number> solution = numbers_of<Number>(right_side);
    lapack::substitute(static_cast<lapack_int>(a.rows), static_cast<lapack_int>(right_side.columns),
                       factors.values.data(), factors.pivots.data(), solution.data());
    Matrix result(right_side.rows, right_side.columns);
    result.values.assign(solution.begin(), solution.end());
    return result;
}

template <class Number>
Complex determinant_with(const Matrix& a) {
    std::vector<Number> values = numbers_of<Number>(a);
    std::vector<lapack_int> pivots(static_cast<std::size_t>(a.rows));
    use_one_blas_thread();
    if (lapack::factor(static_cast<lapack_int>(a.rows), values.data(), pivots.data()) < 0)
        return std::numeric_limits<double>::quiet_NaN(); // LAPACKE refuses matrices that hold a NaN
    Number result = 1;
    for (std::int64_t place = 0; place < a.rows; ++place) {
        result *= values[static_cast<std::size_t>(place * a.rows + place)];
        if (pivots[static_cast<std::size_t>(place)] != place + 1)
            result = -result;
    }
    return result;
}

} // namespace

double reciprocal_condition(const Matrix& a) {
    return a.real() ? Factors<double>(a).condition : Factors<Complex>(a).condition;
}

Result<Matrix> solve(const Matrix& a, const Matrix& right_side) {
    return a.real() && right_side.real() ? solve_with<double>(a, right_side) : solve_with<Complex>(a, right_side);
}

Result<Matrix> inverse(const Matrix& a) {
    return solve(a, identity(a.rows));
}

Complex determinant(const Matrix& a) {
    return a.real() ? determinant_with<double>(a) : determinant_with<Complex>(a);
}

} // namespace nphys::runtime
