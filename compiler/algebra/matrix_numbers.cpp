#include "compiler/algebra/matrix_numbers.h"

#include <algorithm>
#include <cmath>

#include "compiler/algebra/complex_parts.h"
#include "compiler/algebra/evaluate.h"
#include "compiler/algebra/like_terms.h"
#include "compiler/algebra/transform.h"

namespace nphys::algebra {

namespace {

// Beside entries of size 1, differences of some units in the last place are round-off.
double without_round_off(double value, double scale) {
    const double nearest = std::nearbyint(value);
    return std::abs(value - nearest) <= 1e-14 * scale ? nearest : value;
}

std::vector<Expr> terms_of(const Pool& pool, Expr expression) {
    const auto* sum = pool.get<Add>(expression);
    return sum == nullptr ? std::vector<Expr>{expression} : sum->terms;
}

std::pair<Expr, Expr> rest_and_coefficient(Pool& pool, Expr term) {
    const auto split = split_coefficient(pool, term);
    return {split.rest, pool.constant(split.coefficient)};
}

// Of the term that is a number times `rest`.
Expr coefficient_of(Pool& pool, Expr expression, Expr rest) {
    for (const Expr term : terms_of(pool, expression)) {
        const auto [own, coefficient] = rest_and_coefficient(pool, term);
        if (own == rest && !pool.is_zero(term))
            return coefficient;
    }
    return pool.integer(0);
}

std::optional<MultipleOfNumbers> as_real_multiple(Pool& pool, const SymbolicMatrix& matrix) {
    const auto first = std::ranges::find_if(matrix.entries, [&](Expr entry) { return !pool.is_zero(entry); });
    if (first == matrix.entries.end())
        return MultipleOfNumbers{pool.integer(1), matrix};
    const std::vector<Expr> terms = terms_of(pool, *first);
    // Of a single term its number stays with the matrix; of a sum, the first entry as it is becomes the factor.
    const auto [rest, coefficient] = rest_and_coefficient(pool, terms.front());
    const Expr unit = terms.size() == 1 ? pool.integer(1) : coefficient;
    const Expr factor = terms.size() == 1 ? rest : *first;
    MultipleOfNumbers result{collect(pool, factor), matrix};
    for (Expr& entry : result.numbers.entries) {
        const Expr number = pool.divide(coefficient_of(pool, entry, rest), unit);
        if (!pool.is_zero(expand(pool, pool.subtract(entry, pool.multiply({number, factor})))))
            return std::nullopt;
        entry = number;
    }
    return result;
}

// Both parts of the entries, one after the other; nothing where an entry is real.
std::vector<Expr> parts_of_entries(Pool& pool, const SymbolicMatrix& matrix) {
    std::vector<Expr> real, imaginary;
    for (const Expr entry : matrix.entries) {
        const auto parts = complex_parts(pool, entry);
        if (!parts)
            return {};
        real.push_back(expand(pool, parts->real));
        imaginary.push_back(expand(pool, parts->imaginary));
    }
    real.insert(real.end(), imaginary.begin(), imaginary.end());
    return real;
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

std::optional<MultipleOfNumbers> as_multiple(Pool& pool, const SymbolicMatrix& matrix) {
    const bool is_complex =
        std::ranges::any_of(matrix.entries, [&](Expr entry) { return pool.facts(entry).is_complex; });
    if (!is_complex)
        return as_real_multiple(pool, matrix);
    const SymbolicMatrix both{matrix.size, parts_of_entries(pool, matrix)};
    auto multiple = both.entries.empty() ? std::nullopt : as_real_multiple(pool, both);
    if (!multiple)
        return std::nullopt;
    std::vector<Expr> entries;
    for (std::size_t number = 0; number < matrix.entries.size(); ++number)
        entries.push_back(pool.add({multiple->numbers.entries[number],
                                    pool.multiply({pool.imaginary_unit(),
                                                   multiple->numbers.entries[matrix.entries.size() + number]})}));
    multiple->numbers.entries = std::move(entries);
    return multiple;
}

} // namespace nphys::algebra
