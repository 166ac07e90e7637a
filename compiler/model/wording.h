#pragma once
// Words of messages.
//
// Example: counted(1, "index", "indices") is "1 index", counted(2, "index", "indices") is "2 indices".

#include <string>

namespace nphys::model {

[[nodiscard]] inline std::string counted(std::size_t number, const char* one, const char* several) {
    return std::to_string(number) + " " + (number == 1 ? one : several);
}

} // namespace nphys::model
