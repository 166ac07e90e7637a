#include "compiler/base/unicode.h"

#include <array>
#include <cstdlib>
#include <utf8proc.h>

namespace nphys {

namespace {

struct Spelling {
    std::string_view greek;
    std::string_view latin;
};

constexpr std::array spellings = {
    Spelling{"α", "alpha"},   Spelling{"β", "beta"},  Spelling{"γ", "gamma"},   Spelling{"δ", "delta"},
    Spelling{"ε", "epsilon"}, Spelling{"ζ", "zeta"},  Spelling{"η", "eta"},     Spelling{"θ", "theta"},
    Spelling{"ι", "iota"},    Spelling{"κ", "kappa"}, Spelling{"λ", "lambda"},  Spelling{"μ", "mu"},
    Spelling{"ν", "nu"},      Spelling{"ξ", "xi"},    Spelling{"ο", "omicron"}, Spelling{"π", "pi"},
    Spelling{"ρ", "rho"},     Spelling{"σ", "sigma"}, Spelling{"ς", "sigma"},   Spelling{"τ", "tau"},
    Spelling{"υ", "upsilon"}, Spelling{"φ", "phi"},   Spelling{"χ", "chi"},     Spelling{"ψ", "psi"},
    Spelling{"ω", "omega"},   Spelling{"Γ", "Gamma"}, Spelling{"Δ", "Delta"},   Spelling{"Θ", "Theta"},
    Spelling{"Λ", "Lambda"},  Spelling{"Ξ", "Xi"},    Spelling{"Π", "Pi"},      Spelling{"Σ", "Sigma"},
    Spelling{"Υ", "Upsilon"}, Spelling{"Φ", "Phi"},   Spelling{"Χ", "Chi"},     Spelling{"Ψ", "Psi"},
    Spelling{"Ω", "Omega"},   Spelling{"ħ", "hbar"},  Spelling{"ℏ", "hbar"},    Spelling{"∂", "partial"},
};

std::string map_text(std::string_view text, utf8proc_option_t options) {
    utf8proc_uint8_t* mapped = nullptr;
    const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                               static_cast<utf8proc_ssize_t>(text.size()), &mapped, options);
    if (size < 0)
        return std::string(text);
    std::string result(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
    std::free(mapped);
    return result;
}

} // namespace

CodePoint first_code_point(std::string_view utf8) {
    utf8proc_int32_t value = 0;
    const utf8proc_ssize_t size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
                                                   static_cast<utf8proc_ssize_t>(utf8.size()), &value);
    if (size <= 0)
        return {U'\uFFFD', 1, false};
    return {static_cast<char32_t>(value), static_cast<std::uint32_t>(size), true};
}

std::size_t count_code_points(std::string_view utf8) {
    std::size_t count = 0;
    for (; !utf8.empty(); ++count)
        utf8.remove_prefix(first_code_point(utf8).size);
    return count;
}

std::u32string code_points(std::string_view utf8) {
    std::u32string result;
    while (!utf8.empty()) {
        const CodePoint point = first_code_point(utf8);
        result.push_back(point.value);
        utf8.remove_prefix(point.size);
    }
    return result;
}

std::string utf8(char32_t code_point) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const utf8proc_ssize_t size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code_point), bytes.data());
    return {reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size)};
}

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
    for (std::size_t offset = 0; offset < text.size();) {
        const CodePoint point = first_code_point(text.substr(offset));
        if (!point.valid)
            return offset;
        offset += point.size;
    }
    return std::nullopt;
}

std::size_t display_width(char32_t code_point) {
    const int width = utf8proc_charwidth(static_cast<utf8proc_int32_t>(code_point));
    return width < 0 ? 0 : static_cast<std::size_t>(width);
}

std::size_t display_width(std::string_view utf8) {
    std::size_t width = 0;
    while (!utf8.empty()) {
        const CodePoint point = first_code_point(utf8);
        width += display_width(point.value);
        utf8.remove_prefix(point.size);
    }
    return width;
}

std::string padded(std::string_view utf8, std::size_t width) {
    const std::size_t shown = display_width(utf8);
    return std::string(utf8) + std::string(width > shown ? width - shown : 0, ' ');
}

std::string normalize_name(std::string_view name) {
    return map_text(name, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE));
}

std::string latin_name(std::string_view name) {
    const std::string plain =
        map_text(normalize_name(name),
                 static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK));
    std::string result;
    for (std::string_view rest = plain; !rest.empty();) {
        const CodePoint point = first_code_point(rest);
        std::string_view letter = rest.substr(0, point.size);
        rest.remove_prefix(point.size);
        for (const Spelling& spelling : spellings)
            if (spelling.greek == letter)
                letter = spelling.latin;
        result += letter;
    }
    return result;
}

std::optional<std::string> greek_letter(std::string_view latin) {
    for (const Spelling& spelling : spellings)
        if (spelling.latin == latin && latin != "pi")
            return std::string(spelling.greek);
    return std::nullopt;
}

} // namespace nphys
