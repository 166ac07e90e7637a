#include "compiler/backend/llvm/compile.h"

#include <chrono>
#include <map>

#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include "compiler/backend/llvm/assembly.h"
#include "compiler/backend/llvm/jit.h"
#include "compiler/backend/llvm/module_emitter.h"
#include "compiler/backend/llvm/optimize.h"
#include "compiler/backend/llvm/symbols.h"

namespace nphys::backend {

struct CompiledModule::State {
    VectorMath math; // its library stays loaded as long as the code that calls it
    std::map<std::string, nphys_function, std::less<>> functions;
    LoadedObject object;
    CompileTimings timings;
    std::string processor, ir, assembly;
};

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

CompiledModule::CompiledModule(std::unique_ptr<State> state) : state_(std::move(state)) {}
CompiledModule::CompiledModule(CompiledModule&&) noexcept = default;
CompiledModule& CompiledModule::operator=(CompiledModule&&) noexcept = default;
CompiledModule::~CompiledModule() = default;

nphys_function CompiledModule::function(std::string_view name) const {
    const auto found = state_->functions.find(name);
    return found == state_->functions.end() ? nullptr : found->second;
}

const CompileTimings& CompiledModule::timings() const {
    return state_->timings;
}
const std::string& CompiledModule::processor() const {
    return state_->processor;
}
const std::string& CompiledModule::ir() const {
    return state_->ir;
}
std::string CompiledModule::assembly(std::string_view name) const {
    return name.empty() ? state_->assembly : assembly_of(state_->assembly, symbol_of(name));
}

tl::expected<CompiledModule, std::string> compile(const loops::Module& source, const CompileOptions& options) {
    Stopwatch watch;
    auto target = host_target(options);
    if (!target)
        return tl::unexpected(target.error());
    auto state = std::make_unique<CompiledModule::State>();
    state->math = VectorMath::load();
    state->processor = target->description();
    CompileTimings& timings = state->timings;

    llvm::LLVMContext context;
    std::string said;
    context.setDiagnosticHandler(std::make_unique<Listener>(said));
    llvm::Module module(source.name, context);
    module.setDataLayout(target->machine->createDataLayout());
    module.setTargetTriple(target->machine->getTargetTriple().str());
    ModuleEmitter emitter(source, module, *target, state->math, options);
    emitter.emit();
    if (!emitter.failure().empty())
        return tl::unexpected(emitter.failure());
    if (std::string problem = verified(module); !problem.empty())
        return tl::unexpected("the code generated for `" + source.name + "` is not well-formed: " + problem);
    timings.translate = watch.lap();

    optimize(module, *target->machine, options.optimization);
    timings.optimize = watch.lap();
    if (options.keep_text) {
        state->ir = text_of(module);
        state->assembly = generate_assembly(*llvm::CloneModule(module), *target->machine);
        watch.lap();
    }
    const auto symbols = resolve_symbols(module, state->math);
    if (!symbols)
        return tl::unexpected(symbols.error());
    llvm::SmallVector<char, 0> object;
    if (!generate_object(module, *target->machine, object) || !said.empty())
        return tl::unexpected("no machine code for `" + source.name + "`: " + said);
    timings.generate = watch.lap();

    auto loaded = LoadedObject::load(*target, std::move(object), *symbols);
    if (!loaded)
        return tl::unexpected(loaded.error());
    state->object = std::move(*loaded);
    for (const loops::Function& function : source.functions) {
        const auto address = state->object.find(symbol_of(function.name));
        if (!address)
            return tl::unexpected(address.error());
        state->functions[function.name] = reinterpret_cast<nphys_function>(*address);
    }
    timings.link = watch.lap();
    return CompiledModule(std::move(state));
}

} // namespace nphys::backend
