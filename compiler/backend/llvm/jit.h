#pragma once
// Defines the loading of object files into the process.
//
// In: object files in memory and the addresses of the symbols it may use. Out: a LoadedObject from which functions
// are looked up; its memory goes with it. Holds: only the given symbols resolve, the process is not searched.

#include <map>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include <llvm/ExecutionEngine/Orc/LLJIT.h>

namespace nphys::backend {

class LoadedObject {
public:
    [[nodiscard]] static tl::expected<LoadedObject, std::string>
    load(std::vector<llvm::SmallVector<char, 0>> objects, const std::map<std::string, void*>& symbols);
    [[nodiscard]] tl::expected<void*, std::string> find(const std::string& symbol) const;

private:
    std::shared_ptr<std::string> complaints_; // what LLVM would have printed
    std::unique_ptr<llvm::orc::LLJIT> jit_;
};

} // namespace nphys::backend
