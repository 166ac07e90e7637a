// Statements, loops and the choice of which values get a name; expressions are in translate_values.cpp.
#include "compiler/backend/cpp/translate.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <utility>

#include "compiler/backend/cpp/identifiers.h"
#include "compiler/backend/cpp/literals.h"
#include "compiler/backend/cpp/scopes.h"
#include "compiler/backend/cpp/translate_services.h"
#include "compiler/backend/cpp/translate_values.h"
#include "compiler/backend/cpp/uses.h"

namespace nphys::backend::cpp {

using namespace loops;
using tree::atom;
using tree::ExpressionPtr;

namespace {

constexpr std::size_t most_leaves = 16; // of an expression that stands where it is used

class FunctionTranslator {
public:
    FunctionTranslator(const Module& module, const Function& function, const Names& names)
        : module_(module), function_(function), names_(names), uses_(function), facts_(function),
          variables_(function.variables.size()), values_(function.values.size()), accumulators_(function.accumulators),
          local_buffers_(module.buffers.size()), local_scalars_(module.scalars.size()) {
        static_cast<void>(scopes_.declare(names.argument));
    }

    tl::expected<tree::Body, std::string> run() {
        tree::Body body = block(function_.body);
        if (!wrong_.empty())
            return tl::unexpected<std::string>(wrong_);
        return body;
    }

private:
    // A value that waits to be written where it is used.
    struct Value {
        ExpressionPtr expression;
        std::size_t leaves = 1;
        std::set<std::uint32_t> loads; // buffers that it reads when it is written
        bool can_change = false;       // reads a member or an accumulator
    };

    // ---- Blocks
    // -----------------------------------------------------------------------------------------------------------

    tree::Body block(const Block& statements, tree::Body prologue = {}) {
        tree::Body* const outer = std::exchange(out_, &prologue);
        std::vector<ValueId> outer_pending = std::exchange(pending_, {});
        const Block* const outer_block = std::exchange(block_, &statements);
        scopes_.enter();
        for (const Statement& statement : statements) {
            if (!statement.comment.empty())
                comment_ += (comment_.empty() ? "" : "\n") + statement.comment;
            std::visit([this](const auto& node) { write(node); }, statement.node);
        }
        comment_.clear();
        scopes_.leave();
        block_ = outer_block;
        pending_ = std::move(outer_pending);
        out_ = outer;
        return prologue;
    }

    void put(decltype(tree::Statement::node) node) {
        if (!comment_.empty())
            out_->push_back({tree::Comment{std::exchange(comment_, {})}});
        out_->push_back({std::move(node)});
    }

    std::shared_ptr<tree::Body> shared(tree::Body body) { return std::make_shared<tree::Body>(std::move(body)); }

    // ---- Loops
    // ------------------------------------------------------------------------------------------------------------

    void write(const For& loop) {
        flush_all();
        const Touched inside = touched(function_, *loop.body, uses_);
        if (loop.kind == LoopKind::parallel)
            return write_parallel(loop, inside);
        if (in_kernel_ || !inside.is_plain)
            return write_loop(loop, inside);
        // An outermost loop of the calling thread: arrays and scalars get local names around it.
        std::string comment = std::exchange(comment_, {});
        tree::Body body;
        scopes_.enter();
        enter_kernel(inside, body);
        tree::Body* const outer = std::exchange(out_, &body);
        write_loop(loop, inside);
        if (inside.streams)
            put(tree::Evaluate{tree::call("numeric::stream_fence", {})});
        out_ = outer;
        leave_kernel();
        scopes_.leave();
        comment_ = std::move(comment);
        put(tree::Scope{shared(std::move(body))});
    }

