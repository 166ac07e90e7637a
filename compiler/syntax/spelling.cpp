#include "compiler/syntax/spelling.h"

#include "NphysLexer.h"

#include "compiler/base/unicode.h"
#include "compiler/syntax/walk.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace nphys::syntax {

namespace {

using Lexer = grammar::NphysLexer;

struct Sign {
    std::size_t type;
    std::string_view unicode; // empty: as written
    std::string_view ascii;
};

constexpr std::array signs = {
    Sign{Lexer::ARROW, "←", "<-"},     Sign{Lexer::LESS_EQUAL, "≤", "<="}, Sign{Lexer::GREATER_EQUAL, "≥", ">="},
    Sign{Lexer::NOT_EQUAL, "≠", "!="}, Sign{Lexer::IN, "", "in"},          Sign{Lexer::MINUS, "", "-"},
    Sign{Lexer::TIMES, "", "*"},
};

struct BuiltIn {
    std::string_view unicode; // in normal form
    std::string_view shown;
    std::string_view ascii;
};

constexpr std::array built_in_names = {
    BuiltIn{"δ", "δ", "delta"}, BuiltIn{"∂", "∂", "partial"}, BuiltIn{"Σ", "Σ", "sum"},
    BuiltIn{"Π", "Π", "prod"},  BuiltIn{"ψ", "ψ", "psi"},     BuiltIn{"ħ", "ℏ", "hbar"},
};

// Whether a name that was `original` cannot become `name`. A built-in name may be taken by its own other spelling.
bool is_taken(const std::string& name, const std::string& original, const std::set<std::string>& used) {
    const bool built_in =
        name == "pi" || std::any_of(built_in_names.begin(), built_in_names.end(), [&](const BuiltIn& row) {
            return (row.ascii == name && row.unicode != original) || (row.unicode == name && row.ascii != original);
        });
    const std::vector<std::string>& words = statement_words();
    return built_in || used.contains(name) || std::find(words.begin(), words.end(), name) != words.end();
}

// gamma_x is γ_x and kappa0 is κ0; pi_ and pi2 are π and π2, since only pi itself is the circle constant.
std::string greek_name(const std::string& name) {
    const auto is_letter = [](unsigned char sign) { return std::isalpha(sign) != 0; };
    const auto end = std::find_if_not(name.begin(), name.end(), is_letter);
    const std::string letters(name.begin(), end);
    const std::string rest(end, name.end());
    if (letters == "pi")
        return rest == "_" ? "π" : rest.empty() || rest.front() == '_' ? name : "π" + rest;
    return greek_letter(letters).value_or(letters) + rest;
}

bool is_superscript(const Expression& expression) {
    const Binary* binary = std::get_if<Binary>(&expression.node);
    return binary != nullptr && binary->superscript;
}

// ⁻¹ is ^-1
std::string ascii_power(std::string_view superscript) {
    std::string result = "^";
    for (const char32_t sign : code_points(superscript))
        result += sign == U'⁻' ? "-" : normalize_name(utf8(sign));
    return result;
}

} // namespace

Speller::Speller(const SyntaxTree& tree, const Source& source, Spelling spelling)
    : source_(source), spelling_(spelling) {
    if (spelling == Spelling::as_written)
        return;
    rename_declared(tree);
    if (spelling == Spelling::ascii)
        close_roots_and_powers(tree);
}

void Speller::rename_declared(const SyntaxTree& tree) {
    std::set<std::string> declared;
    for_each_declared_name(tree, [&](const Name& name) { declared.insert(name.text); });
    std::set<std::string> taken = declared;
    for_each_expression(tree, [&](const Expression& expression) {
        if (const Name* name = std::get_if<Name>(&expression.node))
            taken.insert(name->text);
    });
    for (const std::string& name : declared) {
        std::string other = spelling_ == Spelling::ascii ? latin_name(name) : greek_name(name);
        if (other == name)
            continue;
        while (is_taken(other, name, taken))
            other += '_';
        taken.insert(other);
        names_[name] = other;
    }
    rename_built_in(declared);
}

void Speller::rename_built_in(const std::set<std::string>& declared) {
    for (const BuiltIn& row : built_in_names) {
        const std::string from(spelling_ == Spelling::ascii ? row.unicode : row.ascii);
        if (!declared.contains(from))
            names_[from] = spelling_ == Spelling::ascii ? row.ascii : row.shown;
    }
}

// √x is sqrt(x); x² may be followed by an index or a power, x^2 may not.
void Speller::close_roots_and_powers(const SyntaxTree& tree) {
    const auto wrap = [&](const Expression& expression) {
        if (!is_superscript(expression))
            return;
        before_[expression.span.begin] += "(";
        after_[expression.span.end] += ")";
    };
    for_each_expression(tree, [&](const Expression& expression) {
        if (const Unary* unary = std::get_if<Unary>(&expression.node);
            unary != nullptr && unary->op == UnaryOperator::root) {
            if (std::holds_alternative<Group>(unary->operand->node))
                bracketed_roots_.insert(unary->op_span.begin);
            else
                after_[unary->operand->span.end] += ")";
        } else if (const Binary* binary = std::get_if<Binary>(&expression.node)) {
            if (binary->op == BinaryOperator::power)
                wrap(*binary->left);
        } else if (const Indexed* indexed = std::get_if<Indexed>(&expression.node)) {
            wrap(*indexed->base);
        } else if (const Call* call = std::get_if<Call>(&expression.node)) {
            wrap(*call->callee);
        } else if (const Member* member = std::get_if<Member>(&expression.node)) {
            wrap(*member->base);
        }
    });
}

std::string Speller::text(const Token& token) const {
    const auto before = before_.find(token.span.begin);
    const auto after = after_.find(token.span.end);
    return (before == before_.end() ? "" : before->second) + plain(token) +
           (after == after_.end() ? "" : after->second);
}

std::string Speller::plain(const Token& token) const {
    std::string written(source_.text(token.span));
    if (spelling_ == Spelling::as_written || token.comment || token.type == Lexer::STRING)
        return written;
    for (const Sign& sign : signs)
        if (sign.type == token.type && !(spelling_ == Spelling::unicode && sign.unicode.empty()))
            return std::string(spelling_ == Spelling::unicode ? sign.unicode : sign.ascii);
    if (token.type == Lexer::ROOT && spelling_ == Spelling::ascii)
        return bracketed_roots_.contains(token.span.begin) ? "sqrt" : "sqrt(";
    if (token.type == Lexer::SUPERSCRIPT && spelling_ == Spelling::ascii)
        return ascii_power(written);
    if (!is_name(token.type))
        return written;
    std::string normal = normalize_name(written);
    if (normal == "∑" || normal == "∏")
        normal = normal == "∑" ? "Σ" : "Π";
    // H' is H after a jump: primes follow the name that they belong to.
    const std::size_t primes = normal.size() - (normal.find_last_not_of('\'') + 1);
    auto renamed = names_.find(normal);
    const bool whole = renamed != names_.end();
    if (!whole)
        renamed = names_.find(normal.substr(0, normal.size() - primes));
    if (renamed != names_.end())
        return renamed->second + (whole ? std::string() : std::string(primes, '\''));
    const bool is_ascii =
        std::all_of(normal.begin(), normal.end(), [](char sign) { return static_cast<signed char>(sign) >= 0; });
    return spelling_ == Spelling::ascii && is_ascii ? normal : written;
}

} // namespace nphys::syntax
