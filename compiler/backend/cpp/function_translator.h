// Writes one function of the loop IR as C++: the state that the parts of the translation share.
// translate.cpp: blocks and single statements; translate_loops.cpp: loops; translate_numbers.cpp: which values get a
// name.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "compiler/backend/cpp/scopes.h"
#include "compiler/backend/cpp/translate.h"
#include "compiler/backend/cpp/translate_values.h"
#include "compiler/backend/cpp/uses.h"

namespace nphys::backend::cpp {

class FunctionTranslator {
public:
    FunctionTranslator(const loops::Module& module, const loops::Function& function, const Names& names)
        : module_(module), function_(function), names_(names), uses_(function), facts_(function),
          variables_(function.variables.size()), values_(function.values.size()), accumulators_(function.accumulators),
          local_buffers_(module.buffers.size()), local_scalars_(module.scalars.size()) {
        static_cast<void>(scopes_.declare(names.argument));
    }
    tl::expected<tree::Body, std::string> run();

private:
    // A value that waits to be written where it is used.
    struct Value {
        tree::ExpressionPtr expression;
        std::size_t leaves = 1;
        std::set<std::uint32_t> loads; // buffers that it reads when it is written
        bool can_change = false;       // reads a member or an accumulator
    };

    // Blocks
    tree::Body block(const loops::Block& statements, tree::Body prologue = {});
    void put(decltype(tree::Statement::node) node);
    std::shared_ptr<tree::Body> shared(tree::Body body);

    // Loops
    void write(const loops::For& loop);
    void write_parallel(const loops::For& loop, const Touched& inside);
    void write_loop(const loops::For& loop, const Touched& inside);
    void write_lanes(const loops::For& loop, const tree::ExpressionPtr& begin, const tree::ExpressionPtr& end);
    // Streamed numbers are made part by part in a row that stays in the cache, and then written past it.
    void write_parts(const loops::For& loop, const tree::ExpressionPtr& begin, const tree::ExpressionPtr& end);
    // Rows need contiguous places, one store for each buffer, and nobody else who looks at them.
    bool can_stream(const loops::For& loop, const Touched& inside) const;
    // The body of a vector loop from begin to end, told of its edges if it has some.
    tree::Statement row(const loops::For& loop, tree::ExpressionPtr begin, tree::ExpressionPtr end);
    // Pointers to rows, see translate_rows.cpp.
    struct RowPlace {
        tree::ExpressionPtr base, offset;
        std::map<std::uint32_t, std::int64_t> terms; // of the base, to tell equal ones
    };
    void declare_rows(const loops::For& loop);
    void declare_row(loops::BufferId id, loops::IntegerId index, bool is_written);
    RowPlace row_place(loops::IntegerId index) const;
    void add_terms(loops::IntegerId id, RowPlace& place) const;
    bool depends_on_row(loops::IntegerId id) const;
    // The element of a buffer at a place, through the pointer to its row if there is one.
    tree::ExpressionPtr element(loops::BufferId id, loops::IntegerId index) const;
    static bool accumulates(const loops::Block& body);
    // Whether an end may be looked at again and again while the loop runs.
    bool is_steady(loops::IntegerId id) const;
    std::string name_variable(loops::VariableId variable);
    std::string loop_parameter(const loops::For& loop);

    // Arrays and scalars with local names
    void enter_kernel(const Touched& inside, tree::Body& body);
    void leave_kernel();
    std::string buffer(loops::BufferId id) const;

    // Other statements
    void write(const loops::If& branch);
    void write(const loops::Repeat& repeat);
    void write(const loops::Let& let);
    void write(const loops::Store& store);
    void write(const loops::SetScalar& set);
    void write(const loops::Open& open);
    void write(const loops::Accumulate& accumulate);
    void write(const loops::Swap& swap);
    void write(const loops::AdvanceStep&);
    void write(const loops::CallService& service);

    // Values
    void write(const loops::Define& define);
    Value made(const loops::Constant& constant, loops::Type type);
    Value made(const loops::ReadScalar& read, loops::Type type);
    Value made(const loops::Load& load, loops::Type);
    Value made(const loops::FromInteger& from, loops::Type type);
    Value made(const loops::ReadAccumulator& read, loops::Type type);
    Value made(const loops::Compute& compute, loops::Type type);
    Value made(const loops::Call& call, loops::Type);
    Value made(const loops::IntegerPower& power, loops::Type);
    Value made(const loops::RealPower& power, loops::Type);
    Value made(const loops::Draw& draw, loops::Type type);
    Arguments consume_all(const std::vector<loops::ValueId>& ids, Value& result);
    // The expression of a value; if it was waiting for its use, this was it.
    tree::ExpressionPtr consume(loops::ValueId id);
    void give_name(loops::ValueId id);
    std::string wanted_name(loops::ValueId id, const tree::Expression& expression) const;
    template <class Condition>
    void flush(Condition&& must_be_written) {
        const std::vector<loops::ValueId> waiting = pending_;
        for (const loops::ValueId id : waiting) {
            if (must_be_written(values_[id.index()]))
                give_name(id);
        }
    }
    void flush_all();
    std::set<std::uint32_t> loads_of(loops::IntegerId id) const;
    IntegerWriter integers() const;
    tree::ExpressionPtr integer(loops::IntegerId id) const;

    const loops::Module& module_;
    const loops::Function& function_;
    const Names& names_;
    Uses uses_;
    loops::IntegerFacts facts_;
    Scopes scopes_;
    std::vector<std::string> variables_;
    std::vector<Value> values_;
    std::vector<std::string> accumulators_;
    std::vector<std::string> local_buffers_, local_scalars_; // empty outside of kernels
    std::string local_step_, local_seed_, lane_, comment_, wrong_;
    std::map<std::uint32_t, std::pair<std::string, tree::ExpressionPtr>> rows_; // streamed buffers: row and place in it
    std::map<std::pair<std::uint32_t, std::map<std::uint32_t, std::int64_t>>, std::string>
        row_pointers_; // by buffer and terms
    const loops::For* row_loop_ = nullptr;
    Edges edges_; // of the row that is being written; without neighbours if there are none
    std::vector<loops::ValueId> pending_;
    tree::Body* out_ = nullptr;
    const loops::Block* block_ = nullptr;
    bool in_kernel_ = false;
};

} // namespace nphys::backend::cpp