    void write_parallel(const For& loop, const Touched& inside) {
        const ExpressionPtr begin = integer(loop.begin), end = integer(loop.end);
        scopes_.enter();
        const std::string parameter = loop_parameter(loop);
        tree::Body prologue;
        enter_kernel(inside, prologue);
        std::string comment = std::exchange(comment_, {});
        tree::Body body = block(*loop.body, std::move(prologue));
        if (inside.streams)
            body.push_back({tree::Evaluate{tree::call("numeric::stream_fence", {})}});
        leave_kernel();
        scopes_.leave();
        comment_ = std::move(comment);
        put(tree::CallWithBody{"pool_.for_each", {begin, end}, {parameter}, shared(std::move(body))});
    }

    void write_loop(const For& loop, const Touched& inside) {
        const ExpressionPtr begin = integer(loop.begin);
        ExpressionPtr end = integer(loop.end);
        scopes_.enter();
        if (loop.kind == LoopKind::vector && accumulates(*loop.body)) {
            write_lanes(loop, begin, end);
        } else if (loop.kind == LoopKind::vector && inside.streams && can_stream(loop, inside)) {
            write_parts(loop, begin, end);
        } else {
            const std::string variable = name_variable(loop.variable);
            if (!is_steady(loop.end)) {
                const std::string name = scopes_.declare(variable + "_end");
                put(tree::Declare{"const std::int64_t", name, end});
                end = atom(name);
            }
            std::string comment = std::exchange(comment_, {});
            auto body = shared(block(*loop.body));
            comment_ = std::move(comment);
            put(tree::For{variable, begin, end, loop.kind == LoopKind::vector, std::move(body)});
        }
        scopes_.leave();
    }

    void write_lanes(const For& loop, const ExpressionPtr& begin, const ExpressionPtr& end) {
        const std::string parameter = loop_parameter(loop);
        lane_ = scopes_.declare("lane");
        std::string comment = std::exchange(comment_, {});
        auto body = shared(block(*loop.body));
        comment_ = std::move(comment);
        put(tree::CallWithBody{
            "numeric::for_lanes", {begin, end}, {parameter, "int " + std::exchange(lane_, {})}, body});
    }

    // Streamed numbers are made part by part in a row that stays in the cache, and then written past it.
    void write_parts(const For& loop, const ExpressionPtr& begin, const ExpressionPtr& end) {
        const std::string first = scopes_.declare("first"), last = scopes_.declare("last");
        const std::string variable = name_variable(loop.variable);
        tree::Body parts;
        std::vector<tree::Statement> writes;
        for (const Statement& statement : *loop.body) {
            const auto* store = std::get_if<Store>(&statement.node);
            if (store == nullptr || !store->streaming || rows_.contains(store->buffer.value))
                continue;
            const Type type = module_.buffers[store->buffer.index()].type;
            const std::string row = scopes_.declare(names_.local_buffers[store->buffer.index()] + "_row");
            parts.push_back({tree::Declare{fmt::format("numeric::StreamRow<{}>", cpp_type(type)), row, nullptr}});
            variables_[loop.variable.index()] = first;
            const ExpressionPtr target = tree::binary("+", atom(buffer(store->buffer)), integer(store->index));
            variables_[loop.variable.index()] = variable;
            writes.push_back(
                {tree::Evaluate{tree::call(row + ".write", {target, tree::binary("-", atom(last), atom(first))})}});
            rows_[store->buffer.value] = {row, tree::binary("-", atom(variable), atom(first))};
        }
        std::string comment = std::exchange(comment_, {});
        parts.push_back({tree::For{variable, atom(first), atom(last), true, shared(block(*loop.body))}});
        std::move(writes.begin(), writes.end(), std::back_inserter(parts));
        rows_.clear();
        comment_ = std::move(comment);
        put(tree::CallWithBody{"numeric::for_parts",
                               {begin, end},
                               {"std::int64_t " + first, "std::int64_t " + last},
                               shared(std::move(parts))});
    }

