#include "compiler/backend/cpp/literals.h"

#include <cmath>
#include <fmt/format.h>

namespace nphys::backend::cpp {

std::string_view cpp_type(loops::Type type) {
    switch (type) {
    case loops::Type::f64:
        return "double";
    case loops::Type::f32:
        return "float";
    case loops::Type::i64:
        return "std::int64_t";
    case loops::Type::truth:
        return "bool";
    }
    return "";
}

std::string literal(double value, loops::Type type) {
    const bool is_single = type == loops::Type::f32;
    if (type == loops::Type::truth)
        return value != 0 ? "true" : "false";
    const double number = is_single ? static_cast<double>(static_cast<float>(value)) : value;
    if (std::isnan(number))
        return fmt::format("std::numeric_limits<{}>::quiet_NaN()", cpp_type(type));
    if (std::isinf(number)) {
        return fmt::format("{}std::numeric_limits<{}>::infinity()", number < 0 ? "-" : "", cpp_type(type));
    }
    std::string text = is_single ? fmt::format("{}", static_cast<float>(value)) : fmt::format("{}", value);
    if (text.find_first_of(".e") == std::string::npos)
        text += ".0";
    return is_single ? text + "f" : text;
}

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            result += '\\';
        if (c == '\n')
            result += "\\n";
        else
            result += c;
    }
    return result + "\"";
}

} // namespace nphys::backend::cpp
