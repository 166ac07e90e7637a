#include "compiler/backend/llvm/object.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include "compiler/backend/llvm/module_emitter.h"
#include "compiler/backend/llvm/object_cache.h"
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

// Leaves the bodies of one part; the others are found when the parts are linked. Where two parts are made, both come to
// the same division, as both begin with the same module.
void keep_part(llvm::Module& module, Part part) {
    if (part.count == 1)
        return;
    std::vector<std::pair<unsigned, llvm::Function*>> by_size;
    for (llvm::Function& function : module) {
        if (!function.isDeclaration())
            by_size.emplace_back(function.getInstructionCount(), &function);
    }
    std::ranges::stable_sort(by_size, std::ranges::greater{}, [](const auto& one) { return one.first; });
    std::vector<unsigned> sizes(part.count, 0);
    for (const auto& [size, function] : by_size) {
        const auto smallest = std::ranges::min_element(sizes);
        *smallest += size;
        function->setLinkage(llvm::Function::ExternalLinkage);
        if (static_cast<unsigned>(smallest - sizes.begin()) != part.index)
            function->deleteBody();
    }
}

// Everything that decides what the machine code is: the module as it was emitted, for which processor, and by what.
std::string key_of(const llvm::Module& module, const Target& target, const CompileOptions& options) {
    llvm::SmallVector<char, 0> material;
    llvm::raw_svector_ostream stream(material);
    llvm::WriteBitcodeToFile(module, stream);
    stream << target.description() << target.machine->getTargetFeatureString() << LLVM_VERSION_STRING
           << code_generation(options.optimization);
    return digest({material.data(), material.size()});
}

// Instructions of LLVM whose code takes some 20 ms to make well.
constexpr unsigned worth_a_hurry = 1000;

} // namespace

ObjectOrFailure compile_object(const loops::Module& source, Part part, const VectorMath& math,
                               const CompileOptions& options) {
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
    keep_part(module, part);
    const auto cache = options.cache && !options.keep_text ? std::optional<ObjectCache>(*options.cache) : std::nullopt;
    const std::string key = cache ? key_of(module, *target, options) : std::string();
    object.timings.translate = watch.lap();
    if (auto kept = cache ? cache->find(key) : std::nullopt) {
        if (auto symbols = resolve_symbols(kept->symbols, math)) {
            object.code.assign(kept->code.begin(), kept->code.end());
            object.symbols = std::move(*symbols);
            object.timings.generate = watch.lap();
            return object;
        }
    }

    object.preliminary = options.quick_start && module.getInstructionCount() > worth_a_hurry;
    if (object.preliminary)
        target->machine->setOptLevel(llvm::CodeGenOptLevel::None);
    optimize(module, *target->machine, object.preliminary ? 1 : options.optimization);
    object.timings.optimize = watch.lap();
    if (options.keep_text) {
        object.ir = text_of(module);
        object.assembly = generate_assembly(*llvm::CloneModule(module), *target->machine);
        watch.lap();
    }
    const std::vector<std::string> names = symbols_used(module);
    auto symbols = resolve_symbols(names, math);
    if (!symbols)
        return tl::unexpected(symbols.error());
    object.symbols = std::move(*symbols);
    if (!generate_object(module, *target->machine, object.code) || !said.empty())
        return tl::unexpected("no machine code for `" + source.name + "`: " + said);
    object.timings.generate = watch.lap();
    if (cache && !object.preliminary)
        cache->keep(key, {std::string(object.code.begin(), object.code.end()), names});
    return object;
}

} // namespace nphys::backend
