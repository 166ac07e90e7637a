#include "compiler/backend/cpp/identifiers.h"

#include <algorithm>
#include <array>

#include "compiler/base/unicode.h"

namespace nphys::backend::cpp {

namespace {

constexpr auto reserved = std::to_array<std::string_view>(
    {"alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char",
     "char16_t", "char32_t", "char8_t", "class", "co_await", "co_return", "co_yield", "compl", "concept", "const",
     "const_cast", "consteval", "constexpr", "constinit", "continue", "decltype", "default", "delete", "do", "double",
     "dynamic_cast", "else", "enum", "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "if",
     "inline", "int", "long", "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr", "operator", "or",
     "or_eq", "private", "protected", "public", "register", "reinterpret_cast", "requires", "return", "short", "signed",
     "sizeof", "static", "static_assert", "static_cast", "struct", "switch", "template", "this", "thread_local",
     "throw", "true", "try", "typedef", "typeid", "typename", "union", "unsigned", "using", "virtual", "void",
     "volatile", "wchar_t", "while", "xor", "xor_eq",
     // names that the emitted files use themselves, and the circle constant
     "std", "numeric", "main", "pi", "linux", "unix"});

constexpr std::string_view combining_macron = "\u0304", combining_overline = "\u0305", combining_tilde = "\u0303",
                           combining_hat = "\u0302", combining_dot = "\u0307";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

} // namespace

std::string cpp_identifier(std::string_view name) {
    std::string text(name);
    text = replaced(text, combining_macron, "_bar");
    text = replaced(text, combining_overline, "_bar");
    text = replaced(text, combining_tilde, "_tilde");
    text = replaced(text, combining_hat, "_hat");
    text = replaced(text, combining_dot, "_dot");
    text = replaced(latin_name(text), "'", "_prime");
    text = replaced(text, "′", "_prime");
    std::string result;
    for (const char c : text) {
        if (is_word(c))
            result += c;
        else if (result.empty() || result.back() != '_')
            result += '_';
    }
    // Two underscores in a row, and one before a capital at the front, belong to the compiler.
    const auto is_repeated = [](char a, char b) { return a == '_' && b == '_'; };
    result.erase(std::unique(result.begin(), result.end(), is_repeated), result.end());
    if (result.empty() || (result.front() >= '0' && result.front() <= '9') || result.front() == '_')
        result = "x" + result;
    if (std::find(reserved.begin(), reserved.end(), result) != reserved.end())
        result += "_";
    return result;
}

std::string namespace_name(std::string_view model) {
    const std::string name = cpp_identifier(model);
    // These would be hidden by, or hide, a name that the emitted files or the C library use.
    static constexpr auto hidden = std::to_array<std::string_view>(
        {"data", "numeric", "std",  "main", "index", "time",  "read",     "write", "signal", "random",
         "y0",   "y1",      "yn",   "j0",   "j1",    "jn",    "gamma",    "exp",   "log",    "sin",
         "cos",  "tan",     "sqrt", "abs",  "div",   "floor", "parallel", "dense"});
    return std::find(hidden.begin(), hidden.end(), name) == hidden.end() ? name : name + "_model";
}

} // namespace nphys::backend::cpp
