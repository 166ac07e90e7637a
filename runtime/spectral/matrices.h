#pragma once
// Powers and exponentials of small complex matrices, row by row, one for each mode of a lattice.
//
// In: a matrix and a whole exponent, or a matrix. Out: its power by repeated squaring; its exponential by a Taylor
// series of the matrix made small, then squared again. The error grows like the exponent (or the norm) times the
// rounding of one number, and where eigenvectors are almost parallel faster than that of steps, whose roundings are at
// random: so all is in extended precision.
//
// Example: power({{1, dt}, {-dt, 1 - dt²}}, n) is n steps of symplectic Euler.

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace nphys::runtime::spectral {

using Wide = long double;
using WideComplex = std::complex<Wide>;

class Matrices {
public:
    explicit Matrices(std::size_t size) : size_(size), spare_(size * size), factor_(size * size) {}

    // `matrix` becomes its n-th power, n >= 0.
    void raise(std::vector<WideComplex>& matrix, std::int64_t n) {
        factor_ = matrix;
        set_identity(matrix);
        for (; n > 0; n /= 2) {
            if (n % 2 == 1)
                multiply(matrix, factor_);
            if (n > 1)
                multiply(factor_, factor_);
        }
    }

    void exponentiate(std::vector<WideComplex>& matrix) {
        int halvings = 0;
        for (Wide norm = norm_of(matrix); norm > largest_norm; norm /= 2)
            ++halvings;
        factor_ = matrix;
        for (WideComplex& entry : factor_)
            entry = std::ldexp(Wide(1), -halvings) * entry;
        // Horner: 1 + A (1 + A/2 (1 + A/3 (…))). What is added last is largest.
        set_identity(matrix);
        for (int term = terms; term > 0; --term) {
            multiply(matrix, factor_);
            for (WideComplex& entry : matrix)
                entry /= static_cast<Wide>(term);
            for (std::size_t i = 0; i < size_; ++i)
                matrix[i * size_ + i] += Wide(1);
        }
        for (; halvings > 0; --halvings)
            multiply(matrix, matrix);
    }

private:
    static constexpr Wide largest_norm = 0.5;
    static constexpr int terms = 18; // 0.5^19/19! is beyond the precision

    void set_identity(std::vector<WideComplex>& matrix) const {
        std::fill(matrix.begin(), matrix.end(), WideComplex(0));
        for (std::size_t i = 0; i < size_; ++i)
            matrix[i * size_ + i] = 1;
    }
    Wide norm_of(const std::vector<WideComplex>& matrix) const {
        Wide largest = 0;
        for (std::size_t row = 0; row < size_; ++row) {
            Wide sum = 0;
            for (std::size_t column = 0; column < size_; ++column)
                sum += std::abs(matrix[row * size_ + column]);
            largest = std::max(largest, sum);
        }
        return std::isfinite(largest) ? largest : 0;
    }
    // left ← left right; products of complex numbers are written out, since those of the library look for infinities.
    void multiply(std::vector<WideComplex>& left, const std::vector<WideComplex>& right) {
        for (std::size_t row = 0; row < size_; ++row)
            for (std::size_t column = 0; column < size_; ++column) {
                Wide real = 0, imaginary = 0;
                for (std::size_t k = 0; k < size_; ++k) {
                    const WideComplex a = left[row * size_ + k], b = right[k * size_ + column];
                    real += a.real() * b.real() - a.imag() * b.imag();
                    imaginary += a.real() * b.imag() + a.imag() * b.real();
                }
                spare_[row * size_ + column] = {real, imaginary};
            }
        std::swap(left, spare_);
    }

    std::size_t size_;
    std::vector<WideComplex> spare_, factor_;
};

} // namespace nphys::runtime::spectral
