// Statements and numbers of a vector loop; memory and integers are in vector_memory.cpp.
#include "compiler/backend/llvm/vector_body.h"

#include <algorithm>

#include "compiler/backend/llvm/draws_single.h"
#include "compiler/backend/llvm/numbers.h"
#include "compiler/loops/accumulate.h"

namespace nphys::backend {

using loops::Type;

void VectorBody::emit(const Strip& strip) {
    strip_ = strip;
    values_.clear();
    integers_.clear();
    for (const loops::Statement* statement : plan_.varying()) {
        if (const auto* define = std::get_if<loops::Define>(&statement->node))
            node(*define);
        else if (const auto* store = std::get_if<loops::Store>(&statement->node))
            node(*store);
        else
            node(std::get<loops::Accumulate>(statement->node));
    }
}

llvm::Value* VectorBody::in_all_lanes(llvm::Value* scalar) {
    if (auto* constant = llvm::dyn_cast<llvm::Constant>(scalar))
        return llvm::ConstantVector::getSplat(llvm::ElementCount::getFixed(plan_.lanes()), constant);
    llvm::Value*& known = in_all_lanes_[scalar];
    if (known == nullptr) {
        const llvm::IRBuilderBase::InsertPointGuard here(builder_);
        builder_.SetInsertPoint(shared_);
        known = builder_.CreateVectorSplat(plan_.lanes(), scalar);
    }
    return known;
}

Parts VectorBody::argument(loops::ValueId value, Type type) {
    llvm::Type* element = outer_.module().type(type);
    if (!plan_.varies(value)) {
        llvm::Value*& scalar = uniform_arguments_[{value, type}];
        if (scalar == nullptr) {
            const llvm::IRBuilderBase::InsertPointGuard here(builder_);
            builder_.SetInsertPoint(shared_);
            scalar = convert(builder_, outer_.number(value), element);
        }
        return Parts(strip_.parts, in_all_lanes(scalar));
    }
    Parts parts = values_.at(value);
    for (llvm::Value*& part : parts)
        part = convert(builder_, part, element);
    return parts;
}

void VectorBody::node(const loops::Define& define) {
    Parts parts = std::visit(
        [&](const auto& found) -> Parts {
            using Operation = std::remove_cvref_t<decltype(found)>;
            constexpr bool shared = std::is_same_v<Operation, loops::Constant> ||
                                    std::is_same_v<Operation, loops::ReadScalar> ||
                                    std::is_same_v<Operation, loops::ReadAccumulator>;
            if constexpr (shared)
                return {}; // the same for all iterations, so never here
            else
                return operation(found, define.type);
        },
        define.operation);
    for (llvm::Value*& part : parts)
        part = convert(builder_, part, outer_.module().type(define.type));
    values_[define.value] = std::move(parts);
}

// Iteration n goes to lane n mod 16.
void VectorBody::node(const loops::Accumulate& accumulate) {
    LaneStorage& storage = outer_.lanes(accumulate.accumulator);
    const Parts parts = argument(accumulate.value, Type::f64);
    const unsigned width = outer_.piece_lanes();
    for (unsigned lane = 0; lane < strip_.parts * plan_.lanes(); lane += width) {
        const unsigned part = lane / plan_.lanes(), offset = lane % plan_.lanes();
        const auto slice = [&](llvm::Value* whole) {
            llvm::SmallVector<int> wanted;
            for (unsigned i = 0; i < width; ++i)
                wanted.push_back(static_cast<int>(offset + i));
            return width == plan_.lanes() ? whole : builder_.CreateShuffleVector(whole, wanted);
        };
        llvm::AllocaInst* piece = storage.pieces[(lane % loops::accumulator_lanes) / width];
        llvm::Value* before = builder_.CreateLoad(piece->getAllocatedType(), piece);
        llvm::Value* after = combine(builder_, storage.combine, before, slice(parts[part]));
        if (llvm::Value* exists = mask(part))
            after = builder_.CreateSelect(slice(exists), after, before);
        builder_.CreateStore(after, piece);
    }
}

Parts VectorBody::operation(const loops::Compute& compute, Type type) {
    std::vector<Parts> arguments;
    for (std::size_t i = 0; i < compute.arguments.size(); ++i) {
        const bool condition = compute.op == loops::Arithmetic::select && i == 0;
        arguments.push_back(argument(compute.arguments[i], condition ? Type::truth : type));
    }
    Parts result;
    for (unsigned part = 0; part < strip_.parts; ++part) {
        llvm::SmallVector<llvm::Value*, 3> operands;
        for (const Parts& each : arguments)
            operands.push_back(each[part]);
        result.push_back(arithmetic(builder_, compute.op, operands));
    }
    return result;
}

Parts VectorBody::operation(const loops::Call& call, Type type) {
    // Comparisons and logic take their arguments as they are, in f64 where types are mixed.
    Type common = type;
    if (type == Type::truth) {
        common = type_of(call.arguments.front());
        if (std::ranges::any_of(call.arguments, [&](loops::ValueId value) { return type_of(value) != common; }))
            common = Type::f64;
    }
    std::vector<Parts> arguments;
    for (const loops::ValueId value : call.arguments)
        arguments.push_back(argument(value, common));
    if (call.op == algebra::Op::sigmoid)
        return sigmoid(arguments.front(), common);
    if (const ScalarMath* function = scalar_math(call.op))
        return library_call(*function, arguments, common);
    Parts result;
    for (unsigned part = 0; part < strip_.parts; ++part) {
        llvm::SmallVector<llvm::Value*, 2> operands;
        for (const Parts& each : arguments)
            operands.push_back(each[part]);
        result.push_back(inline_call(builder_, call.op, operands));
    }
    return result;
}

Parts VectorBody::operation(const loops::IntegerPower& power, Type type) {
    Parts result = argument(power.base, type);
    for (llvm::Value*& part : result)
        part = integer_power(builder_, part, power.exponent);
    return result;
}

Parts VectorBody::operation(const loops::Draw& draw, Type type) {
    const auto form = plan_.linear(draw.column);
    const std::int64_t of_block = type == Type::f32 ? 4 : 2;
    const bool in_pairs = form && form->stride == 1 && !form->wrap && form->terms.empty() && form->constant % of_block == 0 &&
                          plan_.begins_at_multiple_of(of_block) && !plan_.varies(draw.row) && strip_.parts % 2 == 0;
    if (in_pairs)
        return drawn_in_pairs(draw, *form, type);
    const auto place = [&](loops::IntegerId id) { return plan_.varies(id) ? integer(id) : Parts(strip_.parts, shared_integer(id)); };
    const Parts rows = place(draw.row), columns = place(draw.column);
    llvm::Value* seed = shared_seed();
    llvm::Value* step = shared_integer(draw.step);
    Parts result;
    for (unsigned part = 0; part < strip_.parts; ++part) {
        const DrawPlace here{seed, draw.stream, rows[part], columns[part], step};
        result.push_back(type == Type::f32 ? SingleNoise(builder_, shared_, plan_.lanes()).draw(draw.distribution, here)
                                           : Noise(builder_, shared_, plan_.lanes()).draw(draw.distribution, here));
    }
    return result;
}

// Neighbours share a block: the numbers of the blocks of one vector (in f32, of half a one) fill two. In f32 four are made at once
// where there are so many: each instruction is then two that do not wait for each other.
Parts VectorBody::drawn_in_pairs(const loops::Draw& draw, const LinearForm& column, Type type) {
    const bool is_single = type == Type::f32;
    const unsigned group = is_single && strip_.parts % 4 == 0 ? 4 : 2, lanes = plan_.lanes();
    const unsigned width = lanes * group / 2, blocks = is_single ? width / 2 : width;
    llvm::Value* seed = shared_seed();
    llvm::Value* row = shared_integer(draw.row);
    llvm::Value* step = shared_integer(draw.step);
    Parts result;
    for (unsigned begin = 0; begin < strip_.parts; begin += group) {
        const std::int64_t moved = column.constant + static_cast<std::int64_t>(begin * lanes);
        llvm::Value* first = builder_.CreateNSWAdd(strip_.first, builder_.getInt64(static_cast<std::uint64_t>(moved)));
        llvm::Value* number = builder_.CreateVectorSplat(blocks, builder_.CreateLShr(first, is_single ? 2 : 1));
        number = builder_.CreateAdd(number, counting(builder_, blocks, 1));
        const DrawPlace here{seed, draw.stream, row, number, step};
        const Noise::Pair numbers = is_single ? SingleNoise(builder_, shared_, width).pair(draw.distribution, here)
                                              : Noise(builder_, shared_, width).pair(draw.distribution, here);
        for (unsigned part = 0; part < group; ++part) {
            llvm::SmallVector<int> chosen; // even and odd columns in turn
            for (unsigned lane = part * lanes; lane < (part + 1) * lanes; ++lane)
                chosen.push_back(static_cast<int>(lane / 2 + (lane % 2) * width));
            result.push_back(builder_.CreateShuffleVector(numbers.even, numbers.odd, chosen));
        }
    }
    return result;
}

// The same for all iterations: computed before the loop.
llvm::Value* VectorBody::shared_integer(loops::IntegerId id) {
    const llvm::IRBuilderBase::InsertPointGuard here(builder_);
    builder_.SetInsertPoint(shared_);
    return outer_.integer(id);
}

llvm::Value* VectorBody::shared_seed() {
    const llvm::IRBuilderBase::InsertPointGuard here(builder_);
    builder_.SetInsertPoint(shared_);
    return outer_.seed();
}

Parts VectorBody::operation(const loops::RealPower& power, Type type) {
    return library_call(power_math(), {argument(power.base, type), argument(power.exponent, type)}, type);
}

// 1 / (1 + exp(-x)); where exp goes lane by lane it is in f64, so all of it is.
Parts VectorBody::sigmoid(const Parts& argument, Type type) {
    const ScalarMath& exponential = *scalar_math(algebra::Op::exp);
    const bool vectors = outer_.module().vector_function(exponential, plan_.lanes(), type).has_value();
    Parts result;
    for (llvm::Value* part : argument) {
        const Type inner = vectors ? type : Type::f64;
        llvm::Value* x = convert(builder_, part, outer_.module().type(inner));
        llvm::Constant* one = llvm::ConstantFP::get(x->getType(), 1);
        llvm::Value* decay = library_call(exponential, {builder_.CreateFNeg(x)}, inner);
        llvm::Value* value = builder_.CreateFDiv(one, builder_.CreateFAdd(one, decay));
        result.push_back(convert(builder_, value, outer_.module().type(type)));
    }
    return result;
}

Parts VectorBody::library_call(const ScalarMath& function, const std::vector<Parts>& arguments, Type type) {
    Parts result;
    for (unsigned part = 0; part < strip_.parts; ++part) {
        llvm::SmallVector<llvm::Value*, 2> operands;
        for (const Parts& each : arguments)
            operands.push_back(each[part]);
        result.push_back(library_call(function, operands, type));
    }
    return result;
}

// The widest vector function that divides the lanes.
llvm::Value* VectorBody::library_call(const ScalarMath& function, llvm::ArrayRef<llvm::Value*> arguments, Type type) {
    const unsigned lanes = llvm::cast<llvm::FixedVectorType>(arguments.front()->getType())->getNumElements();
    if (const auto callee = outer_.module().vector_function(function, lanes, type))
        return builder_.CreateCall(*callee, arguments);
    if (lanes <= 2)
        return one_lane_at_a_time(function, arguments, type);
    llvm::SmallVector<int> low, high, both;
    for (unsigned lane = 0; lane < lanes; ++lane) {
        (lane < lanes / 2 ? low : high).push_back(static_cast<int>(lane));
        both.push_back(static_cast<int>(lane));
    }
    llvm::SmallVector<llvm::Value*, 2> first, second;
    for (llvm::Value* argument : arguments) {
        first.push_back(builder_.CreateShuffleVector(argument, low));
        second.push_back(builder_.CreateShuffleVector(argument, high));
    }
    llvm::Value* lower = library_call(function, first, type);
    return builder_.CreateShuffleVector(lower, library_call(function, second, type), both);
}

llvm::Value* VectorBody::one_lane_at_a_time(const ScalarMath& function, llvm::ArrayRef<llvm::Value*> arguments,
                                            Type type) {
    auto* vector = llvm::cast<llvm::FixedVectorType>(arguments.front()->getType());
    llvm::Value* result = llvm::PoisonValue::get(vector);
    for (unsigned lane = 0; lane < vector->getNumElements(); ++lane) {
        llvm::SmallVector<llvm::Value*, 2> operands;
        for (llvm::Value* argument : arguments)
            operands.push_back(
                convert(builder_, builder_.CreateExtractElement(argument, lane), builder_.getDoubleTy()));
        llvm::Value* value = builder_.CreateCall(outer_.module().scalar_function(function), operands);
        result = builder_.CreateInsertElement(result, convert(builder_, value, outer_.module().type(type)), lane);
    }
    return result;
}

} // namespace nphys::backend
