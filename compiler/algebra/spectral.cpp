#include "compiler/algebra/spectral.h"

#include <algorithm>
#include <cmath>

#include "compiler/algebra/matrix_numbers.h"

namespace nphys::algebra {

namespace {

using Complex = std::complex<double>;

// Beside the largest entry: eigenvalues nearer than that are one; what should vanish and is smaller does.
constexpr double same = 1e-6, vanishing = 1e-10;

double largest_entry(const DenseMatrix& matrix) {
    double largest = 0;
    for (const Complex value : matrix.values)
        largest = std::max(largest, std::abs(value));
    return largest;
}

double settled(double value, double scale) {
    const double halves = std::nearbyint(2 * value) / 2;
    return std::abs(value - halves) <= 1e-9 * scale ? halves : value;
}

// The distinct ones of a list, each the mean of those that are near.
std::vector<Complex> distinct(const std::vector<Complex>& values, double scale) {
    std::vector<Complex> found;
    std::vector<double> counts;
    for (const Complex value : values) {
        const auto near = std::ranges::find_if(found, [&](Complex known) { return std::abs(known - value) <= same * scale; });
        const auto place = static_cast<std::size_t>(near - found.begin());
        if (near == found.end()) {
            found.push_back(value);
            counts.push_back(1);
            continue;
        }
        counts[place] += 1;
        found[place] += (value - found[place]) / counts[place];
    }
    for (Complex& value : found)
        value = {settled(value.real(), scale), settled(value.imag(), scale)};
    return found;
}

DenseMatrix identity(std::size_t size) {
    DenseMatrix result{size, size, std::vector<Complex>(size * size)};
    for (std::size_t place = 0; place < size; ++place)
        result.at(place, place) = 1;
    return result;
}

// (N - λ)/divisor.
DenseMatrix moved(const DenseMatrix& matrix, Complex value, Complex divisor) {
    DenseMatrix result = matrix;
    for (std::size_t place = 0; place < matrix.rows; ++place)
        result.at(place, place) -= value;
    for (Complex& entry : result.values)
        entry /= divisor;
    return result;
}

bool vanishes(const DenseMatrix& matrix, const std::vector<Complex>& values, double scale) {
    DenseMatrix product_of_all = identity(matrix.rows);
    for (const Complex value : values)
        product_of_all = product(product_of_all, moved(matrix, value, scale));
    return largest_entry(product_of_all) <= vanishing;
}

DenseMatrix projector(const DenseMatrix& matrix, const std::vector<Complex>& values, std::size_t chosen) {
    DenseMatrix result = identity(matrix.rows);
    for (std::size_t other = 0; other < values.size(); ++other)
        if (other != chosen)
            result = product(result, moved(matrix, values[other], values[chosen] - values[other]));
    return result;
}

// Entries of projectors are often small fractions.
Expr constant_of(Pool& pool, Complex value) {
    constexpr std::int64_t parts = 48;
    const auto part = [&](double number) {
        const double counted = number * static_cast<double>(parts), nearest = std::nearbyint(counted);
        return std::abs(counted - nearest) <= 1e-12 ? pool.rational(static_cast<std::int64_t>(nearest), parts)
                                                    : pool.real(number);
    };
    return pool.add({part(value.real()), pool.multiply({part(value.imag()), pool.imaginary_unit()})});
}

} // namespace

MatrixResult<Spectrum> spectrum_of(const DenseMatrix& matrix) {
    const auto all = eigenvalues(matrix);
    if (!all)
        return tl::unexpected(all.error());
    const double scale = std::max(largest_entry(matrix), 1e-300);
    Spectrum spectrum{distinct(*all, scale), {}};
    if (!vanishes(matrix, spectrum.values, scale))
        return tl::unexpected(MatrixTrouble::not_diagonalizable);
    for (std::size_t number = 0; number < spectrum.values.size(); ++number)
        spectrum.projectors.push_back(projector(matrix, spectrum.values, number));
    return spectrum;
}

MatrixResult<SymbolicMatrix> sum_over_spectrum(Pool& pool, const DenseMatrix& matrix, bool is_real,
                                               const std::function<std::optional<Expr>(Complex)>& function) {
    const auto spectrum = spectrum_of(matrix);
    if (!spectrum)
        return tl::unexpected(spectrum.error());
    is_real = is_real && matrix.is_real();
    SymbolicMatrix result = identity_matrix(pool, matrix.rows, pool.integer(0));
    for (std::size_t number = 0; number < spectrum->values.size(); ++number) {
        const Complex value = spectrum->values[number];
        if (is_real && value.imag() < 0)
            continue;
        const auto image = function(value);
        if (!image)
            return tl::unexpected(MatrixTrouble::no_principal_value);
        for (std::size_t place = 0; place < result.entries.size(); ++place) {
            const Expr entry = constant_of(pool, spectrum->projectors[number].values[place]);
            Expr term = pool.multiply({entry, *image});
            if (is_real && value.imag() > 0)
                term = pool.multiply({pool.integer(2), pool.apply(Op::re, {term})});
            result.entries[place] = pool.add({result.entries[place], term});
        }
    }
    return result;
}

} // namespace nphys::algebra
