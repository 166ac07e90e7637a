#include "compiler/driver/engine.h"

#include <utility>

#include "compiler/backend/llvm/compile.h"
#include "compiler/backend/llvm/object_cache.h"
#include "compiler/loops/interpret.h"

namespace nphys::driver {
namespace {

class InterpreterEngine : public Engine {
public:
    InterpreterEngine(const loops::Module& module, loops::Memory& memory)
        : interpreter_(module, memory, {.threads = memory.context().threads}) {}
    runtime::Status run(const std::string& function, std::int64_t argument) override {
        if (const auto wrong = interpreter_.run(function, argument)) return runtime::failure(runtime::ErrorKind::program, *wrong);
        return {};
    }

private:
    loops::Interpreter interpreter_;
};

class CompiledEngine : public Engine {
public:
    CompiledEngine(backend::CompiledModule compiled, loops::Memory& memory) : compiled_(std::move(compiled)), memory_(memory) {}
    runtime::Status run(const std::string& function, std::int64_t argument) override {
        const nphys_function code = compiled_.function(function);
        if (code == nullptr) return runtime::failure(runtime::ErrorKind::program, "the module has no function `" + function + "`");
        code(&memory_.context(), argument);
        return {};
    }
    [[nodiscard]] bool preliminary() const override { return compiled_.preliminary(); }

private:
    backend::CompiledModule compiled_;
    loops::Memory& memory_;
};

} // namespace

runtime::Result<std::unique_ptr<Engine>> make_engine(EngineKind kind, const loops::Module& module, loops::Memory& memory, bool quick_start) {
    if (kind == EngineKind::interpreter) return std::make_unique<InterpreterEngine>(module, memory);
    auto compiled = backend::compile(module, {.cache = backend::default_cache_folder(), .quick_start = quick_start});
    if (!compiled) return runtime::failure(runtime::ErrorKind::program, compiled.error());
    return std::make_unique<CompiledEngine>(std::move(*compiled), memory);
}

} // namespace nphys::driver
