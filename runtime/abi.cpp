#include "runtime/abi.h"

namespace nphys::runtime {

std::vector<Service> services() {
    using enum AbiType;
    return {
#define NPHYS_SERVICE(name, result, ...) {#name, reinterpret_cast<void*>(&abi::name), result, {__VA_ARGS__}},
#include "runtime/abi.def"
#undef NPHYS_SERVICE
    };
}

std::string_view c_spelling(AbiType type) {
    switch (type) {
    case AbiType::nothing:
        return "void";
    case AbiType::i32:
        return "int32_t";
    case AbiType::i64:
        return "int64_t";
    case AbiType::f32:
        return "float";
    case AbiType::f64:
        return "double";
    case AbiType::pointer:
        return "void*";
    }
    return "";
}

} // namespace nphys::runtime
