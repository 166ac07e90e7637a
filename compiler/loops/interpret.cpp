// Control flow, memory and integers of the interpreter; arithmetic is in interpret_numbers.cpp.
#include "compiler/loops/interpret.h"

#include <cstddef>
#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <random>
#include <vector>

#include "compiler/loops/accumulate.h"
#include "compiler/loops/integers.h"
#include "compiler/loops/interpret_numbers.h"
#include "compiler/loops/interpret_services.h"
#include "compiler/loops/races.h"

namespace nphys::loops {

namespace {

// Thrown inside this file only: run() turns it into a value.
struct Wrong {
    std::string message;
};

class Execution {
public:
    Execution(const Module& module, Memory& memory, const InterpreterOptions& options, const Function& function,
              std::int64_t argument)
        : module_(module), memory_(memory), options_(options), function_(function), argument_(argument),
          variables_(function.variables.size()), values_(function.values.size()), accumulators_(function.accumulators),
          parallel_races_(module.buffers.size()), vector_races_(module.buffers.size()) {}

    void run() { run_block(function_.body); }

private:
    void run_block(const Block& block) {
        for (const Statement& statement : block) {
            std::visit([this](const auto& node) { run_node(node); }, statement.node);
        }
    }

    // ---- Control ----

    void run_node(const For& loop) {
        const std::int64_t begin = integer(loop.begin), end = integer(loop.end);
        switch (loop.kind) {
        case LoopKind::serial:
            for (std::int64_t i = begin; i < end; ++i)
                run_iteration(loop, i);
            return;
        case LoopKind::parallel:
            run_parallel(loop, begin, end);
            return;
        case LoopKind::vector:
            run_vector(loop, begin, end);
            return;
        }
    }

    void run_iteration(const For& loop, std::int64_t i) {
        variables_[loop.variable.index()] = i;
        run_block(*loop.body);
    }

    void run_parallel(const For& loop, std::int64_t begin, std::int64_t end) {
        std::vector<std::int64_t> order(static_cast<std::size_t>(std::max<std::int64_t>(end - begin, 0)));
        std::iota(order.begin(), order.end(), begin);
        if (options_.shuffle != 0)
            std::shuffle(order.begin(), order.end(), std::mt19937_64(options_.shuffle));
        if (options_.check_races)
            parallel_races_.begin_loop(std::ssize(order));
        for (const std::int64_t i : order) {
            parallel_races_.begin_iteration(i - begin);
            run_iteration(loop, i);
        }
        parallel_races_.end_loop();
    }

    void run_vector(const For& loop, std::int64_t begin, std::int64_t end) {
        if (options_.check_races && end > begin)
            vector_races_.begin_loop(end - begin);
        for (std::int64_t i = begin; i < end; ++i) {
            vector_races_.begin_iteration(i - begin);
            lane_ = static_cast<int>((i - begin) % accumulator_lanes);
            run_iteration(loop, i);
        }
        lane_ = 0;
        vector_races_.end_loop();
    }

    void run_node(const If& branch) {
        if (integer(branch.condition) != 0)
            run_block(*branch.body);
    }

    void run_node(const Repeat& repeat) {
        const std::int64_t most = integer(repeat.most);
        for (std::int64_t pass = 0; pass < most && memory_.scalar(repeat.until) == 0; ++pass)
            run_block(*repeat.body);
    }

    // ---- Statements ----

    void run_node(const Let& let) { variables_[let.variable.index()] = integer(let.value); }

    void run_node(const Define& define) {
        values_[define.value.index()] =
            std::visit([&](const auto& operation) { return value_of(operation, define.type); }, define.operation);
    }

    void run_node(const Store& store) {
        const std::int64_t index = place(store.buffer, integer(store.index), "store");
        const std::int64_t size = memory_.size(store.buffer);
        if (parallel_races_.write_conflicts(store.buffer, index, size))
            race("parallel", store.buffer, index);
        if (vector_races_.write_conflicts(store.buffer, index, size))
            race("vector", store.buffer, index);
        const Number value = values_[store.value.index()];
        const auto at = static_cast<std::size_t>(index);
        switch (memory_.type(store.buffer)) {
        case Type::f64:
            memory_.values<double>(store.buffer)[at] = value.real;
            return;
        case Type::f32:
            memory_.values<float>(store.buffer)[at] = static_cast<float>(value.real);
            return;
        case Type::i64:
            memory_.values<std::int64_t>(store.buffer)[at] = value.integer;
            return;
        case Type::truth:
            throw Wrong{fmt::format("buffer `{}` holds truths", name(store.buffer))};
        }
    }

    void run_node(const SetScalar& set) { memory_.scalar(set.scalar) = values_[set.value.index()].real; }

    void run_node(const Open& open) { accumulators_[open.accumulator.index()] = Accumulator(open.combine); }

    void run_node(const Accumulate& accumulate) {
        accumulators_[accumulate.accumulator.index()].add(lane_, values_[accumulate.value.index()].real);
    }

    void run_node(const Swap& swap) { memory_.swap(swap.a, swap.b); }

    void run_node(const AdvanceStep&) {
        const double step = static_cast<double>(++memory_.step());
        memory_.scalar(module_.time) = memory_.scalar(module_.start_time) + step * memory_.scalar(module_.step_size);
    }

    void run_node(const CallService& call) {
        std::vector<ServiceArgument> arguments;
        for (const Argument& argument : call.arguments) {
            arguments.push_back(std::visit([this](const auto& id) { return service_argument(id); }, argument));
        }
        if (auto wrong = call_service(call.service, arguments))
            throw Wrong{*wrong};
    }

