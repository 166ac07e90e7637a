#pragma once
// The eigenvalues of largest real part of a map of fields on a lattice: relaxation rates of densities, levels of waves.
//
// In: the table and coefficients of A (lattice_matrix.h), room for factors, how many are wanted. Out: their real parts, largest
// first. Holds: Arnoldi's method on (A - σ)⁻¹ with σ to the right of all of them, where factors need no exchange of rows;
// all vectors are orthogonalized against each other twice. A second pass shifts to just beside the first eigenvalue.
//
// Example: diffusion on a rod of n cells has 0 and -4 sin²(πk/2n).

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numeric>
#include <vector>

#include "runtime/sparse/band.h"

namespace nphys::runtime::sparse {

using Complex = std::complex<double>;

// Eigenvalues of a matrix that is 0 below its first subdiagonal, row-major: QR steps with Wilkinson's shift.
inline std::vector<Complex> hessenberg_eigenvalues(std::vector<Complex> h, std::int64_t size) {
    const auto at = [&](std::int64_t row, std::int64_t column) -> Complex& {
        return h[static_cast<std::size_t>(row * size + column)];
    };
    constexpr double round_off = std::numeric_limits<double>::epsilon();
    std::vector<Complex> values;
    std::int64_t last = size - 1;
    for (int tries = 0; last >= 0 && tries < 100 * size; ++tries) {
        std::int64_t first = last;
        while (first > 0 && std::abs(at(first, first - 1)) >
                                round_off * (std::abs(at(first, first)) + std::abs(at(first - 1, first - 1))))
            --first;
        if (first == last) {
            values.push_back(at(last, last));
            --last;
            continue;
        }
        const Complex a = at(last - 1, last - 1), b = at(last - 1, last), c = at(last, last - 1), d = at(last, last);
        const Complex middle = (a + d) / 2.0, root = std::sqrt((a - d) * (a - d) / 4.0 + b * c);
        const Complex shift = std::abs(middle + root - d) < std::abs(middle - root - d) ? middle + root : middle - root;
        std::vector<std::pair<Complex, Complex>> turns;
        for (std::int64_t k = first; k <= last; ++k)
            at(k, k) -= shift;
        for (std::int64_t k = first; k < last; ++k) {
            const double length = std::hypot(std::abs(at(k, k)), std::abs(at(k + 1, k)));
            const Complex cosine = length == 0 ? 1.0 : at(k, k) / length, sine = length == 0 ? 0.0 : at(k + 1, k) / length;
            turns.emplace_back(cosine, sine);
            for (std::int64_t column = k; column <= last; ++column) {
                const Complex upper = at(k, column), lower = at(k + 1, column);
                at(k, column) = std::conj(cosine) * upper + std::conj(sine) * lower;
                at(k + 1, column) = cosine * lower - sine * upper;
            }
        }
        for (std::int64_t k = first; k < last; ++k) {
            const auto& [cosine, sine] = turns[static_cast<std::size_t>(k - first)];
            for (std::int64_t row = first; row <= std::min(k + 1, last); ++row) {
                const Complex left = at(row, k), right = at(row, k + 1);
                at(row, k) = left * cosine + right * sine;
                at(row, k + 1) = right * std::conj(cosine) - left * std::conj(sine);
            }
        }
        for (std::int64_t k = first; k <= last; ++k)
            at(k, k) += shift;
    }
    return values;
}

class Rightmost {
public:
    Rightmost(const LatticeMatrix& matrix, double* rows) : matrix_(matrix), band_(matrix, rows), size_(matrix.size()) {}

    std::vector<double> find(std::int64_t count) {
        const double scale = bounds();
        std::vector<double> values = near(bound_ + 1e-3 * scale, count);
        if (values.empty())
            return values;
        const double spread = values.front() - values.back();
        return near(values.front() + std::max({0.1 * spread, 1e-9 * scale}), count);
    }

    // The vector of the first eigenvalue, its entries positive on the whole: by inverse iteration from beside it.
    std::vector<double> first_vector() {
        const std::vector<double> values = find(std::min<std::int64_t>(2, size_));
        const double scale = bounds();
        band_.factor(matrix_, values.front() + std::max(1e-3 * (values.front() - values.back()), 1e-13 * scale));
        std::vector<double> vector(static_cast<std::size_t>(size_), 1.0);
        normalize(vector);
        constexpr int most = 100;
        for (int n = 0; n < most; ++n) {
            std::vector<double> next = vector;
            band_.solve(next.data());
            normalize(next);
            if (dot(next, vector) < 0)
                for (double& entry : next)
                    entry = -entry;
            double change = 0;
            for (std::size_t k = 0; k < next.size(); ++k)
                change = std::max(change, std::abs(next[k] - vector[k]));
            vector = std::move(next);
            if (change < 1e-15)
                break;
        }
        return vector;
    }

private:
    // No eigenvalue lies to the right of `bound_`; returns the size of what is on the diagonal.
    double bounds() {
        const auto size = static_cast<std::size_t>(size_);
        std::vector<double> diagonal(size, 0.0), rows(size, 0.0), columns(size, 0.0);
        matrix_.for_each_entry([&](std::int64_t row, std::int64_t column, double value) {
            if (row == column)
                diagonal[static_cast<std::size_t>(row)] += value;
            else {
                rows[static_cast<std::size_t>(row)] += std::abs(value);
                columns[static_cast<std::size_t>(column)] += std::abs(value);
            }
        });
        double by_rows = -std::numeric_limits<double>::infinity(), by_columns = by_rows, scale = 0;
        for (std::size_t n = 0; n < size; ++n) {
            by_rows = std::max(by_rows, diagonal[n] + rows[n]);
            by_columns = std::max(by_columns, diagonal[n] + columns[n]);
            scale = std::max(scale, std::abs(diagonal[n]));
        }
        bound_ = std::min(by_rows, by_columns);
        return scale;
    }

