#pragma once
// A Model as text, for `--dump model`: what was resolved, with the formulas as algebra prints them.
//
// Example:
//   model oscillator
//   param ω = 1.3
//   neuron φ
//   hamiltonian E(φ, π) = 1/2*π^2 + 1/2*ω^2*φ^2

#include <string>

#include "compiler/model/model.h"

namespace nphys::model {

[[nodiscard]] std::string print(const Model& model);

} // namespace nphys::model
