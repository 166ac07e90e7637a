#include "compiler/backend/llvm/optimize.h"

#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/PassManager.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/raw_ostream.h>

namespace nphys::backend {

namespace {

// Our code comes vectorized and nearly in SSA form. What pays: accumulators into registers, common subexpressions, what
// does not change out of the loop over steps, dead stores. Unrolling and vectorizing again would only cost time.
const char* passes_of(int level) {
    if (level <= 0)
        return "";
    if (level == 1)
        return "function(sroa,early-cse,simplifycfg)";
    return "function(sroa,early-cse<memssa>,instcombine<no-verify-fixpoint>,simplifycfg,"
           "loop-mssa(licm<allowspeculation>),gvn,instcombine<no-verify-fixpoint>,dse,adce,simplifycfg)";
}

} // namespace

void optimize(llvm::Module& module, llvm::TargetMachine& machine, int level) {
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
    // The text is ours: an error in it shows in every test.
    llvm::cantFail(builder.parsePassPipeline(passes, passes_of(level)));
    passes.run(module, modules);
}

namespace {

bool generate(llvm::Module& module, llvm::TargetMachine& machine, llvm::CodeGenFileType kind,
              llvm::SmallVectorImpl<char>& result) {
    llvm::raw_svector_ostream stream(result);
    llvm::legacy::PassManager passes;
    if (machine.addPassesToEmitFile(passes, stream, nullptr, kind))
        return false;
    passes.run(module);
    return true;
}

} // namespace

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
