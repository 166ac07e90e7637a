// Expressions as text, for messages and listings.
//
// In: any expression, also one that was made and not read. Out: one line that parses to the same expression; brackets
// that were not written are added where the order of operations asks for them.
//
//   print(…)  ->  "1/2*φ[i+e[1]]^2 + V(φ[i])"
#pragma once

#include "compiler/syntax/ast.h"

#include <string>

namespace nphys::syntax {

[[nodiscard]] std::string print(const Expression& expression);
[[nodiscard]] std::string print(const Range& range);
[[nodiscard]] std::string print(const ExpressionOrRange& values);
[[nodiscard]] std::string print(const Indices& indices);
[[nodiscard]] std::string print(const Target& target);

} // namespace nphys::syntax