    // Rows need contiguous places, one store for each buffer, and nobody else who looks at them.
    bool can_stream(const For& loop, const Touched& inside) const {
        std::set<std::uint32_t> seen;
        for (const Statement& statement : *loop.body) {
            const auto* store = std::get_if<Store>(&statement.node);
            if (store == nullptr || !store->streaming)
                continue;
            const Linear place = facts_.linear(store->index);
            if (inside.read.contains(store->buffer.value) || !seen.insert(store->buffer.value).second)
                return false;
            std::int64_t stride = 0;
            for (const auto& [atom_id, factor] : place.terms) {
                const Integer& term = function_.integers[atom_id];
                if (term.op == IntegerOp::variable && term.variable == loop.variable)
                    stride = factor;
                else if (facts_.depends_on(IntegerId(atom_id), loop.variable))
                    return false;
            }
            if (stride != 1)
                return false;
        }
        return true;
    }

    static bool accumulates(const Block& body) {
        return std::any_of(body.begin(), body.end(), [](const Statement& statement) {
            return std::holds_alternative<Accumulate>(statement.node);
        });
    }

    // Whether an end may be looked at again and again while the loop runs.
    bool is_steady(IntegerId id) const {
        const Integer& integer = function_.integers[id.index()];
        switch (integer.op) {
        case IntegerOp::constant:
        case IntegerOp::variable:
        case IntegerOp::argument:
            return true;
        case IntegerOp::add:
        case IntegerOp::subtract:
        case IntegerOp::multiply:
            return is_steady(integer.a) && is_steady(integer.b);
        default:
            return false;
        }
    }

    std::string name_variable(VariableId variable) {
        return variables_[variable.index()] = scopes_.declare(cpp_identifier(function_.variables[variable.index()]));
    }

    std::string loop_parameter(const For& loop) {
        const std::string name = name_variable(loop.variable);
        return (uses_.is_used(loop.variable) ? "std::int64_t " : "[[maybe_unused]] std::int64_t ") + name;
    }

    // ---- Arrays and scalars with local names
    // --------------------------------------------------------------------------------

    void enter_kernel(const Touched& inside, tree::Body& body) {
        in_kernel_ = true;
        std::set<std::uint32_t> buffers = inside.read;
        buffers.insert(inside.written.begin(), inside.written.end());
        for (const std::uint32_t id : buffers) {
            const std::string constant = inside.written.contains(id) ? "" : "const ";
            const std::string type = fmt::format("{}{}* const", constant, cpp_type(module_.buffers[id].type));
            local_buffers_[id] = scopes_.declare(names_.local_buffers[id]);
            body.push_back({tree::Declare{type, local_buffers_[id], tree::call(names_.buffers[id] + ".data", {})}});
        }
        for (const std::uint32_t id : inside.scalars) {
            local_scalars_[id] = scopes_.declare(names_.local_scalars[id]);
            body.push_back({tree::Declare{"const double", local_scalars_[id], atom(names_.scalars[id])}});
        }
        if (inside.step) {
            local_step_ = scopes_.declare("step");
            body.push_back({tree::Declare{"const std::int64_t", local_step_, atom("step_")}});
        }
    }

    void leave_kernel() {
        in_kernel_ = false;
        std::fill(local_buffers_.begin(), local_buffers_.end(), std::string());
        std::fill(local_scalars_.begin(), local_scalars_.end(), std::string());
        local_step_.clear();
    }

    std::string buffer(BufferId id) const {
        const std::string& local = local_buffers_[id.index()];
        return local.empty() ? names_.buffers[id.index()] : local;
    }

    // ---- Other statements
    // ---------------------------------------------------------------------------------------------------

    void write(const If& branch) {
        flush_all();
        const ExpressionPtr condition = integers().condition(branch.condition);
        std::string comment = std::exchange(comment_, {});
        auto body = shared(block(*branch.body));
        comment_ = std::move(comment);
        put(tree::If{condition, std::move(body)});
    }

    void write(const Let& let) {
        if (!uses_.is_used(let.variable))
            return;
        const ExpressionPtr value = integer(let.value);
        put(tree::Declare{"const std::int64_t", name_variable(let.variable), value});
    }

