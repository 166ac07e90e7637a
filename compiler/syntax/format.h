// The formatter: the same file, as it reads best.
//
// In: a tree that was read without errors, and its source. Out: the text with one statement to a line and like
// statements aligned. Comments, blank lines (one at most) and the line breaks inside of statements and runs are the
// author's and stay. What holds afterwards: it parses to the same tree, and formatting it again changes nothing.
//
//   neuron φ[i]                      neuron    φ[i]
//   trainable π [ i , a ]      ->    trainable π[i,a]
//   init φ=1   # start               init φ = 1  # start
#pragma once

#include "compiler/syntax/ast.h"
#include "compiler/syntax/spelling.h"

#include <string>

namespace nphys::syntax {

[[nodiscard]] std::string format(const SyntaxTree& tree, const Source& source,
                                 Spelling spelling = Spelling::as_written);

} // namespace nphys::syntax
