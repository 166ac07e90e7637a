#include "compiler/loops/verify.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "compiler/loops/print.h"

namespace nphys::loops {

namespace {

using Wrongs = std::vector<std::string>;

bool is_number(Type type) {
    return type == Type::f64 || type == Type::f32;
}

// Ids, scopes and types of one function.
class FunctionVerifier {
public:
    FunctionVerifier(const Module& module, const Function& function)
        : module_(module), function_(function), variables_(function.variables.size(), false),
          values_(function.values.size(), false), accumulators_(function.accumulators, false),
          was_defined_(function.values.size(), false), was_declared_(function.variables.size(), false) {}

    Wrongs run() {
        if (integers_are_sound())
            check_block(function_.body);
        return std::move(wrongs_);
    }

private:
    template <class... Arguments>
    void wrong(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        wrongs_.push_back(
            fmt::format("in `{}`: {}", function_.name, fmt::format(format, std::forward<Arguments>(arguments)...)));
    }

    template <class IdType, class Table>
    bool is_in(IdType id, const Table& table, std::string_view what) {
        if (id.valid() && id.index() < std::size(table))
            return true;
        wrong("{} {} does not exist", what, id.value);
        return false;
    }

    // ---- Integers ----

    bool integers_are_sound() {
        for (std::size_t i = 0; i < function_.integers.size(); ++i) {
            const Integer& integer = function_.integers[i];
            const bool has_two = integer.op >= IntegerOp::add && integer.op <= IntegerOp::equal;
            const bool has_one = has_two || integer.op == IntegerOp::load;
            // Operands come first, so there are no cycles.
            if ((has_one && !(integer.a.valid() && integer.a.index() < i)) ||
                (has_two && !(integer.b.valid() && integer.b.index() < i))) {
                wrong("integer {} uses an operand that does not stand before it", i);
            }
            if (integer.op == IntegerOp::variable)
                is_in(integer.variable, function_.variables, "variable");
            if (integer.op == IntegerOp::load && is_in(integer.buffer, module_.buffers, "buffer") &&
                module_.buffers[integer.buffer.index()].type != Type::i64) {
                wrong("an integer is loaded from `{}`, which holds {}", name(integer.buffer),
                      type_name(type(integer.buffer)));
            }
        }
        return wrongs_.empty();
    }

    void check(IntegerId id) {
        if (!is_in(id, function_.integers, "integer"))
            return;
        const Integer& integer = function_.integers[id.index()];
        if (integer.op == IntegerOp::variable && !variables_[integer.variable.index()]) {
            wrong("variable `{}` is used where it is not defined", function_.variables[integer.variable.index()]);
        }
        const bool divides = integer.op == IntegerOp::divide || integer.op == IntegerOp::remainder;
        if (divides && function_.integers[integer.b.index()].op == IntegerOp::constant &&
            function_.integers[integer.b.index()].value <= 0) {
            wrong("division by {}", function_.integers[integer.b.index()].value);
        }
        if (integer.a.valid())
            check(integer.a);
        if (integer.b.valid())
            check(integer.b);
    }

    void declare(VariableId id) {
        if (!is_in(id, function_.variables, "variable"))
            return;
        if (was_declared_[id.index()])
            wrong("variable `{}` is defined twice", function_.variables[id.index()]);
        was_declared_[id.index()] = variables_[id.index()] = true;
        declared_.push_back(id);
    }

    // ---- Blocks ----

    void check_block(const Block& block) {
        const std::size_t declared = declared_.size(), defined = defined_.size(), opened = opened_.size();
        for (const Statement& statement : block) {
            std::visit([this](const auto& node) { check_node(node); }, statement.node);
        }
        for (; declared_.size() > declared; declared_.pop_back())
            variables_[declared_.back().index()] = false;
        for (; defined_.size() > defined; defined_.pop_back())
            values_[defined_.back().index()] = false;
        for (; opened_.size() > opened; opened_.pop_back())
            accumulators_[opened_.back().index()] = false;
    }

    void check_node(const For& loop) {
        if (in_vector_)
            wrong("a loop inside a vector loop");
        if (loop.kind == LoopKind::parallel && in_parallel_)
            wrong("a parallel loop inside a parallel loop");
        check(loop.begin);
        check(loop.end);
        if (loop.body == nullptr)
            return wrong("a loop without a body");
        const std::size_t declared = declared_.size();
        declare(loop.variable);
        bool& inside = loop.kind == LoopKind::vector ? in_vector_ : in_parallel_;
        const bool before = inside;
        const std::set<std::uint32_t> outer = outer_accumulators_;
        if (loop.kind == LoopKind::parallel) {
            for (const AccumulatorId id : opened_)
                outer_accumulators_.insert(id.value);
        }
        if (loop.kind != LoopKind::serial)
            inside = true;
        check_block(*loop.body);
        inside = before;
        outer_accumulators_ = outer;
        for (; declared_.size() > declared; declared_.pop_back())
            variables_[declared_.back().index()] = false;
    }

