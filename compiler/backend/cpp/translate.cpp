// Blocks and single statements.
#include "compiler/backend/cpp/function_translator.h"

#include <fmt/format.h>

#include "compiler/backend/cpp/identifiers.h"
#include "compiler/backend/cpp/literals.h"
#include "compiler/backend/cpp/translate_services.h"

namespace nphys::backend::cpp {

using namespace loops;
using tree::atom;
using tree::ExpressionPtr;

tl::expected<tree::Body, std::string> FunctionTranslator::run() {
    tree::Body body = block(function_.body);
    if (!wrong_.empty())
        return tl::unexpected<std::string>(wrong_);
    return body;
}

tree::Body FunctionTranslator::block(const Block& statements, tree::Body prologue) {
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

void FunctionTranslator::put(decltype(tree::Statement::node) node) {
    if (!comment_.empty())
        out_->push_back({tree::Comment{std::exchange(comment_, {})}});
    out_->push_back({std::move(node)});
}

std::shared_ptr<tree::Body> FunctionTranslator::shared(tree::Body body) {
    return std::make_shared<tree::Body>(std::move(body));
}

void FunctionTranslator::write(const If& branch) {
    flush_all();
    const ExpressionPtr condition = integers().condition(branch.condition);
    std::string comment = std::exchange(comment_, {});
    auto body = shared(block(*branch.body));
    comment_ = std::move(comment);
    put(tree::If{condition, std::move(body)});
}

void FunctionTranslator::write(const Repeat& repeat) {
    flush_all();
    const ExpressionPtr most = integer(repeat.most);
    const ExpressionPtr goes_on = tree::binary("==", atom(names_.scalars[repeat.until.index()]), atom(literal(0.0)));
    std::string comment = std::exchange(comment_, {});
    scopes_.enter();
    const std::string pass = scopes_.declare("pass");
    auto body = shared(block(*repeat.body));
    scopes_.leave();
    comment_ = std::move(comment);
    put(tree::For{pass, atom("0"), most, false, std::move(body), goes_on});
}

void FunctionTranslator::write(const Let& let) {
    if (!uses_.is_used(let.variable))
        return;
    const ExpressionPtr value = integer(let.value);
    put(tree::Declare{"const std::int64_t", name_variable(let.variable), value});
}

void FunctionTranslator::write(const Store& store) {
    const ExpressionPtr value = consume(store.value);
    flush([&](const Value& waiting) { return waiting.loads.contains(store.buffer.value); });
    if (const auto row = rows_.find(store.buffer.value); row != rows_.end()) {
        put(tree::Assign{tree::subscript(atom(row->second.first), row->second.second), value});
        return;
    }
    put(tree::Assign{element(store.buffer, store.index), value});
}

void FunctionTranslator::write(const SetScalar& set) {
    const ExpressionPtr value = consume(set.value);
    flush([](const Value& waiting) { return waiting.can_change; });
    put(tree::Assign{atom(names_.scalars[set.scalar.index()]), value});
}

void FunctionTranslator::write(const Open& open) {
    static constexpr const char* operations[] = {"Sum", "Product", "Maximum", "Minimum"};
    static constexpr const char* wanted[] = {"sum", "product", "largest", "smallest"};
    const auto which = static_cast<std::size_t>(open.combine);
    accumulators_[open.accumulator.index()] = scopes_.declare(wanted[which]);
    put(tree::Declare{fmt::format("numeric::Reduction<numeric::{}>", operations[which]),
                      accumulators_[open.accumulator.index()], nullptr});
}

void FunctionTranslator::write(const Accumulate& accumulate) {
    std::vector<ExpressionPtr> arguments{consume(accumulate.value)};
    if (!lane_.empty())
        arguments.push_back(atom(lane_));
    flush([](const Value& waiting) { return waiting.can_change; });
    put(tree::Evaluate{tree::call(accumulators_[accumulate.accumulator.index()] + ".add", std::move(arguments))});
}

void FunctionTranslator::write(const Swap& swap) {
    flush_all();
    put(tree::Evaluate{
        tree::call("std::swap", {atom(names_.buffers[swap.a.index()]), atom(names_.buffers[swap.b.index()])})});
}

void FunctionTranslator::write(const AdvanceStep&) {
    flush_all();
    put(tree::Evaluate{tree::call("advance_time", {})});
}

void FunctionTranslator::write(const CallService& service) {
    std::vector<ExpressionPtr> arguments;
    for (const Argument& argument : service.arguments) {
        if (const auto* address = std::get_if<Address>(&argument)) {
            ExpressionPtr first = tree::call(names_.buffers[address->buffer.index()] + ".data", {});
            arguments.push_back(address->index.valid() ? tree::binary("+", std::move(first), integer(address->index))
                                                       : std::move(first));
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

tl::expected<tree::Body, std::string> translate(const Module& module, const Function& function, const Names& names) {
    return FunctionTranslator(module, function, names).run();
}

} // namespace nphys::backend::cpp
