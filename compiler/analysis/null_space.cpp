#include "compiler/analysis/null_space.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdlib>
#include <fmt/format.h>

#include "runtime/linalg/single_thread.h"

#define lapack_complex_double std::complex<double>
#define lapack_complex_float std::complex<float>
#include <lapacke.h>

namespace nphys::analysis {

namespace {

using Rows = std::vector<std::vector<double>>;

constexpr double negligible = 1e-9;
constexpr double smallest_pivot = 1e-6; // dividing by less would make much of the round-off in the vectors

// Right singular vectors whose singular values vanish beside the largest.
Rows null_vectors(const RealMatrix& matrix) {
    const auto m = static_cast<lapack_int>(matrix.rows), n = static_cast<lapack_int>(matrix.columns);
    // AᵀA would square what is small; the triangle of A = QR has the same null space.
    std::vector<double> entries = matrix.values, tau(matrix.columns);
    runtime::use_one_blas_thread();
    if (m < n || LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, m, n, entries.data(), n, tau.data()) != 0)
        return {};
    std::vector<double> triangle(matrix.columns * matrix.columns), values(matrix.columns),
        right(matrix.columns * matrix.columns), unused(1);
    for (std::size_t row = 0; row < matrix.columns; ++row)
        for (std::size_t column = row; column < matrix.columns; ++column)
            triangle[row * matrix.columns + column] = entries[row * matrix.columns + column];
    // Most searches find nothing, which the triangle tells at once.
    constexpr double far_from_singular = 1e-7;
    double condition = 0;
    if (LAPACKE_dtrcon(LAPACK_ROW_MAJOR, '1', 'U', 'N', n, triangle.data(), n, &condition) == 0 && condition > far_from_singular)
        return {};
    std::vector<double> left(matrix.columns * matrix.columns);
    if (LAPACKE_dgesdd(LAPACK_ROW_MAJOR, 'A', n, n, triangle.data(), n, values.data(), left.data(), n, right.data(),
                       n) != 0)
        return {};
    Rows result;
    for (std::size_t row = 0; row < matrix.columns; ++row)
        if (values[row] <= 1e-11 * std::max(values.front(), 1e-300))
            result.emplace_back(right.begin() + static_cast<std::ptrdiff_t>(row * matrix.columns),
                                right.begin() + static_cast<std::ptrdiff_t>((row + 1) * matrix.columns));
    return result;
}

// Gauss-Jordan with the largest pivot of each column in turn.
void eliminate(Rows& rows) {
    std::size_t done = 0;
    for (std::size_t column = 0; !rows.empty() && column < rows.front().size() && done < rows.size(); ++column) {
        const auto best = std::max_element(
            rows.begin() + static_cast<std::ptrdiff_t>(done), rows.end(),
            [&](const auto& a, const auto& b) { return std::abs(a[column]) < std::abs(b[column]); });
        if (std::abs((*best)[column]) < smallest_pivot)
            continue;
        std::swap(*best, rows[done]);
        const double pivot = rows[done][column];
        for (double& entry : rows[done])
            entry /= pivot;
        for (std::size_t other = 0; other < rows.size(); ++other) {
            const double factor = rows[other][column];
            if (other == done || factor == 0)
                continue;
            for (std::size_t at = 0; at < rows[other].size(); ++at)
                rows[other][at] -= factor * rows[done][at];
        }
        ++done;
    }
}

// Without the noise of the last digits.
double tidy(double value) {
    if (std::abs(value) < negligible)
        return 0;
    constexpr double denominator = 5040; // of fractions that are recognised
    const double many = std::round(value * denominator);
    if (std::abs(value * denominator - many) < 1e-11 * denominator)
        return many / denominator;
    const double decimal = std::strtod(fmt::format("{:.7e}", value).c_str(), nullptr);
    if (std::abs(value - decimal) < 1e-11)
        return decimal;
    return std::strtod(fmt::format("{:.12e}", value).c_str(), nullptr);
}

} // namespace

std::vector<std::vector<double>> reduced_null_space(const RealMatrix& matrix) {
    Rows rows = null_vectors(matrix);
    eliminate(rows);
    for (std::vector<double>& row : rows)
        for (double& entry : row)
            entry = tidy(entry);
    return rows;
}

} // namespace nphys::analysis
