// Text to syntax tree.
//
// In: a source. Out: the tree of every statement that could be read, and all the syntax errors of the file at once: an
// error spoils the statement (or the line of a run) that it stands in and nothing else. What holds afterwards: no
// errors were added if and only if the tree is the whole file.
//
//   Diagnostics diagnostics;
//   SyntaxTree tree = parse(sources.add("m.nphys", "model m  param x = 1"), diagnostics);
#pragma once

#include "compiler/base/diagnostics.h"
#include "compiler/syntax/ast.h"

namespace nphys::syntax {

[[nodiscard]] SyntaxTree parse(const Source& source, Diagnostics& diagnostics);

} // namespace nphys::syntax
