#pragma once
// Linear systems A x = b with a map of fields on a lattice (lattice_matrix.h), by factors L U that are made once.
//
// In: the table and coefficients of A, memory for the factors, b in `values`. Out: x in `values`. Holds: rows are not
// exchanged, which is stable where A is 1 - a G with G the generator of a flow of probability (its columns add to 0, what
// is not on the diagonal is not negative) or antisymmetric; the same bits at any number of threads.
//
//   kept          1 once there are factors; then, for each row of the band, what is below the diagonal of L (which is 1
//                 there) and U. Whoever changes coefficients puts 0.
//
// Example: a step of implicit Euler is (1 - dt G) x' = x.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/sparse/lattice_matrix.h"

namespace nphys::runtime::sparse {

class Band {
public:
    Band(const LatticeMatrix& matrix, double* rows)
        : rows_(rows), size_(matrix.size()), half_(std::min(matrix.half_width(), matrix.size() - 1)),
          width_(2 * half_ + 1) {}

    // Of A, or of A - shift.
    void factor(const LatticeMatrix& matrix, double shift = 0) {
        std::fill(rows_, rows_ + size_ * width_, 0.0);
        for (std::int64_t row = 0; shift != 0 && row < size_; ++row)
            at(row, row) = -shift;
        matrix.for_each_entry([&](std::int64_t row, std::int64_t column, double value) { at(row, column) += value; });
        for (std::int64_t pivot = 0; pivot < size_; ++pivot)
            eliminate(pivot);
    }

    // Of an A with Σ w[row] A[row, column] = 0, as a flow that loses nothing has. Each pivot is then what leaves its column
    // for those that follow: a sum of numbers of one sign where one difference would lose all digits behind a high barrier.
    void factor_conserving(const LatticeMatrix& matrix, const std::vector<double>& weights) {
        std::fill(rows_, rows_ + size_ * width_, 0.0);
        matrix.for_each_entry([&](std::int64_t row, std::int64_t column, double value) { at(row, column) += value; });
        for (std::int64_t pivot = 0; pivot < size_; ++pivot) {
            double leaving = 0;
            for (std::int64_t row = pivot + 1; row <= std::min(pivot + half_, size_ - 1); ++row)
                leaving += weights[static_cast<std::size_t>(row)] * at(row, pivot);
            at(pivot, pivot) = -leaving / weights[static_cast<std::size_t>(pivot)];
            eliminate(pivot);
        }
    }

    // x with A x = 0, up to a factor, of a conserving A.
    void rest(double* x) const {
        constexpr double large = 1e150;
        x[size_ - 1] = 1;
        for (std::int64_t row = size_ - 2; row >= 0; --row) {
            const std::int64_t last = std::min(row + half_, size_ - 1);
            x[row] = -sum(&at(row, row) + 1, x + row + 1, last - row) / at(row, row);
            if (x[row] > large)
                std::for_each(x + row, x + size_, [](double& value) { value /= large; });
        }
    }

    void solve(double* x) const {
        for (std::int64_t row = 0; row < size_; ++row) {
            const std::int64_t first = std::max<std::int64_t>(row - half_, 0);
            x[row] -= sum(&at(row, first), x + first, row - first);
        }
        for (std::int64_t row = size_ - 1; row >= 0; --row) {
            const std::int64_t last = std::min(row + half_, size_ - 1);
            x[row] = (x[row] - sum(&at(row, row) + 1, x + row + 1, last - row)) / at(row, row);
        }
    }

private:
    void eliminate(std::int64_t pivot) {
        const std::int64_t last = std::min(pivot + half_, size_ - 1);
        const double* const from = &at(pivot, pivot);
        for (std::int64_t row = pivot + 1; row <= last; ++row) {
            double* const into = &at(row, pivot);
            if (*into == 0)
                continue;
            const double factor = *into / *from;
            *into = factor;
            for (std::int64_t k = 1; k <= last - pivot; ++k)
                into[k] -= factor * from[k];
        }
    }

    // In four parts, so that additions need not wait for one another.
    static double sum(const double* a, const double* x, std::int64_t count) {
        double parts[4] = {0, 0, 0, 0};
        std::int64_t n = 0;
        for (; n + 4 <= count; n += 4)
            for (std::int64_t k = 0; k < 4; ++k)
                parts[k] += a[n + k] * x[n + k];
        for (; n < count; ++n)
            parts[0] += a[n] * x[n];
        return (parts[0] + parts[1]) + (parts[2] + parts[3]);
    }

    [[nodiscard]] double& at(std::int64_t row, std::int64_t column) const {
        return rows_[row * width_ + column - row + half_];
    }

    double* rows_;
    std::int64_t size_, half_, width_;
};

inline void solve(const double* table, const double* coefficients, double* kept, double* values) {
    const LatticeMatrix matrix(table, coefficients);
    Band band(matrix, kept + 1);
    if (kept[0] == 0)
        band.factor(matrix);
    kept[0] = 1;
    const std::vector<std::int64_t> numbers = matrix.numbers();
    std::vector<double> x(numbers.size());
    for (std::size_t n = 0; n < numbers.size(); ++n)
        x[static_cast<std::size_t>(numbers[n])] = values[n];
    band.solve(x.data());
    for (std::size_t n = 0; n < numbers.size(); ++n)
        values[n] = x[static_cast<std::size_t>(numbers[n])];
}

} // namespace nphys::runtime::sparse
