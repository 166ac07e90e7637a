#include "compiler/backend/llvm/optimize.h"

#include <algorithm>
#include <array>

#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/PassManager.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/raw_ostream.h>

namespace nphys::backend {

namespace {

// Our code comes vectorized and nearly in SSA form. What pays: accumulators into registers, common subexpressions, what
// does not change out of the loop over steps. The passes of level 3 made no loop that we measured faster and take as
// long as all of code generation at level 2.
const char* passes_of(int level) {
    if (level <= 1)
        return "function(sroa,early-cse,simplifycfg)";
    if (level == 2)
        return "function(sroa,early-cse<memssa>,simplifycfg,loop-mssa(licm<allowspeculation>))";
    return "function(sroa,early-cse<memssa>,instcombine<no-verify-fixpoint>,simplifycfg,"
           "loop-mssa(licm<allowspeculation>),gvn,instcombine<no-verify-fixpoint>,dse,adce,simplifycfg)";
}

} // namespace

void optimize(llvm::Module& module, llvm::TargetMachine& machine, int level) {
    if (level <= 0)
        return;
    llvm::LoopAnalysisManager loops;
    llvm::FunctionAnalysisManager functions;
    llvm::CGSCCAnalysisManager components;
    llvm::ModuleAnalysisManager modules;
    llvm::PassBuilder builder(&machine);
    builder.registerModuleAnalyses(modules);
    builder.registerCGSCCAnalyses(components);
    builder.registerFunctionAnalyses(functions);
    builder.registerLoopAnalyses(loops);
    builder.crossRegisterProxies(loops, functions, components, modules);
    llvm::ModulePassManager passes;
    // The text is ours: an error in it ends every test of a debug build.
    llvm::cantFail(builder.parsePassPipeline(passes, passes_of(level)));
    passes.run(module, modules);
}

namespace {

// Code generation without passes that cost much and give nothing here. The one that rewrites loop counters for cheaper
// addresses: our loops already have one counter and constant offsets, which x86 takes in one instruction; the rewriting
// made them slower by a twentieth and took half of the time of code generation. The second scheduler and those after
// it, for processors that run instructions in order.
class CodeGeneration : public llvm::legacy::PassManager {
public:
    static constexpr std::array<llvm::StringRef, 4> left_out = {
        "Loop Strength Reduction", "Canonicalize Freeze Instructions in Loops",
        "Post RA top-down list latency scheduler", "X86 Atom pad short functions"};

    explicit CodeGeneration(bool is_x86) : is_x86_(is_x86) {}
    void add(llvm::Pass* pass) override {
        if (is_x86_ && std::ranges::find(left_out, pass->getPassName()) != left_out.end())
            delete pass; // a pass belongs to the manager it is given to
        else
            llvm::legacy::PassManager::add(pass);
    }

private:
    bool is_x86_;
};

bool generate(llvm::Module& module, llvm::TargetMachine& machine, llvm::CodeGenFileType kind,
              llvm::SmallVectorImpl<char>& result) {
    llvm::raw_svector_ostream stream(result);
    CodeGeneration passes(machine.getTargetTriple().isX86());
    if (machine.addPassesToEmitFile(passes, stream, nullptr, kind))
        return false;
    passes.run(module);
    return true;
}

} // namespace

std::string code_generation(int level) {
    std::string text = passes_of(level);
    for (const llvm::StringRef pass : CodeGeneration::left_out)
        text += " without " + pass.str();
    return text;
}

bool generate_object(llvm::Module& module, llvm::TargetMachine& machine, llvm::SmallVectorImpl<char>& object) {
    return generate(module, machine, llvm::CodeGenFileType::ObjectFile, object);
}

std::string generate_assembly(llvm::Module& module, llvm::TargetMachine& machine) {
    llvm::SmallVector<char, 0> text;
    if (!generate(module, machine, llvm::CodeGenFileType::AssemblyFile, text))
        return {};
    return {text.begin(), text.end()};
}

} // namespace nphys::backend
