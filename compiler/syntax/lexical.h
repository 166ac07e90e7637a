// What is wrong with the words and brackets of a file, before any sentence is read.
//
// In: all tokens, stray ones too, without comments. Out: diagnostics for signs that are not in the language, strings
// without an end, numbers such as `.5` and `2x`, operators of other languages and brackets without a partner. Returns
// the offsets of what was told, in order: an error of the parser in the same sentence would tell the same thing again.
#pragma once

#include "compiler/base/diagnostics.h"
#include "compiler/syntax/tokens.h"

#include <span>

namespace nphys::syntax {

[[nodiscard]] std::vector<std::uint32_t> check_tokens(std::span<const Token> tokens, const Source& source,
                                                      Diagnostics& diagnostics);

} // namespace nphys::syntax
