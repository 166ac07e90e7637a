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
