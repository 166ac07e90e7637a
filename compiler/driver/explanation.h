#pragma once
// What explain says, for programs.
//
// Goes in: a compilation that reached loops. Comes out: one object: model, title, sections of formulas as text and LaTeX, the form of
// each contraction, the kernels with elements, flops and bytes of one execution, seconds of each stage.

#include <nlohmann/json.hpp>

#include "compiler/driver/pipeline.h"

namespace nphys::driver {

[[nodiscard]] nlohmann::ordered_json explanation_json(const Compilation& compilation);
[[nodiscard]] nlohmann::ordered_json regimes_json(const Compilation& compilation);

} // namespace nphys::driver
