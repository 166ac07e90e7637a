#pragma once
// Defines the transcendental functions that compiled code may call: one lane at a time from libm, many lanes at a time
// from glibc's libmvec where the machine has it.
//
// In: an operation. Out: names of functions and their addresses. Holds: the names of scalar functions are ours, so that
// LLVM does not rewrite calls by rules of its own (pow(x, 2) is not x*x to the last bit).
//
//     scalar_math(Op::sin)->symbol == "nphys_sin";   vector_symbol("sin", 1, 8, 8) == "_ZGVeN8v_sin"

#include <memory>
#include <string>
#include <string_view>

#include "compiler/algebra/ops.h"

namespace nphys::backend {

struct ScalarMath {
    algebra::Op op;
    std::string_view name; // in libm, and in libmvec after its prefix
    std::string_view symbol;
    int arity;
    void* address; // takes and returns f64
};

// Null for operations that are compiled in place.
[[nodiscard]] const ScalarMath* scalar_math(algebra::Op op);
[[nodiscard]] const ScalarMath& power_math();

// Address of a scalar function, or of a routine that LLVM's code may call of itself (memset, fma …); null if unknown.
[[nodiscard]] void* support_address(std::string_view symbol);

// The name that libmvec has for it; empty where there is none (bytes of a vector other than 16, 32, 64).
[[nodiscard]] std::string vector_symbol(std::string_view name, int arity, unsigned lanes, unsigned lane_bytes);

class VectorMath {
public:
    [[nodiscard]] static VectorMath load(); // empty where there is no libmvec
    [[nodiscard]] void* find(const std::string& symbol) const;

private:
    std::shared_ptr<void> library_;
};

} // namespace nphys::backend
