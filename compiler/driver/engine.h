#pragma once
// What executes the loops of a module: machine code made by LLVM, or the reference interpreter.
//
// Goes in: a module and its memory. Holds: run() leaves in the memory what the loop IR says.

#include <cstdint>
#include <memory>
#include <string>

#include "compiler/driver/options.h"
#include "compiler/loops/loops.h"
#include "compiler/loops/memory.h"
#include "runtime/result.h"

namespace nphys::driver {

class Engine {
public:
    virtual ~Engine() = default;
    // An error here is a bug of ours: a function that does not exist, a place outside a buffer (found by the interpreter).
    [[nodiscard]] virtual runtime::Status run(const std::string& function, std::int64_t argument) = 0;
    // Whether better code is on its way: who calls often gets it soon.
    [[nodiscard]] virtual bool preliminary() const { return false; }
};

[[nodiscard]] runtime::Result<std::unique_ptr<Engine>> make_engine(EngineKind kind, const loops::Module& module, loops::Memory& memory,
                                                                   bool quick_start);

} // namespace nphys::driver
