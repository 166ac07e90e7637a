#include "compiler/analysis/spectrum.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "compiler/analysis/small_spectrum.h"
#include "runtime/linalg/single_thread.h"

#define lapack_complex_double std::complex<double>
#define lapack_complex_float std::complex<float>
#include <lapacke.h>

namespace nphys::analysis {

namespace {
constexpr std::size_t largest_small = 24; // beyond, LAPACK's blocks pay

std::vector<Complex> eigenvalues_of_real(const SquareMatrix& matrix) {
    std::vector<double> entries(matrix.entries.size()), real(matrix.size), imaginary(matrix.size);
    std::ranges::transform(matrix.entries, entries.begin(), [](const Complex& entry) { return entry.real(); });
    const auto size = static_cast<lapack_int>(matrix.size);
    runtime::use_one_blas_thread();
    if (LAPACKE_dgeev(LAPACK_ROW_MAJOR, 'N', 'N', size, entries.data(), size, real.data(), imaginary.data(), nullptr, 1, nullptr, 1) != 0)
        return {std::numeric_limits<double>::infinity()};
    std::vector<Complex> values;
    for (std::size_t number = 0; number < matrix.size; ++number)
        values.emplace_back(real[number], imaginary[number]);
    return values;
}

// Rows that are coupled with one another, directly or through others, and with no more.
std::vector<std::vector<std::size_t>> coupled_rows(const SquareMatrix& matrix) {
    std::vector<std::vector<std::size_t>> parts;
    std::vector<bool> placed(matrix.size, false);
    for (std::size_t first = 0; first < matrix.size; ++first) {
        if (placed[first])
            continue;
        placed[first] = true;
        std::vector<std::size_t> part{first};
        for (std::size_t next = 0; next < part.size(); ++next)
            for (std::size_t other = 0; other < matrix.size; ++other)
                if (!placed[other] && (matrix(part[next], other) != 0.0 || matrix(other, part[next]) != 0.0)) {
                    placed[other] = true;
                    part.push_back(other);
                }
        std::ranges::sort(part);
        parts.push_back(std::move(part));
    }
    return parts;
}

std::vector<Complex> eigenvalues_of_coupled(const SquareMatrix& matrix) {
    if (matrix.size == 1)
        return {matrix(0, 0)};
    if (matrix.size == 2) {
        // The closed form finds the double eigenvalue of a massless mode exactly, where an iteration would split it.
        const auto [first, second] = eigenvalues_of_two(matrix(0, 0), matrix(0, 1), matrix(1, 0), matrix(1, 1));
        return {first, second};
    }
    if (matrix.size <= largest_small)
        if (auto values = small_eigenvalues(matrix))
            return std::move(*values);
    if (std::ranges::all_of(matrix.entries, [](const Complex& entry) { return entry.imag() == 0; }))
        return eigenvalues_of_real(matrix);
    std::vector<Complex> entries = matrix.entries, values(matrix.size);
    const auto size = static_cast<lapack_int>(matrix.size);
    runtime::use_one_blas_thread();
    const lapack_int status =
        LAPACKE_zgeev(LAPACK_ROW_MAJOR, 'N', 'N', size, entries.data(), size, values.data(), nullptr, 1, nullptr, 1);
    if (status != 0)
        return {std::numeric_limits<double>::infinity()};
    return values;
}

} // namespace

std::vector<Complex> eigenvalues(const SquareMatrix& matrix) {
    for (const Complex& entry : matrix.entries)
        if (!std::isfinite(entry.real()) || !std::isfinite(entry.imag()))
            return {std::numeric_limits<double>::infinity()};
    const std::vector<std::vector<std::size_t>> parts = coupled_rows(matrix);
    if (parts.size() == 1)
        return eigenvalues_of_coupled(matrix);
    std::vector<Complex> all;
    for (const std::vector<std::size_t>& part : parts) {
        SquareMatrix own(part.size());
        for (std::size_t row = 0; row < part.size(); ++row)
            for (std::size_t column = 0; column < part.size(); ++column)
                own(row, column) = matrix(part[row], part[column]);
        std::ranges::copy(eigenvalues_of_coupled(own), std::back_inserter(all));
    }
    return all;
}

namespace {

// left⁻¹ right
SquareMatrix solved(SquareMatrix left, SquareMatrix right) {
    const auto size = static_cast<lapack_int>(left.size);
    std::vector<lapack_int> pivots(left.size);
    runtime::use_one_blas_thread();
    if (LAPACKE_zgesv(LAPACK_ROW_MAJOR, size, size, left.entries.data(), size, pivots.data(), right.entries.data(), size) != 0)
        right.entries.assign(right.entries.size(), std::numeric_limits<double>::infinity());
    return right;
}

} // namespace

SquareMatrix inverse(SquareMatrix matrix) {
    SquareMatrix one(matrix.size);
    for (std::size_t row = 0; row < matrix.size; ++row)
        one(row, row) = 1;
    return solved(std::move(matrix), std::move(one));
}

SquareMatrix cayley(const SquareMatrix& generator, double a) {
    const std::size_t n = generator.size;
    SquareMatrix left(n), right(n);
    for (std::size_t row = 0; row < n; ++row)
        for (std::size_t column = 0; column < n; ++column) {
            const Complex unit = row == column ? 1.0 : 0.0;
            left(row, column) = unit - a * generator(row, column);
            right(row, column) = unit + a * generator(row, column);
        }
    return solved(std::move(left), std::move(right));
}

double spectral_radius(const SquareMatrix& matrix) {
    double square = 0;
    for (const Complex& value : eigenvalues(matrix))
        square = std::max(square, std::isnan(std::norm(value)) ? std::numeric_limits<double>::infinity() : std::norm(value));
    return std::sqrt(square);
}

} // namespace nphys::analysis
