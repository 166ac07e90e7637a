#pragma once
// The names that have a meaning without being declared, and those that a newcomer takes for such.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nphys::model {

[[nodiscard]] const std::vector<std::string>& builtin_names();
[[nodiscard]] bool is_builtin(std::string_view name);

// What to write for a word of other languages: log(x) for `ln`.
[[nodiscard]] std::optional<std::string_view> written_here(std::string_view foreign);

inline constexpr std::array standard_modules{"activations", "adabelief", "adam",      "adamw",    "constants",  "covariant", "dirac",  "gauge",
                                             "lattice",     "losses",    "momentum",  "natural",  "potentials", "rmsprop"};

} // namespace nphys::model
