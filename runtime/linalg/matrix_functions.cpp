// Square root, exponential, logarithm and powers of matrices.
//
// Normal matrices go by their eigenvalues; others by the methods that need no eigenvectors: Björck and Hammarling's
// recurrence for the root of a triangular matrix, Padé with scaling and squaring for exp (Higham 2005), its inverse for
// log with Gauss–Legendre nodes, and A^p = exp(p log A).

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "runtime/linalg/matrix.h"

namespace nphys::runtime {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

tl::unexpected<Error> no_such(const char* what) {
    return failure(ErrorKind::mathematics, std::string("the matrix is singular and has no ") + what);
}

// A principal function of a real matrix without negative eigenvalues is real; what is left is round-off.
Matrix real_where_due(Matrix result, bool real_argument) {
    if (!real_argument)
        return result;
    double largest = 0;
    double imaginary = 0;
    for (const Complex& value : result.values) {
        largest = std::max(largest, std::abs(value));
        imaginary = std::max(imaginary, std::abs(value.imag()));
    }
    if (imaginary <= 1e-11 * largest)
        for (Complex& value : result.values)
            value = value.real();
    return result;
}

// Eigenvalues that are zero or negative but for round-off are taken as such: the branch must not depend on the last
// bit.
void settle_branches(Matrix& triangular) {
    const double tolerance = 4 * static_cast<double>(triangular.rows) * epsilon * norm(triangular);
    for (std::int64_t place = 0; place < triangular.rows; ++place) {
        Complex& value = triangular(place, place);
        if (std::abs(value) <= tolerance)
            value = 0;
        else if (value.real() < 0 && std::abs(value.imag()) <= tolerance)
            value = value.real();
    }
}

bool has_zero_on_diagonal(const Matrix& triangular) {
    for (std::int64_t place = 0; place < triangular.rows; ++place)
        if (triangular(place, place) == Complex(0))
            return true;
    return false;
}

Result<Matrix> root_of_triangular(const Matrix& t) {
    Matrix root(t.rows, t.rows);
    for (std::int64_t column = 0; column < t.rows; ++column) {
        root(column, column) = std::sqrt(t(column, column));
        for (std::int64_t row = column - 1; row >= 0; --row) {
            Complex rest = t(row, column);
            for (std::int64_t inner = row + 1; inner < column; ++inner)
                rest -= root(row, inner) * root(inner, column);
            const Complex divisor = root(row, row) + root(column, column);
            if (rest == Complex(0))
                continue;
            if (divisor == Complex(0))
                return no_such("square root");
            root(row, column) = rest / divisor;
        }
    }
    return root;
}

// log(I + X) = ∫₀¹ X (I + s X)⁻¹ ds, by eight nodes exact to round-off for ‖X‖ ≤ 1/4.
Result<Matrix> logarithm_near_identity(const Matrix& x) {
    constexpr std::array<double, 4> nodes{0.1834346424956498, 0.5255324099163290, 0.7966664774136267,
                                          0.9602898564975363};
    constexpr std::array<double, 4> weights{0.3626837833783620, 0.3137066458778873, 0.2223810344533745,
                                            0.1012285362903763};
    Matrix total(x.rows, x.rows);
    for (std::size_t place = 0; place < nodes.size(); ++place)
        for (const double sign : {-1.0, 1.0}) {
            const Result<Matrix> term = solve(sum(identity(x.rows), x, 0.5 * (1 + sign * nodes[place])), x);
            if (!term)
                return term;
            total = sum(total, *term, 0.5 * weights[place]);
        }
    return total;
}

Result<Matrix> logarithm_of_triangular(Matrix t) {
    double factor = 1;
    while (norm(sum(t, identity(t.rows), -1.0)) > 0.25) {
        Result<Matrix> root = root_of_triangular(t);
        if (!root)
            return root;
        t = std::move(*root);
        factor *= 2;
    }
    return logarithm_near_identity(sum(t, identity(t.rows), -1.0)).map([&](const Matrix& log) {
        return scaled(log, factor);
    });
}

Matrix back(const Schur& form, const Matrix& function_of_triangular) {
    return product(product(form.vectors, function_of_triangular), adjoint(form.vectors));
}

Matrix whole_power(Matrix base, std::int64_t exponent) {
    Matrix result = identity(base.rows);
    for (; exponent > 0; exponent /= 2) {
        if (exponent % 2 == 1)
            result = product(result, base);
        if (exponent > 1)
            base = product(base, base);
    }
    return result;
}

Result<Matrix> power_of_normal(const Matrix& a, Complex exponent) {
    Result<Schur> form = schur(a);
    if (!form)
        return tl::unexpected(form.error());
    settle_branches(form->triangular);
    if (exponent.real() <= 0 && has_zero_on_diagonal(form->triangular))
        return no_such("such power");
    Matrix diagonal(a.rows, a.rows);
    for (std::int64_t place = 0; place < a.rows; ++place)
        if (form->triangular(place, place) != Complex(0))
            diagonal(place, place) = std::exp(exponent * std::log(form->triangular(place, place)));
    return real_where_due(back(*form, diagonal), a.real() && exponent.imag() == 0);
}

} // namespace

