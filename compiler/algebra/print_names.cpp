#include "compiler/algebra/print_names.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace nphys::algebra {

namespace {

using Spelling = std::pair<std::string_view, std::string_view>;

constexpr auto greek = std::to_array<Spelling>({
    {"α", "\\alpha"}, {"β", "\\beta"},    {"γ", "\\gamma"}, {"δ", "\\delta"}, {"ε", "\\varepsilon"}, {"ζ", "\\zeta"},
    {"η", "\\eta"},   {"θ", "\\theta"},   {"ι", "\\iota"},  {"κ", "\\kappa"}, {"λ", "\\lambda"},     {"μ", "\\mu"},
    {"ν", "\\nu"},    {"ξ", "\\xi"},      {"ο", "o"},       {"π", "\\pi"},    {"ρ", "\\rho"},        {"σ", "\\sigma"},
    {"τ", "\\tau"},   {"υ", "\\upsilon"}, {"φ", "\\phi"},   {"ϕ", "\\phi"},   {"χ", "\\chi"},        {"ψ", "\\psi"},
    {"ω", "\\omega"}, {"Γ", "\\Gamma"},   {"Δ", "\\Delta"}, {"Θ", "\\Theta"}, {"Λ", "\\Lambda"},     {"Ξ", "\\Xi"},
    {"Π", "\\Pi"},    {"Σ", "\\Sigma"},   {"Φ", "\\Phi"},   {"Ψ", "\\Psi"},   {"Ω", "\\Omega"},      {"ℏ", "\\hbar"},
    {"ħ", "\\hbar"},  {"ℓ", "\\ell"},
});

// Accents follow their letter as combining characters, or are one character with it.
constexpr auto accents = std::to_array<Spelling>({
    {"\u0304", "\\bar"},
    {"\u0302", "\\hat"},
    {"\u0303", "\\tilde"},
    {"\u0307", "\\dot"},
    {"\u0308", "\\ddot"},
    {"\u20D7", "\\vec"},
});

std::string_view first_character(std::string_view text) {
    std::size_t length = 1;
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U)
        ++length;
    return text.substr(0, length);
}

template <class Table>
std::string_view look_up(const Table& table, std::string_view character) {
    for (const auto& [spelling, macro] : table) {
        if (spelling == character)
            return macro;
    }
    return {};
}

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

// Letters of a name without digits and primes at its end.
std::string latex_stem(std::string_view stem) {
    std::string text;
    std::size_t letters = 0;
    bool is_plain = true;
    while (!stem.empty()) {
        const std::string_view character = first_character(stem);
        stem.remove_prefix(character.size());
        if (const std::string_view accent = look_up(accents, character); !accent.empty()) {
            text = std::string(accent) + "{" + text + "}";
            is_plain = false;
            continue;
        }
        const std::string_view macro = look_up(greek, character);
        is_plain = is_plain && macro.empty();
        if (!macro.empty() && letters > 0)
            text += ' ';
        text += macro.empty() ? character == "_" ? std::string("\\_") : std::string(character) : std::string(macro);
        ++letters;
    }
    return letters > 1 && is_plain ? "\\mathrm{" + text + "}" : text;
}

std::string shortest(double value) {
    if (std::isnan(value))
        return "(0/0)";
    if (std::isinf(value))
        return value > 0 ? "(1/0)" : "(-1/0)";
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), end};
}

// 1.5e-07 as 1.5\cdot 10^{-7}
std::string latex_real(const std::string& text) {
    const std::size_t mark = text.find('e');
    if (mark == std::string::npos)
        return text;
    const std::string mantissa = text.substr(0, mark);
    const std::string power = "10^{" + std::to_string(std::stoi(text.substr(mark + 1))) + "}";
    return mantissa == "1" ? power : mantissa + "\\cdot " + power;
}

} // namespace

std::string latex_name(std::string_view name) {
    std::size_t primes = 0;
    while (!name.empty() && name.back() == '\'') {
        name.remove_suffix(1);
        ++primes;
    }
    std::size_t stem = name.size();
    while (stem > 0 && is_digit(name[stem - 1]))
        --stem;
    std::string subscript(name.substr(stem));
    if (stem > 0 && !subscript.empty() && name[stem - 1] == '_')
        --stem;
    if (const std::size_t underline = name.find('_');
        underline != std::string_view::npos && underline > 0 && underline + 1 < stem) {
        subscript = latex_stem(name.substr(underline + 1));
        stem = underline;
    }
    return latex_stem(name.substr(0, stem)) + std::string(primes, '\'') +
           (subscript.empty() ? "" : "_{" + subscript + "}");
}

