// The tree of C++ as text.
// Goes in: expressions, statements, functions, classes. Comes out: C++ with four spaces a level, lines up to 120
// columns where a blank allows a break, and parentheses where C++ (or a careful compiler) wants them. Example:
// binary("-", a, binary("-", b, c)) → `a - (b - c)`
#pragma once

#include <string>

#include "compiler/backend/cpp/tree.h"

namespace nphys::backend::cpp {

[[nodiscard]] std::string print(const tree::Expression& expression);
[[nodiscard]] std::string print(const tree::Body& body, int depth);
// `void Model::advance(std::int64_t steps) { … }`; with an empty class name, as it stands inside the class.
[[nodiscard]] std::string print_definition(const tree::Function& function, const std::string& class_name, int depth);
[[nodiscard]] std::string print_class(const tree::Class& declaration);
// `// ` before each line, wrapped.
[[nodiscard]] std::string print_comment(const std::string& text, int depth);

} // namespace nphys::backend::cpp