Result<Matrix> square_root(const Matrix& a) {
    Result<Schur> form = schur(a);
    if (!form)
        return tl::unexpected(form.error());
    settle_branches(form->triangular);
    return root_of_triangular(form->triangular).map([&](const Matrix& root) {
        return real_where_due(back(*form, root), a.real());
    });
}

Result<Matrix> exponential(const Matrix& a) {
    constexpr std::array<double, 14> b{64764752532480000.,
                                       32382376266240000.,
                                       7771770303897600.,
                                       1187353796428800.,
                                       129060195264000.,
                                       10559470521600.,
                                       670442572800.,
                                       33522128640.,
                                       1323241920.,
                                       40840800.,
                                       960960.,
                                       16380.,
                                       182.,
                                       1.};
    const double size = norm(a);
    if (!std::isfinite(size))
        return failure(ErrorKind::mathematics, "the exponential of a matrix that is not finite");
    const int squarings = size > 5.37 ? static_cast<int>(std::ceil(std::log2(size / 5.37))) : 0;
    const Matrix x = scaled(a, std::ldexp(1.0, -squarings));
    const Matrix one = identity(a.rows);
    const Matrix x2 = product(x, x);
    const Matrix x4 = product(x2, x2);
    const Matrix x6 = product(x4, x2);
    const auto combine = [&](double c6, double c4, double c2, double c0) {
        return sum(sum(sum(scaled(x6, c6), x4, c4), x2, c2), one, c0);
    };
    const Matrix odd = product(x, sum(product(x6, combine(b[13], b[11], b[9], 0)), combine(b[7], b[5], b[3], b[1])));
    const Matrix even = sum(product(x6, combine(b[12], b[10], b[8], 0)), combine(b[6], b[4], b[2], b[0]));
    Result<Matrix> result = solve(sum(even, odd, -1.0), sum(even, odd));
    for (int time = 0; result && time < squarings; ++time)
        *result = product(*result, *result);
    return result;
}

Result<Matrix> logarithm(const Matrix& a) {
    Result<Schur> form = schur(a);
    if (!form)
        return tl::unexpected(form.error());
    settle_branches(form->triangular);
    if (has_zero_on_diagonal(form->triangular))
        return no_such("logarithm");
    if (a.normal()) {
        for (std::int64_t place = 0; place < a.rows; ++place)
            form->triangular(place, place) = std::log(form->triangular(place, place));
        return real_where_due(back(*form, form->triangular), a.real());
    }
    return logarithm_of_triangular(form->triangular).map([&](const Matrix& log) {
        return real_where_due(back(*form, log), a.real());
    });
}

Result<Matrix> power(const Matrix& a, Complex exponent) {
    const double real = exponent.real();
    if (exponent.imag() == 0 && real == std::floor(real) && std::abs(real) < 1e9) {
        const auto whole = static_cast<std::int64_t>(real);
        if (whole >= 0)
            return whole_power(a, whole);
        return inverse(a).map([&](const Matrix& inverted) { return whole_power(inverted, -whole); });
    }
    if (a.normal())
        return power_of_normal(a, exponent);
    if (exponent.imag() == 0 && 2 * real == std::floor(2 * real) && std::abs(real) < 1e9) {
        const Result<Matrix> root = square_root(a);
        return root ? power(*root, 2 * real) : root;
    }
    const Result<Matrix> log = logarithm(a);
    if (!log)
        return log;
    return exponential(scaled(*log, exponent)).map([&](const Matrix& result) {
        return real_where_due(result, a.real() && exponent.imag() == 0);
    });
}

} // namespace nphys::runtime
