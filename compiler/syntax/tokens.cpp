#include "compiler/syntax/tokens.h"

#include "NphysLexer.h"

#include "compiler/base/unicode.h"

#include <algorithm>
#include <array>
#include <utility>

namespace nphys::syntax {

using Lexer = grammar::NphysLexer;

Places::Places(const Source& source, std::size_t skipped_bytes) : source_(source) {
    const std::string_view text = source.text();
    for (std::size_t offset = skipped_bytes; offset < text.size(); offset += first_code_point(text.substr(offset)).size)
        offsets_.push_back(static_cast<std::uint32_t>(offset));
    offsets_.push_back(static_cast<std::uint32_t>(text.size()));
}

Span Places::of(const antlr4::Token& token) const {
    const std::size_t last = offsets_.size() - 1;
    if (token.getType() == antlr4::Token::EOF)
        return source_.span(offsets_[last], offsets_[last]);
    const std::size_t begin = std::min(token.getStartIndex(), last);
    return source_.span(offsets_[begin], offsets_[std::clamp(token.getStopIndex() + 1, begin, last)]);
}

Span Places::of(const antlr4::ParserRuleContext& context) const {
    const Span first = of(*context.start);
    return context.stop == nullptr ? first : join(first, of(*context.stop));
}

std::vector<Token> convert_tokens(const std::vector<antlr4::Token*>& tokens, const Places& places) {
    std::vector<Token> result;
    std::uint32_t line = 0;
    for (const antlr4::Token* token : tokens) {
        const std::size_t channel = token->getChannel();
        if (channel == antlr4::Token::HIDDEN_CHANNEL)
            continue;
        const Span span = places.of(*token);
        const std::uint32_t token_line = places.source().line_number(span.begin);
        result.push_back({token->getType(), span, token_line != line, channel == Lexer::STRAY,
                          channel == Lexer::COMMENTS, token->getTokenIndex()});
        line = token_line;
    }
    return result;
}

std::vector<Token> read_tokens(const Source& source) {
    const std::string_view text = text_without_mark(source);
    antlr4::ANTLRInputStream input{std::string(text)};
    Lexer lexer(&input);
    lexer.removeErrorListeners();
    antlr4::CommonTokenStream stream(&lexer);
    stream.fill();
    return convert_tokens(stream.getTokens(), Places(source, source.text().size() - text.size()));
}

std::string_view text_without_mark(const Source& source) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    std::string_view text = source.text();
    if (text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());
    return text;
}

bool begins_statement(std::size_t type) {
    return type >= Lexer::MODEL && type <= Lexer::RUN;
}
bool is_reserved(std::size_t type) {
    return type >= Lexer::MODEL && type <= Lexer::NOT;
}
bool is_name(std::size_t type) {
    return type == Lexer::NAME || (type >= Lexer::D && type <= Lexer::GRID);
}

bool begins_item(std::size_t type) {
    return is_name(type) || type == Lexer::OBSERVE || type == Lexer::PARAM || type == Lexer::INIT ||
           type == Lexer::EXPECT;
}

bool ends_operand(std::size_t type) {
    return is_name(type) || type == Lexer::NUMBER || type == Lexer::IMAGINARY || type == Lexer::STRING ||
           type == Lexer::SUPERSCRIPT || type == Lexer::RIGHT_PAREN || type == Lexer::RIGHT_BRACKET;
}

bool opens(std::size_t type) {
    return type == Lexer::LEFT_PAREN || type == Lexer::LEFT_BRACKET || type == Lexer::LEFT_BRACE;
}

bool closes(std::size_t type) {
    return type == Lexer::RIGHT_PAREN || type == Lexer::RIGHT_BRACKET || type == Lexer::RIGHT_BRACE;
}

std::size_t closing_of(std::size_t opening) {
    switch (opening) {
    case Lexer::LEFT_PAREN:
        return Lexer::RIGHT_PAREN;
    case Lexer::LEFT_BRACKET:
        return Lexer::RIGHT_BRACKET;
    default:
        return Lexer::RIGHT_BRACE;
    }
}

std::string describe(std::size_t type) {
    // Tokens with two spellings have no literal in ANTLR's vocabulary.
    static constexpr std::array<std::pair<std::size_t, std::string_view>, 14> named = {{
        {Lexer::ARROW, "`←`"},
        {Lexer::IN, "`in`"},
        {Lexer::LESS_EQUAL, "`<=`"},
        {Lexer::GREATER_EQUAL, "`>=`"},
        {Lexer::NOT_EQUAL, "`!=`"},
        {Lexer::MINUS, "`-`"},
        {Lexer::TIMES, "`*`"},
        {Lexer::NUMBER, "a number"},
        {Lexer::IMAGINARY, "a number"},
        {Lexer::STRING, "a string"},
        {Lexer::NAME, "a name"},
        {Lexer::SUPERSCRIPT, "a power"},
        {Lexer::COMMENT, "a comment"},
        {Lexer::UNKNOWN, "an unknown sign"},
    }};
    for (const auto& [named_type, text] : named)
        if (named_type == type)
            return std::string(text);
    if (type == antlr4::Token::EOF)
        return "the end of the file";
    const Lexer lexer(nullptr);
    const std::string literal = lexer.getVocabulary().getLiteralName(type); // 'model', with its quotes
    return literal.size() < 2 ? "a word" : "`" + literal.substr(1, literal.size() - 2) + "`";
}

const std::vector<std::string>& statement_words() {
    static const std::vector<std::string> words = [] {
        std::vector<std::string> result;
        for (std::size_t type = Lexer::MODEL; type <= Lexer::RUN; ++type) {
            const std::string quoted = describe(type);
            result.push_back(quoted.substr(1, quoted.size() - 2));
        }
        return result;
    }();
    return words;
}

} // namespace nphys::syntax
