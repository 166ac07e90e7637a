#pragma once
// Defines the choice of one function from the assembly of a module.
//
// In: the assembly of a module and a symbol. Out: the lines of that function and of the bodies of its parallel loops
// (`symbol.block…`), without directives; empty if there is no such function.

#include <string>
#include <string_view>

namespace nphys::backend {

[[nodiscard]] std::string assembly_of(std::string_view text, std::string_view symbol);

} // namespace nphys::backend