    void write(const Store& store) {
        const ExpressionPtr value = consume(store.value);
        flush([&](const Value& waiting) { return waiting.loads.contains(store.buffer.value); });
        if (const auto row = rows_.find(store.buffer.value); row != rows_.end()) {
            put(tree::Assign{tree::subscript(atom(row->second.first), row->second.second), value});
            return;
        }
        put(tree::Assign{tree::subscript(atom(buffer(store.buffer)), integer(store.index)), value});
    }

    void write(const SetScalar& set) {
        const ExpressionPtr value = consume(set.value);
        flush([](const Value& waiting) { return waiting.can_change; });
        put(tree::Assign{atom(names_.scalars[set.scalar.index()]), value});
    }

    void write(const Open& open) {
        static constexpr const char* operations[] = {"Sum", "Product", "Maximum", "Minimum"};
        static constexpr const char* wanted[] = {"sum", "product", "largest", "smallest"};
        const auto which = static_cast<std::size_t>(open.combine);
        accumulators_[open.accumulator.index()] = scopes_.declare(wanted[which]);
        put(tree::Declare{fmt::format("numeric::Reduction<numeric::{}>", operations[which]),
                          accumulators_[open.accumulator.index()], nullptr});
    }

    void write(const Accumulate& accumulate) {
        std::vector<ExpressionPtr> arguments{consume(accumulate.value)};
        if (!lane_.empty())
            arguments.push_back(atom(lane_));
        flush([](const Value& waiting) { return waiting.can_change; });
        put(tree::Evaluate{tree::call(accumulators_[accumulate.accumulator.index()] + ".add", std::move(arguments))});
    }

    void write(const Swap& swap) {
        flush_all();
        put(tree::Evaluate{
            tree::call("std::swap", {atom(names_.buffers[swap.a.index()]), atom(names_.buffers[swap.b.index()])})});
    }

    void write(const AdvanceStep&) {
        flush_all();
        put(tree::Evaluate{tree::call("advance_time", {})});
    }

    void write(const CallService& service) {
        std::vector<ExpressionPtr> arguments;
        for (const Argument& argument : service.arguments) {
            if (const auto* array = std::get_if<BufferId>(&argument)) {
                arguments.push_back(tree::call(names_.buffers[array->index()] + ".data", {}));
            } else if (const auto* number = std::get_if<IntegerId>(&argument)) {
                arguments.push_back(integer(*number));
            } else {
                arguments.push_back(consume(std::get<ValueId>(argument)));
            }
        }
        flush_all();
        auto call = service_call(service.service, std::move(arguments));
        if (!call)
            wrong_ = call.error();
        else
            put(tree::Evaluate{*call});
    }

    // ---- Values
    // -------------------------------------------------------------------------------------------------------------

