// Loops: which become lambdas of threads, lanes or streamed parts, and what gets a local name around them.
#include "compiler/backend/cpp/function_translator.h"

#include <fmt/format.h>

#include "compiler/backend/cpp/identifiers.h"
#include "compiler/backend/cpp/literals.h"

namespace nphys::backend::cpp {

using namespace loops;
using tree::atom;
using tree::ExpressionPtr;

void FunctionTranslator::write(const For& loop) {
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

void FunctionTranslator::write_parallel(const For& loop, const Touched& inside) {
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
    put(tree::CallWithBody{"pool_.for_each", {begin, end}, {parameter}, shared(std::move(body)), "=, this"});
}

void FunctionTranslator::write_loop(const For& loop, const Touched& inside) {
    const bool is_vector = loop.kind == LoopKind::vector;
    const bool has_lanes = is_vector && accumulates(*loop.body);
    const bool has_parts = is_vector && !has_lanes && inside.streams && can_stream(loop, inside);
    const ExpressionPtr begin = integer(loop.begin);
    ExpressionPtr end = integer(loop.end);
    // What stands before the loop is in the block around it.
    if (!has_lanes && !has_parts && !is_steady(loop.end)) {
        const std::string name = scopes_.declare(cpp_identifier(function_.variables[loop.variable.index()]) + "_end");
        put(tree::Declare{"const std::int64_t", name, end});
        end = atom(name);
    }
    declare_rows(loop);
    scopes_.enter();
    if (has_lanes) {
        write_lanes(loop, begin, end);
    } else if (has_parts) {
        write_parts(loop, begin, end);
    } else {
        name_variable(loop.variable);
        std::string comment = std::exchange(comment_, {});
        tree::Statement written = row(loop, begin, end);
        comment_ = std::move(comment);
        put(std::move(written.node));
    }
    scopes_.leave();
    row_pointers_.clear();
}

tree::Statement FunctionTranslator::row(const For& loop, ExpressionPtr begin, ExpressionPtr end) {
    const std::string& variable = variables_[loop.variable.index()];
    if (loop.kind == LoopKind::vector)
        edges_ = edges_of(function_, facts_, loop);
    if (edges_.neighbours.empty()) {
        auto body = shared(block(*loop.body));
        return {tree::For{variable, std::move(begin), std::move(end), loop.kind == LoopKind::vector, std::move(body)}};
    }
    edges_.name = scopes_.declare("edge");
    const ExpressionPtr low = atom(std::to_string(edges_.low)), high = atom(std::to_string(edges_.high));
    auto body = shared(block(*loop.body));
    std::vector<std::string> parameters{"std::int64_t " + variable, "auto " + edges_.name};
    edges_ = {};
    return {tree::CallWithBody{
        "numeric::for_row", {std::move(begin), std::move(end), low, high}, std::move(parameters), std::move(body)}};
}

void FunctionTranslator::write_lanes(const For& loop, const ExpressionPtr& begin, const ExpressionPtr& end) {
    tree::CallWithBody call{"numeric::for_lanes", {begin, end}, {loop_parameter(loop)}, nullptr};
    lane_ = scopes_.declare("lane");
    call.parameters.push_back("int " + lane_);
    edges_ = edges_of(function_, facts_, loop);
    if (!edges_.neighbours.empty()) {
        edges_.name = scopes_.declare("edge");
        call.callee = "numeric::for_row_lanes";
        call.parameters.push_back("auto " + edges_.name);
        for (const std::int64_t bound : {edges_.low, edges_.high})
            call.arguments.push_back(atom(std::to_string(bound)));
    }
    std::string comment = std::exchange(comment_, {});
    call.body = shared(block(*loop.body));
    comment_ = std::move(comment);
    lane_.clear();
    edges_ = {};
    put(std::move(call));
}

// Streamed numbers are made part by part in a row that stays in the cache, and then written past it.
void FunctionTranslator::write_parts(const For& loop, const ExpressionPtr& begin, const ExpressionPtr& end) {
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
    parts.push_back(row(loop, atom(first), atom(last)));
    std::move(writes.begin(), writes.end(), std::back_inserter(parts));
    rows_.clear();
    comment_ = std::move(comment);
    put(tree::CallWithBody{"numeric::for_parts",
                           {begin, end},
                           {"std::int64_t " + first, "std::int64_t " + last},
                           shared(std::move(parts))});
}

// Rows need contiguous places, one store for each buffer, and nobody else who looks at them.
bool FunctionTranslator::can_stream(const For& loop, const Touched& inside) const {
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

bool FunctionTranslator::accumulates(const Block& body) {
    return std::any_of(body.begin(), body.end(),
                       [](const Statement& statement) { return std::holds_alternative<Accumulate>(statement.node); });
}

// Whether an end may be looked at again and again while the loop runs.
bool FunctionTranslator::is_steady(IntegerId id) const {
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

std::string FunctionTranslator::name_variable(VariableId variable) {
    return variables_[variable.index()] = scopes_.declare(cpp_identifier(function_.variables[variable.index()]));
}

std::string FunctionTranslator::loop_parameter(const For& loop) {
    const std::string name = name_variable(loop.variable);
    return (uses_.is_used(loop.variable) ? "std::int64_t " : "[[maybe_unused]] std::int64_t ") + name;
}

void FunctionTranslator::enter_kernel(const Touched& inside, tree::Body& body) {
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
    if (inside.seed) {
        local_seed_ = scopes_.declare("the_seed");
        body.push_back({tree::Declare{"const std::uint64_t", local_seed_, atom("seed")}});
    }
}

void FunctionTranslator::leave_kernel() {
    in_kernel_ = false;
    std::fill(local_buffers_.begin(), local_buffers_.end(), std::string());
    std::fill(local_scalars_.begin(), local_scalars_.end(), std::string());
    local_step_.clear();
    local_seed_.clear();
}

std::string FunctionTranslator::buffer(BufferId id) const {
    const std::string& local = local_buffers_[id.index()];
    return local.empty() ? names_.buffers[id.index()] : local;
}

} // namespace nphys::backend::cpp
