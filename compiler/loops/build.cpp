// Numbers, statements and blocks of a FunctionBuilder.
#include "compiler/loops/build.h"

#include <bit>
#include <utility>

namespace nphys::loops {

namespace {

// What tells two pure operations apart.
enum class Pure : std::int64_t { constant, compute, call, integer_power, real_power };

std::vector<std::int64_t> key_of(Pure kind, Type type, std::int64_t detail, const std::vector<ValueId>& arguments) {
    std::vector<std::int64_t> key{static_cast<std::int64_t>(kind), static_cast<std::int64_t>(type), detail};
    for (const ValueId argument : arguments)
        key.push_back(argument.value);
    return key;
}

} // namespace

FunctionBuilder::FunctionBuilder(const Module& module, std::string name) : module_(module) {
    function_.name = std::move(name);
    open_.push_back({std::make_shared<Block>(), {}, {}});
}

Function FunctionBuilder::finish() {
    function_.body = std::move(*open_.front().statements);
    return std::move(function_);
}

// ---- Numbers ----

ValueId FunctionBuilder::define(Type type, Operation operation) {
    function_.values.push_back(type);
    const ValueId value(static_cast<std::uint32_t>(function_.values.size() - 1));
    write(Define{value, type, std::move(operation)});
    return value;
}

ValueId FunctionBuilder::define_once(Type type, Operation operation, std::vector<std::int64_t> key) {
    for (const OpenBlock& block : open_) {
        if (const auto found = block.numbers.find(key); found != block.numbers.end())
            return found->second;
    }
    const ValueId value = define(type, std::move(operation));
    open_.back().numbers.emplace(std::move(key), value);
    return value;
}

ValueId FunctionBuilder::constant(double value, Type type) {
    return define_once(type, Constant{value}, key_of(Pure::constant, type, std::bit_cast<std::int64_t>(value), {}));
}

ValueId FunctionBuilder::scalar(ScalarId scalar, Type type) {
    return define(type, ReadScalar{scalar});
}

ValueId FunctionBuilder::load(BufferId buffer, IntegerId index) {
    return define(module_.buffers[buffer.index()].type, Load{buffer, index});
}

ValueId FunctionBuilder::from_integer(IntegerId integer, Type type) {
    return define(type, FromInteger{integer});
}

ValueId FunctionBuilder::read(AccumulatorId accumulator, Type type) {
    return define(type, ReadAccumulator{accumulator});
}

ValueId FunctionBuilder::compute(Arithmetic op, std::vector<ValueId> arguments) {
    const Type result = type(arguments.back());
    auto key = key_of(Pure::compute, result, static_cast<std::int64_t>(op), arguments);
    return define_once(result, Compute{op, std::move(arguments)}, std::move(key));
}

ValueId FunctionBuilder::convert(ValueId a, Type to) {
    if (type(a) == to)
        return a;
    return define_once(to, Compute{Arithmetic::convert, {a}},
                       key_of(Pure::compute, to, static_cast<std::int64_t>(Arithmetic::convert), {a}));
}

ValueId FunctionBuilder::call(algebra::Op op, std::vector<ValueId> arguments) {
    const Type result = gives_truth(op) ? Type::truth : type(arguments.front());
    auto key = key_of(Pure::call, result, static_cast<std::int64_t>(op), arguments);
    return define_once(result, Call{op, std::move(arguments)}, std::move(key));
}

ValueId FunctionBuilder::power(ValueId base, std::int32_t exponent) {
    return define_once(type(base), IntegerPower{base, exponent},
                       key_of(Pure::integer_power, type(base), exponent, {base}));
}

ValueId FunctionBuilder::power(ValueId base, ValueId exponent) {
    return define_once(type(base), RealPower{base, exponent},
                       key_of(Pure::real_power, type(base), 0, {base, exponent}));
}

ValueId FunctionBuilder::draw(Type type, const Draw& draw) {
    return define(type, draw);
}

// ---- Statements ----

void FunctionBuilder::write(decltype(Statement::node) node) {
    open_.back().statements->push_back({std::move(node), std::exchange(comment_, {})});
}

void FunctionBuilder::store(BufferId buffer, IntegerId index, ValueId value, bool streaming) {
    write(Store{buffer, index, value, streaming});
}

void FunctionBuilder::set_scalar(ScalarId scalar, ValueId value) {
    write(SetScalar{scalar, convert(value, Type::f64)});
}

AccumulatorId FunctionBuilder::open(Combine combine) {
    const AccumulatorId accumulator(static_cast<std::uint32_t>(function_.accumulators++));
    write(Open{accumulator, combine});
    return accumulator;
}

void FunctionBuilder::accumulate(AccumulatorId accumulator, ValueId value) {
    const ValueId converted = convert(value, Type::f64);
    write(Accumulate{accumulator, converted});
}

void FunctionBuilder::swap(BufferId a, BufferId b) {
    write(Swap{a, b});
}

void FunctionBuilder::advance_step() {
    write(AdvanceStep{});
}

void FunctionBuilder::call_service(std::string service, std::vector<Argument> arguments) {
    write(CallService{std::move(service), std::move(arguments)});
}

// ---- Blocks ----

VariableId FunctionBuilder::begin_loop(LoopKind kind, std::string name, IntegerId begin, IntegerId end) {
    const VariableId variable = fresh_variable(std::move(name));
    auto body = std::make_shared<Block>();
    Statement owner{For{variable, begin, end, kind, body}, std::exchange(comment_, {})};
    open_.push_back({std::move(body), {}, std::move(owner)});
    return variable;
}

void FunctionBuilder::begin_when(IntegerId condition) {
    auto body = std::make_shared<Block>();
    Statement owner{If{condition, body}, std::exchange(comment_, {})};
    open_.push_back({std::move(body), {}, std::move(owner)});
}

void FunctionBuilder::begin_repeat(ScalarId until, IntegerId most) {
    auto body = std::make_shared<Block>();
    Statement owner{Repeat{until, most, body}, std::exchange(comment_, {})};
    open_.push_back({std::move(body), {}, std::move(owner)});
}

void FunctionBuilder::end_block() {
    Statement owner = std::move(open_.back().owner);
    open_.pop_back();
    open_.back().statements->push_back(std::move(owner));
}

} // namespace nphys::loops
