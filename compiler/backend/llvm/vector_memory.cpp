// Integers and memory of a vector loop.
#include <numeric>

#include "compiler/backend/llvm/numbers.h"
#include "compiler/backend/llvm/vector_body.h"

namespace nphys::backend {

using loops::BufferId;
using loops::IntegerId;
using loops::IntegerOp;

// ---- Integers

const Parts& VectorBody::integer(IntegerId id) {
    if (const auto known = integers_.find(id); known != integers_.end())
        return known->second;
    Parts parts = compute_integer(id);
    return integers_[id] = std::move(parts);
}

Parts VectorBody::compute_integer(IntegerId id) {
    if (const auto form = plan_.linear(id); form && !form->wrap)
        return linear_integer(*form);
    const loops::Integer& expression = outer_.source().integers[id.index()];
    if (expression.op == IntegerOp::load)
        return load(expression.buffer, expression.a, builder_.getInt64Ty());
    if (expression.op == IntegerOp::variable)
        return integer(*plan_.let(expression.variable));
    const Parts a = integer(expression.a);
    const Parts b = integer(expression.b);
    const bool divides = expression.op == IntegerOp::divide || expression.op == IntegerOp::remainder;
    Parts result;
    for (unsigned part = 0; part < strip_.parts; ++part) {
        llvm::Value* divisor = b[part];
        if (divides && mask(part) != nullptr) // a lane that does not exist must not divide by zero
            divisor = builder_.CreateSelect(mask(part), divisor, llvm::ConstantInt::get(divisor->getType(), 1));
        result.push_back(outer_.integer_operation(expression.op, a[part], divisor));
    }
    return result;
}

Parts VectorBody::linear_integer(const LinearForm& form) {
    llvm::Value* base = uniform_part(form, true);
    if (form.stride == 0)
        return Parts(strip_.parts, in_all_lanes(base));
    llvm::Value* stride = builder_.getInt64(static_cast<std::uint64_t>(form.stride));
    Parts result;
    for (unsigned part = 0; part < strip_.parts; ++part) {
        llvm::Value* first = builder_.CreateNSWAdd(strip_.first, builder_.getInt64(part * plan_.lanes()));
        llvm::Value* start = builder_.CreateNSWAdd(base, builder_.CreateNSWMul(first, stride));
        result.push_back(builder_.CreateNSWAdd(builder_.CreateVectorSplat(plan_.lanes(), start),
                                               counting(builder_, plan_.lanes(), form.stride)));
    }
    return result;
}

// Σ factor * term, before the loop.
llvm::Value* VectorBody::uniform_part(const LinearForm& form, bool with_constant) {
    const llvm::IRBuilderBase::InsertPointGuard here(builder_);
    builder_.SetInsertPoint(shared_);
    llvm::Value* sum = nullptr;
    for (const auto& [term, factor] : form.terms) {
        llvm::Value* value = outer_.integer(term);
        if (factor != 1)
            value = builder_.CreateNSWMul(value, builder_.getInt64(static_cast<std::uint64_t>(factor)));
        sum = sum == nullptr ? value : builder_.CreateNSWAdd(sum, value);
    }
    llvm::Value* constant = builder_.getInt64(with_constant ? static_cast<std::uint64_t>(form.constant) : 0);
    return sum == nullptr ? constant : with_constant ? builder_.CreateNSWAdd(sum, constant) : sum;
}

// ---- Addresses

// Rows that differ by a constant share a pointer, the constant goes into the instruction.
llvm::Value* VectorBody::address(BufferId buffer, const LinearForm& index, llvm::Value* at) {
    llvm::Type* element = outer_.module().type(outer_.module().element(buffer));
    llvm::Value*& row = rows_[{buffer, index.terms}];
    if (row == nullptr) {
        const llvm::IRBuilderBase::InsertPointGuard here(builder_);
        builder_.SetInsertPoint(shared_);
        llvm::Value* base = outer_.buffer(buffer);
        llvm::Value* offset = uniform_part(index, false);
        row = index.terms.empty() ? base : builder_.CreateGEP(element, base, offset);
    }
    llvm::Value* place = index.is_contiguous() ? builder_.CreateGEP(element, row, at) : row;
    return index.constant == 0
               ? place
               : builder_.CreateGEP(element, place, builder_.getInt64(static_cast<std::uint64_t>(index.constant)));
}

llvm::Value* VectorBody::part_address(BufferId buffer, const LinearForm& index, unsigned part) {
    LinearForm moved = index;
    if (index.is_contiguous())
        moved.constant += static_cast<std::int64_t>(part * plan_.lanes()) + (index.wrap ? index.wrap->shift : 0);
    return address(buffer, moved, strip_.first);
}

llvm::Value* VectorBody::lane_addresses(BufferId buffer, IntegerId index, unsigned part) {
    llvm::Type* element = outer_.module().type(outer_.module().element(buffer));
    llvm::Value* places = integer(index)[part];
    llvm::Value* base = address(buffer, LinearForm{}, strip_.first);
    return builder_.CreateGEP(element, base, places);
}

// ---- Loads and stores

llvm::Value* VectorBody::lanes_below(llvm::Value* limit, unsigned part) {
    const unsigned bits = outer_.module().vector_bytes() / plan_.lanes() * 8;
    llvm::Value* bounded = builder_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, limit, builder_.getInt64(1024));
    llvm::SmallVector<llvm::Constant*, 16> lanes;
    for (unsigned lane = 0; lane < plan_.lanes(); ++lane)
        lanes.push_back(builder_.getIntN(bits, part * plan_.lanes() + lane));
    llvm::Value* all =
        builder_.CreateVectorSplat(plan_.lanes(), builder_.CreateTrunc(bounded, builder_.getIntNTy(bits)));
    return builder_.CreateICmpSLT(llvm::ConstantVector::get(lanes), all);
}