    ServiceArgument service_argument(const Address& address) {
        auto* const first = static_cast<std::byte*>(memory_.pointer(address.buffer));
        if (!address.index.valid())
            return first;
        const std::int64_t index = place(address.buffer, integer(address.index), "pass");
        return first + index * bytes_of(module_.buffers[address.buffer.index()].type);
    }
    ServiceArgument service_argument(IntegerId id) { return integer(id); }
    ServiceArgument service_argument(ValueId id) { return values_[id.index()].real; }

    // ---- Integers ----

    std::int64_t integer(IntegerId id) {
        const Integer& expression = function_.integers[id.index()];
        switch (expression.op) {
        case IntegerOp::constant:
            return expression.value;
        case IntegerOp::variable:
            return variables_[expression.variable.index()];
        case IntegerOp::argument:
            return argument_;
        case IntegerOp::threads:
            return options_.threads;
        case IntegerOp::step:
            return memory_.step();
        case IntegerOp::load: {
            const std::int64_t index = place(expression.buffer, integer(expression.a), "load");
            return memory_.values<std::int64_t>(expression.buffer)[static_cast<std::size_t>(index)];
        }
        default:
            break;
        }
        const std::int64_t a = integer(expression.a), b = integer(expression.b);
        const bool divides = expression.op == IntegerOp::divide || expression.op == IntegerOp::remainder;
        if (divides && b <= 0)
            throw Wrong{fmt::format("in `{}`: division of {} by {}", function_.name, a, b)};
        return integer_value(expression.op, a, b);
    }

    // ---- Numbers ----

    Number value_of(const Constant& constant, Type type) { return rounded(constant.value, type); }
    Number value_of(const ReadScalar& read, Type type) { return rounded(memory_.scalar(read.scalar), type); }
    Number value_of(const ReadAccumulator& read, Type type) {
        return rounded(accumulators_[read.accumulator.index()].read(), type);
    }
    Number value_of(const FromInteger& from, Type type) {
        const std::int64_t value = integer(from.integer);
        if (type == Type::i64)
            return {0, value};
        // Straight to f32: through f64 it could be rounded twice.
        return {type == Type::f32 ? static_cast<double>(static_cast<float>(value)) : static_cast<double>(value), 0};
    }

    Number value_of(const Load& load, Type) {
        const std::int64_t index = place(load.buffer, integer(load.index), "load");
        const std::int64_t size = memory_.size(load.buffer);
        if (parallel_races_.read_conflicts(load.buffer, index, size))
            race("parallel", load.buffer, index);
        if (vector_races_.read_conflicts(load.buffer, index, size))
            race("vector", load.buffer, index);
        const auto at = static_cast<std::size_t>(index);
        switch (memory_.type(load.buffer)) {
        case Type::f64:
            return {memory_.values<double>(load.buffer)[at], 0};
        case Type::f32:
            return {static_cast<double>(memory_.values<float>(load.buffer)[at]), 0};
        case Type::i64:
        case Type::truth:
            break;
        }
        throw Wrong{fmt::format("load of a number from `{}`, which holds none", name(load.buffer))};
    }

    Number value_of(const Compute& compute, Type type) {
        return {arithmetic_value(compute.op, type, numbers(compute.arguments)), 0};
    }
    Number value_of(const Call& call, Type type) { return {call_value(call.op, type, numbers(call.arguments)), 0}; }
    Number value_of(const IntegerPower& power, Type type) {
        return {power_value(type, values_[power.base.index()].real, power.exponent), 0};
    }
    Number value_of(const RealPower& power, Type type) {
        return {power_value(type, values_[power.base.index()].real, values_[power.exponent.index()].real), 0};
    }

    Number value_of(const Draw& draw, Type type) {
        return rounded(draw_value(draw, type, static_cast<std::int64_t>(memory_.context().seed), integer(draw.row),
                                  integer(draw.column), integer(draw.step)),
                       type);
    }

    std::vector<double> numbers(const std::vector<ValueId>& ids) {
        std::vector<double> result;
        for (const ValueId id : ids)
            result.push_back(values_[id.index()].real);
        return result;
    }

    // ---- What can be wrong ----

    const std::string& name(BufferId buffer) const { return module_.buffers[buffer.index()].name; }

    std::int64_t place(BufferId buffer, std::int64_t index, std::string_view what) {
        if (index >= 0 && index < memory_.size(buffer))
            return index;
        throw Wrong{fmt::format("in `{}`: {} at {} of `{}`, which has {} elements", function_.name, what, index,
                                name(buffer), memory_.size(buffer))};
    }

    [[noreturn]] void race(std::string_view kind, BufferId buffer, std::int64_t index) {
        throw Wrong{fmt::format("in `{}`: two iterations of a {} loop touch `{}[{}]`, and at least one writes it",
                                function_.name, kind, name(buffer), index)};
    }

    const Module& module_;
    Memory& memory_;
    const InterpreterOptions& options_;
    const Function& function_;
    std::int64_t argument_;
    std::vector<std::int64_t> variables_;
    std::vector<Number> values_;
    std::vector<Accumulator> accumulators_;
    RaceCheck parallel_races_, vector_races_;
    int lane_ = 0;
};

} // namespace

std::optional<std::string> Interpreter::run(std::string_view function, std::int64_t argument) {
    const auto found = std::find_if(module_.functions.begin(), module_.functions.end(),
                                    [&](const Function& candidate) { return candidate.name == function; });
    if (found == module_.functions.end())
        return fmt::format("there is no function `{}`", function);
    try {
        Execution(module_, memory_, options_, *found, argument).run();
    } catch (const Wrong& wrong) {
        return wrong.message;
    }
    return std::nullopt;
}

} // namespace nphys::loops
