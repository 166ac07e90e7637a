// Definitions of numbers outside vector loops.
#include <algorithm>

#include "compiler/backend/llvm/function_emitter.h"
#include "compiler/backend/llvm/draws_single.h"
#include "compiler/backend/llvm/numbers.h"
#include "compiler/loops/accumulate.h"

namespace nphys::backend {

using loops::Type;

void FunctionEmitter::define(const loops::Define& define) {
    llvm::Value* value = std::visit([&](const auto& found) { return operation(found, define.type); }, define.operation);
    scope_.values[define.value.index()] = convert(builder_, value, module_.type(define.type));
}

llvm::Value* FunctionEmitter::operation(const loops::Constant& constant, Type type) {
    if (type == Type::f32) // rounded here: the same as a conversion at run time
        return llvm::ConstantFP::get(builder_.getFloatTy(), static_cast<double>(static_cast<float>(constant.value)));
    return llvm::ConstantFP::get(builder_.getDoubleTy(), constant.value);
}

llvm::Value* FunctionEmitter::operation(const loops::ReadScalar& read, Type) {
    return read_scalar(read.scalar);
}

llvm::Value* FunctionEmitter::operation(const loops::Load& load, Type) {
    llvm::Type* element = module_.type(module_.element(load.buffer));
    llvm::Value* address = builder_.CreateInBoundsGEP(element, buffer(load.buffer), integer(load.index));
    return tagged(builder_.CreateLoad(element, address), tag(load.buffer));
}

llvm::Value* FunctionEmitter::operation(const loops::FromInteger& from, Type) {
    return integer(from.integer);
}

// Lane l with l+8, then l+4, l+2, l+1.
llvm::Value* FunctionEmitter::operation(const loops::ReadAccumulator& read, Type) {
    LaneStorage& storage = lanes(read.accumulator);
    if (storage.pieces.empty()) {
        module_.fail("`" + source_.name + "` reads what it has not opened");
        return llvm::PoisonValue::get(builder_.getDoubleTy());
    }
    std::vector<llvm::Value*> pieces;
    for (llvm::AllocaInst* piece : storage.pieces)
        pieces.push_back(builder_.CreateLoad(piece->getAllocatedType(), piece));
    for (; pieces.size() > 1; pieces.resize(pieces.size() / 2)) {
        for (std::size_t i = 0; i < pieces.size() / 2; ++i)
            pieces[i] = combine(builder_, storage.combine, pieces[i], pieces[i + pieces.size() / 2]);
    }
    llvm::Value* folded = pieces.front();
    for (unsigned half = piece_lanes() / 2; half > 0; half /= 2) {
        llvm::SmallVector<int> low, high;
        for (unsigned lane = 0; lane < half; ++lane) {
            low.push_back(static_cast<int>(lane));
            high.push_back(static_cast<int>(lane + half));
        }
        llvm::Value* first = builder_.CreateShuffleVector(folded, low);
        folded = combine(builder_, storage.combine, first, builder_.CreateShuffleVector(folded, high));
    }
    return builder_.CreateExtractElement(folded, std::uint64_t{0});
}

llvm::Value* FunctionEmitter::operation(const loops::Compute& compute, Type type) {
    std::vector<llvm::Value*> arguments;
    for (std::size_t i = 0; i < compute.arguments.size(); ++i) {
        llvm::Value* argument = number(compute.arguments[i]);
        const bool condition = compute.op == loops::Arithmetic::select && i == 0;
        arguments.push_back(condition ? argument : convert(builder_, argument, module_.type(type)));
    }
    return arithmetic(builder_, compute.op, arguments);
}

// The interpreter computes calls in double precision and rounds the result.
llvm::Value* FunctionEmitter::operation(const loops::Call& call, Type type) {
    const std::vector<llvm::Value*> arguments = call_arguments(call, type);
    if (llvm::Value* value = inline_call(builder_, call.op, arguments))
        return value;
    if (call.op == algebra::Op::sigmoid) {
        llvm::Value* x = convert(builder_, arguments.front(), builder_.getDoubleTy());
        llvm::Constant* one = llvm::ConstantFP::get(x->getType(), 1);
        llvm::Value* decay =
            builder_.CreateCall(module_.scalar_function(*scalar_math(algebra::Op::exp)), {builder_.CreateFNeg(x)});
        return builder_.CreateFDiv(one, builder_.CreateFAdd(one, decay));
    }
    return library_call(*scalar_math(call.op), arguments);
}

llvm::Value* FunctionEmitter::operation(const loops::IntegerPower& power, Type type) {
    return integer_power(builder_, convert(builder_, number(power.base), module_.type(type)), power.exponent);
}

llvm::Value* FunctionEmitter::operation(const loops::Draw& draw, Type type) {
    llvm::Value* row = integer(draw.row); // one after the other: the order of arguments is not defined
    llvm::Value* column = integer(draw.column);
    llvm::Value* step = integer(draw.step);
    const DrawPlace place{seed(), draw.stream, row, column, step};
    return type == Type::f32 ? SingleNoise(builder_, nullptr, 0).draw(draw.distribution, place)
                             : Noise(builder_, nullptr, 0).draw(draw.distribution, place);
}

llvm::Value* FunctionEmitter::operation(const loops::RealPower& power, Type) {
    return library_call(power_math(), {number(power.base), number(power.exponent)});
}

// Comparisons and logic take their arguments as they are, in the wider of their types; all else the type of the result.
std::vector<llvm::Value*> FunctionEmitter::call_arguments(const loops::Call& call, Type type) {
    std::vector<llvm::Value*> arguments;
    for (const loops::ValueId argument : call.arguments)
        arguments.push_back(number(argument));
    const bool mixed = std::ranges::any_of(
        arguments, [&](const llvm::Value* value) { return value->getType() != arguments.front()->getType(); });
    if (type == Type::truth && !mixed)
        return arguments;
    llvm::Type* common = module_.type(type == Type::truth ? Type::f64 : type);
    for (llvm::Value*& argument : arguments)
        argument = convert(builder_, argument, common);
    return arguments;
}

llvm::Value* FunctionEmitter::library_call(const ScalarMath& function, std::vector<llvm::Value*> arguments) {
    for (llvm::Value*& argument : arguments)
        argument = convert(builder_, argument, builder_.getDoubleTy());
    return builder_.CreateCall(module_.scalar_function(function), arguments);
}

} // namespace nphys::backend
