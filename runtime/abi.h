#pragma once
// The C interface of the runtime, declared from abi.def, and the same as a table for whoever links compiled code.
//
// In: nothing. Out: for each service its name, address and signature. Holds: the declarations and the table cannot
// disagree, both come from the same rows.
//
//     for (const Service& service : services()) symbols[service.name] = service.address;

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nphys::runtime::abi {

using nothing = void;
using i32 = std::int32_t;
using i64 = std::int64_t;
using f32 = float;
using f64 = double;
using pointer = void*;

extern "C" {
#define NPHYS_SERVICE(name, result, ...) result name(__VA_ARGS__);
#include "runtime/abi.def"
#undef NPHYS_SERVICE
}

} // namespace nphys::runtime::abi

namespace nphys::runtime {

enum class AbiType { nothing, i32, i64, f32, f64, pointer };

struct Service {
    std::string_view name;
    void* address;
    AbiType result;
    std::vector<AbiType> parameters;
};

[[nodiscard]] std::vector<Service> services();

// `void`, `int32_t` … : the C spelling, for emitted declarations.
[[nodiscard]] std::string_view c_spelling(AbiType type);

} // namespace nphys::runtime
