#pragma once
// Defines the compilation of a module, or of a part of one, into an object file.
//
// In: a loops::Module, the vector mathematics that it may call. Out: the object file and the addresses of the symbols
// that it uses, or a message why there is none. Holds: nothing is shared between two calls, so they may run at the same
// time.

#include <map>
#include <string>
#include <tl/expected.hpp>

#include <llvm/ADT/SmallVector.h>

#include "compiler/backend/llvm/compile.h"
#include "compiler/backend/llvm/math.h"

namespace nphys::backend {

struct Object {
    llvm::SmallVector<char, 0> code;
    std::map<std::string, void*> symbols;
    CompileTimings timings; // without link
    std::string processor, ir, assembly;
    bool preliminary = false; // made in a hurry
};
using ObjectOrFailure = tl::expected<Object, std::string>;

// Which of the functions: all parts together have each of them once, and about the same amount of work.
struct Part {
    unsigned index = 0, count = 1;
};

[[nodiscard]] ObjectOrFailure compile_object(const loops::Module& source, Part part, const VectorMath& math,
                                             const CompileOptions& options);

} // namespace nphys::backend
