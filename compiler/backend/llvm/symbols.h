#pragma once
// Defines what names in compiled code mean.
//
// In: an optimized llvm::Module. Out: the address of each function that it declares and does not define: rows of
// runtime/abi.def, scalar and vector mathematics, and the few routines that LLVM calls of itself. Holds: nothing else
// resolves; an unknown name is an error that tells it.

#include <map>
#include <string>
#include <tl/expected.hpp>

#include <llvm/IR/Module.h>

#include "compiler/backend/llvm/math.h"

namespace nphys::backend {

[[nodiscard]] tl::expected<std::map<std::string, void*>, std::string> resolve_symbols(const llvm::Module& module,
                                                                                      const VectorMath& math);

} // namespace nphys::backend
