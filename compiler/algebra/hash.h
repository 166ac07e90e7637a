#pragma once
// The hash of a node, from its contents: the same in every run.

#include <cstddef>

#include "compiler/algebra/expr.h"

namespace nphys::algebra {

[[nodiscard]] std::size_t hash_of(const Node& node);

} // namespace nphys::algebra
