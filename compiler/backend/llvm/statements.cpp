// Statements outside vector loops.
#include "compiler/backend/llvm/function_emitter.h"
#include "compiler/backend/llvm/numbers.h"
#include "compiler/loops/accumulate.h"

namespace nphys::backend {

void FunctionEmitter::block(const loops::Block& block) {
    const std::size_t mark = computed_.size();
    for (const loops::Statement& written : block) {
        if (!module_.failure().empty())
            return;
        statement(written);
    }
    forget_integers(mark);
}

// What was computed since `mark` is not there after the block that computed it.
void FunctionEmitter::forget_integers(std::size_t mark) {
    for (std::size_t i = mark; i < computed_.size(); ++i)
        integers_[computed_[i].index()] = nullptr;
    computed_.resize(mark);
}

void FunctionEmitter::statement(const loops::Statement& statement) {
    std::visit([this](const auto& found) { node(found); }, statement.node);
}

// ---- Control

void FunctionEmitter::node(const loops::For& loop) {
    switch (loop.kind) {
    case loops::LoopKind::serial:
        return serial_loop(loop);
    case loops::LoopKind::parallel:
        return in_parallel_loop_ ? serial_loop(loop) : parallel_loop(loop);
    case loops::LoopKind::vector:
        return vector_loop(loop);
    }
}

void FunctionEmitter::serial_loop(const loops::For& loop) {
    llvm::Value* begin = integer(loop.begin);
    llvm::Value* end = integer(loop.end);
    iterate(begin, end, loop);
}

void FunctionEmitter::iterate(llvm::Value* begin, llvm::Value* end, const loops::For& loop) {
    llvm::BasicBlock* before = builder_.GetInsertBlock();
    llvm::BasicBlock* body = new_block(source_.variables[loop.variable.index()].c_str());
    llvm::BasicBlock* after = new_block("after");
    builder_.CreateCondBr(builder_.CreateICmpSLT(begin, end), body, after);

    builder_.SetInsertPoint(body);
    llvm::PHINode* variable = builder_.CreatePHI(builder_.getInt64Ty(), 2);
    variable->addIncoming(begin, before);
    scope_.variables[loop.variable.index()] = variable;
    block(*loop.body);
    llvm::Value* next = builder_.CreateNSWAdd(variable, builder_.getInt64(1));
    variable->addIncoming(next, builder_.GetInsertBlock());
    builder_.CreateCondBr(builder_.CreateICmpSLT(next, end), body, after);
    builder_.SetInsertPoint(after);
}

void FunctionEmitter::node(const loops::If& branch) {
    llvm::Value* condition = builder_.CreateICmpNE(integer(branch.condition), builder_.getInt64(0));
    llvm::BasicBlock* body = new_block("then");
    llvm::BasicBlock* after = new_block("after");
    builder_.CreateCondBr(condition, body, after);
    builder_.SetInsertPoint(body);
    block(*branch.body);
    builder_.CreateBr(after);
    builder_.SetInsertPoint(after);
}

void FunctionEmitter::node(const loops::Repeat& repeat) {
    llvm::Value* most = integer(repeat.most);
    llvm::BasicBlock* before = builder_.GetInsertBlock();
    llvm::BasicBlock* look = new_block("look");
    llvm::BasicBlock* body = new_block("again");
    llvm::BasicBlock* after = new_block("after");
    builder_.CreateBr(look);

    builder_.SetInsertPoint(look);
    llvm::PHINode* pass = builder_.CreatePHI(builder_.getInt64Ty(), 2);
    pass->addIncoming(builder_.getInt64(0), before);
    llvm::Value* goes_on = builder_.CreateFCmpOEQ(read_scalar(repeat.until),
                                                  llvm::ConstantFP::get(builder_.getDoubleTy(), 0.0));
    builder_.CreateCondBr(builder_.CreateAnd(builder_.CreateICmpSLT(pass, most), goes_on), body, after);

    builder_.SetInsertPoint(body);
    block(*repeat.body);
    pass->addIncoming(builder_.CreateNSWAdd(pass, builder_.getInt64(1)), builder_.GetInsertBlock());
    builder_.CreateBr(look);
    builder_.SetInsertPoint(after);
}

void FunctionEmitter::let(const loops::Let& let) {
    scope_.variables[let.variable.index()] = integer(let.value);
}

// ---- Memory

void FunctionEmitter::node(const loops::Store& store) {
    llvm::Type* element = module_.type(module_.element(store.buffer));
    llvm::Value* value = convert(builder_, number(store.value), element);
    llvm::Value* address = builder_.CreateInBoundsGEP(element, buffer(store.buffer), integer(store.index));
    tagged(builder_.CreateStore(value, address), tag(store.buffer));
}

void FunctionEmitter::node(const loops::SetScalar& set) {
    write_scalar(set.scalar, convert(builder_, number(set.value), builder_.getDoubleTy()));
}

// ---- Accumulators

void FunctionEmitter::node(const loops::Open& open) {
    LaneStorage& storage = lanes(open.accumulator);
    storage.combine = open.combine;
    auto* piece = llvm::FixedVectorType::get(builder_.getDoubleTy(), piece_lanes());
    if (storage.pieces.empty()) {
        llvm::IRBuilder<> entry(entry_end_);
        for (unsigned lane = 0; lane < loops::accumulator_lanes; lane += piece_lanes())
            storage.pieces.push_back(entry.CreateAlloca(piece, nullptr, "lanes"));
    }
    for (llvm::AllocaInst* place : storage.pieces)
        builder_.CreateStore(combine_neutral(piece, open.combine), place);
}

// Outside vector loops everything goes to lane 0.
void FunctionEmitter::node(const loops::Accumulate& accumulate) {
    LaneStorage& storage = lanes(accumulate.accumulator);
    if (storage.pieces.empty())
        return module_.fail("`" + source_.name + "` accumulates in what it has not opened");
    llvm::AllocaInst* place = storage.pieces.front();
    llvm::Value* piece = builder_.CreateLoad(place->getAllocatedType(), place);
    llvm::Value* lane = builder_.CreateExtractElement(piece, std::uint64_t{0});
    llvm::Value* value = convert(builder_, number(accumulate.value), builder_.getDoubleTy());
    llvm::Value* combined = combine(builder_, storage.combine, lane, value);
    builder_.CreateStore(builder_.CreateInsertElement(piece, combined, std::uint64_t{0}), place);
}

// ---- Services of the runtime

llvm::Value* FunctionEmitter::service_argument(const loops::Argument& argument, llvm::Type* type) {
    if (const auto* address = std::get_if<loops::Address>(&argument)) {
        if (!type->isPointerTy())
            return nullptr;
        llvm::Value* first = buffer(address->buffer);
        llvm::Type* element = module_.type(module_.element(address->buffer));
        return address->index.valid() ? builder_.CreateInBoundsGEP(element, first, integer(address->index)) : first;
    }
    if (const auto* whole = std::get_if<loops::IntegerId>(&argument))
        return type->isIntegerTy() ? builder_.CreateSExtOrTrunc(integer(*whole), type) : nullptr;
    return type->isFloatingPointTy() ? convert(builder_, number(std::get<loops::ValueId>(argument)), type) : nullptr;
}

// The pool is the first argument of services that take one, and loops do not speak of it.
void FunctionEmitter::node(const loops::CallService& call) {
    llvm::Function* service = module_.service(call.service);
    if (service == nullptr)
        return module_.fail("there is no service `" + call.service + "`");
    const std::size_t parameters = service->arg_size();
    std::vector<llvm::Value*> arguments;
    if (call.arguments.size() + 1 == parameters)
        arguments.push_back(in_parallel_loop_ ? llvm::ConstantPointerNull::get(builder_.getPtrTy()) : pool());
    for (const loops::Argument& argument : call.arguments) {
        if (arguments.size() < parameters)
            arguments.push_back(
                service_argument(argument, service->getArg(static_cast<unsigned>(arguments.size()))->getType()));
    }
    if (arguments.size() != parameters || std::ranges::find(arguments, nullptr) != arguments.end())
        return module_.fail("service `" + call.service + "` is called with arguments that it does not take");
    builder_.CreateCall(service, arguments);
}

} // namespace nphys::backend
