#include "compiler/analysis/brackets.h"

#include <algorithm>
#include <cmath>

#include "compiler/analysis/matrix_algebra.h"

namespace nphys::analysis {

namespace {

constexpr double round_off = 1e-10;

using Numbers = std::vector<std::size_t>;

SquareMatrix from_block(const SquareMatrix& block, const Numbers& neurons, const Numbers& trainables) {
    SquareMatrix result(2 * block.size);
    for (std::size_t row = 0; row < block.size; ++row)
        for (std::size_t column = 0; column < block.size; ++column) {
            result(neurons[row], trainables[column]) = block(row, column);
            result(trainables[column], neurons[row]) = -std::conj(block(row, column));
        }
    return result;
}

bool flow_keeps(const SquareMatrix& generator, const SquareMatrix& brackets) {
    const SquareMatrix change = sum(product(generator, brackets), product(brackets, dagger(generator)));
    return size_of(change) <= round_off * size_of(generator) * size_of(brackets);
}

} // namespace

std::optional<SquareMatrix> brackets(const SquareMatrix& generator, const std::vector<bool>& is_neuron) {
    Numbers neurons, trainables;
    for (std::size_t number = 0; number < is_neuron.size(); ++number)
        (is_neuron[number] ? neurons : trainables).push_back(number);
    if (neurons.size() != trainables.size())
        return std::nullopt;
    SquareMatrix block(neurons.size());
    for (std::size_t row = 0; row < block.size; ++row)
        for (std::size_t column = 0; column < block.size; ++column)
            block(row, column) = generator(neurons[row], trainables[column]);
    for (const SquareMatrix& one : {block, identity(block.size)}) {
        const bool is_singular = std::abs(determinant(one)) < 1e-8 * std::pow(size_of(one), static_cast<double>(one.size));
        SquareMatrix candidate = from_block(one, neurons, trainables);
        if (!is_singular && flow_keeps(generator, candidate))
            return candidate;
    }
    return std::nullopt;
}

bool keeps(const SquareMatrix& step, const SquareMatrix& brackets) {
    const SquareMatrix moved = product(step, product(brackets, dagger(step)));
    return size_of(difference(moved, brackets)) <= round_off * size_of(brackets);
}

} // namespace nphys::analysis
