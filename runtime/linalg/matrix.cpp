#include "runtime/linalg/matrix.h"

#include <algorithm>
#include <cmath>

namespace nphys::runtime {

bool Matrix::real() const {
    return std::ranges::all_of(values, [](const Complex& value) { return value.imag() == 0; });
}

bool Matrix::hermitian() const {
    if (rows != columns)
        return false;
    for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t column = 0; column <= row; ++column)
            if ((*this)(row, column) != std::conj((*this)(column, row)))
                return false;
    return true;
}

bool Matrix::normal() const {
    if (rows != columns)
        return false;
    if (hermitian())
        return true;
    const Matrix dagger = adjoint(*this);
    const Matrix commutator = sum(product(*this, dagger), product(dagger, *this), -1.0);
    const double size = norm(*this);
    return norm(commutator) <= 1e-15 * static_cast<double>(rows) * size * size;
}

Matrix identity(std::int64_t size) {
    Matrix result(size, size);
    for (std::int64_t place = 0; place < size; ++place)
        result(place, place) = 1.0;
    return result;
}

Matrix transpose(const Matrix& a) {
    Matrix result(a.columns, a.rows);
    for (std::int64_t row = 0; row < a.rows; ++row)
        for (std::int64_t column = 0; column < a.columns; ++column)
            result(column, row) = a(row, column);
    return result;
}

Matrix adjoint(const Matrix& a) {
    Matrix result = transpose(a);
    for (Complex& value : result.values)
        value = std::conj(value);
    return result;
}

Matrix sum(const Matrix& a, const Matrix& b, Complex factor_of_b) {
    Matrix result = a;
    for (std::size_t place = 0; place < result.values.size(); ++place)
        result.values[place] += factor_of_b * b.values[place];
    return result;
}

Matrix product(const Matrix& a, const Matrix& b) {
    Matrix result(a.rows, b.columns);
    for (std::int64_t row = 0; row < a.rows; ++row)
        for (std::int64_t inner = 0; inner < a.columns; ++inner) {
            const Complex factor = a(row, inner);
            if (factor == Complex(0)) // constant matrices are mostly zeros
                continue;
            for (std::int64_t column = 0; column < b.columns; ++column)
                result(row, column) += factor * b(inner, column);
        }
    return result;
}

Matrix scaled(const Matrix& a, Complex factor) {
    Matrix result = a;
    for (Complex& value : result.values)
        value *= factor;
    return result;
}

double norm(const Matrix& a) {
    double largest = 0;
    for (std::int64_t column = 0; column < a.columns; ++column) {
        double total = 0;
        for (std::int64_t row = 0; row < a.rows; ++row)
            total += std::abs(a(row, column));
        if (!(total <= largest)) // a NaN wins
            largest = total;
    }
    return largest;
}

} // namespace nphys::runtime
