#pragma once
// Eigenvalues of small complex matrices, row by row.
//
// Example: {{1, dt}, {-ω²dt, 1}} has the eigenvalues 1 ± iω dt.

#include <complex>
#include <vector>

namespace nphys::analysis {

using Complex = std::complex<double>;

struct SquareMatrix {
    std::size_t size = 0;
    std::vector<Complex> entries;

    explicit SquareMatrix(std::size_t n = 0) : size(n), entries(n * n) {}
    Complex& operator()(std::size_t row, std::size_t column) { return entries[row * size + column]; }
    const Complex& operator()(std::size_t row, std::size_t column) const { return entries[row * size + column]; }
};

[[nodiscard]] std::vector<Complex> eigenvalues(const SquareMatrix& matrix);
[[nodiscard]] SquareMatrix inverse(SquareMatrix matrix); // of a singular one infinite
// (1 - a L)⁻¹ (1 + a L)
[[nodiscard]] SquareMatrix cayley(const SquareMatrix& generator, double a);
[[nodiscard]] double spectral_radius(const SquareMatrix& matrix);

} // namespace nphys::analysis
