#include "compiler/backend/llvm/target.h"

#include <mutex>

#include <llvm/ADT/StringMap.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/SubtargetFeature.h>

namespace nphys::backend {

namespace {

// LLVM keeps its targets in a process-wide table that must be filled once.
void register_host() {
    static std::once_flag once;
    std::call_once(once, [] {
        llvm::InitializeNativeTarget();
        llvm::InitializeNativeTargetAsmPrinter();
        llvm::InitializeNativeTargetAsmParser();
    });
}

std::string host_features() {
    llvm::SubtargetFeatures features;
    for (const auto& [name, present] : llvm::sys::getHostCPUFeatures())
        features.AddFeature(name, present);
    return features.getString();
}

llvm::CodeGenOptLevel generation_effort(int optimization) {
    if (optimization <= 0)
        return llvm::CodeGenOptLevel::None;
    return optimization <= 2 ? llvm::CodeGenOptLevel::Less : llvm::CodeGenOptLevel::Default;
}

unsigned widest_vector(const llvm::MCSubtargetInfo& subtarget, bool x86) {
    if (!x86)
        return 16;
    if (subtarget.checkFeatures("+avx512f,+avx512dq,+avx512vl,+avx512bw"))
        return 64;
    return subtarget.checkFeatures("+avx2") ? 32 : 16;
}

} // namespace

std::string Target::description() const {
    return machine->getTargetCPU().str() + ", " + std::to_string(vector_bytes) + "-byte vectors";
}

tl::expected<Target, std::string> host_target(const CompileOptions& options) {
    register_host();
    const std::string triple = llvm::sys::getProcessTriple();
    std::string reason;
    const llvm::Target* found = llvm::TargetRegistry::lookupTarget(triple, reason);
    if (found == nullptr)
        return tl::unexpected("no code generator for `" + triple + "`");

    const bool host = options.processor.empty();
    const std::string name = host ? llvm::sys::getHostCPUName().str() : options.processor;
    llvm::TargetOptions settings;
    // A fused multiply-add appears where the loop IR has one, and nowhere else.
    settings.AllowFPOpFusion = llvm::FPOpFusion::Strict;
    settings.TrapUnreachable = false;

    // Of a JIT LLVM would take the large code model, in which each constant costs an instruction more for its address. The linker
    // lays each object out in one piece and makes stubs for what lies elsewhere, so that the small one holds.
    Target target;
    target.machine.reset(found->createTargetMachine(triple, name, host ? host_features() : std::string(), settings,
                                                    llvm::Reloc::PIC_, llvm::CodeModel::Small,
                                                    generation_effort(options.optimization), true));
    if (!target.machine)
        return tl::unexpected("no code generator for `" + name + "`");
    const llvm::MCSubtargetInfo& subtarget = *target.machine->getMCSubtargetInfo();
    target.x86 = target.machine->getTargetTriple().getArch() == llvm::Triple::x86_64;
    target.avx2 = target.x86 && subtarget.checkFeatures("+avx2");
    target.vector_bytes = widest_vector(subtarget, target.x86);
    if (options.vector_bytes != 0)
        target.vector_bytes = std::min(target.vector_bytes, static_cast<unsigned>(options.vector_bytes));
    return target;
}

} // namespace nphys::backend
