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
[[nodiscard]] std::string_view op_spelling(Op op);      // the first one: "sin", "<="
[[nodiscard]] std::string_view op_latex(Op op);         // a macro, or a pattern with #1
[[nodiscard]] int op_arity(Op op);
[[nodiscard]] int op_flops(Op op);
[[nodiscard]] std::optional<Op> op_named(std::string_view spelling);

// The value at real arguments; truths are 0 and 1 (any other number counts as true). The reference for every back end:
// sign(±0) is ±0 and sign(NaN) is NaN; min is x <= y ? x : y, max is x >= y ? x : y; sigmoid is 1/(1 + exp(-x));
// poisson_quantile(u, mean): see runtime/random/poisson.h.
[[nodiscard]] double op_value(Op op, const double* arguments);

} // namespace nphys::algebra