    void write(const Define& define) {
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

    Value made(const Constant& constant, Type type) { return {atom(literal(constant.value, type)), 1, {}, false}; }

    Value made(const ReadScalar& read, Type type) {
        const std::string& local = local_scalars_[read.scalar.index()];
        ExpressionPtr name = atom(local.empty() ? names_.scalars[read.scalar.index()] : local);
        if (type != Type::f32)
            return {name, 1, {}, local.empty()};
        return {arithmetic(Arithmetic::convert, Type::f32, Type::f64, {name}), 1, {}, local.empty()};
    }

    Value made(const Load& load, Type) {
        return {tree::subscript(atom(buffer(load.buffer)), integer(load.index)), 1, {load.buffer.value}, false};
    }

    Value made(const FromInteger& from, Type type) {
        if (type == Type::i64)
            return {integer(from.integer), 2, loads_of(from.integer), false};
        return {tree::call(fmt::format("static_cast<{}>", cpp_type(type)), {integer(from.integer)}), 1,
                loads_of(from.integer), false};
    }

    Value made(const ReadAccumulator& read, Type type) {
        const ExpressionPtr value = tree::call(accumulators_[read.accumulator.index()] + ".value", {});
        if (type != Type::f32)
            return {value, 2, {}, true};
        return {arithmetic(Arithmetic::convert, Type::f32, Type::f64, {value}), 2, {}, true};
    }

    Value made(const Compute& compute, Type type) {
        Value result;
        Arguments arguments = consume_all(compute.arguments, result);
        result.expression =
            arithmetic(compute.op, type, function_.values[compute.arguments[0].index()], std::move(arguments));
        return result;
    }

    Value made(const Call& call, Type) {
        Value result;
        Arguments arguments = consume_all(call.arguments, result);
        result.expression = function_call(call.op, std::move(arguments));
        return result;
    }

    Value made(const IntegerPower& power, Type) {
        Value result;
        Arguments arguments = consume_all({power.base}, result);
        result.expression = tree::call(fmt::format("numeric::power<{}>", power.exponent), std::move(arguments));
        return result;
    }

    Value made(const RealPower& power, Type) {
        Value result;
        Arguments arguments = consume_all({power.base, power.exponent}, result);
        result.expression = tree::call("std::pow", std::move(arguments));
        return result;
    }

    Arguments consume_all(const std::vector<ValueId>& ids, Value& result) {
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
    ExpressionPtr consume(ValueId id) {
        pending_.erase(std::remove(pending_.begin(), pending_.end(), id), pending_.end());
        return values_[id.index()].expression;
    }

    void give_name(ValueId id) {
        Value& value = values_[id.index()];
        const std::string type = fmt::format("const {}", cpp_type(function_.values[id.index()]));
        const ExpressionPtr expression = consume(id);
        const std::string name = scopes_.declare(wanted_name(id, *expression));
        put(tree::Declare{type, name, expression});
        value = {atom(name), 1, {}, false};
    }

    std::string wanted_name(ValueId id, const tree::Expression& expression) const {
        const BufferId target = uses_.of(id).stored_to;
        if (target.valid())
            return "new_" + names_.local_buffers[target.index()];
        if (const auto* load = std::get_if<tree::Subscript>(&expression.node)) {
            const auto& array = std::get<tree::Atom>(load->array->node).text;
            return array + (array.back() == '_' ? "value" : "_value");
        }
        if (const auto* member = std::get_if<tree::Atom>(&expression.node);
            member != nullptr && member->text.back() == '_') {
            return member->text.substr(0, member->text.size() - 1);
        }
        return function_.values[id.index()] == Type::truth ? "holds" : "value";
    }

    template <class Condition>
    void flush(Condition&& must_be_written) {
        const std::vector<ValueId> waiting = pending_;
        for (const ValueId id : waiting) {
            if (must_be_written(values_[id.index()]))
                give_name(id);
        }
    }
    void flush_all() {
        flush([](const Value&) { return true; });
    }

    std::set<std::uint32_t> loads_of(IntegerId id) const {
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

    IntegerWriter integers() const {
        return {function_,
                facts_,
                [this](VariableId id) { return variables_[id.index()]; },
                [this](BufferId id) { return buffer(id); },
                names_.argument,
                local_step_.empty() ? "step_" : local_step_};
    }
    ExpressionPtr integer(IntegerId id) const { return integers()(id); }

    const Module& module_;
    const Function& function_;
    const Names& names_;
    Uses uses_;
    IntegerFacts facts_;
    Scopes scopes_;
    std::vector<std::string> variables_;
    std::vector<Value> values_;
    std::vector<std::string> accumulators_;
    std::vector<std::string> local_buffers_, local_scalars_; // empty outside of kernels
    std::string local_step_, lane_, comment_, wrong_;
    std::map<std::uint32_t, std::pair<std::string, ExpressionPtr>> rows_; // streamed buffers: row and place in it
    std::vector<ValueId> pending_;
    tree::Body* out_ = nullptr;
    const Block* block_ = nullptr;
    bool in_kernel_ = false;
};

} // namespace

tl::expected<tree::Body, std::string> translate(const Module& module, const Function& function, const Names& names) {
    return FunctionTranslator(module, function, names).run();
}

} // namespace nphys::backend::cpp
