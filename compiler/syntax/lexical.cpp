#include "compiler/syntax/lexical.h"

#include "NphysLexer.h"

#include "compiler/base/unicode.h"

#include <algorithm>
#include <array>

namespace nphys::syntax {

namespace {

using Lexer = grammar::NphysLexer;

struct Foreign {
    std::string_view sign;
    std::string_view help;
};

// Signs of other languages, longest first: made of stray characters or of tokens that stand side by side.
constexpr std::array foreign_signs = {
    Foreign{"===", "equality is tested with `==`"},
    Foreign{"&&", "write `and`"},
    Foreign{"||", "write `or`"},
    Foreign{"**", "write a power as `x^n`"},
    Foreign{"//", "a comment begins with `#`"},
    Foreign{"/*", "a comment begins with `#`"},
    Foreign{":=", "write `=`"},
    Foreign{"->", "write `←` or `<-`, towards the left-hand side"},
    Foreign{"=>", "write `>=` to compare"},
    Foreign{"=<", "write `<=` to compare"},
    Foreign{"<>", "write `!=`"},
    Foreign{"+=", "write the whole right-hand side: a map is `φ ← φ + …`"},
    Foreign{"-=", "write the whole right-hand side: a map is `φ ← φ - …`"},
    Foreign{"*=", "write the whole right-hand side: a map is `φ ← φ * …`"},
    Foreign{"&", "write `and`"},
    Foreign{"|", "write `or`, or `abs(x)` for a size"},
    Foreign{"!", "write `not`"},
    Foreign{"?", "write a choice as `a if condition else b`"},
    Foreign{"%", "write a remainder as `x - n*floor(x/n)`"},
    Foreign{"–", "write `-`"},
    Foreign{"—", "write `-`"},
    Foreign{"‐", "write `-`"},
    Foreign{"→", "write `←`, towards the left-hand side"},
    Foreign{"⇐", "write `←`"},
    Foreign{"≔", "write `=`"},
    Foreign{"′", "write a prime as `'`"},
    Foreign{"’", "write a prime as `'`"},
    Foreign{"“", "write quotes as `\"`"},
    Foreign{"”", "write quotes as `\"`"},
    Foreign{"„", "write quotes as `\"`"},
    Foreign{"½", "write `1/2`"},
    Foreign{"∇", "write `gradient(f[i])`, from the module lattice"},
};

bool is_lowered(char32_t letter) {
    return (letter >= 0x2090 && letter <= 0x209C) || (letter >= 0x1D62 && letter <= 0x1D6A) || letter == 0x2C7C;
}

bool is_modifier(char32_t letter) {
    return is_lowered(letter) || (letter >= 0x02B0 && letter <= 0x02FF) || (letter >= 0x1D2C && letter <= 0x1DBF) ||
           letter == 0x2071 || letter == 0x207F || letter == 0x2C7D;
}

// Signs that cannot be seen are told by their number.
std::string visible(std::string_view sign) {
    const char32_t point = first_code_point(sign).value;
    if (point < 0x20 || display_width(point) == 0)
        return fmt::format("U+{:04X}", static_cast<std::uint32_t>(point));
    return std::string(sign);
}

// `"abc\"` looks closed and is not.
bool is_closed(std::string_view string) {
    for (std::size_t i = 1; i < string.size(); ++i) {
        if (string[i] == '"')
            return true;
        if (string[i] == '\\')
            ++i;
    }
    return false;
}

class TokenCheck {
public:
    TokenCheck(std::span<const Token> tokens, const Source& source, Diagnostics& diagnostics)
        : tokens_(tokens), source_(source), diagnostics_(diagnostics) {}

    std::vector<std::uint32_t> run() {
        for (std::size_t i = 0; i < tokens_.size();)
            i += check(i);
        check_brackets();
        std::sort(told_.begin(), told_.end());
        return std::move(told_);
    }

private:
    [[nodiscard]] std::string_view text(std::size_t i) const { return source_.text(tokens_[i].span); }
    [[nodiscard]] bool adjacent(std::size_t i) const { // token i and the one after it
        return i + 1 < tokens_.size() && tokens_[i].span.end == tokens_[i + 1].span.begin &&
               !tokens_[i + 1].span.empty();
    }

    template <class... Args>
    Diagnostic& tell(CodeFor<std::type_identity_t<Args>...> code, Span span, Args&&... args) {
        told_.push_back(span.begin);
        return diagnostics_.report<Args...>(code, span, std::forward<Args>(args)...);
    }

    // Returns how many tokens have been dealt with.
    std::size_t check(std::size_t i) {
        if (const std::size_t length = check_foreign(i); length > 0)
            return length;
        if (tokens_[i].stray)
            return check_stray(i);
        if (tokens_[i].type == Lexer::STRING && !is_closed(text(i)))
            tell(Code::unterminated_string, tokens_[i].span).help("write a quote where the string ends");
        if (tokens_[i].type == Lexer::NUMBER || tokens_[i].type == Lexer::DOT)
            return check_number(i);
        return 1;
    }

