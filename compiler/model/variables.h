#pragma once
// neuron, trainable: the state.
//
// Example: `neuron φ[i,a], χ[i]` makes two tensors; φ has the slots of i and of a.

#include "compiler/model/elaborate.h"

namespace nphys::model {

[[nodiscard]] bool settle_variable(Context& context, Declaration& declaration);
[[nodiscard]] bool is_neuron(const Declaration& variable);

} // namespace nphys::model
