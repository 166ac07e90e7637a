#pragma once
// The primitive functions of the language: one row each in ops.def.

#include <cstdint>
#include <optional>
#include <string_view>

namespace nphys::algebra {

enum class Op : std::uint8_t {
#define NPHYS_OP(name, arity, spellings, latex, flops, derivative) name,
#include "compiler/algebra/ops.def"
#undef NPHYS_OP
};

[[nodiscard]] std::string_view op_name(Op op);
[[nodiscard]] int op_arity(Op op);
[[nodiscard]] std::optional<Op> op_named(std::string_view spelling);

// The value at real arguments; truths are 0 and 1. The reference for every back end.
[[nodiscard]] double op_value(Op op, const double* arguments);

} // namespace nphys::algebra
