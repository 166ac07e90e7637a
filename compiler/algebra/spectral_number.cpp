// The number that a spectral node is, for the reference evaluation.
#include <algorithm>
#include <array>
#include <cmath>

#include "compiler/algebra/jacobi.h"
#include "compiler/algebra/symmetric.h"

namespace nphys::algebra {

namespace {

// f'(x), by a step along the imaginary axis.
double slope(const NumberFunction& function, double x) {
    constexpr double step = 1e-100;
    return function({x, step}).imag() / step;
}

// f[a, b]; where they are near, the mean of f' between them by Gauss's rule of three points.
double difference(const NumberFunction& function, double a, double b) {
    if (std::abs(a - b) > 1e-2 * std::max(std::abs(a), std::abs(b)))
        return (function(a).real() - function(b).real()) / (a - b);
    const double middle = (a + b) / 2, offset = std::sqrt(0.6) * (a - b) / 2;
    return (8 * slope(function, middle) + 5 * slope(function, middle - offset) + 5 * slope(function, middle + offset)) / 18;
}

} // namespace

double spectral_number(const Spectral& node, std::span<const double> entries, const NumberFunction& function) {
    if (node.directions.size() > 1) {
        Spectral before = node;
        const std::size_t along = before.directions.back();
        before.directions.pop_back();
        std::vector<double> above(entries.begin(), entries.end()), below = above;
        const double width = 1e-5 * std::max(1.0, std::abs(entries[along]));
        above[along] += width, below[along] -= width;
        return (spectral_number(before, above, function) - spectral_number(before, below, function)) / (2 * width);
    }
    PlainNumbers arithmetic;
    const auto [values, vectors] = Jacobi<double, PlainNumbers>({entries.begin(), entries.end()}, arithmetic).run();
    const std::size_t size = values.size();
    if (node.part == SpectralPart::value)
        return values[node.row];
    const auto v = [&](std::size_t row, std::size_t k) { return vectors[row * size + k]; };
    if (node.part == SpectralPart::vector)
        return v(node.row, node.column);
    double sum = 0;
    std::size_t row = 0, column = 0;
    if (!node.directions.empty()) {
        while (in_triangle(row + 1, 0) <= node.directions.front())
            ++row;
        column = node.directions.front() - in_triangle(row, 0);
    }
    for (std::size_t k = 0; k < size; ++k) {
        if (node.directions.empty())
            sum += v(node.row, k) * function(values[k]).real() * v(node.column, k);
        for (std::size_t l = 0; l < size && !node.directions.empty(); ++l) {
            const double turned = v(row, k) * v(column, l) + (row == column ? 0 : v(column, k) * v(row, l));
            sum += v(node.row, k) * v(node.column, l) * difference(function, values[k], values[l]) * turned;
        }
    }
    return sum;
}

} // namespace nphys::algebra
