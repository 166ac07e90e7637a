#pragma once
// Defines the loading of an object file into the process.
//
// In: an object file in memory and the addresses of the symbols it may use. Out: a LoadedObject from which functions
// are looked up; its memory goes with it. Holds: only the given symbols resolve, the process is not searched.

#include <map>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include <llvm/ExecutionEngine/Orc/LLJIT.h>

#include "compiler/backend/llvm/target.h"

namespace nphys::backend {

class LoadedObject {
public:
    [[nodiscard]] static tl::expected<LoadedObject, std::string>
    load(const Target& target, llvm::SmallVector<char, 0> object, const std::map<std::string, void*>& symbols);
    [[nodiscard]] tl::expected<void*, std::string> find(const std::string& symbol) const;

private:
    std::shared_ptr<std::string> complaints_; // what LLVM would have printed
    std::unique_ptr<llvm::orc::LLJIT> jit_;
};

} // namespace nphys::backend
