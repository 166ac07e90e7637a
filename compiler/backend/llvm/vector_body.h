#pragma once
// Defines the translation of the body of a vector loop for `lanes * parts` iterations at once.
//
// In: a plan, the first iteration and, for the remainder, masks of the lanes that exist. Out: instructions on vectors
// of `lanes` lanes, `parts` of each. Holds: each lane computes what a single iteration would, to the last bit; memory
// of lanes that do not exist is not touched.

#include <map>
#include <vector>

#include "compiler/backend/llvm/function_emitter.h"
#include "compiler/backend/llvm/vector_plan.h"

namespace nphys::backend {

using Parts = llvm::SmallVector<llvm::Value*, 4>;

// One execution of the body.
struct Strip {
    llvm::Value* first = nullptr; // the loop variable in lane 0 of part 0
    unsigned parts = 1;
    Parts masks = {};             // empty: all lanes exist
    bool streaming = false;       // streaming stores are aligned here
    bool wraps = false;           // accesses across edges may go around them
    llvm::Value* whole = nullptr; // with masks: whether nevertheless all lanes exist; null: not of interest
};

class VectorBody {
public:
    // What all iterations share is written before `shared`.
    VectorBody(FunctionEmitter& outer, const VectorPlan& plan, llvm::Instruction* shared)
        : outer_(outer), plan_(plan), builder_(outer.builder()), shared_(shared) {}

    void emit(const Strip& strip);

    // Lanes of this part whose number is below the limit. 32-bit lanes suit vectors of f32.
    [[nodiscard]] llvm::Value* lanes_below(llvm::Value* limit, unsigned part);

    // The address that iteration `at` accesses; the index is linear with stride 1.
    [[nodiscard]] llvm::Value* address(loops::BufferId buffer, const LinearForm& index, llvm::Value* at);

private:
    void node(const loops::Define& define);
    void node(const loops::Store& store);
    void node(const loops::Accumulate& accumulate);

    Parts operation(const loops::Load& load, loops::Type type);
    Parts operation(const loops::FromInteger& from, loops::Type type);
    Parts operation(const loops::Compute& compute, loops::Type type);
    Parts operation(const loops::Call& call, loops::Type type);
    Parts operation(const loops::Draw& draw, loops::Type type);
    Parts drawn_in_pairs(const loops::Draw& draw, const LinearForm& column, loops::Type type);
    Parts operation(const loops::IntegerPower& power, loops::Type type);
    Parts operation(const loops::RealPower& power, loops::Type type);
    Parts library_call(const ScalarMath& function, const std::vector<Parts>& arguments, loops::Type type);
    llvm::Value* library_call(const ScalarMath& function, llvm::ArrayRef<llvm::Value*> arguments, loops::Type type);
    llvm::Value* one_lane_at_a_time(const ScalarMath& function, llvm::ArrayRef<llvm::Value*> arguments,
                                    loops::Type type);
    Parts sigmoid(const Parts& argument, loops::Type type);

    // A number in all lanes, as `type`; `type` of the number itself when there is none.
    Parts argument(loops::ValueId value, loops::Type type);
    loops::Type type_of(loops::ValueId value) const { return outer_.source().values[value.index()]; }
    llvm::Value* in_all_lanes(llvm::Value* scalar);
    llvm::Value* shared_integer(loops::IntegerId id);
    llvm::Value* shared_seed();
    llvm::Value* mask(unsigned part) const { return strip_.masks.empty() ? nullptr : strip_.masks[part]; }

    // ---- Integers and addresses
    const Parts& integer(loops::IntegerId id);
    Parts compute_integer(loops::IntegerId id);
    Parts linear_integer(const LinearForm& form);
    llvm::Value* uniform_part(const LinearForm& form, bool with_constant);
    Parts load(loops::BufferId buffer, loops::IntegerId index, llvm::Type* element);
    llvm::Value* wrapped_load(loops::BufferId buffer, const LinearForm& index, unsigned part);
    void store_part(const loops::Store& store, const LinearForm& form, llvm::Value* value, unsigned part);
    void scatter_part(const loops::Store& store, llvm::Value* value, unsigned part);
    llvm::Value* part_address(loops::BufferId buffer, const LinearForm& index, unsigned part);
    llvm::Value* lane_addresses(loops::BufferId buffer, loops::IntegerId index, unsigned part);
    llvm::FixedVectorType* vector_of(llvm::Type* element) const {
        return llvm::FixedVectorType::get(element, plan_.lanes());
    }

    FunctionEmitter& outer_;
    const VectorPlan& plan_;
    llvm::IRBuilder<>& builder_;
    llvm::Instruction* shared_;
    Strip strip_;
    std::map<loops::ValueId, Parts> values_;
    std::map<loops::IntegerId, Parts> integers_;
    std::map<llvm::Value*, llvm::Value*> in_all_lanes_;
    std::map<std::pair<loops::ValueId, loops::Type>, llvm::Value*> uniform_arguments_;
    std::map<std::pair<loops::BufferId, std::map<loops::IntegerId, std::int64_t>>, llvm::Value*> rows_;
};

} // namespace nphys::backend
