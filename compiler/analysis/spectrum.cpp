#include "compiler/analysis/spectrum.h"

#include <algorithm>
#include <cmath>
#include <limits>

#define lapack_complex_double std::complex<double>
#define lapack_complex_float std::complex<float>
#include <lapacke.h>

namespace nphys::analysis {

std::vector<Complex> eigenvalues(const SquareMatrix& matrix) {
    if (matrix.size == 1)
        return {matrix(0, 0)};
    if (matrix.size == 2) {
        // The closed form finds the double eigenvalue of a massless mode exactly, where an iteration would split it.
        const Complex mean = 0.5 * (matrix(0, 0) + matrix(1, 1)), half = 0.5 * (matrix(0, 0) - matrix(1, 1));
        const Complex root = std::sqrt(half * half + matrix(0, 1) * matrix(1, 0));
        return {mean + root, mean - root};
    }
    std::vector<Complex> entries = matrix.entries, values(matrix.size);
    const auto size = static_cast<lapack_int>(matrix.size);
    for (const Complex& entry : entries)
        if (!std::isfinite(entry.real()) || !std::isfinite(entry.imag()))
            return {std::numeric_limits<double>::infinity()};
    const lapack_int status =
        LAPACKE_zgeev(LAPACK_ROW_MAJOR, 'N', 'N', size, entries.data(), size, values.data(), nullptr, 1, nullptr, 1);
    if (status != 0)
        return {std::numeric_limits<double>::infinity()};
    return values;
}

double spectral_radius(const SquareMatrix& matrix) {
    double radius = 0;
    for (const Complex& value : eigenvalues(matrix))
        radius =
            std::max(radius, std::isnan(std::abs(value)) ? std::numeric_limits<double>::infinity() : std::abs(value));
    return radius;
}

} // namespace nphys::analysis