// The lanes before the edge from the end of the axis, those behind it from its beginning.
llvm::Value* VectorBody::wrapped_load(BufferId buffer, const LinearForm& index, unsigned part) {
    llvm::Type* element = outer_.module().type(outer_.module().element(buffer));
    llvm::FixedVectorType* type = vector_of(element);
    const llvm::Align align(outer_.module().bytes(outer_.module().element(buffer)));
    llvm::Value* size = builder_.getInt64(static_cast<std::uint64_t>(index.wrap->size));
    llvm::Value* shift = builder_.getInt64(
        static_cast<std::uint64_t>(index.wrap->shift + static_cast<std::int64_t>(part * plan_.lanes())));
    llvm::Value* first =
        outer_.integer_operation(IntegerOp::remainder, builder_.CreateNSWAdd(strip_.first, shift), size);
    llvm::Value* before = lanes_below(builder_.CreateNSWSub(size, first), 0);
    llvm::Value* behind = builder_.CreateNot(before);
    if (llvm::Value* exists = mask(part)) {
        before = builder_.CreateAnd(before, exists);
        behind = builder_.CreateAnd(behind, exists);
    }
    LinearForm around = index;
    around.constant -= index.wrap->size;
    llvm::Value* value = llvm::Constant::getNullValue(type);
    using Side = std::pair<const LinearForm*, llvm::Value*>;
    for (const auto& [form, lanes] : {Side(&index, before), Side(&around, behind)}) {
        const auto* constant = llvm::dyn_cast<llvm::Constant>(lanes);
        if (constant != nullptr && constant->isNullValue())
            continue;
        llvm::Value* place = address(buffer, *form, first);
        if (constant != nullptr && constant->isAllOnesValue())
            value = outer_.tagged(builder_.CreateAlignedLoad(type, place, align), outer_.tag(buffer));
        else
            value = outer_.tagged(builder_.CreateMaskedLoad(type, place, align, lanes, value), outer_.tag(buffer));
    }
    return value;
}

