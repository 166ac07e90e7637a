// Values: what stands where it is used, and what gets a name.
#include "compiler/backend/cpp/function_translator.h"

#include <fmt/format.h>

#include "compiler/backend/cpp/identifiers.h"
#include "compiler/backend/cpp/literals.h"

namespace nphys::backend::cpp {

using namespace loops;
using tree::atom;
using tree::ExpressionPtr;

namespace {

constexpr std::size_t most_leaves = 16; // of an expression that stands where it is used

} // namespace

void FunctionTranslator::write(const Define& define) {
    const ValueUse& use = uses_.of(define.value);
    if (use.count == 0)
        return;
    Value value = std::visit([&](const auto& operation) { return made(operation, define.type); }, define.operation);
    const bool is_free = value.leaves == 1 && value.loads.empty() && !value.can_change &&
                         std::holds_alternative<tree::Atom>(value.expression->node);
    const bool may_wait = use.count == 1 && use.block == block_ && value.leaves <= most_leaves;
    values_[define.value.index()] = std::move(value);
    if (is_free)
        return;
    pending_.push_back(define.value);
    if (!may_wait)
        give_name(define.value);
}

FunctionTranslator::Value FunctionTranslator::made(const Constant& constant, Type type) {
    return {atom(literal(constant.value, type)), 1, {}, false};
}

FunctionTranslator::Value FunctionTranslator::made(const ReadScalar& read, Type type) {
    const std::string& local = local_scalars_[read.scalar.index()];
    ExpressionPtr name = atom(local.empty() ? names_.scalars[read.scalar.index()] : local);
    if (type != Type::f32)
        return {name, 1, {}, local.empty()};
    return {arithmetic(Arithmetic::convert, Type::f32, Type::f64, {name}), 1, {}, local.empty()};
}

FunctionTranslator::Value FunctionTranslator::made(const Load& load, Type) {
    return {element(load.buffer, load.index), 1, {load.buffer.value}, false};
}

FunctionTranslator::Value FunctionTranslator::made(const FromInteger& from, Type type) {
    if (type == Type::i64)
        return {integer(from.integer), 2, loads_of(from.integer), false};
    return {tree::call(fmt::format("static_cast<{}>", cpp_type(type)), {integer(from.integer)}), 1,
            loads_of(from.integer), false};
}

FunctionTranslator::Value FunctionTranslator::made(const ReadAccumulator& read, Type type) {
    const ExpressionPtr value = tree::call(accumulators_[read.accumulator.index()] + ".value", {});
    if (type != Type::f32)
        return {value, 2, {}, true};
    return {arithmetic(Arithmetic::convert, Type::f32, Type::f64, {value}), 2, {}, true};
}

FunctionTranslator::Value FunctionTranslator::made(const Compute& compute, Type type) {
    Value result;
    Arguments arguments = consume_all(compute.arguments, result);
    result.expression =
        arithmetic(compute.op, type, function_.values[compute.arguments[0].index()], std::move(arguments));
    return result;
}

FunctionTranslator::Value FunctionTranslator::made(const Call& call, Type) {
    Value result;
    Arguments arguments = consume_all(call.arguments, result);
    result.expression = function_call(call.op, std::move(arguments));
    return result;
}

FunctionTranslator::Value FunctionTranslator::made(const IntegerPower& power, Type) {
    Value result;
    Arguments arguments = consume_all({power.base}, result);
    result.expression = tree::call(fmt::format("numeric::power<{}>", power.exponent), std::move(arguments));
    return result;
}

FunctionTranslator::Value FunctionTranslator::made(const RealPower& power, Type) {
    Value result;
    Arguments arguments = consume_all({power.base, power.exponent}, result);
    result.expression = tree::call("std::pow", std::move(arguments));
    return result;
}

FunctionTranslator::Value FunctionTranslator::made(const Draw& draw, Type type) {
    Value result;
    for (const IntegerId place : {draw.row, draw.column, draw.step})
        result.loads.merge(loads_of(place));
    const char* distribution = draw.distribution == Distribution::normal ? "normal" : "uniform";
    result.expression = tree::call(fmt::format("numeric::{}<{}>", distribution, cpp_type(type)),
                                   {atom(local_seed_.empty() ? "seed" : local_seed_), atom(std::to_string(draw.stream)),
                                    integer(draw.row), integer(draw.column), integer(draw.step)});
    result.leaves = 5;
    return result;
}

Arguments FunctionTranslator::consume_all(const std::vector<ValueId>& ids, Value& result) {
    Arguments arguments;
    result.leaves = 0;
    for (const ValueId id : ids) {
        const bool waits = std::find(pending_.begin(), pending_.end(), id) != pending_.end();
        result.leaves += values_[id.index()].leaves;
        if (waits) {
            result.loads.insert(values_[id.index()].loads.begin(), values_[id.index()].loads.end());
            result.can_change |= values_[id.index()].can_change;
        }
        arguments.push_back(consume(id));
    }
    return arguments;
}

// The expression of a value; if it was waiting for its use, this was it.
ExpressionPtr FunctionTranslator::consume(ValueId id) {
    pending_.erase(std::remove(pending_.begin(), pending_.end(), id), pending_.end());
    return values_[id.index()].expression;
}

void FunctionTranslator::give_name(ValueId id) {
    Value& value = values_[id.index()];
    const std::string type = fmt::format("const {}", cpp_type(function_.values[id.index()]));
    const ExpressionPtr expression = consume(id);
    const std::string name = scopes_.declare(wanted_name(id, *expression));
    put(tree::Declare{type, name, expression});
    value = {atom(name), 1, {}, false};
}

std::string FunctionTranslator::wanted_name(ValueId id, const tree::Expression& expression) const {
    const BufferId target = uses_.of(id).stored_to;
    if (target.valid())
        return "new_" + names_.local_buffers[target.index()];
    if (const auto* load = std::get_if<tree::Subscript>(&expression.node)) {
        const auto& array = std::get<tree::Atom>(load->array->node).text;
        const std::string name = array.substr(0, array.find("_row"));
        return name + (name.back() == '_' ? "value" : "_value");
    }
    if (const auto* member = std::get_if<tree::Atom>(&expression.node);
        member != nullptr && member->text.back() == '_') {
        return member->text.substr(0, member->text.size() - 1);
    }
    return function_.values[id.index()] == Type::truth ? "holds" : "value";
}

void FunctionTranslator::flush_all() {
    flush([](const Value&) { return true; });
}

std::set<std::uint32_t> FunctionTranslator::loads_of(IntegerId id) const {
    const Integer& integer = function_.integers[id.index()];
    std::set<std::uint32_t> result;
    if (integer.op == IntegerOp::load)
        result.insert(integer.buffer.value);
    for (const IntegerId operand : {integer.a, integer.b}) {
        if (operand.valid())
            result.merge(loads_of(operand));
    }
    return result;
}

IntegerWriter FunctionTranslator::integers() const {
    return {function_,
            facts_,
            [this](VariableId id) { return variables_[id.index()]; },
            [this](BufferId id) { return buffer(id); },
            names_.argument,
            local_step_.empty() ? "step_" : local_step_,
            edges_.neighbours.empty() ? nullptr : &edges_};
}

ExpressionPtr FunctionTranslator::integer(IntegerId id) const {
    return integers()(id);
}

} // namespace nphys::backend::cpp
