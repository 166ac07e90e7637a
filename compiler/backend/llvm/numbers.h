#pragma once
// Defines arithmetic on LLVM values, lane by lane: the same functions serve scalars and vectors.
//
// In: operands of equal width. Out: the result. Holds: exactly one rounding for each operation, in the type of the
// operands, without fast-math flags: the bits of the interpreter.
//
//     arithmetic(builder, Arithmetic::fma, {a, b, c})     // llvm.fma on f64 or on <8 x f64>

#include <span>

#include <llvm/IR/IRBuilder.h>

#include "compiler/algebra/ops.h"
#include "compiler/loops/loops.h"

namespace nphys::backend {

using Values = std::span<llvm::Value* const>;

// All but `convert`.
[[nodiscard]] llvm::Value* arithmetic(llvm::IRBuilder<>& builder, loops::Arithmetic op, Values arguments);

// Between f64, f32, i64 and i1 (or vectors of them); `element` is the wanted type of a lane.
[[nodiscard]] llvm::Value* convert(llvm::IRBuilder<>& builder, llvm::Value* value, llvm::Type* element);

// Operations that need no library; null for the others. Comparisons and logic give i1.
[[nodiscard]] llvm::Value* inline_call(llvm::IRBuilder<>& builder, algebra::Op op, Values arguments);

[[nodiscard]] llvm::Value* integer_power(llvm::IRBuilder<>& builder, llvm::Value* base, std::int32_t exponent);

[[nodiscard]] llvm::Constant* combine_neutral(llvm::Type* type, loops::Combine combine);
[[nodiscard]] llvm::Value* combine(llvm::IRBuilder<>& builder, loops::Combine combine, llvm::Value* lane,
                                   llvm::Value* value);

// i1 (or a vector of it): is not zero.
[[nodiscard]] llvm::Value* truth(llvm::IRBuilder<>& builder, llvm::Value* value);

// 0, step, 2 step, … in i64 lanes.
[[nodiscard]] llvm::Constant* counting(llvm::IRBuilder<>& builder, unsigned lanes, std::int64_t step);

// floor division and the other integer operations of two operands, on i64 or vectors of it.
[[nodiscard]] llvm::Value* integer_arithmetic(llvm::IRBuilder<>& builder, loops::IntegerOp op, llvm::Value* a,
                                              llvm::Value* b);

} // namespace nphys::backend
