#pragma once
// Defines the translation of one function of the loop IR, one statement after the other, to LLVM IR.
//
// In: a loops::Function. Out: an llvm::Function. Numbers and loop variables become LLVM's registers, accumulators
// vectors of lanes in local memory (which LLVM turns into registers); bodies of parallel loops and large vector loops
// become functions of their own (parallel.cpp); vector loops are written with explicit vectors (vector_loop.h). Holds afterwards: memory is
// accessed with the alias information of its buffer, except that buffers which the function swaps are taken to overlap.

#include <map>
#include <vector>

#include "compiler/backend/llvm/captures.h"
#include "compiler/backend/llvm/module_emitter.h"

namespace nphys::backend {

// What a body may use of the code around it; LLVM values live in the function that is being written.
struct Scope {
    std::vector<llvm::Value*> variables; // by VariableId
    std::vector<llvm::Value*> values;    // by ValueId
};

// Where captured registers lie in the structure that a caller fills and an inner function reads.
struct Frame {
    llvm::StructType* type = nullptr;
    std::vector<llvm::Value*> sources; // in the caller: context, argument, variables, numbers
};

// 16 lanes of f64 in pieces of the processor's width; empty until opened.
struct LaneStorage {
    loops::Combine combine = loops::Combine::sum;
    std::vector<llvm::AllocaInst*> pieces;
};

class FunctionEmitter {
public:
    // Begins to write `result`, whose parameters the caller has turned into `context` and `argument` already.
    FunctionEmitter(ModuleEmitter& module, const loops::Function& source, llvm::Function* result,
                    bool in_parallel_loop);

    void begin(llvm::Value* context, llvm::Value* argument);
    void block(const loops::Block& block);
    void finish(); // fences streaming stores and returns

    // ---- What vector loops need too
    [[nodiscard]] ModuleEmitter& module() { return module_; }
    [[nodiscard]] const loops::Function& source() const { return source_; }
    [[nodiscard]] llvm::IRBuilder<>& builder() { return builder_; }
    [[nodiscard]] Scope& scope() { return scope_; }
    [[nodiscard]] llvm::Value* integer(loops::IntegerId id);
    [[nodiscard]] llvm::Value* number(loops::ValueId id) { return scope_.values[id.index()]; }
    void define(const loops::Define& define);
    [[nodiscard]] llvm::Value* seed();
    void let(const loops::Let& let);
    [[nodiscard]] llvm::Value* buffer(loops::BufferId buffer); // its pointer, now
    [[nodiscard]] llvm::MDNode* tag(loops::BufferId buffer) { return tags_[buffer.index()]; }
    [[nodiscard]] LaneStorage& lanes(loops::AccumulatorId accumulator) { return accumulators_[accumulator.index()]; }
    [[nodiscard]] llvm::Value* integer_operation(loops::IntegerOp op, llvm::Value* a, llvm::Value* b);
    [[nodiscard]] unsigned piece_lanes() const { return module_.vector_bytes() / 8; }
    [[nodiscard]] llvm::BasicBlock* new_block(const char* name);
    // Integers that are computed from here on are forgotten by forget_integers(mark): they are not there after this
    // block.
    [[nodiscard]] std::size_t integer_mark() const { return computed_.size(); }
    void forget_integers(std::size_t mark);
    void has_streamed() { streams_ = true; }
    template <class Access>
    Access* tagged(Access* access, llvm::MDNode* tag) {
        access->setMetadata(llvm::LLVMContext::MD_tbaa, tag);
        return access;
    }

private:
    void statement(const loops::Statement& statement);
    void node(const loops::For& loop);
    void node(const loops::If& branch);
    void node(const loops::Repeat& repeat);
    void node(const loops::Let& statement) { let(statement); }
    void node(const loops::Define& statement) { define(statement); }
    void node(const loops::Store& store);
    void node(const loops::SetScalar& set);
    void node(const loops::Open& open);
    void node(const loops::Accumulate& accumulate);
    void node(const loops::Swap& swap);
    void node(const loops::AdvanceStep& advance);
    void node(const loops::CallService& call);
    void serial_loop(const loops::For& loop);
    void iterate(llvm::Value* begin, llvm::Value* end, const loops::For& loop);
    void parallel_loop(const loops::For& loop);
    void vector_loop(const loops::For& loop);
    void begin_inside(const Captures& captures, const Frame& frame);
    llvm::Value* captured(const Frame& frame);
    void call_body(llvm::Function* body, llvm::Value* captured, llvm::Value* begin, llvm::Value* end);
    llvm::Value* service_argument(const loops::Argument& argument, llvm::Type* type);

    llvm::Value* operation(const loops::Constant& operation, loops::Type type);
    llvm::Value* operation(const loops::ReadScalar& operation, loops::Type type);
    llvm::Value* operation(const loops::Load& operation, loops::Type type);
    llvm::Value* operation(const loops::FromInteger& operation, loops::Type type);
    llvm::Value* operation(const loops::ReadAccumulator& operation, loops::Type type);
    llvm::Value* operation(const loops::Compute& operation, loops::Type type);
    llvm::Value* operation(const loops::Call& operation, loops::Type type);
    llvm::Value* operation(const loops::Draw& draw, loops::Type type);
    llvm::Value* operation(const loops::IntegerPower& operation, loops::Type type);
    llvm::Value* operation(const loops::RealPower& operation, loops::Type type);

    std::vector<llvm::Value*> call_arguments(const loops::Call& call, loops::Type type);
    llvm::Value* library_call(const ScalarMath& function, std::vector<llvm::Value*> arguments);

    void find_swapped(const loops::Block& block);
    llvm::Value* context_member(unsigned member, llvm::Type* type, llvm::MDNode* tag);
    llvm::Value* member_address(unsigned member);
    llvm::Value* threads();
    llvm::Value* pool();
    llvm::Value* buffer_slot(loops::BufferId buffer);
    llvm::Value* load_pointer(loops::BufferId buffer);
    llvm::Value* scalar_address(loops::ScalarId scalar);
    llvm::Value* read_scalar(loops::ScalarId scalar);
    void write_scalar(loops::ScalarId scalar, llvm::Value* value);
    void fence_streams();

    ModuleEmitter& module_;
    const loops::Function& source_;
    llvm::Function* result_;
    llvm::IRBuilder<> builder_;
    bool in_parallel_loop_;
    bool streams_ = false;
    llvm::Value* context_ = nullptr;
    llvm::Value* argument_ = nullptr;
    llvm::Value* buffer_table_ = nullptr;
    llvm::Value* scalar_table_ = nullptr;
    llvm::Instruction* entry_end_ = nullptr; // what is the same throughout the function is computed before this
    Scope scope_;
    std::vector<LaneStorage> accumulators_;
    std::vector<llvm::MDNode*> tags_;
    std::vector<bool> swapped_;
    std::map<std::size_t, llvm::Value*> pointers_; // of buffers that stay where they are
    // Integers computed in open blocks; `computed_` tells which to forget at the end of a block.
    std::vector<llvm::Value*> integers_;
    std::vector<loops::IntegerId> computed_;
};

// Translates a whole function of the module.
void emit_function(ModuleEmitter& module, const loops::Function& function);

} // namespace nphys::backend
