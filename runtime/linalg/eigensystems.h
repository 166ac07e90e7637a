#pragma once
// Eigenvalues and eigenvectors of symmetric matrices by LAPACK, many at once and in place.
//
// In: matrices[outer, size, size, inner], of which the lower triangles are read. Out: the eigenvectors of each in its columns, and
// values[outer, size, inner], ascending. NaN where a matrix has none, because it holds a NaN or an infinity.
//
//     eigensystems(matrices, values, 1, 16, 1)

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

extern "C" int LAPACKE_dsyevd(int layout, char job, char triangle, int size, double* matrix, int stride, double* values);

namespace nphys::runtime {

inline void eigensystems(double* matrices, double* values, std::int64_t outer, std::int64_t size, std::int64_t inner) {
    constexpr int by_rows = 101;
    const auto entries = static_cast<std::size_t>(size * size);
    std::vector<double> matrix(entries), found(static_cast<std::size_t>(size));
    for (std::int64_t n = 0; n < outer * inner; ++n) {
        double* const at = matrices + n / inner * size * size * inner + n % inner;
        for (std::size_t k = 0; k < entries; ++k)
            matrix[k] = at[static_cast<std::int64_t>(k) * inner];
        const auto order = static_cast<int>(size);
        const bool failed = LAPACKE_dsyevd(by_rows, 'V', 'L', order, matrix.data(), order, found.data()) != 0;
        const auto number = [&](double value) {
            return failed ? std::numeric_limits<double>::quiet_NaN() : value;
        };
        for (std::size_t k = 0; k < entries; ++k)
            at[static_cast<std::int64_t>(k) * inner] = number(matrix[k]);
        for (std::int64_t k = 0; k < size; ++k)
            values[(n / inner * size + k) * inner + n % inner] = number(found[static_cast<std::size_t>(k)]);
    }
}

} // namespace nphys::runtime
