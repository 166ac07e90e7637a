// Names for people: each thing keeps the name it was given, unless another has it already.
// Goes in: the wanted names in order, and names that are taken. Comes out: as many names, all different.
// Example: {"x", "y", "x"} → {"x", "y", "x_2"}
#pragma once

#include <set>
#include <string>
#include <vector>

namespace nphys::loops {

[[nodiscard]] std::string unique_name(const std::string& wanted, std::set<std::string>& taken);
[[nodiscard]] std::vector<std::string> unique_names(const std::vector<std::string>& wanted,
                                                    std::set<std::string> taken = {});

} // namespace nphys::loops
