#include "compiler/algebra/matrix.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "compiler/algebra/complex_parts.h"
#include "compiler/algebra/expose.h"
#include "compiler/algebra/matrix_numbers.h"
#include "compiler/algebra/spectral.h"
#include "compiler/algebra/transform.h"

namespace nphys::algebra {

namespace {

constexpr std::size_t largest_symbolic = 4;

bool is_diagonal(const Pool& pool, const SymbolicMatrix& matrix) {
    for (std::size_t row = 0; row < matrix.size; ++row) {
        for (std::size_t column = 0; column < matrix.size; ++column) {
            if (row != column && !pool.is_zero(matrix.at(row, column)))
                return false;
        }
    }
    return true;
}

template <class Function>
SymbolicMatrix of_diagonal(const SymbolicMatrix& matrix, const Function& function) {
    SymbolicMatrix result = matrix;
    for (std::size_t place = 0; place < matrix.size; ++place)
        result.at(place, place) = function(matrix.at(place, place));
    return result;
}

SymbolicMatrix without(const SymbolicMatrix& matrix, std::size_t row, std::size_t column) {
    SymbolicMatrix minor{matrix.size - 1, {}};
    for (std::size_t r = 0; r < matrix.size; ++r) {
        for (std::size_t c = 0; c < matrix.size; ++c) {
            if (r != row && c != column)
                minor.entries.push_back(matrix.at(r, c));
        }
    }
    return minor;
}

// By the first row.
Expr determinant_of(Pool& pool, const SymbolicMatrix& matrix) {
    if (matrix.size == 0)
        return pool.integer(1);
    std::vector<Expr> terms;
    for (std::size_t column = 0; column < matrix.size; ++column) {
        if (pool.is_zero(matrix.at(0, column)))
            continue;
        terms.push_back(pool.multiply({pool.integer(column % 2 == 0 ? 1 : -1), matrix.at(0, column),
                                       determinant_of(pool, without(matrix, 0, column))}));
    }
    return expand(pool, pool.add(std::move(terms)));
}

// a 1 + c N with N² = n 1: two eigenvalues a ± c √n.
struct TwoEigenvalues {
    Expr centre, scale;
    SymbolicMatrix numbers;
    double square = 0;
};

struct Centred {
    Expr centre;
    MultipleOfNumbers multiple;
};

// A matrix as a 1 + c N with N of numbers and trace 0.
std::optional<Centred> centred(Pool& pool, const SymbolicMatrix& matrix) {
    const Expr centre =
        expand(pool, pool.multiply({pool.rational(1, static_cast<std::int64_t>(matrix.size)), trace(pool, matrix)}));
    SymbolicMatrix rest = sum(pool, matrix, identity_matrix(pool, matrix.size, pool.negate(centre)));
    for (Expr& entry : rest.entries)
        entry = expand(pool, entry);
    auto multiple = as_multiple(pool, rest);
    return multiple ? std::optional(Centred{centre, std::move(*multiple)}) : std::nullopt;
}

std::optional<TwoEigenvalues> with_two_eigenvalues(Pool& pool, const SymbolicMatrix& matrix) {
    const auto form = centred(pool, matrix);
    if (!form)
        return std::nullopt;
    SymbolicMatrix square = product(pool, form->multiple.numbers, form->multiple.numbers);
    for (Expr& entry : square.entries)
        entry = expand(pool, entry);
    const Expr value = square.at(0, 0);
    if (!pool.number(value) || square.entries != identity_matrix(pool, matrix.size, value).entries)
        return std::nullopt;
    return TwoEigenvalues{form->centre, form->multiple.factor, form->multiple.numbers, *pool.number(value)};
}

// |n|, exactly where it is a whole number: formulas read better so.
Expr square_length(Pool& pool, const TwoEigenvalues& form) {
    const double length = std::abs(form.square);
    return length < 1e6 && length == std::floor(length) ? pool.integer(static_cast<std::int64_t>(length))
                                                        : pool.real(length);
}

// f(a 1 + c N) from its even part, in 1, and its odd part, in N/ν, where ν² = |n|.
SymbolicMatrix from_parts(Pool& pool, const TwoEigenvalues& form, Expr even, Expr odd) {
    const Expr length = pool.power(square_length(pool, form), pool.rational(-1, 2));
    return sum(pool, identity_matrix(pool, form.numbers.size, even),
               scaled(pool, form.numbers, form.square == 0 ? odd : pool.multiply({length, odd})));
}

// c ν, the distance of the eigenvalues from their centre: along the real axis, or along the imaginary one if n < 0.
Expr distance(Pool& pool, const TwoEigenvalues& form) {
    return pool.multiply({form.scale, form.square == 0
                                          ? pool.integer(1)
                                          : pool.power(square_length(pool, form), pool.rational(1, 2))});
}

SymbolicMatrix exponential(Pool& pool, const TwoEigenvalues& form) {
    const Expr size = pool.apply(Op::exp, {form.centre}), angle = distance(pool, form);
    const bool turns = form.square < 0;
    const Expr even = form.square == 0 ? pool.integer(1) : pool.apply(turns ? Op::cos : Op::cosh, {angle});
    const Expr odd = form.square == 0 ? form.scale : pool.apply(turns ? Op::sin : Op::sinh, {angle});
    return from_parts(pool, form, pool.multiply({size, even}), pool.multiply({size, odd}));
}

// From f(a + d) and f(a - d), where eigenvalues are real.
SymbolicMatrix of_real_eigenvalues(Pool& pool, const TwoEigenvalues& form, const std::function<Expr(Expr)>& function) {
    const Expr away = distance(pool, form);
    const Expr above = function(pool.add({form.centre, away})), below = function(pool.subtract(form.centre, away));
    const Expr half = pool.rational(1, 2);
    return from_parts(pool, form, pool.multiply({half, pool.add({above, below})}),
                      pool.multiply({half, pool.subtract(above, below)}));
}

// (c N)^θ with N² = -ν²: (cν)^θ (cos(πθ/2) + sin(πθ/2) N/ν); with N² = ν²: halves with eigenvalues cν and -cν.
std::optional<SymbolicMatrix> centred_power(Pool& pool, const TwoEigenvalues& form, Expr exponent) {
    if (!pool.is_zero(form.centre) || form.square == 0)
        return std::nullopt;
    const auto scale = pool.number(form.scale);
    if (!scale || *scale <= 0)
        return std::nullopt;
    const Expr size = pool.power(distance(pool, form), exponent);
    if (form.square < 0) {
        const Expr angle = pool.multiply({pool.rational(1, 2), pool.pi(), exponent});
        return from_parts(pool, form, pool.multiply({size, pool.apply(Op::cos, {angle})}),
                          pool.multiply({size, pool.apply(Op::sin, {angle})}));
    }
    const Expr angle = pool.multiply({pool.pi(), exponent}), half = pool.rational(1, 2);
    const Expr turned =
        pool.add({pool.apply(Op::cos, {angle}), pool.multiply({pool.imaginary_unit(), pool.apply(Op::sin, {angle})})});
    return from_parts(pool, form, pool.multiply({half, size, pool.add({pool.integer(1), turned})}),
                      pool.multiply({half, size, pool.subtract(pool.integer(1), turned)}));
}

// Functions with a value at every real number.
bool is_defined_everywhere(Op op) {
    switch (op) {
    case Op::sin:
    case Op::cos:
    case Op::atan:
    case Op::sinh:
    case Op::cosh:
    case Op::tanh:
    case Op::sigmoid:
    case Op::erf:
        return true;
    default:
        return false;
    }
}

// f(a 1 + c N) as a sum over the eigenvalues of N.
MatrixResult<SymbolicMatrix> by_eigenvalues(Pool& pool, const SymbolicMatrix& matrix,
                                            const std::function<std::optional<Expr>(Expr)>& function) {
    auto form = centred(pool, matrix);
    if (const auto plain = as_multiple(pool, matrix))
        form = Centred{pool.integer(0), *plain};
    const auto numbers = form ? numbers_of(pool, form->multiple.numbers) : std::nullopt;
    if (!numbers)
        return tl::unexpected(MatrixTrouble::no_closed_form);
    const bool is_real = !pool.facts(form->centre).is_complex && !pool.facts(form->multiple.factor).is_complex;
    return sum_over_spectrum(pool, *numbers, is_real, [&](std::complex<double> value) {
        return function(
            pool.add({form->centre, pool.multiply({form->multiple.factor, complex_constant(pool, value)})}));
    });
}

// λ^θ; none of 0, whose powers depend on θ.
std::optional<Expr> power_of_eigenvalue(Pool& pool, Expr value, Expr exponent) {
    return pool.is_zero(value) ? std::nullopt : std::optional(principal_power(pool, value, exponent));
}

SymbolicMatrix whole_power(Pool& pool, SymbolicMatrix base, std::int64_t exponent) {
    SymbolicMatrix result = identity_matrix(pool, base.size, pool.integer(1));
    for (; exponent > 0; exponent /= 2) {
        if (exponent % 2 == 1)
            result = product(pool, result, base);
        if (exponent > 1)
            base = product(pool, base, base);
    }
    return result;
}

} // namespace

SymbolicMatrix identity_matrix(Pool& pool, std::size_t size, Expr factor) {
    SymbolicMatrix result{size, std::vector<Expr>(size * size, pool.integer(0))};
    for (std::size_t place = 0; place < size; ++place)
        result.at(place, place) = factor;
    return result;
}

SymbolicMatrix sum(Pool& pool, const SymbolicMatrix& left, const SymbolicMatrix& right) {
    SymbolicMatrix result = left;
    for (std::size_t number = 0; number < result.entries.size(); ++number)
        result.entries[number] = pool.add({left.entries[number], right.entries[number]});
    return result;
}

SymbolicMatrix scaled(Pool& pool, const SymbolicMatrix& matrix, Expr factor) {
    SymbolicMatrix result = matrix;
    for (Expr& entry : result.entries)
        entry = pool.multiply({factor, entry});
    return result;
}

SymbolicMatrix product(Pool& pool, const SymbolicMatrix& left, const SymbolicMatrix& right) {
    SymbolicMatrix result{left.size, {}};
    for (std::size_t row = 0; row < left.size; ++row) {
        for (std::size_t column = 0; column < left.size; ++column) {
            std::vector<Expr> terms;
            for (std::size_t inner = 0; inner < left.size; ++inner)
                terms.push_back(pool.multiply({left.at(row, inner), right.at(inner, column)}));
            result.entries.push_back(pool.add(std::move(terms)));
        }
    }
    return result;
}

Expr trace(Pool& pool, const SymbolicMatrix& matrix) {
    std::vector<Expr> terms;
    for (std::size_t place = 0; place < matrix.size; ++place)
        terms.push_back(matrix.at(place, place));
    return pool.add(std::move(terms));
}

MatrixResult<Expr> determinant(Pool& pool, const SymbolicMatrix& matrix) {
    if (is_diagonal(pool, matrix)) {
        std::vector<Expr> factors;
        for (std::size_t place = 0; place < matrix.size; ++place)
            factors.push_back(matrix.at(place, place));
        return pool.multiply(std::move(factors));
    }
    if (matrix.size <= largest_symbolic)
        return determinant_of(pool, matrix);
    const auto numbers = numbers_of(pool, matrix);
    if (!numbers)
        return tl::unexpected(MatrixTrouble::no_closed_form);
    return complex_constant(pool, determinant(*numbers));
}

MatrixResult<SymbolicMatrix> inverse(Pool& pool, const SymbolicMatrix& matrix) {
    if (matrix.size > largest_symbolic && !is_diagonal(pool, matrix)) {
        const auto numbers = numbers_of(pool, matrix);
        if (!numbers)
            return tl::unexpected(MatrixTrouble::no_closed_form);
        return inverse(*numbers).map([&](const DenseMatrix& found) { return from_numbers(pool, found); });
    }
    const Expr whole = *determinant(pool, matrix);
    if (pool.is_zero(whole))
        return tl::unexpected(MatrixTrouble::singular);
    if (is_diagonal(pool, matrix))
        return of_diagonal(matrix, [&](Expr entry) { return pool.power(entry, pool.integer(-1)); });
    // The adjugate over the determinant.
    SymbolicMatrix result{matrix.size, {}};
    for (std::size_t row = 0; row < matrix.size; ++row) {
        for (std::size_t column = 0; column < matrix.size; ++column) {
            const Expr cofactor = determinant_of(pool, without(matrix, column, row));
            result.entries.push_back(pool.divide((row + column) % 2 == 0 ? cofactor : pool.negate(cofactor), whole));
        }
    }
    return result;
}

MatrixResult<SymbolicMatrix> matrix_power(Pool& pool, const SymbolicMatrix& matrix, Expr exponent) {
    const auto number = pool.exact_number(exponent);
    const auto whole = number ? as_integer(*number) : std::nullopt;
    if (whole && *whole >= 0)
        return whole_power(pool, matrix, *whole);
    if (whole)
        return inverse(pool, matrix).map([&](const SymbolicMatrix& found) {
            return whole_power(pool, found, -*whole);
        });
    if (is_diagonal(pool, matrix))
        return of_diagonal(matrix, [&](Expr entry) {
            return principal_power(pool, entry, exponent);
        });
    if (const auto form = with_two_eigenvalues(pool, matrix)) {
        if (const auto power = centred_power(pool, *form, exponent))
            return *power;
    }
    const auto numbers = numbers_of(pool, matrix);
    if (numbers && !number)
        return by_eigenvalues(pool, matrix, [&](Expr value) { return power_of_eigenvalue(pool, value, exponent); });
    if (!numbers || !number)
        return tl::unexpected(MatrixTrouble::no_closed_form);
    return matrix_power(*numbers, value_of(*number)).map([&](const DenseMatrix& found) {
        return from_numbers(pool, found);
    });
}

MatrixResult<SymbolicMatrix> matrix_function(Pool& pool, Op op, const SymbolicMatrix& matrix) {
    if (op == Op::sqrt)
        return matrix_power(pool, matrix, pool.rational(1, 2));
    if (is_diagonal(pool, matrix))
        return of_diagonal(matrix, [&](Expr entry) { return pool.apply(op, {entry}); });
    const auto form = with_two_eigenvalues(pool, matrix);
    if (form && op == Op::exp)
        return exponential(pool, *form);
    if (form && form->square > 0 && is_defined_everywhere(op))
        return of_real_eigenvalues(pool, *form, [&](Expr value) { return pool.apply(op, {value}); });
    const auto numbers = numbers_of(pool, matrix);
    if (!numbers && takes_complex(op) && op != Op::abs && op != Op::arg)
        return by_eigenvalues(pool, matrix, [&](Expr value) { return std::optional(pool.apply(op, {value})); });
    if (!numbers)
        return tl::unexpected(MatrixTrouble::no_closed_form);
    return matrix_function(op, *numbers).map([&](const DenseMatrix& found) { return from_numbers(pool, found); });
}

MatrixResult<std::vector<Expr>> eigenvalues(Pool& pool, const SymbolicMatrix& matrix) {
    std::vector<Expr> values;
    if (const auto numbers = numbers_of(pool, matrix)) {
        const auto found = eigenvalues(*numbers);
        if (!found)
            return tl::unexpected(found.error());
        for (const std::complex<double> value : *found)
            values.push_back(complex_constant(pool, value));
        return values;
    }
    if (!is_diagonal(pool, matrix))
        return tl::unexpected(MatrixTrouble::no_closed_form);
    for (std::size_t place = 0; place < matrix.size; ++place)
        values.push_back(matrix.at(place, place));
    return values;
}

std::optional<Expr> local_part(Pool& pool, Expr entry, IndexId row, IndexId column) {
    const Expr same = pool.delta(pool.index(row).space, Place{row}, Place{column});
    std::vector<Expr> parts;
    for (const Expr term : exposed_terms(pool, row, entry)) {
        std::vector<Expr> factors = product_factors(pool, term);
        const auto delta = std::ranges::find(factors, same);
        if (delta == factors.end() && !pool.is_zero(term))
            return std::nullopt;
        if (delta == factors.end())
            continue;
        factors.erase(delta);
        // Under δ[row, column] the column is the row.
        parts.push_back(substitute(pool, pool.multiply(std::move(factors)), {{column, Place{row}}}));
    }
    return pool.add(std::move(parts));
}

} // namespace nphys::algebra