    void check_node(const If& branch) {
        if (in_vector_)
            wrong("an if inside a vector loop");
        check(branch.condition);
        if (branch.body == nullptr)
            return wrong("an if without a body");
        check_block(*branch.body);
    }

    void check_node(const Repeat& repeat) {
        if (in_parallel_ || in_vector_)
            wrong("a repetition inside a parallel loop");
        static_cast<void>(is_in(repeat.until, module_.scalars, "scalar"));
        check(repeat.most);
        if (repeat.body == nullptr)
            return wrong("a repetition without a body");
        check_block(*repeat.body);
    }

    void check_node(const Let& let) {
        check(let.value);
        declare(let.variable);
    }

    void check_node(const Store& store) {
        check(store.index);
        if (!is_in(store.buffer, module_.buffers, "buffer") || !use(store.value))
            return;
        if (type(store.value) != type(store.buffer)) {
            wrong("v{}, which is {}, is stored in `{}`, which holds {}", store.value.value,
                  type_name(type(store.value)), name(store.buffer), type_name(type(store.buffer)));
        }
    }

    void check_node(const SetScalar& set) {
        if (in_parallel_ || in_vector_)
            wrong("a scalar is set inside a parallel loop");
        if (is_in(set.scalar, module_.scalars, "scalar") && use(set.value))
            want(set.value, Type::f64, "a scalar is set to");
    }

    void check_node(const Open& open) {
        if (in_vector_)
            wrong("an accumulator is opened inside a vector loop");
        if (open.accumulator.index() >= accumulators_.size())
            return wrong("accumulator {} does not exist", open.accumulator.value);
        accumulators_[open.accumulator.index()] = true;
        opened_.push_back(open.accumulator);
    }

    bool is_open(AccumulatorId id) {
        if (id.index() < accumulators_.size() && accumulators_[id.index()])
            return true;
        wrong("accumulator {} is used where it is not open", id.value);
        return false;
    }

    void check_node(const Accumulate& accumulate) {
        if (is_open(accumulate.accumulator) && outer_accumulators_.contains(accumulate.accumulator.value)) {
            wrong("iterations of a parallel loop share accumulator {}", accumulate.accumulator.value);
        }
        if (use(accumulate.value))
            want(accumulate.value, Type::f64, "accumulated is");
    }

    void check_node(const Swap& swap) {
        if (in_parallel_ || in_vector_)
            wrong("a swap inside a parallel loop");
        if (!is_in(swap.a, module_.buffers, "buffer") || !is_in(swap.b, module_.buffers, "buffer"))
            return;
        const Buffer& a = module_.buffers[swap.a.index()];
        const Buffer& b = module_.buffers[swap.b.index()];
        if (a.size != b.size || a.type != b.type)
            wrong("`{}` and `{}` are swapped, but are not alike", a.name, b.name);
    }

    void check_node(const AdvanceStep&) {
        if (in_parallel_ || in_vector_)
            wrong("a step inside a parallel loop");
        for (const ScalarId slot : {module_.time, module_.step_size, module_.start_time}) {
            static_cast<void>(is_in(slot, module_.scalars, "time slot"));
        }
    }

    void check_node(const CallService& call) {
        if (in_parallel_ || in_vector_)
            wrong("service `{}` is called inside a parallel loop", call.service);
        for (const Argument& argument : call.arguments) {
            if (const auto* address = std::get_if<Address>(&argument)) {
                static_cast<void>(is_in(address->buffer, module_.buffers, "buffer"));
                if (address->index.valid())
                    check(address->index);
            }
            if (const auto* integer = std::get_if<IntegerId>(&argument))
                check(*integer);
            if (const auto* value = std::get_if<ValueId>(&argument))
                static_cast<void>(use(*value));
        }
    }

    // ---- Numbers ----

    void check_node(const Define& define) {
        if (!is_in(define.value, function_.values, "value"))
            return;
        if (was_defined_[define.value.index()])
            wrong("v{} is defined twice", define.value.value);
        if (function_.values[define.value.index()] != define.type)
            wrong("v{} has two types", define.value.value);
        std::visit([&](const auto& operation) { check_operation(operation, define.type); }, define.operation);
        was_defined_[define.value.index()] = values_[define.value.index()] = true;
        defined_.push_back(define.value);
    }

    bool use(ValueId id) {
        if (!is_in(id, function_.values, "value"))
            return false;
        if (!values_[id.index()])
            wrong("v{} is used where it is not defined", id.value);
        return values_[id.index()];
    }

    void want(ValueId id, Type wanted, std::string_view what) {
        if (type(id) != wanted)
            wrong("{} v{}, which is {} and not {}", what, id.value, type_name(type(id)), type_name(wanted));
    }
    void want_number(Type type, std::string_view what) {
        if (!is_number(type))
            wrong("{} gives {}", what, type_name(type));
    }

