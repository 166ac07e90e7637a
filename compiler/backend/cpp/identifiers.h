// Names of the model as C++ identifiers.
// Goes in: a name as the user wrote it. Comes out: ASCII, no keyword of C++, not a name that the class has already.
// Examples: φ → phi, π → pi_, q̄ → q_bar, q' → q_prime, class → class_, Q3 → Q3
#pragma once

#include <string>
#include <string_view>

namespace nphys::backend::cpp {

[[nodiscard]] std::string cpp_identifier(std::string_view name);
// For the namespace and the files of a model: "single-neuron" → single_neuron, "data" → data_model.
[[nodiscard]] std::string namespace_name(std::string_view model);

} // namespace nphys::backend::cpp