    std::size_t check_foreign(std::size_t i) {
        for (const Foreign& foreign : foreign_signs) {
            std::size_t last = i;
            while (tokens_[last].span.end - tokens_[i].span.begin < foreign.sign.size() && adjacent(last))
                ++last;
            const Span span = join(tokens_[i].span, tokens_[last].span);
            const bool is_operator = source_.text(span) == foreign.sign && tokens_[i].type != Lexer::STRING;
            if (!is_operator)
                continue;
            tell(Code::foreign_operator, span, foreign.sign).help("{}", foreign.help);
            return last - i + 1;
        }
        return 0;
    }

    std::size_t check_stray(std::size_t i) {
        const Span span = tokens_[i].span;
        const char32_t point = first_code_point(text(i)).value;
        if (!is_modifier(point)) {
            tell(Code::unknown_character, span, visible(text(i)));
            return 1;
        }
        const bool after_name = i > 0 && adjacent(i - 1) && is_name(tokens_[i - 1].type);
        const std::string_view name = after_name ? text(i - 1) : std::string_view("φ");
        const std::string letter = normalize_name(text(i));
        Diagnostic& diagnostic = tell(Code::modifier_letter, span, text(i));
        if (is_lowered(point))
            diagnostic.help("write `{}[{}]` for an index, `{}_{}` for a name", name, letter, name, letter);
        else
            diagnostic.help("write `{}^{}` for a power", name, letter);
        return 1;
    }

    // Numbers that run into what follows them: 1. .5 2x 1e 1_000
    std::size_t check_number(std::size_t i) {
        const bool leading_point = tokens_[i].type == Lexer::DOT;
        if (leading_point) {
            const bool is_member = i > 0 && adjacent(i - 1) && ends_operand(tokens_[i - 1].type);
            if (is_member || !adjacent(i) || tokens_[i + 1].type != Lexer::NUMBER)
                return 1;
            bad_number(i, i + 1).help("write `0{}{}`", text(i), text(i + 1));
            return 2;
        }
        if (i + 1 < tokens_.size() && tokens_[i + 1].type == Lexer::DOT) {
            const bool goes_on =
                adjacent(i + 1) && (is_name(tokens_[i + 2].type) || tokens_[i + 2].type == Lexer::NUMBER);
            Diagnostic& diagnostic = bad_number(i, goes_on ? i + 2 : i + 1);
            if (text(i).find('.') == std::string_view::npos)
                diagnostic.help("write `{}.0`", text(i));
            return goes_on ? 3 : 2;
        }
        if (!adjacent(i) || !is_name(tokens_[i + 1].type))
            return 1;
        const std::string_view name = text(i + 1);
        Diagnostic& diagnostic = bad_number(i, i + 1);
        if (name == "e" || name == "E")
            diagnostic.help("an exponent has digits: `{}e-3`", text(i));
        else if (name.front() == '_')
            diagnostic.help("group digits with primes: `{}'{}`", text(i), name.substr(1));
        else if (i > 0 && begins_statement(tokens_[i - 1].type) && tokens_[i - 1].type != Lexer::EXPECT)
            diagnostic.help("a name begins with a letter");
        else
            diagnostic.help("write a product as `{}*{}`", text(i), name);
        return 2;
    }

    Diagnostic& bad_number(std::size_t first, std::size_t last) {
        const Span span = join(tokens_[first].span, tokens_[last].span);
        return tell(Code::bad_number, span, source_.text(span));
    }

    void check_brackets() {
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            const Token& token = tokens_[i];
            if (token.stray)
                continue;
            if (token.first_on_line && begins_statement(token.type))
                leave_statement(token);
            if (opens(token.type))
                open_.push_back(i);
            else if (closes(token.type))
                close(i);
        }
        while (!open_.empty())
            tell_open();
    }

    // A statement begins: only the braces of a run may still be open, and only if a run may hold this statement.
    void leave_statement(const Token& next) {
        while (!open_.empty() && !(tokens_[open_.back()].type == Lexer::LEFT_BRACE && begins_item(next.type)))
            tell_open();
    }

    void close(std::size_t i) {
        const auto matches = [&](std::size_t open) { return closing_of(tokens_[open].type) == tokens_[i].type; };
        if (std::none_of(open_.rbegin(), open_.rend(), matches)) {
            tell(Code::closes_nothing, tokens_[i].span, text(i));
            return;
        }
        while (!matches(open_.back()))
            tell_open().label(tokens_[i].span, "closed as if by this");
        open_.pop_back();
    }

    Diagnostic& tell_open() {
        const std::size_t i = open_.back();
        open_.pop_back();
        const std::string closing = describe(closing_of(tokens_[i].type));
        return tell(Code::never_closed, tokens_[i].span, text(i)).help("write {} where it ends", closing);
    }

    std::span<const Token> tokens_;
    const Source& source_;
    Diagnostics& diagnostics_;
    std::vector<std::size_t> open_;
    std::vector<std::uint32_t> told_;
};

} // namespace

std::vector<std::uint32_t> check_tokens(std::span<const Token> tokens, const Source& source, Diagnostics& diagnostics) {
    return TokenCheck(tokens, source, diagnostics).run();
}

} // namespace nphys::syntax
