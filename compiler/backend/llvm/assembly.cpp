#include "compiler/backend/llvm/assembly.h"

namespace nphys::backend {

namespace {

bool is_label_of(std::string_view label, std::string_view symbol) {
    if (label.starts_with('"') && label.ends_with('"'))
        label = label.substr(1, label.size() - 2);
    return label == symbol || (label.starts_with(symbol) && label.substr(symbol.size()).starts_with('.'));
}

// `name:` of a function; `.LBB0_1:` is a place inside one.
std::string_view function_label(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || line.empty() || line[0] == '\t' || line[0] == ' ' || line[0] == '.')
        return {};
    return line.substr(0, colon);
}

bool is_directive(std::string_view line) {
    return line.starts_with("\t.");
}

} // namespace

std::string assembly_of(std::string_view text, std::string_view symbol) {
    std::string result;
    bool wanted = false;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1);
        const std::string_view line = text.substr(0, end + 1);
        text.remove_prefix(end + 1);
        if (const std::string_view label = function_label(line); !label.empty())
            wanted = is_label_of(label, symbol);
        else if (line.starts_with(".Lfunc_end"))
            wanted = false;
        if (wanted && !is_directive(line))
            result += line;
    }
    return result;
}

} // namespace nphys::backend
