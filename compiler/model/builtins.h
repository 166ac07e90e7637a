#pragma once
// The names that have a meaning without being declared.

#include <string>
#include <string_view>
#include <vector>

namespace nphys::model {

[[nodiscard]] const std::vector<std::string>& builtin_names();
[[nodiscard]] bool is_builtin(std::string_view name);

} // namespace nphys::model