Parts VectorBody::load(BufferId buffer, IntegerId index, llvm::Type* element) {
    const auto form = plan_.linear(index);
    const llvm::Align align(outer_.module().bytes(outer_.module().element(buffer)));
    llvm::FixedVectorType* type = vector_of(element);
    llvm::Constant* nothing = llvm::Constant::getNullValue(type);
    const auto all = llvm::ConstantInt::getTrue(vector_of(builder_.getInt1Ty()));
    Parts result;
    for (unsigned part = 0; part < strip_.parts; ++part) {
        if (form && form->wrap && strip_.wraps) {
            result.push_back(wrapped_load(buffer, *form, part));
            continue;
        }
        llvm::Instruction* access = nullptr;
        llvm::Value* value = nullptr;
        if (form && form->is_contiguous()) {
            llvm::Value* place = part_address(buffer, *form, part);
            if (llvm::Value* exists = mask(part))
                access = builder_.CreateMaskedLoad(type, place, align, exists, nothing);
            else
                access = builder_.CreateAlignedLoad(type, place, align);
        } else if (form && form->stride == 0) {
            access = builder_.CreateLoad(element, part_address(buffer, *form, part));
            value = builder_.CreateVectorSplat(plan_.lanes(), access);
        } else {
            llvm::Value* exists = mask(part);
            access = builder_.CreateMaskedGather(type, lane_addresses(buffer, index, part), align,
                                                 exists == nullptr ? all : exists, nothing);
        }
        outer_.tagged(access, outer_.tag(buffer));
        result.push_back(value == nullptr ? access : value);
    }
    return result;
}

Parts VectorBody::operation(const loops::Load& load, loops::Type) {
    return this->load(load.buffer, load.index, outer_.module().type(outer_.module().element(load.buffer)));
}

Parts VectorBody::operation(const loops::FromInteger& from, loops::Type) {
    return integer(from.integer);
}

void VectorBody::node(const loops::Store& store) {
    const auto form = plan_.linear(store.index);
    const Parts values = argument(store.value, outer_.module().element(store.buffer));
    const bool contiguous = form && form->is_contiguous() && !(form->wrap && strip_.wraps);
    for (unsigned part = 0; part < strip_.parts; ++part) {
        if (contiguous)
            store_part(store, *form, values[part], part);
        else
            scatter_part(store, values[part], part);
    }
}

void VectorBody::scatter_part(const loops::Store& store, llvm::Value* value, unsigned part) {
    const llvm::Align align(outer_.module().bytes(outer_.module().element(store.buffer)));
    outer_.tagged(
        builder_.CreateMaskedScatter(value, lane_addresses(store.buffer, store.index, part), align, mask(part)),
        outer_.tag(store.buffer));
}

void VectorBody::store_part(const loops::Store& store, const LinearForm& form, llvm::Value* value, unsigned part) {
    const unsigned bytes = outer_.module().bytes(outer_.module().element(store.buffer));
    llvm::Value* place = part_address(store.buffer, form, part);
    llvm::MDNode* tag = outer_.tag(store.buffer);
    const auto write_streaming = [&] {
        auto* access =
            outer_.tagged(builder_.CreateAlignedStore(value, place, llvm::Align(bytes * plan_.lanes())), tag);
        access->setMetadata(
            llvm::LLVMContext::MD_nontemporal,
            llvm::MDNode::get(outer_.module().context(), llvm::ConstantAsMetadata::get(builder_.getInt32(1))));
    };
    const auto write_masked = [&] {
        outer_.tagged(builder_.CreateMaskedStore(value, place, llvm::Align(bytes), mask(part)), tag);
    };
    const bool streams = store.streaming && strip_.streaming;
    if (mask(part) == nullptr) {
        if (streams)
            write_streaming();
        else
            outer_.tagged(builder_.CreateAlignedStore(value, place, llvm::Align(bytes)), tag);
    } else if (streams && strip_.whole != nullptr && !llvm::isa<llvm::Constant>(strip_.whole)) {
        llvm::BasicBlock* all = outer_.new_block("all");
        llvm::BasicBlock* some = outer_.new_block("some");
        llvm::BasicBlock* stored = outer_.new_block("stored");
        builder_.CreateCondBr(strip_.whole, all, some);
        builder_.SetInsertPoint(all);
        write_streaming();
        builder_.CreateBr(stored);
        builder_.SetInsertPoint(some);
        write_masked();
        builder_.CreateBr(stored);
        builder_.SetInsertPoint(stored);
    } else {
        write_masked();
    }
}

} // namespace nphys::backend
