// The frame of a function, its integers and its memory; statements are in statements.cpp, numbers in operations.cpp.
#include "compiler/backend/llvm/function_emitter.h"

#include <algorithm>

#include <llvm/IR/IntrinsicsX86.h>
#include <llvm/IR/MDBuilder.h>

#include "compiler/backend/llvm/numbers.h"

namespace nphys::backend {

using loops::BufferId;
using loops::IntegerId;
using loops::IntegerOp;

namespace {

// Members of nphys_context; runtime/context.h.
enum Member : unsigned { buffers_member, scalars_member, step_member, threads_member, pool_member, seed_member };

// Whether an integer is the same wherever its variables are: it reads neither memory nor the step.
bool is_pure(const loops::Function& function, IntegerId id) {
    const loops::Integer& integer = function.integers[id.index()];
    switch (integer.op) {
    case IntegerOp::step:
    case IntegerOp::load:
        return false;
    case IntegerOp::constant:
    case IntegerOp::variable:
    case IntegerOp::argument:
    case IntegerOp::threads:
        return true;
    default:
        return is_pure(function, integer.a) && is_pure(function, integer.b);
    }
}

} // namespace

void emit_function(ModuleEmitter& module, const loops::Function& function) {
    llvm::LLVMContext& context = module.context();
    auto* type =
        llvm::FunctionType::get(llvm::Type::getVoidTy(context),
                                {llvm::PointerType::getUnqual(context), llvm::Type::getInt64Ty(context)}, false);
    llvm::Function* result = module.new_function(symbol_of(function.name), type, true);
    FunctionEmitter emitter(module, function, result, false);
    emitter.begin(result->getArg(0), result->getArg(1));
    emitter.block(function.body);
    emitter.finish();
}

FunctionEmitter::FunctionEmitter(ModuleEmitter& module, const loops::Function& source, llvm::Function* result,
                                 bool in_parallel_loop)
    : module_(module), source_(source), result_(result), builder_(module.context()),
      in_parallel_loop_(in_parallel_loop), accumulators_(source.accumulators), swapped_(module.source().buffers.size()),
      integers_(source.integers.size()) {
    scope_.variables.resize(source.variables.size());
    scope_.values.resize(source.values.size());
    for (std::uint32_t i = 0; i < module.source().buffers.size(); ++i)
        tags_.push_back(module.buffer_tag(BufferId{i}));
    auto* entry = llvm::BasicBlock::Create(module.context(), "entry", result);
    auto* body = llvm::BasicBlock::Create(module.context(), "body", result);
    entry_end_ = llvm::BranchInst::Create(body, entry);
    builder_.SetInsertPoint(entry_end_);
    if (!in_parallel_loop)
        find_swapped(source.body);
}

// Buffers that change places may be the same memory at different times, so to LLVM they are one kind of memory.
void FunctionEmitter::find_swapped(const loops::Block& block) {
    for (const loops::Statement& statement : block) {
        if (const auto* swap = std::get_if<loops::Swap>(&statement.node)) {
            llvm::MDNode* kept = tags_[swap->a.index()];
            llvm::MDNode* replaced = tags_[swap->b.index()];
            std::ranges::replace(tags_, replaced, kept);
            swapped_[swap->a.index()] = swapped_[swap->b.index()] = true;
        } else if (const auto* loop = std::get_if<loops::For>(&statement.node)) {
            find_swapped(*loop->body);
        } else if (const auto* branch = std::get_if<loops::If>(&statement.node)) {
            find_swapped(*branch->body);
        } else if (const auto* repeat = std::get_if<loops::Repeat>(&statement.node)) {
            find_swapped(*repeat->body);
        }
    }
}

void FunctionEmitter::begin(llvm::Value* context, llvm::Value* argument) {
    context_ = context;
    argument_ = argument;
    builder_.SetInsertPoint(entry_end_);
    buffer_table_ = context_member(buffers_member, builder_.getPtrTy(), module_.context_tag());
    scalar_table_ = context_member(scalars_member, builder_.getPtrTy(), module_.context_tag());
    builder_.SetInsertPoint(entry_end_->getSuccessor(0));
}

void FunctionEmitter::finish() {
    if (streams_)
        fence_streams();
    builder_.CreateRetVoid();
}

// Streaming stores are ordered before what other threads are told only by a fence.
void FunctionEmitter::fence_streams() {
    if (module_.x86())
        builder_.CreateIntrinsic(llvm::Intrinsic::x86_sse_sfence, {}, {});
    else
        builder_.CreateFence(llvm::AtomicOrdering::SequentiallyConsistent);
}

llvm::BasicBlock* FunctionEmitter::new_block(const char* name) {
    return llvm::BasicBlock::Create(module_.context(), name, result_);
}

// ---- Integers

llvm::Value* FunctionEmitter::integer_operation(IntegerOp op, llvm::Value* a, llvm::Value* b) {
    return integer_arithmetic(builder_, op, a, b);
}

llvm::Value* FunctionEmitter::integer(IntegerId id) {
    if (llvm::Value* known = integers_[id.index()])
        return known;
    const loops::Integer& expression = source_.integers[id.index()];
    llvm::Value* value = nullptr;
    switch (expression.op) {
    case IntegerOp::constant:
        return builder_.getInt64(static_cast<std::uint64_t>(expression.value));
    case IntegerOp::variable:
        return scope_.variables[expression.variable.index()];
    case IntegerOp::argument:
        return argument_;
    case IntegerOp::threads:
        value = threads();
        break;
    case IntegerOp::step:
        return context_member(step_member, builder_.getInt64Ty(), module_.step_tag());
    case IntegerOp::load: {
        llvm::Value* address =
            builder_.CreateInBoundsGEP(builder_.getInt64Ty(), buffer(expression.buffer), integer(expression.a));
        return tagged(builder_.CreateLoad(builder_.getInt64Ty(), address), tag(expression.buffer));
    }
    default: {
        llvm::Value* a = integer(expression.a); // one after the other: the order of arguments is not defined
        value = integer_operation(expression.op, a, integer(expression.b));
    }
    }
    if (is_pure(source_, id)) {
        integers_[id.index()] = value;
        computed_.push_back(id);
    }
    return value;
}

// ---- Memory

llvm::Value* FunctionEmitter::member_address(unsigned member) {
    return builder_.CreateConstInBoundsGEP1_64(builder_.getInt64Ty(), context_, member);
}

llvm::Value* FunctionEmitter::context_member(unsigned member, llvm::Type* type, llvm::MDNode* tag) {
    return tagged(builder_.CreateLoad(type, member_address(member)), tag);
}

llvm::Value* FunctionEmitter::threads() {
    return context_member(threads_member, builder_.getInt64Ty(), module_.context_tag());
}

llvm::Value* FunctionEmitter::seed() {
    return context_member(seed_member, builder_.getInt64Ty(), module_.context_tag());
}

llvm::Value* FunctionEmitter::pool() {
    return context_member(pool_member, builder_.getPtrTy(), module_.context_tag());
}

llvm::Value* FunctionEmitter::buffer_slot(BufferId buffer) {
    return builder_.CreateConstInBoundsGEP1_64(builder_.getPtrTy(), buffer_table_, buffer.value);
}

llvm::Value* FunctionEmitter::load_pointer(BufferId buffer) {
    llvm::LoadInst* pointer =
        tagged(builder_.CreateLoad(builder_.getPtrTy(), buffer_slot(buffer)), module_.pointer_tag());
    const loops::Buffer& described = module_.source().buffers[buffer.index()];
    pointer->setName(described.name);
    const auto bytes = static_cast<std::uint64_t>(described.size) * ModuleEmitter::bytes(described.type);
    const auto note = [&](unsigned kind, std::uint64_t value) {
        pointer->setMetadata(
            kind, llvm::MDNode::get(module_.context(), llvm::ConstantAsMetadata::get(builder_.getInt64(value))));
    };
    note(llvm::LLVMContext::MD_align, 64);
    if (bytes != 0)
        note(llvm::LLVMContext::MD_dereferenceable, bytes);
    return pointer;
}

llvm::Value* FunctionEmitter::buffer(BufferId buffer) {
    if (swapped_[buffer.index()])
        return load_pointer(buffer);
    llvm::Value*& known = pointers_[buffer.index()];
    if (known == nullptr) {
        const llvm::IRBuilderBase::InsertPointGuard here(builder_);
        builder_.SetInsertPoint(entry_end_);
        known = load_pointer(buffer);
    }
    return known;
}

llvm::Value* FunctionEmitter::scalar_address(loops::ScalarId scalar) {
    return builder_.CreateConstInBoundsGEP1_64(builder_.getDoubleTy(), scalar_table_, scalar.value);
}

llvm::Value* FunctionEmitter::read_scalar(loops::ScalarId scalar) {
    return tagged(builder_.CreateLoad(builder_.getDoubleTy(), scalar_address(scalar)), module_.scalar_tag(scalar));
}

void FunctionEmitter::write_scalar(loops::ScalarId scalar, llvm::Value* value) {
    tagged(builder_.CreateStore(value, scalar_address(scalar)), module_.scalar_tag(scalar));
}

void FunctionEmitter::node(const loops::Swap& swap) {
    llvm::Value* a = buffer_slot(swap.a);
    llvm::Value* b = buffer_slot(swap.b);
    llvm::Value* first = tagged(builder_.CreateLoad(builder_.getPtrTy(), a), module_.pointer_tag());
    llvm::Value* second = tagged(builder_.CreateLoad(builder_.getPtrTy(), b), module_.pointer_tag());
    tagged(builder_.CreateStore(second, a), module_.pointer_tag());
    tagged(builder_.CreateStore(first, b), module_.pointer_tag());
}

void FunctionEmitter::node(const loops::AdvanceStep&) {
    const loops::Module& model = module_.source();
    llvm::Value* before = context_member(step_member, builder_.getInt64Ty(), module_.step_tag());
    llvm::Value* step = builder_.CreateNSWAdd(before, builder_.getInt64(1));
    tagged(builder_.CreateStore(step, member_address(step_member)), module_.step_tag());
    llvm::Value* elapsed =
        builder_.CreateFMul(builder_.CreateSIToFP(step, builder_.getDoubleTy()), read_scalar(model.step_size));
    write_scalar(model.time, builder_.CreateFAdd(read_scalar(model.start_time), elapsed));
}

} // namespace nphys::backend
