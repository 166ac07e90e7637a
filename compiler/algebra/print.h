#pragma once
// Expressions as people read them: the paper's notation in text, and LaTeX.
// Example: `-m^2*φ[i] + (φ[i+e[1]] - 2*φ[i] + φ[i-e[1]])/h^2`; output parses as nphys again (text).

#include <string>

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

enum class Notation : std::uint8_t { text, latex };

[[nodiscard]] std::string print(const Pool& pool, Expr expression, Notation notation = Notation::text);
[[nodiscard]] std::string print_element(const Pool& pool, SymbolId tensor, const std::vector<Place>& place, Notation notation = Notation::text);

} // namespace nphys::algebra
