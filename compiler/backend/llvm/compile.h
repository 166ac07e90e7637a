#pragma once
// Defines the compilation of a module of the loop IR into machine code for the processor that this runs on.
//
// In: a verified loops::Module. Out: a CompiledModule whose functions take an nphys_context, or a message why there is
// none. Holds: the same bits as the interpreter, but for vector versions of transcendental functions (at most 4 units
// in the last place); any number of CompiledModules live in one process, each is used from any thread; nothing is
// printed.
//
//     auto compiled = compile(module);                     // e.g. phi[x] += dt * pi[x] for all x
//     compiled->function("advance")(&context, 1000);       // a thousand steps
//
// No header of LLVM is needed to use this.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "compiler/loops/loops.h"
#include "runtime/context.h"

namespace nphys::backend {

struct CompileOptions {
    int optimization = 2;       // 0: as translated; 1: cheap passes only; 2: what pays; 3: everything
    bool keep_text = false;     // keeps LLVM IR and assembly for ir() and assembly()
    std::string processor = {}; // empty: this one; else an LLVM name such as `x86-64-v3`, at your own risk
    int vector_bytes = 0;       // 0: what the processor has; else 16, 32 or 64
    std::optional<std::filesystem::path> cache = {}; // folder where machine code is kept for the next time
    bool quick_start = false;   // begins a large module with code that is made in half the time, see preliminary()
    bool vector_math = true;    // false: transcendental functions one lane at a time, to the bits of libm
};

// Seconds spent.
struct CompileTimings {
    double translate = 0; // loop IR to LLVM IR, verified
    double optimize = 0;
    double generate = 0; // machine code
    double link = 0;
    [[nodiscard]] double total() const { return translate + optimize + generate + link; }
};

class CompiledModule {
public:
    CompiledModule(CompiledModule&&) noexcept;
    CompiledModule& operator=(CompiledModule&&) noexcept;
    ~CompiledModule();

    // Null when the module has no function of that name.
    [[nodiscard]] nphys_function function(std::string_view name) const;
    // Whether function() gives code that was made in a hurry. It computes the same bits; better code is being made
    // meanwhile and is what function() gives from when it is ready. Both stay valid.
    [[nodiscard]] bool preliminary() const;
    [[nodiscard]] const CompileTimings& timings() const; // until the first code
    [[nodiscard]] const std::string& processor() const; // `znver5, 64-byte vectors`

    // Texts, empty unless keep_text was set: optimized LLVM IR of the module; assembly of one function with the bodies
    // of its parallel loops, or of the whole module for an empty name.
    [[nodiscard]] const std::string& ir() const;
    [[nodiscard]] std::string assembly(std::string_view name = {}) const;

private:
    friend tl::expected<CompiledModule, std::string> compile(const loops::Module&, const CompileOptions&);
    struct State;
    explicit CompiledModule(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

[[nodiscard]] tl::expected<CompiledModule, std::string> compile(const loops::Module& module,
                                                                const CompileOptions& options = {});

} // namespace nphys::backend
