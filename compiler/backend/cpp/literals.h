// Numbers and types as C++ writes them.
// Examples: 0.1 → `0.1`, 2 as f32 → `2.0f`, infinity → `std::numeric_limits<double>::infinity()`
#pragma once

#include <string>
#include <string_view>

#include "compiler/loops/loops.h"

namespace nphys::backend::cpp {

[[nodiscard]] std::string literal(double value, loops::Type type = loops::Type::f64);
[[nodiscard]] std::string_view cpp_type(loops::Type type);
[[nodiscard]] std::string quoted(std::string_view text); // a string literal

} // namespace nphys::backend::cpp
