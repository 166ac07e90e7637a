#pragma once
// Defines what code is generated for: the processor of this machine.
//
// In: overrides, usually none. Out: LLVM's machine and the width of its vectors. Holds: features come from the
// processor itself; its name, which virtual machines sometimes get wrong, only tunes.

#include <memory>
#include <string>
#include <tl/expected.hpp>

#include <llvm/Target/TargetMachine.h>

#include "compiler/backend/llvm/compile.h"

namespace nphys::backend {

struct Target {
    std::unique_ptr<llvm::TargetMachine> machine;
    unsigned vector_bytes = 16;
    bool x86 = false;
    bool avx2 = false;
    [[nodiscard]] std::string description() const;
};

[[nodiscard]] tl::expected<Target, std::string> host_target(const CompileOptions& options);

} // namespace nphys::backend
