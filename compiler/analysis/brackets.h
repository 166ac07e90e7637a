#pragma once
// Whether a step keeps the brackets of neurons and trainables.
//
// Goes in: the matrix G of a linear law at a wave vector, which components are neurons. Comes out: brackets P that the flow
// keeps, G P + P G† = 0: {φ, π} = B, where d/dt φ = B π + …, or else {φ, π} = 1; nothing where it keeps neither. A step M
// keeps them if M P M† = P; then it is symplectic.
//
// Example: of Klein-Gordon P = {{0, 1}, {-1, 0}}, of a Dirac field B = X(e^(ik) - 1)/h.

#include <optional>

#include "compiler/analysis/spectrum.h"

namespace nphys::analysis {

[[nodiscard]] std::optional<SquareMatrix> brackets(const SquareMatrix& generator, const std::vector<bool>& is_neuron);
[[nodiscard]] bool keeps(const SquareMatrix& step, const SquareMatrix& brackets);

} // namespace nphys::analysis
