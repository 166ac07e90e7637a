#pragma once
// Defines what names in compiled code mean.
//
// In: an optimized llvm::Module. Out: the names of the functions that it declares and does not define, and their
// addresses: rows of runtime/abi.def, scalar and vector mathematics, and the few routines that LLVM calls of itself.
// Holds: nothing else resolves; an unknown name is an error that tells it.

#include <map>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include <llvm/IR/Module.h>

#include "compiler/backend/llvm/math.h"

namespace nphys::backend {

[[nodiscard]] std::vector<std::string> symbols_used(const llvm::Module& module);
[[nodiscard]] tl::expected<std::map<std::string, void*>, std::string> resolve_symbols(const std::vector<std::string>& names,
                                                                                      const VectorMath& math);

} // namespace nphys::backend
