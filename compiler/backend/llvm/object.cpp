#include "compiler/backend/llvm/object.h"

#include <chrono>

#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include "compiler/backend/llvm/module_emitter.h"
#include "compiler/backend/llvm/optimize.h"
#include "compiler/backend/llvm/symbols.h"

namespace nphys::backend {

namespace {

class Stopwatch {
public:
    double lap() {
        const auto now = std::chrono::steady_clock::now();
        const double seconds = std::chrono::duration<double>(now - last_).count();
        last_ = now;
        return seconds;
    }

private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

// What LLVM has to say goes into a text, never to the terminal.
class Listener : public llvm::DiagnosticHandler {
public:
    explicit Listener(std::string& said) : said_(said) {}
    bool handleDiagnostics(const llvm::DiagnosticInfo& info) override {
        if (info.getSeverity() == llvm::DS_Error) {
            llvm::raw_string_ostream stream(said_);
            llvm::DiagnosticPrinterRawOStream printer(stream);
            info.print(printer);
        }
        return true;
    }

private:
    std::string& said_;
};

std::string verified(const llvm::Module& module) {
    std::string problem;
    llvm::raw_string_ostream stream(problem);
    return llvm::verifyModule(module, &stream) ? problem : std::string();
}

std::string text_of(const llvm::Module& module) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    module.print(stream, nullptr);
    return text;
}

} // namespace

ObjectOrFailure compile_object(const loops::Module& source, const VectorMath& math, const CompileOptions& options) {
    Stopwatch watch;
    auto target = host_target(options);
    if (!target)
        return tl::unexpected(target.error());
    Object object;
    object.processor = target->description();

    llvm::LLVMContext context;
    std::string said;
    context.setDiagnosticHandler(std::make_unique<Listener>(said));
    llvm::Module module(source.name, context);
    module.setDataLayout(target->machine->createDataLayout());
    module.setTargetTriple(target->machine->getTargetTriple().str());
    ModuleEmitter emitter(source, module, *target, math, options);
    emitter.emit();
    if (!emitter.failure().empty())
        return tl::unexpected(emitter.failure());
    if (std::string problem = verified(module); !problem.empty())
        return tl::unexpected("the code generated for `" + source.name + "` is not well-formed: " + problem);
    object.timings.translate = watch.lap();

    optimize(module, *target->machine, options.optimization);
    object.timings.optimize = watch.lap();
    if (options.keep_text) {
        object.ir = text_of(module);
        object.assembly = generate_assembly(*llvm::CloneModule(module), *target->machine);
        watch.lap();
    }
    auto symbols = resolve_symbols(module, math);
    if (!symbols)
        return tl::unexpected(symbols.error());
    object.symbols = std::move(*symbols);
    if (!generate_object(module, *target->machine, object.code) || !said.empty())
        return tl::unexpected("no machine code for `" + source.name + "`: " + said);
    object.timings.generate = watch.lap();
    return object;
}

} // namespace nphys::backend
