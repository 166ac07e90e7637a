// Parser states as messages.
//
// In: where the parser stopped, in which statement, and what it would have taken. Out: one diagnostic in the words of
// the language: what stands here, what would fit, what to write.
//
//   Failure{token 3: `=`, expected {←, descends, evolves}}  ->  a map is written with `←`, not `=`
#pragma once

#include "compiler/base/diagnostics.h"
#include "compiler/syntax/tokens.h"

#include <span>

namespace nphys::syntax {

struct Failure {
    std::size_t token = 0;             // which could not be read
    std::size_t first = 0;             // of the statement
    std::vector<std::size_t> expected; // token types; empty if several readings ended here
    bool too_deep = false;
};

enum class Surroundings { file, run };

void report_failure(const Failure& failure, std::span<const Token> tokens, const Source& source,
                    Diagnostics& diagnostics);

// A statement that began at `first` is complete, but what follows it begins no other one.
void report_trailing(std::size_t token, std::size_t first, Surroundings surroundings, std::span<const Token> tokens,
                     const Source& source, Diagnostics& diagnostics);

// Where a statement should begin.
void report_no_statement(std::size_t token, std::span<const Token> tokens, const Source& source,
                         Diagnostics& diagnostics);

// Whether a word was probably meant to begin a statement.
[[nodiscard]] bool resembles_statement(const Token& token, const Source& source);

void report_no_header(std::size_t token, std::span<const Token> tokens, const Source& source, Diagnostics& diagnostics);

} // namespace nphys::syntax
