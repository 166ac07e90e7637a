#include "compiler/backend/llvm/symbols.h"

#include <algorithm>

#include "runtime/abi.h"

namespace nphys::backend {

tl::expected<std::map<std::string, void*>, std::string> resolve_symbols(const llvm::Module& module,
                                                                        const VectorMath& math) {
    std::map<std::string, void*> symbols;
    for (const char* name : {"fma", "fmaf", "floor", "floorf", "memcpy", "memmove", "memset"})
        symbols[name] = support_address(name);
    const std::vector<runtime::Service> services = runtime::services();
    for (const llvm::Function& function : module) {
        if (!function.isDeclaration() || function.isIntrinsic())
            continue;
        const std::string name = function.getName().str();
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
