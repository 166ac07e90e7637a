#pragma once
// LAPACKE with std::complex, one name for the real and the complex routine. Included by linalg/*.cpp only.

#include <complex>
#define LAPACK_COMPLEX_CUSTOM
#define lapack_complex_float std::complex<float>
#define lapack_complex_double std::complex<double>
#include <lapacke.h>

namespace nphys::runtime::lapack {

using Complex = std::complex<double>;

inline lapack_int factor(lapack_int n, double* a, lapack_int* pivots) {
    return LAPACKE_dgetrf(LAPACK_ROW_MAJOR, n, n, a, n, pivots);
}
inline lapack_int factor(lapack_int n, Complex* a, lapack_int* pivots) {
    return LAPACKE_zgetrf(LAPACK_ROW_MAJOR, n, n, a, n, pivots);
}
inline lapack_int condition(lapack_int n, const double* a, double norm, double* result) {
    return LAPACKE_dgecon(LAPACK_ROW_MAJOR, '1', n, a, n, norm, result);
}
inline lapack_int condition(lapack_int n, const Complex* a, double norm, double* result) {
    return LAPACKE_zgecon(LAPACK_ROW_MAJOR, '1', n, a, n, norm, result);
}
inline lapack_int substitute(lapack_int n, lapack_int sides, const double* a, const lapack_int* pivots, double* b) {
    return LAPACKE_dgetrs(LAPACK_ROW_MAJOR, 'N', n, sides, a, n, pivots, b, sides);
}
inline lapack_int substitute(lapack_int n, lapack_int sides, const Complex* a, const lapack_int* pivots, Complex* b) {
    return LAPACKE_zgetrs(LAPACK_ROW_MAJOR, 'N', n, sides, a, n, pivots, b, sides);
}

} // namespace nphys::runtime::lapack
