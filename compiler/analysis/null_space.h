#pragma once
// The null space of a matrix of numbers, in a basis that people can read.
//
// Goes in: a matrix with at least as many rows as columns. Comes out: a basis by elimination: the first entry that is
// not zero is 1, and no other vector has an entry there; numbers to twelve digits.
//
// Example: of {{1, -1}, {2, -2}} the basis is (1, 1).

#include <vector>

namespace nphys::analysis {

struct RealMatrix {
    std::size_t rows = 0, columns = 0;
    std::vector<double> values; // row by row

    [[nodiscard]] double& at(std::size_t row, std::size_t column) { return values[row * columns + column]; }
    [[nodiscard]] double at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
};

[[nodiscard]] std::vector<std::vector<double>> reduced_null_space(const RealMatrix& matrix);

} // namespace nphys::analysis
