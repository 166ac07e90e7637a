// A syntax tree as nested lists, for `--dump syntax` and for tests: equal texts mean equal trees.
//
// Places, comments and spellings are left out; brackets are kept, because they mean something.
//
//   loss H = -x^2   ->   (loss H (minus (power x 2)))
#pragma once

#include "compiler/syntax/ast.h"

#include <string>

namespace nphys::syntax {

[[nodiscard]] std::string dump(const Expression& expression);
// One line for each statement and each line of a run.
[[nodiscard]] std::string dump(const SyntaxTree& tree);

} // namespace nphys::syntax
