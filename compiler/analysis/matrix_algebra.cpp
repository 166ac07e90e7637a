#include "compiler/analysis/matrix_algebra.h"

#include <algorithm>
#include <cmath>

namespace nphys::analysis {

SquareMatrix dagger(const SquareMatrix& matrix) {
    SquareMatrix result(matrix.size);
    for (std::size_t row = 0; row < matrix.size; ++row)
        for (std::size_t column = 0; column < matrix.size; ++column)
            result(row, column) = std::conj(matrix(column, row));
    return result;
}

SquareMatrix product(const SquareMatrix& left, const SquareMatrix& right) {
    SquareMatrix result(left.size);
    for (std::size_t row = 0; row < left.size; ++row)
        for (std::size_t middle = 0; middle < left.size; ++middle)
            for (std::size_t column = 0; column < left.size; ++column)
                result(row, column) += left(row, middle) * right(middle, column);
    return result;
}

SquareMatrix sum(SquareMatrix left, const SquareMatrix& right) {
    for (std::size_t entry = 0; entry < left.entries.size(); ++entry)
        left.entries[entry] += right.entries[entry];
    return left;
}

SquareMatrix difference(SquareMatrix left, const SquareMatrix& right) {
    for (std::size_t entry = 0; entry < left.entries.size(); ++entry)
        left.entries[entry] -= right.entries[entry];
    return left;
}

SquareMatrix scaled(SquareMatrix matrix, double factor) {
    for (Complex& entry : matrix.entries)
        entry *= factor;
    return matrix;
}

SquareMatrix identity(std::size_t size) {
    SquareMatrix result(size);
    for (std::size_t row = 0; row < size; ++row)
        result(row, row) = 1;
    return result;
}

Complex determinant(const SquareMatrix& matrix) {
    Complex product = 1;
    for (const Complex& value : eigenvalues(matrix))
        product *= value;
    return product;
}

double size_of(const SquareMatrix& matrix) {
    double largest = 0;
    for (const Complex& entry : matrix.entries)
        largest = std::max(largest, std::abs(entry));
    return largest;
}

SquareMatrix exponential(const SquareMatrix& matrix) {
    constexpr int orders = 24;
    SquareMatrix term = identity(matrix.size), result = term;
    for (int order = 1; order <= orders; ++order) {
        term = scaled(product(matrix, term), 1.0 / order);
        result = sum(std::move(result), term);
    }
    return result;
}

} // namespace nphys::analysis
