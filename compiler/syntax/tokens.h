// The words of a file as the parser's helpers see them: without ANTLR, with byte spans.
#pragma once

#include "compiler/base/source.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace antlr4 {
class ParserRuleContext;
class Token;
} // namespace antlr4

namespace nphys::syntax {

struct Token {
    std::size_t type = 0; // NphysLexer's numbers
    Span span;
    bool first_on_line = false;
    bool stray = false; // not part of the language: the parser does not see it
    bool comment = false;
    std::size_t number = 0; // ANTLR's, which counts spaces too
};

// Spans for ANTLR's tokens, which count code points.
class Places {
public:
    explicit Places(const Source& source, std::size_t skipped_bytes);

    [[nodiscard]] const Source& source() const { return source_; }
    [[nodiscard]] Span of(const antlr4::Token& token) const;
    [[nodiscard]] Span of(const antlr4::ParserRuleContext& context) const;

private:
    const Source& source_;
    std::vector<std::uint32_t> offsets_; // of each code point, and the end
};

// Everything but space, in order; the end of the file is the last token.
[[nodiscard]] std::vector<Token> convert_tokens(const std::vector<antlr4::Token*>& tokens, const Places& places);
// The same, from a text that is known to be UTF-8.
[[nodiscard]] std::vector<Token> read_tokens(const Source& source);
// The text of a source without a byte order mark.
[[nodiscard]] std::string_view text_without_mark(const Source& source);

[[nodiscard]] bool begins_statement(std::size_t type); // model … run
[[nodiscard]] bool is_reserved(std::size_t type);      // those, and in if else and or not
[[nodiscard]] bool is_name(std::size_t type);          // names, and words with a meaning in one place
[[nodiscard]] bool begins_item(std::size_t type);      // of a run
[[nodiscard]] bool ends_operand(std::size_t type);     // after it an operator may follow
[[nodiscard]] bool opens(std::size_t type);
[[nodiscard]] bool closes(std::size_t type);
[[nodiscard]] std::size_t closing_of(std::size_t opening);

// How a kind of token is called in a message: "`)`", "a name".
[[nodiscard]] std::string describe(std::size_t type);
// The words that begin a statement.
[[nodiscard]] const std::vector<std::string>& statement_words();

} // namespace nphys::syntax
