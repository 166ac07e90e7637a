#include "compiler/backend/llvm/symbols.h"

#include <algorithm>

#include "compiler/backend/llvm/module_emitter.h"
#include "runtime/abi.h"

namespace nphys::backend {

std::vector<std::string> symbols_used(const llvm::Module& module) {
    std::vector<std::string> names = {"fma", "fmaf", "floor", "floorf", "memcpy", "memmove", "memset"};
    for (const llvm::Function& function : module) {
        const bool ours = function.getName().starts_with(symbol_of("")); // in another part of the model
        if (function.isDeclaration() && !function.isIntrinsic() && !ours && std::ranges::find(names, function.getName()) == names.end())
            names.push_back(function.getName().str());
    }
    return names;
}

tl::expected<std::map<std::string, void*>, std::string> resolve_symbols(const std::vector<std::string>& names,
                                                                        const VectorMath& math) {
    std::map<std::string, void*> symbols;
    const std::vector<runtime::Service> services = runtime::services();
    for (const std::string& name : names) {
        const auto service = std::ranges::find(services, name, &runtime::Service::name);
        void* address = service != services.end() ? service->address : support_address(name);
        if (address == nullptr)
            address = math.find(name);
        if (address == nullptr)
            return tl::unexpected("compiled code calls `" + name + "`, which is not there");
        symbols[name] = address;
    }
    return symbols;
}

} // namespace nphys::backend
