// Writes a function of the loop IR statement by statement.
// Goes in: a module (for the types of its buffers) and calls in program order. Comes out: a Function. Holds afterwards:
// integers are folded and interned, equal pure numbers of open blocks are defined once, types follow from the
// arguments.
//
// Example: phi[x] += c for all x, on all threads
//   FunctionBuilder build(module, "advance");
//   build.blocks(size, [&](IntegerId begin, IntegerId end) {
//       build.loop(LoopKind::vector, "x", begin, end, [&](IntegerId x) {
//           build.store(phi, x, build.add(build.load(phi, x), build.scalar(c)));
//       });
//   });
//   module.functions.push_back(build.finish());
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "compiler/loops/loops.h"

namespace nphys::loops {

class FunctionBuilder {
public:
    FunctionBuilder(const Module& module, std::string name);
    [[nodiscard]] Function finish();

    // ---- Integers: expressions, evaluated where they are used ----
    IntegerId integer(std::int64_t value);
    IntegerId variable(VariableId variable);
    IntegerId argument();
    IntegerId threads();
    IntegerId step();
    IntegerId add(IntegerId a, IntegerId b);
    IntegerId add(IntegerId a, std::int64_t b) { return add(a, integer(b)); }
    IntegerId subtract(IntegerId a, IntegerId b);
    IntegerId subtract(IntegerId a, std::int64_t b) { return add(a, integer(-b)); }
    IntegerId multiply(IntegerId a, IntegerId b);
    IntegerId multiply(IntegerId a, std::int64_t b) { return multiply(a, integer(b)); }
    IntegerId divide(IntegerId a, IntegerId b); // floor; b > 0
    IntegerId divide(IntegerId a, std::int64_t b) { return divide(a, integer(b)); }
    IntegerId remainder(IntegerId a, IntegerId b);
    IntegerId remainder(IntegerId a, std::int64_t b) { return remainder(a, integer(b)); }
    IntegerId minimum(IntegerId a, IntegerId b);
    IntegerId maximum(IntegerId a, IntegerId b);
    IntegerId less(IntegerId a, IntegerId b);
    IntegerId equal(IntegerId a, IntegerId b);
    IntegerId load_integer(BufferId buffer, IntegerId index);
    [[nodiscard]] bool is_constant(IntegerId id) const {
        return function_.integers[id.index()].op == IntegerOp::constant;
    }
    [[nodiscard]] std::int64_t constant_of(IntegerId id) const { return function_.integers[id.index()].value; }
    // Computes an integer here, once; constants and variables are returned as they are.
    IntegerId let(std::string name, IntegerId value);

    // ---- Numbers ----
    ValueId constant(double value, Type type = Type::f64);
    ValueId scalar(ScalarId scalar, Type type = Type::f64);
    ValueId load(BufferId buffer, IntegerId index);
    ValueId from_integer(IntegerId integer, Type type = Type::f64);
    ValueId read(AccumulatorId accumulator, Type type = Type::f64);
    ValueId add(ValueId a, ValueId b) { return compute(Arithmetic::add, {a, b}); }
    ValueId subtract(ValueId a, ValueId b) { return compute(Arithmetic::subtract, {a, b}); }
    ValueId multiply(ValueId a, ValueId b) { return compute(Arithmetic::multiply, {a, b}); }
    ValueId divide(ValueId a, ValueId b) { return compute(Arithmetic::divide, {a, b}); }
    ValueId negate(ValueId a) { return compute(Arithmetic::negate, {a}); }
    ValueId fma(ValueId a, ValueId b, ValueId c) { return compute(Arithmetic::fma, {a, b, c}); }
    ValueId square_root(ValueId a) { return compute(Arithmetic::square_root, {a}); }
    ValueId select(ValueId condition, ValueId yes, ValueId no) {
        return compute(Arithmetic::select, {condition, yes, no});
    }
    ValueId convert(ValueId a, Type type); // the value itself if it has that type
    ValueId call(algebra::Op op, std::vector<ValueId> arguments);
    ValueId power(ValueId base, std::int32_t exponent);
    ValueId power(ValueId base, ValueId exponent);
    ValueId draw(Type type, const Draw& draw);
    [[nodiscard]] Type type(ValueId value) const { return function_.values[value.index()]; }

    // ---- Statements ----
    void store(BufferId buffer, IntegerId index, ValueId value, bool streaming = false);
    void set_scalar(ScalarId scalar, ValueId value);
    AccumulatorId open(Combine combine);
    void accumulate(AccumulatorId accumulator, ValueId value); // converts to f64
    void swap(BufferId a, BufferId b);
    void advance_step();
    void call_service(std::string service, std::vector<Argument> arguments);
    // The comment of the next statement that is written.
    void comment(std::string text) { comment_ = std::move(text); }

    // body: called once with the loop variable, writes the body of the loop. Nothing is written for constant empty
    // ranges.
    template <class Body>
    void loop(LoopKind kind, std::string name, IntegerId begin, IntegerId end, Body&& body) {
        if (is_constant(begin) && is_constant(end) && constant_of(begin) >= constant_of(end))
            return;
        const VariableId variable_id = begin_loop(kind, std::move(name), begin, end);
        body(variable(variable_id));
        end_block();
    }
    // One parallel loop over `threads` contiguous blocks of 0..size; body(begin, end) writes what a block does.
    template <class Body>
    void blocks(IntegerId size, Body&& body) {
        loop(LoopKind::parallel, "block", integer(0), threads(), [&](IntegerId block) {
            const IntegerId first = let("block_begin", divide(multiply(size, block), threads()));
            const IntegerId last = let("block_end", divide(multiply(size, add(block, 1)), threads()));
            body(first, last);
        });
    }
    template <class Body>
    void when(IntegerId condition, Body&& body) {
        begin_when(condition);
        body();
        end_block();
    }
    template <class Body>
    void repeat(ScalarId until, IntegerId most, Body&& body) {
        begin_repeat(until, most);
        body();
        end_block();
    }

private:
    using IntegerKey = std::tuple<IntegerOp, std::int64_t, std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t>;
    struct OpenBlock {
        std::shared_ptr<Block> statements;
        std::map<std::vector<std::int64_t>, ValueId> numbers; // pure numbers defined in this block
        Statement owner;                                      // the statement whose body this is
    };

    VariableId begin_loop(LoopKind kind, std::string name, IntegerId begin, IntegerId end);
    void begin_when(IntegerId condition);
    void begin_repeat(ScalarId until, IntegerId most);
    void end_block();
    IntegerId intern(const Integer& integer);
    IntegerId fold_or_intern(IntegerOp op, IntegerId a, IntegerId b);
    VariableId fresh_variable(std::string name);
    ValueId compute(Arithmetic op, std::vector<ValueId> arguments);
    ValueId define(Type type, Operation operation);
    ValueId define_once(Type type, Operation operation, std::vector<std::int64_t> key);
    void write(decltype(Statement::node) node);

    const Module& module_;
    Function function_;
    std::vector<OpenBlock> open_;
    std::map<IntegerKey, IntegerId> interned_;
    std::string comment_;
};

} // namespace nphys::loops
