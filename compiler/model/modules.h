#pragma once
// `use`: the scopes of the modules that a model, or another module, uses.
//
// Goes in: the scope of a tree. Holds afterwards: each module named by its `use` statements is declared and listed in
// `used`, once for the whole model, however many use it.

#include "compiler/model/names.h"

namespace nphys::model {

Scope& make_scope(Context& context, const syntax::SyntaxTree& tree, const std::filesystem::path& folder);

} // namespace nphys::model
