#include "compiler/algebra/matrix_numbers.h"

#include <algorithm>
#include <cmath>

#include "compiler/algebra/evaluate.h"
#include "compiler/algebra/like_terms.h"

namespace nphys::algebra {

namespace {

// Beside entries of size 1, differences of some units in the last place are round-off.
double without_round_off(double value, double scale) {
    const double nearest = std::nearbyint(value);
    return std::abs(value - nearest) <= 1e-14 * scale ? nearest : value;
}

} // namespace

std::optional<DenseMatrix> numbers_of(const Pool& pool, const SymbolicMatrix& matrix) {
    DenseMatrix result{matrix.size, matrix.size, {}};
    for (const Expr entry : matrix.entries) {
        const bool is_free = pool.facts(entry).symbols == IdSets::empty;
        const auto value = is_free ? constant_value(pool, entry, [](SymbolId) { return 0.0; }) : std::nullopt;
        if (!value)
            return std::nullopt;
        result.values.push_back(*value);
    }
    return result;
}

Expr complex_constant(Pool& pool, std::complex<double> value) {
    return pool.add({pool.real(value.real()), pool.multiply({pool.real(value.imag()), pool.imaginary_unit()})});
}

SymbolicMatrix from_numbers(Pool& pool, const DenseMatrix& matrix) {
    double scale = 0;
    for (const std::complex<double> value : matrix.values)
        scale = std::max(scale, std::abs(value));
    SymbolicMatrix result{matrix.rows, {}};
    for (const std::complex<double> value : matrix.values)
        result.entries.push_back(
            complex_constant(pool, {without_round_off(value.real(), scale), without_round_off(value.imag(), scale)}));
    return result;
}

std::optional<Expr> common_factor(Pool& pool, const SymbolicMatrix& matrix) {
    std::optional<Expr> shared;
    for (const Expr entry : matrix.entries) {
        if (pool.is_zero(entry))
            continue;
        const Expr rest = split_coefficient(pool, entry).rest;
        if (shared && *shared != rest)
            return std::nullopt;
        shared = rest;
    }
    return shared ? *shared : pool.integer(1);
}

SymbolicMatrix coefficients(Pool& pool, const SymbolicMatrix& matrix) {
    SymbolicMatrix result = matrix;
    for (Expr& entry : result.entries)
        entry = pool.constant(split_coefficient(pool, entry).coefficient);
    return result;
}

} // namespace nphys::algebra