std::string print_number(const Number& number, Notation notation) {
    if (const auto* real = std::get_if<Real>(&number)) {
        const std::string text = shortest(real->value);
        return notation == Notation::latex ? latex_real(text) : text;
    }
    const auto& rational = std::get<Rational>(number);
    const std::string above = std::to_string(rational.numerator), below = std::to_string(rational.denominator);
    if (rational.denominator == 1)
        return above;
    if (notation == Notation::text)
        return above + "/" + below;
    const bool is_negative = rational.numerator < 0;
    return (is_negative ? "-\\frac{" + above.substr(1) : "\\frac{" + above) + "}{" + below + "}";
}

std::string PlacePrinter::index(IndexId id) const {
    const auto named = names_.find(id);
    const std::string& name = named == names_.end() ? pool_.index(id).name : named->second;
    return notation_ == Notation::latex ? latex_name(name) : name;
}

std::string PlacePrinter::place(const Place& place, std::size_t axes) const {
    const bool is_latex = notation_ == Notation::latex;
    if (place.is_literal()) {
        std::string numbers;
        for (std::size_t axis = 0; axis < axes; ++axis)
            numbers += (axis == 0 ? "" : ",") + std::to_string(place.offset[axis]);
        return axes > 1 ? "(" + numbers + ")" : numbers;
    }
    std::string text = index(place.index);
    const bool is_lattice = pool_.space_of(place.index).is_lattice();
    for (std::size_t axis = 0; axis < axes; ++axis) {
        const std::int64_t offset = place.offset[axis];
        if (offset == 0)
            continue;
        const std::string count = std::to_string(std::abs(offset));
        text += offset < 0 ? "-" : "+";
        if (!is_lattice) {
            text += count;
            continue;
        }
        if (count != "1")
            text += is_latex ? count : count + "*";
        text += is_latex ? "e_" + std::to_string(axis + 1) : "e[" + std::to_string(axis + 1) + "]";
    }
    return text;
}

// Of a complex tensor: re(ψ[i]), im(ψ[i]).
std::string PlacePrinter::element(SymbolId tensor, const std::vector<Place>& places) const {
    if (!pool_.symbol(tensor).has_parts || places.empty() || !places.back().is_literal())
        return element_of(tensor, places);
    const std::string whole = element_of(tensor, {places.begin(), places.end() - 1});
    const bool is_real = places.back().offset[0] == 1;
    if (notation_ == Notation::latex)
        return (is_real ? "\\operatorname{Re}\\left(" : "\\operatorname{Im}\\left(") + whole + "\\right)";
    return (is_real ? "re(" : "im(") + whole + ")";
}

std::string PlacePrinter::element_of(SymbolId tensor, const std::vector<Place>& places) const {
    const Symbol& symbol = pool_.symbol(tensor);
    const bool is_latex = notation_ == Notation::latex;
    std::string text = is_latex ? latex_name(symbol.name) : symbol.name;
    if (places.empty())
        return text;
    // A subscript of the name itself is taken into the braces: X0[a,b] is X_{0;a,b}.
    const bool has_subscript = is_latex && text.back() == '}' && text.find("_{") != std::string::npos;
    if (has_subscript)
        text.pop_back();
    text += has_subscript ? ";" : is_latex ? "_{" : "[";
    for (std::size_t slot = 0; slot < places.size(); ++slot) {
        if (slot > 0)
            text += !is_latex && slot == symbol.row_slots ? "; " : ",";
        text += place(places[slot], pool_.space(symbol.slots[slot].space).axes.size());
    }
    return text + (is_latex ? "}" : "]");
}

bool PlacePrinter::is_taken(const std::string& name, IndexId bound, Expr body) const {
    for (const std::uint32_t id : pool_.members(pool_.facts(body).indices)) {
        const IndexId other{id};
        const auto named = names_.find(other);
        if (other != bound && name == (named == names_.end() ? pool_.index(other).name : named->second))
            return true;
    }
    return false;
}

std::string PlacePrinter::free_name(IndexId bound, Expr body) const {
    std::string name = pool_.index(bound).name;
    if (!is_taken(name, bound, body))
        return name;
    const Index& own = pool_.index(bound);
    for (const Index& other : pool_.indices()) {
        const bool is_alike = other.space == own.space && other.first == own.first && other.last == own.last;
        if (is_alike && !is_taken(other.name, bound, body))
            return other.name;
    }
    while (is_taken(name, bound, body))
        name += '\'';
    return name;
}

void PlacePrinter::open(IndexId bound, Expr body) {
    names_[bound] = free_name(bound, body);
}
void PlacePrinter::close(IndexId bound) {
    names_.erase(bound);
}

} // namespace nphys::algebra
