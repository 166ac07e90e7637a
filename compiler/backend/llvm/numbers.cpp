#include "compiler/backend/llvm/numbers.h"

#include <numbers>

#include <llvm/IR/Constants.h>

#include "compiler/loops/accumulate.h"
#include "compiler/loops/power.h"

namespace nphys::backend {

namespace {

using algebra::Op;
using loops::Arithmetic;
using loops::IntegerOp;

llvm::Constant* number(llvm::Value* like, double value) {
    return llvm::ConstantFP::get(like->getType(), value);
}

llvm::Value* sign(llvm::IRBuilder<>& builder, llvm::Value* x) {
    llvm::Value* negative = builder.CreateSelect(builder.CreateFCmpOLT(x, number(x, 0)), number(x, -1), x);
    return builder.CreateSelect(builder.CreateFCmpOGT(x, number(x, 0)), number(x, 1), negative);
}

llvm::Value* angle_of_real(llvm::IRBuilder<>& builder, llvm::Value* x) {
    return builder.CreateSelect(builder.CreateFCmpOLT(x, number(x, 0)), number(x, std::numbers::pi), number(x, 0));
}

llvm::CmpInst::Predicate comparison(Op op) {
    switch (op) {
    case Op::less:
        return llvm::CmpInst::FCMP_OLT;
    case Op::less_equal:
        return llvm::CmpInst::FCMP_OLE;
    case Op::greater:
        return llvm::CmpInst::FCMP_OGT;
    case Op::greater_equal:
        return llvm::CmpInst::FCMP_OGE;
    case Op::equal:
        return llvm::CmpInst::FCMP_OEQ;
    default:
        return llvm::CmpInst::FCMP_UNE;
    }
}

// Truths take part in comparisons as 0 and 1.
llvm::Value* as_number(llvm::IRBuilder<>& builder, llvm::Value* value) {
    return value->getType()->isIntOrIntVectorTy() ? convert(builder, value, builder.getDoubleTy()) : value;
}

} // namespace

llvm::Value* arithmetic(llvm::IRBuilder<>& builder, Arithmetic op, Values arguments) {
    switch (op) {
    case Arithmetic::add:
        return builder.CreateFAdd(arguments[0], arguments[1]);
    case Arithmetic::subtract:
        return builder.CreateFSub(arguments[0], arguments[1]);
    case Arithmetic::multiply:
        return builder.CreateFMul(arguments[0], arguments[1]);
    case Arithmetic::divide:
        return builder.CreateFDiv(arguments[0], arguments[1]);
    case Arithmetic::negate:
        return builder.CreateFNeg(arguments[0]);
    case Arithmetic::fma:
        return builder.CreateIntrinsic(llvm::Intrinsic::fma, {arguments[0]->getType()},
                                       {arguments[0], arguments[1], arguments[2]});
    case Arithmetic::square_root:
        return builder.CreateUnaryIntrinsic(llvm::Intrinsic::sqrt, arguments[0]);
    case Arithmetic::select:
        return builder.CreateSelect(truth(builder, arguments[0]), arguments[1], arguments[2]);
    case Arithmetic::convert:
        break; // needs the type of the result
    }
    return arguments[0];
}

llvm::Value* convert(llvm::IRBuilder<>& builder, llvm::Value* value, llvm::Type* element) {
    llvm::Type* from = value->getType();
    llvm::Type* to = element;
    if (const auto* vector = llvm::dyn_cast<llvm::FixedVectorType>(from))
        to = llvm::FixedVectorType::get(element, vector->getNumElements());
    if (from == to)
        return value;
    if (element->isIntegerTy(1))
        return truth(builder, value);
    const bool from_truth = from->isIntOrIntVectorTy(1);
    if (from->isIntOrIntVectorTy() && to->isIntOrIntVectorTy())
        return builder.CreateZExt(value, to);
    if (from->isIntOrIntVectorTy())
        return from_truth ? builder.CreateUIToFP(value, to) : builder.CreateSIToFP(value, to);
    return to->isIntOrIntVectorTy() ? builder.CreateFPToSI(value, to) : builder.CreateFPCast(value, to);
}

llvm::Value* truth(llvm::IRBuilder<>& builder, llvm::Value* value) {
    llvm::Type* type = value->getType();
    if (type->isIntOrIntVectorTy(1))
        return value;
    llvm::Constant* zero = llvm::Constant::getNullValue(type);
    return type->isIntOrIntVectorTy() ? builder.CreateICmpNE(value, zero) : builder.CreateFCmpUNE(value, zero);
}

llvm::Value* inline_call(llvm::IRBuilder<>& builder, Op op, Values arguments) {
    llvm::Value* x = arguments[0];
    llvm::Value* y = arguments.size() > 1 ? arguments[1] : nullptr;
    switch (op) {
    case Op::abs:
        return builder.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, x);
    case Op::sign:
        return sign(builder, x);
    case Op::floor:
        return builder.CreateUnaryIntrinsic(llvm::Intrinsic::floor, x);
    case Op::sqrt:
        return builder.CreateUnaryIntrinsic(llvm::Intrinsic::sqrt, x);
    case Op::min:
        return builder.CreateSelect(builder.CreateFCmpOLE(x, y), x, y);
    case Op::max:
        return builder.CreateSelect(builder.CreateFCmpOGE(x, y), x, y);
    case Op::re:
    case Op::conj:
        return x;
    case Op::im:
        return number(x, 0);
    case Op::arg:
        return angle_of_real(builder, x);
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
    case Op::equal:
    case Op::not_equal:
        return builder.CreateFCmp(comparison(op), as_number(builder, x), as_number(builder, y));
    case Op::logical_and:
        return builder.CreateAnd(truth(builder, x), truth(builder, y));
    case Op::logical_or:
        return builder.CreateOr(truth(builder, x), truth(builder, y));
    case Op::logical_not:
        return builder.CreateNot(truth(builder, x));
    case Op::exp:
    case Op::log:
    case Op::sin:
    case Op::cos:
    case Op::tan:
    case Op::asin:
    case Op::acos:
    case Op::atan:
    case Op::atan2:
    case Op::sinh:
    case Op::cosh:
    case Op::tanh:
    case Op::sigmoid:
    case Op::poisson_quantile:
    case Op::erf:
        return nullptr;
    }
    return nullptr;
}

