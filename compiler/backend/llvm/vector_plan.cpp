#include "compiler/backend/llvm/vector_plan.h"

#include <algorithm>

#include "compiler/loops/accumulate.h"

namespace nphys::backend {

using namespace loops;

namespace {

// A longer body keeps the processor busy with one vector at a time, and needs its registers.
constexpr std::size_t most_statements_unrolled = 40;

const Let* find_let(const Block& block, VariableId variable) {
    for (const Statement& statement : block) {
        if (const auto* let = std::get_if<Let>(&statement.node); let != nullptr && let->variable == variable)
            return let;
        const auto* loop = std::get_if<For>(&statement.node);
        const auto* branch = std::get_if<If>(&statement.node);
        const Block* inner = loop != nullptr ? loop->body.get() : branch != nullptr ? branch->body.get() : nullptr;
        if (const Let* found = inner == nullptr ? nullptr : find_let(*inner, variable))
            return found;
    }
    return nullptr;
}

// Whether an integer is a multiple of another, seen from how it is computed.
bool is_multiple(const Function& function, IntegerId id, std::int64_t of) {
    const Integer& integer = function.integers[id.index()];
    switch (integer.op) {
    case IntegerOp::constant:
        return integer.value % of == 0;
    case IntegerOp::variable: {
        const Let* let = find_let(function.body, integer.variable);
        return let != nullptr && is_multiple(function, let->value, of);
    }
    case IntegerOp::multiply:
        return is_multiple(function, integer.a, of) || is_multiple(function, integer.b, of);
    case IntegerOp::add:
    case IntegerOp::subtract:
    case IntegerOp::minimum:
    case IntegerOp::maximum:
        return is_multiple(function, integer.a, of) && is_multiple(function, integer.b, of);
    default:
        return false;
    }
}

} // namespace

VectorPlan::VectorPlan(const Module& module, const Function& function, const For& loop, unsigned vector_bytes)
    : function_(function), loop_(loop) {
    find_memory(*loop.body);
    for (const Statement& statement : *loop.body)
        classify(statement);
    if (!problem_.empty())
        return;
    choose_width(module, vector_bytes);
    find_interior();
    for (const std::int64_t of : {2, 4})
        if (draws_ && is_multiple(function, loop.begin, of))
            begins_at_multiple_of_ = of;
}

void VectorPlan::find_memory(const Block& body) {
    for (const Statement& statement : body) {
        if (const auto* store = std::get_if<Store>(&statement.node)) {
            stored_.insert(store->buffer);
            if (store->streaming)
                streams_.push_back(store);
        } else if (const auto* accumulate = std::get_if<Accumulate>(&statement.node)) {
            accumulators_.insert(accumulate->accumulator);
        }
    }
}

void VectorPlan::classify(const Statement& statement) {
    if (const auto* let = std::get_if<Let>(&statement.node)) {
        if (!varies(let->value))
            uniform_.push_back(&statement);
        else
            varying_lets_[let->variable] = let->value; // is computed where it is used
    } else if (const auto* define = std::get_if<Define>(&statement.node)) {
        const bool moves = varies(define->operation);
        if (moves)
            varying_values_.insert(define->value);
        draws_ = draws_ || (moves && std::holds_alternative<Draw>(define->operation));
        draws_singles_ = draws_singles_ || (moves && std::holds_alternative<Draw>(define->operation) && define->type == Type::f32);
        (moves ? varying_ : uniform_).push_back(&statement);
        if (const auto* load = std::get_if<Load>(&define->operation); load != nullptr && moves)
            touched_.insert(load->buffer);
    } else if (const auto* store = std::get_if<Store>(&statement.node)) {
        touched_.insert(store->buffer);
        varying_.push_back(&statement);
    } else if (std::holds_alternative<Accumulate>(statement.node)) {
        varying_.push_back(&statement);
    } else {
        problem_ = "a vector loop of `" + function_.name + "` has a statement that no vector loop can have";
    }
}

bool VectorPlan::varies(IntegerId id) const {
    const Integer& integer = function_.integers[id.index()];
    switch (integer.op) {
    case IntegerOp::constant:
    case IntegerOp::argument:
    case IntegerOp::threads:
    case IntegerOp::step:
        return false;
    case IntegerOp::variable:
        return integer.variable == loop_.variable || varying_lets_.contains(integer.variable);
    case IntegerOp::load:
        return stores(integer.buffer) || varies(integer.a);
    default:
        return varies(integer.a) || varies(integer.b);
    }
}

bool VectorPlan::varies(const Operation& operation) const {
    const auto any = [this](const std::vector<ValueId>& values) {
        return std::ranges::any_of(values, [this](ValueId value) { return varies(value); });
    };
    struct Visitor {
        const VectorPlan& plan;
        decltype(any)& any_varies;
        bool operator()(const Constant&) const { return false; }
        bool operator()(const ReadScalar&) const { return false; }
        bool operator()(const Load& load) const { return plan.stores(load.buffer) || plan.varies(load.index); }
        bool operator()(const FromInteger& from) const { return plan.varies(from.integer); }
        bool operator()(const ReadAccumulator&) const { return false; }
        bool operator()(const Compute& compute) const { return any_varies(compute.arguments); }
        bool operator()(const Call& call) const { return any_varies(call.arguments); }
        bool operator()(const Draw& draw) const { return plan.varies(draw.row) || plan.varies(draw.column); }
        bool operator()(const IntegerPower& power) const { return plan.varies(power.base); }
        bool operator()(const RealPower& power) const { return plan.varies(power.base) || plan.varies(power.exponent); }
    };
    return std::visit(Visitor{*this, any}, operation);
}

// A vector holds as many lanes as fit of the widest number in memory; loops in f32 alone get twice the lanes.
void VectorPlan::choose_width(const Module& module, unsigned vector_bytes) {
    const bool narrow = !touched_.empty() && std::ranges::all_of(touched_, [&](BufferId buffer) {
        return module.buffers[buffer.index()].type == Type::f32;
    });
    lanes_ = vector_bytes / (narrow ? 4 : 8);
    if (accumulates()) // iterations n and n + 16 meet in a lane
        parts_ = std::max(1u, static_cast<unsigned>(accumulator_lanes) / lanes_);
    else
        parts_ = draws_singles_ ? 4 : draws_ || varying_.size() <= most_statements_unrolled ? 2 : 1; // blocks of random numbers fill so many
}

void VectorPlan::find_interior() {
    for (const Statement* statement : varying_) {
        if (const auto* store = std::get_if<Store>(&statement->node))
            find_interior(store->index);
        else if (const auto* define = std::get_if<Define>(&statement->node)) {
            if (const auto* load = std::get_if<Load>(&define->operation))
                find_interior(load->index);
        }
    }
}

void VectorPlan::find_interior(IntegerId index) {
    const auto form = linear(index);
    if (!form || !form->wrap)
        return;
    const std::int64_t low = -form->wrap->shift, high = form->wrap->size - form->wrap->shift;
    if (!interior_)
        interior_ = Interior{low, high};
    interior_->low = std::max(interior_->low, low);
    interior_->high = std::min(interior_->high, high);
}

namespace {

std::optional<LinearForm> sum(const LinearForm& a, const LinearForm& b, std::int64_t sign) {
    if ((a.wrap || a.stride != 0) && (b.wrap || b.stride != 0) && (a.wrap || b.wrap))
        return std::nullopt;
    if (b.wrap && sign < 0)
        return std::nullopt;
    LinearForm result = a;
    if (b.wrap)
        result.wrap = b.wrap;
    result.constant += sign * b.constant;
    result.stride += sign * b.stride;
    for (const auto& [term, factor] : b.terms) {
        result.terms[term] += sign * factor;
        if (result.terms[term] == 0)
            result.terms.erase(term);
    }
    return result;
}

std::optional<std::int64_t> constant_of(const LinearForm& form) {
    if (form.stride != 0 || !form.terms.empty() || form.wrap)
        return std::nullopt;
    return form.constant;
}

std::optional<LinearForm> scaled(LinearForm form, std::int64_t factor) {
    if (factor == 0)
        return LinearForm{};
    if (form.wrap && factor != 1)
        return std::nullopt;
    form.constant *= factor;
    form.stride *= factor;
    for (auto& term : form.terms)
        term.second *= factor;
    return form;
}

} // namespace

// remainder(loop variable + shift, size)
std::optional<LinearForm> VectorPlan::wrapped(const Integer& remainder) const {
    const auto place = linear(remainder.a), size = linear(remainder.b);
    if (!place || !size || place->stride != 1 || !place->terms.empty() || !constant_of(*size))
        return std::nullopt;
    if (size->constant < static_cast<std::int64_t>(lanes_))
        return std::nullopt;
    // The shift nearest to 0 keeps the interior large.
    std::int64_t shift = ((place->constant % size->constant) + size->constant) % size->constant;
    if (shift > size->constant / 2)
        shift -= size->constant;
    return LinearForm{0, 0, {}, Wrap{shift, size->constant}};
}

std::optional<LinearForm> VectorPlan::linear(IntegerId id) const {
    const Integer& integer = function_.integers[id.index()];
    const auto whole = [&]() -> std::optional<LinearForm> {
        if (varies(id))
            return std::nullopt;
        return LinearForm{0, 0, {{id, 1}}, {}};
    };
    switch (integer.op) {
    case IntegerOp::constant:
        return LinearForm{integer.value, 0, {}, {}};
    case IntegerOp::variable:
        if (integer.variable == loop_.variable)
            return LinearForm{0, 1, {}, {}};
        if (const auto let = varying_lets_.find(integer.variable); let != varying_lets_.end())
            return linear(let->second);
        return whole();
    case IntegerOp::add:
    case IntegerOp::subtract: {
        const auto a = linear(integer.a), b = linear(integer.b);
        if (!a || !b)
            return std::nullopt;
        return sum(*a, *b, integer.op == IntegerOp::add ? 1 : -1);
    }
    case IntegerOp::multiply: {
        const auto a = linear(integer.a), b = linear(integer.b);
        if (!a || !b)
            return std::nullopt;
        if (const auto factor = constant_of(*a))
            return scaled(*b, *factor);
        if (const auto factor = constant_of(*b))
            return scaled(*a, *factor);
        return whole();
    }
    case IntegerOp::remainder:
        return varies(id) ? wrapped(integer) : whole();
    default:
        return whole();
    }
}

} // namespace nphys::backend
