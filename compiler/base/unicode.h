// What the compiler needs to know about Unicode: code points, widths on a terminal, equality of names.
//
//   normalize_name("ϕ₀") == "φ0"          names are compared in the form NFKC
//   display_width("q̄ = 漢") == 6          a mark has no width, an ideograph two
//   latin_name("γ") == "gamma"            how a name is written on a keyboard without Greek letters
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nphys {

struct CodePoint {
    char32_t value = 0; // U+FFFD for a byte that is not UTF-8
    std::uint32_t size = 0;
    bool valid = true;
};

// The first code point of a text that is not empty.
[[nodiscard]] CodePoint first_code_point(std::string_view utf8);
[[nodiscard]] std::size_t count_code_points(std::string_view utf8);
[[nodiscard]] std::u32string code_points(std::string_view utf8);
[[nodiscard]] std::string utf8(char32_t code_point);

// The offset of the first byte that is not UTF-8.
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8(std::string_view text);

// Columns that a text takes on a terminal: 0 for marks and invisible signs, 2 for wide ones.
[[nodiscard]] std::size_t display_width(char32_t code_point);
[[nodiscard]] std::size_t display_width(std::string_view utf8);
// The text with spaces up to that width: a column of a table.
[[nodiscard]] std::string padded(std::string_view utf8, std::size_t width);

// The form in which names are compared; text that is not UTF-8 is returned as it is.
[[nodiscard]] std::string normalize_name(std::string_view name);

// Greek letters spelled out, accents dropped, `q̄` as `q`, primes kept; what has no such spelling is kept.
[[nodiscard]] std::string latin_name(std::string_view name);
// The Greek letter of a name in Latin letters: `gamma` is γ. `pi` is not in the list: it is the circle constant.
[[nodiscard]] std::optional<std::string> greek_letter(std::string_view latin);

} // namespace nphys