llvm::Value* integer_power(llvm::IRBuilder<>& builder, llvm::Value* base, std::int32_t exponent) {
    llvm::Constant* one = number(base, 1);
    if (exponent == 0)
        return one;
    const auto bits = static_cast<std::uint32_t>(exponent);
    llvm::Value* power =
        loops::power_by_squaring(base, exponent < 0 ? 0u - bits : bits,
                                 [&](llvm::Value* a, llvm::Value* b) { return builder.CreateFMul(a, b); });
    return exponent < 0 ? builder.CreateFDiv(one, power) : power;
}

llvm::Constant* combine_neutral(llvm::Type* type, loops::Combine combine) {
    return llvm::ConstantFP::get(type, loops::neutral_of(combine));
}

llvm::Value* combine(llvm::IRBuilder<>& builder, loops::Combine combine, llvm::Value* lane, llvm::Value* value) {
    switch (combine) {
    case loops::Combine::sum:
        return builder.CreateFAdd(lane, value);
    case loops::Combine::product:
        return builder.CreateFMul(lane, value);
    case loops::Combine::maximum:
        return builder.CreateSelect(builder.CreateFCmpOGT(value, lane), value, lane);
    case loops::Combine::minimum:
        return builder.CreateSelect(builder.CreateFCmpOLT(value, lane), value, lane);
    }
    return lane;
}

llvm::Value* integer_arithmetic(llvm::IRBuilder<>& builder, IntegerOp op, llvm::Value* a, llvm::Value* b) {
    llvm::Type* type = a->getType();
    llvm::Constant* zero = llvm::Constant::getNullValue(type);
    switch (op) {
    case IntegerOp::add:
        return builder.CreateNSWAdd(a, b);
    case IntegerOp::subtract:
        return builder.CreateNSWSub(a, b);
    case IntegerOp::multiply:
        return builder.CreateNSWMul(a, b);
    case IntegerOp::divide: {
        llvm::Value* quotient = builder.CreateSDiv(a, b);
        llvm::Value* negative = builder.CreateICmpSLT(builder.CreateSRem(a, b), zero);
        return builder.CreateAdd(quotient, builder.CreateSExt(negative, type));
    }
    case IntegerOp::remainder: {
        llvm::Value* rest = builder.CreateSRem(a, b);
        return builder.CreateSelect(builder.CreateICmpSLT(rest, zero), builder.CreateAdd(rest, b), rest);
    }
    case IntegerOp::minimum:
        return builder.CreateBinaryIntrinsic(llvm::Intrinsic::smin, a, b);
    case IntegerOp::maximum:
        return builder.CreateBinaryIntrinsic(llvm::Intrinsic::smax, a, b);
    case IntegerOp::less:
        return builder.CreateZExt(builder.CreateICmpSLT(a, b), type);
    case IntegerOp::equal:
        return builder.CreateZExt(builder.CreateICmpEQ(a, b), type);
    default:
        return zero; // leaves are no operations
    }
}

llvm::Constant* counting(llvm::IRBuilder<>& builder, unsigned lanes, std::int64_t step) {
    llvm::SmallVector<llvm::Constant*, 16> numbers;
    for (unsigned lane = 0; lane < lanes; ++lane)
        numbers.push_back(builder.getInt64(static_cast<std::uint64_t>(step * static_cast<std::int64_t>(lane))));
    return llvm::ConstantVector::get(numbers);
}

} // namespace nphys::backend
