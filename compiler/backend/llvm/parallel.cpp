// Loops that become functions of their own: bodies of parallel loops, of the thread pool's kind
// `void(captured, begin, end, thread)`, and large vector loops, `void(captured)`.
#include <llvm/IR/Constants.h>

#include "compiler/backend/llvm/function_emitter.h"
#include "compiler/backend/llvm/vector_loop.h"

namespace nphys::backend {

namespace {

bool travels(llvm::Value* value) {
    return !llvm::isa<llvm::Constant>(value);
}

Frame frame_of(llvm::LLVMContext& context, const Captures& captures, const Scope& scope, llvm::Value* model,
               llvm::Value* argument) {
    Frame frame;
    frame.sources = {model, argument};
    for (const loops::VariableId variable : captures.variables)
        frame.sources.push_back(scope.variables[variable.index()]);
    for (const loops::ValueId value : captures.values)
        frame.sources.push_back(scope.values[value.index()]);
    std::vector<llvm::Type*> members;
    for (const llvm::Value* source : frame.sources)
        members.push_back(source->getType());
    frame.type = llvm::StructType::get(context, members);
    return frame;
}

} // namespace

// Begins a function that finds what it uses of the code around it where its first parameter points.
void FunctionEmitter::begin_inside(const Captures& captures, const Frame& frame) {
    result_->addParamAttr(0, llvm::Attribute::NoAlias);
    result_->addParamAttr(0, llvm::Attribute::ReadOnly);
    const auto unpack = [&](std::size_t member) -> llvm::Value* {
        if (!travels(frame.sources[member]))
            return frame.sources[member];
        llvm::Value* address = builder_.CreateStructGEP(frame.type, result_->getArg(0), static_cast<unsigned>(member));
        return tagged(builder_.CreateLoad(frame.sources[member]->getType(), address), module_.capture_tag());
    };
    llvm::Value* model = unpack(0);
    llvm::Value* argument = unpack(1);
    std::size_t member = 2;
    for (const loops::VariableId variable : captures.variables)
        scope_.variables[variable.index()] = unpack(member++);
    for (const loops::ValueId value : captures.values)
        scope_.values[value.index()] = unpack(member++);
    begin(model, argument);
}

// Puts down what a function captures; where it is.
llvm::Value* FunctionEmitter::captured(const Frame& frame) {
    llvm::IRBuilder<> entry(entry_end_);
    llvm::Value* captured = entry.CreateAlloca(frame.type, nullptr, "captured");
    for (std::size_t i = 0; i < frame.sources.size(); ++i) {
        if (travels(frame.sources[i]))
            tagged(builder_.CreateStore(frame.sources[i],
                                        builder_.CreateStructGEP(frame.type, captured, static_cast<unsigned>(i))),
                   module_.capture_tag());
    }
    return captured;
}

void FunctionEmitter::parallel_loop(const loops::For& loop) {
    const Captures captures = captures_of(source_, loop);
    if (captures.foreign_accumulator)
        return module_.fail("`" + source_.name + "` accumulates in a parallel loop what it opened outside");
    const Frame frame = frame_of(module_.context(), captures, scope_, context_, argument_);
    llvm::Type* word = builder_.getInt64Ty();
    auto* type =
        llvm::FunctionType::get(builder_.getVoidTy(), {builder_.getPtrTy(), word, word, builder_.getInt32Ty()}, false);
    llvm::Function* body = module_.new_function((result_->getName() + ".block").str(), type, false);
    FunctionEmitter inner(module_, source_, body, true);
    inner.begin_inside(captures, frame);
    inner.iterate(body->getArg(1), body->getArg(2), loop);
    inner.finish();
    llvm::Value* begin = integer(loop.begin);
    llvm::Value* end = integer(loop.end);
    call_body(body, captured(frame), begin, end);
}

// LLVM's time grows faster than the length of a function, and functions can be compiled on several threads. A call for
// each row of some hundred operations costs nothing.
void FunctionEmitter::vector_loop(const loops::For& loop) {
    constexpr std::size_t large = 100; // statements
    if (loop.body->size() < large)
        return emit_vector_loop(*this, loop);
    const Captures captures = captures_of(source_, loop);
    if (captures.foreign_accumulator)
        return emit_vector_loop(*this, loop);
    const Frame frame = frame_of(module_.context(), captures, scope_, context_, argument_);
    auto* type = llvm::FunctionType::get(builder_.getVoidTy(), {builder_.getPtrTy()}, false);
    llvm::Function* body = module_.new_function((result_->getName() + ".row").str(), type, false);
    FunctionEmitter inner(module_, source_, body, true);
    inner.begin_inside(captures, frame);
    emit_vector_loop(inner, loop);
    inner.builder_.CreateRetVoid();
    streams_ = streams_ || inner.streams_; // to be fenced at the end of all rows
    builder_.CreateCall(body, {captured(frame)});
}

// Through the pool where there is something to share, else here.
void FunctionEmitter::call_body(llvm::Function* body, llvm::Value* captured, llvm::Value* begin, llvm::Value* end) {
    if (streams_)
        fence_streams();
    llvm::Function* pool_loop = module_.service("nphys_parallel_for");
    if (pool_loop == nullptr)
        return module_.fail("the runtime has no `nphys_parallel_for`");
    llvm::BasicBlock* some = new_block("some");
    llvm::BasicBlock* shared = new_block("shared");
    llvm::BasicBlock* alone = new_block("alone");
    llvm::BasicBlock* done = new_block("done");
    llvm::Value* count = builder_.CreateNSWSub(end, begin);
    builder_.CreateCondBr(builder_.CreateICmpSGT(count, builder_.getInt64(0)), some, done);

    builder_.SetInsertPoint(some);
    llvm::Value* one = builder_.getInt64(1);
    builder_.CreateCondBr(
        builder_.CreateAnd(builder_.CreateICmpSGT(count, one), builder_.CreateICmpSGT(threads(), one)), shared, alone);

    builder_.SetInsertPoint(shared);
    llvm::Value* most = builder_.getInt64(0x7fffffff);
    llvm::Value* chunks =
        builder_.CreateTrunc(builder_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, count, most), builder_.getInt32Ty());
    builder_.CreateCall(pool_loop, {pool(), body, captured, begin, end, chunks});
    builder_.CreateBr(done);

    builder_.SetInsertPoint(alone);
    builder_.CreateCall(body, {captured, begin, end, builder_.getInt32(0)});
    builder_.CreateBr(done);
    builder_.SetInsertPoint(done);
}

} // namespace nphys::backend