    void check_operation(const Constant&, Type result) {
        if (result == Type::i64)
            wrong("a constant gives i64");
    }
    void check_operation(const ReadScalar& read, Type result) {
        static_cast<void>(is_in(read.scalar, module_.scalars, "scalar"));
        want_number(result, "a scalar");
    }
    void check_operation(const ReadAccumulator& read, Type result) {
        static_cast<void>(is_open(read.accumulator));
        if (in_vector_)
            wrong("an accumulator is read inside a vector loop");
        want_number(result, "an accumulator");
    }
    void check_operation(const Load& load, Type result) {
        check(load.index);
        if (!is_in(load.buffer, module_.buffers, "buffer"))
            return;
        if (!is_number(type(load.buffer)) || type(load.buffer) != result) {
            wrong("{} is loaded from `{}`, which holds {}", type_name(result), name(load.buffer),
                  type_name(type(load.buffer)));
        }
    }
    void check_operation(const FromInteger& from, Type result) {
        check(from.integer);
        if (result == Type::truth)
            wrong("an integer gives truth");
    }

    void check_operation(const Compute& compute, Type result) {
        static constexpr std::size_t arity[] = {2, 2, 2, 2, 1, 3, 1, 3, 1};
        if (!arguments_are_there(compute.arguments, arity[static_cast<std::size_t>(compute.op)]))
            return;
        if (compute.op == Arithmetic::convert) {
            if (result == Type::i64 || type(compute.arguments[0]) == Type::i64)
                wrong("a conversion of i64");
            return;
        }
        const bool selects = compute.op == Arithmetic::select;
        if (selects)
            want(compute.arguments[0], Type::truth, "the condition of a select is");
        else
            want_number(result, "arithmetic");
        for (std::size_t i = selects ? 1 : 0; i < compute.arguments.size(); ++i)
            want(compute.arguments[i], result, "an operand is");
    }

    void check_operation(const Call& call, Type result) {
        if (!arguments_are_there(call.arguments, static_cast<std::size_t>(algebra::op_arity(call.op))))
            return;
        if (gives_truth(call.op) != (result == Type::truth))
            wrong("`{}` gives {}", algebra::op_name(call.op), type_name(result));
        const Type wanted = takes_truths(call.op)  ? Type::truth
                            : gives_truth(call.op) ? type(call.arguments[0])
                                                   : result;
        for (const ValueId argument : call.arguments)
            want(argument, wanted, "an argument is");
    }

    void check_operation(const Draw& draw, Type result) {
        for (const IntegerId place : {draw.row, draw.column, draw.step})
            check(place);
        want_number(result, "a draw");
    }
    void check_operation(const IntegerPower& power, Type result) {
        if (use(power.base))
            want(power.base, result, "the base is");
        want_number(result, "a power");
    }
    void check_operation(const RealPower& power, Type result) {
        if (use(power.base))
            want(power.base, result, "the base is");
        if (use(power.exponent))
            want(power.exponent, result, "the exponent is");
        want_number(result, "a power");
    }

    bool arguments_are_there(const std::vector<ValueId>& arguments, std::size_t wanted) {
        if (arguments.size() != wanted) {
            wrong("an operation of {} operands is given {}", wanted, arguments.size());
            return false;
        }
        bool all = true;
        for (const ValueId argument : arguments)
            all = use(argument) && all;
        return all;
    }

    [[nodiscard]] Type type(ValueId id) const { return function_.values[id.index()]; }
    [[nodiscard]] Type type(BufferId id) const { return module_.buffers[id.index()].type; }
    [[nodiscard]] const std::string& name(BufferId id) const { return module_.buffers[id.index()].name; }

    const Module& module_;
    const Function& function_;
    std::vector<bool> variables_, values_, accumulators_; // what is in scope
    std::vector<bool> was_defined_, was_declared_;
    std::vector<VariableId> declared_;
    std::vector<ValueId> defined_;
    std::vector<AccumulatorId> opened_;
    std::set<std::uint32_t> outer_accumulators_; // opened outside the parallel loop we are in
    bool in_parallel_ = false, in_vector_ = false;
    Wrongs wrongs_;
};

} // namespace

std::vector<std::string> verify(const Module& module, const Function& function) {
    Wrongs wrongs = FunctionVerifier(module, function).run();
    return wrongs.empty() ? verify_places(module, function) : wrongs;
}

std::vector<std::string> verify(const Module& module) {
    Wrongs wrongs = verify_names(module);
    for (const Function& function : module.functions) {
        Wrongs some = verify(module, function);
        wrongs.insert(wrongs.end(), some.begin(), some.end());
    }
    return wrongs;
}

} // namespace nphys::loops
