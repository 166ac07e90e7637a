#include "compiler/backend/llvm/jit.h"

#include <llvm/ExecutionEngine/Orc/CompileUtils.h>
#include <llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h>
#include <llvm/Support/SmallVectorMemoryBuffer.h>
#include <llvm/TargetParser/Host.h>

namespace nphys::backend {

namespace orc = llvm::orc;

namespace {

std::unique_ptr<orc::LLJIT> new_session(const std::shared_ptr<std::string>& complaints, std::string& problem) {
    orc::LLJITBuilder builder;
    builder.setJITTargetMachineBuilder(orc::JITTargetMachineBuilder(llvm::Triple(llvm::sys::getProcessTriple())));
    builder.setLinkProcessSymbolsByDefault(false);
    builder.setPlatformSetUp(orc::setUpInactivePlatform); // no constructors, no exceptions, no thread-local data
    auto session = builder.create();
    if (!session) {
        problem = llvm::toString(session.takeError());
        return nullptr;
    }
    (*session)->getExecutionSession().setErrorReporter(
        [complaints](llvm::Error error) { *complaints += llvm::toString(std::move(error)); });
    return std::move(*session);
}

} // namespace

tl::expected<LoadedObject, std::string> LoadedObject::load(std::vector<llvm::SmallVector<char, 0>> objects,
                                                           const std::map<std::string, void*>& symbols) {
    LoadedObject loaded;
    loaded.complaints_ = std::make_shared<std::string>();
    std::string problem;
    loaded.jit_ = new_session(loaded.complaints_, problem);
    if (!loaded.jit_)
        return tl::unexpected(problem);
    orc::SymbolMap addresses;
    for (const auto& [name, address] : symbols)
        addresses[loaded.jit_->mangleAndIntern(name)] = {orc::ExecutorAddr::fromPtr(address),
                                                         llvm::JITSymbolFlags::Exported};
    if (auto error = loaded.jit_->getMainJITDylib().define(orc::absoluteSymbols(std::move(addresses))))
        return tl::unexpected(llvm::toString(std::move(error)));
    for (auto& object : objects) {
        auto buffer = std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(object), "model", false);
        if (auto error = loaded.jit_->addObjectFile(std::move(buffer)))
            return tl::unexpected(llvm::toString(std::move(error)));
    }
    return loaded;
}

tl::expected<void*, std::string> LoadedObject::find(const std::string& symbol) const {
    auto address = jit_->lookup(symbol);
    if (!address)
        return tl::unexpected(llvm::toString(address.takeError()) + *complaints_);
    return address->toPtr<void*>();
}

} // namespace nphys::backend
