#pragma once
// States at rest of maps of one field on a lattice, found without running: the stationary state of a density, the ground
// state of a wave.
//
// In: the table and coefficients of A (lattice_matrix.h), room for factors, in `values` the measure w of each site. Out: in
// `values` x with A x = 0 and Σ w x = 1; or the eigenvector of the largest eigenvalue of A, with Σ w x² = 1.
//
// Example: of diffusion on a rod both are the same everywhere.

#include <cstdint>
#include <vector>

#include "runtime/sparse/rightmost.h"

namespace nphys::runtime::sparse {

// What lies in memory, in the order of the unknowns; and back.
inline std::vector<double> in_order_of(const std::vector<std::int64_t>& numbers, const double* values) {
    std::vector<double> sorted(numbers.size());
    for (std::size_t n = 0; n < numbers.size(); ++n)
        sorted[static_cast<std::size_t>(numbers[n])] = values[n];
    return sorted;
}
inline void put_back(const std::vector<std::int64_t>& numbers, const std::vector<double>& sorted, double scale, double* values) {
    for (std::size_t n = 0; n < numbers.size(); ++n)
        values[n] = scale * sorted[static_cast<std::size_t>(numbers[n])];
}

// Every positive weight is right to round-off relative to itself, however improbable, where A is a flow of probability.
inline void stationary(const double* table, const double* coefficients, double* kept, double* values) {
    const LatticeMatrix matrix(table, coefficients);
    const std::vector<std::int64_t> numbers = matrix.numbers();
    const std::vector<double> weights = in_order_of(numbers, values);
    Band band(matrix, kept + 1);
    band.factor_conserving(matrix, weights);
    kept[0] = 0;
    std::vector<double> x(weights.size());
    band.rest(x.data());
    put_back(numbers, x, 1 / std::inner_product(x.begin(), x.end(), weights.begin(), 0.0), values);
}

inline void ground(const double* table, const double* coefficients, double* kept, double* values) {
    const LatticeMatrix matrix(table, coefficients);
    const std::vector<std::int64_t> numbers = matrix.numbers();
    const std::vector<double> weights = in_order_of(numbers, values), x = Rightmost(matrix, kept + 1).first_vector();
    kept[0] = 0;
    double norm = 0;
    for (std::size_t n = 0; n < x.size(); ++n)
        norm += weights[n] * x[n] * x[n];
    put_back(numbers, x, 1 / std::sqrt(norm), values);
}

} // namespace nphys::runtime::sparse
