#pragma once
// A file of reference numbers.

#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

namespace nphys::test {

[[nodiscard]] inline nlohmann::json reference(const std::string& name) {
    std::ifstream stream(NPHYS_REFERENCE + name + ".json");
    return nlohmann::json::parse(stream);
}

} // namespace nphys::test