    std::vector<double> near(double shift, std::int64_t count) {
        band_.factor(matrix_, shift);
        constexpr std::int64_t most_vectors = 300, between = 10;
        const std::int64_t most = std::min(size_, most_vectors);
        std::vector<std::vector<double>> basis{start()};
        std::vector<std::vector<double>> columns;
        std::vector<double> values, before;
        for (std::int64_t n = 1; n <= most; ++n) {
            const bool is_done = !extend(basis, columns);
            if (!is_done && n < most && (n < 2 * count + between || n % between != 0))
                continue;
            before = values;
            values = of_columns(columns, shift, count);
            if (is_done || agrees(values, before, count))
                break;
        }
        return values;
    }

    [[nodiscard]] std::vector<double> start() const {
        std::vector<double> vector(static_cast<std::size_t>(size_));
        for (std::size_t n = 0; n < vector.size(); ++n)
            vector[n] = 1.0 + 0.5 * std::sin(1.0 + static_cast<double>(n));
        normalize(vector);
        return vector;
    }

    static double dot(const std::vector<double>& a, const std::vector<double>& b) {
        return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
    }
    static double normalize(std::vector<double>& vector) {
        const double length = std::sqrt(dot(vector, vector));
        for (double& entry : vector)
            entry /= length;
        return length;
    }

    // One more vector; false where the space is complete.
    bool extend(std::vector<std::vector<double>>& basis, std::vector<std::vector<double>>& columns) const {
        std::vector<double> next = basis.back();
        band_.solve(next.data());
        std::vector<double> column(basis.size() + 1, 0.0);
        const double before = std::sqrt(dot(next, next));
        for (int twice = 0; twice < 2; ++twice)
            for (std::size_t k = 0; k < basis.size(); ++k) {
                const double part = dot(basis[k], next);
                column[k] += part;
                for (std::size_t n = 0; n < next.size(); ++n)
                    next[n] -= part * basis[k][n];
            }
        const double length = std::sqrt(dot(next, next));
        const bool goes_on = length > 1e-13 * before;
        column.back() = goes_on ? length : 0.0;
        columns.push_back(std::move(column));
        if (!goes_on)
            return false;
        normalize(next);
        basis.push_back(std::move(next));
        return true;
    }

    static std::vector<double> of_columns(const std::vector<std::vector<double>>& columns, double shift, std::int64_t count) {
        const std::size_t size = columns.size();
        std::vector<Complex> h(size * size, 0.0);
        for (std::size_t column = 0; column < size; ++column)
            for (std::size_t row = 0; row < std::min(columns[column].size(), size); ++row)
                h[row * size + column] = columns[column][row];
        std::vector<double> values;
        for (const Complex value : hessenberg_eigenvalues(std::move(h), static_cast<std::int64_t>(size)))
            values.push_back(shift + (1.0 / value).real());
        std::sort(values.begin(), values.end(), std::greater<>());
        values.resize(std::min(values.size(), static_cast<std::size_t>(count)));
        return values;
    }

    static bool agrees(const std::vector<double>& now, const std::vector<double>& before, std::int64_t count) {
        if (now.size() != before.size() || now.size() < static_cast<std::size_t>(count))
            return false;
        const double scale = std::max(std::abs(now.back()), std::abs(now.front()));
        for (std::size_t n = 0; n < now.size(); ++n)
            if (std::abs(now[n] - before[n]) > 1e-12 * scale)
                return false;
        return true;
    }

    const LatticeMatrix& matrix_;
    Band band_;
    std::int64_t size_;
    double bound_ = 0;
};

// sign * the rightmost eigenvalues of A, largest of A first; what there is none for is not a number.
inline void rightmost(const double* table, const double* coefficients, double* kept, std::int64_t count, double sign,
                      double* values) {
    const LatticeMatrix matrix(table, coefficients);
    const std::vector<double> found = Rightmost(matrix, kept + 1).find(std::min(count, matrix.size()));
    std::fill(values, values + count, std::numeric_limits<double>::quiet_NaN());
    for (std::size_t n = 0; n < found.size(); ++n)
        values[n] = sign * found[n] + 0.0;
}

} // namespace nphys::runtime::sparse
