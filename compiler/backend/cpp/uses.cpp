#include "compiler/backend/cpp/uses.h"

namespace nphys::backend::cpp {

using namespace loops;

Uses::Uses(const Function& function)
    : function_(function), definitions_(function.values.size()), values_(function.values.size()),
      variables_(function.variables.size(), false), integers_(function.integers.size(), false),
      lets_(function.variables.size()) {
    collect(function.body);
    visit(function.body);
}

void Uses::collect(const Block& block) {
    for (const Statement& statement : block) {
        if (const auto* define = std::get_if<Define>(&statement.node))
            definitions_[define->value.index()] = {define, &block};
        if (const auto* let = std::get_if<Let>(&statement.node))
            lets_[let->variable.index()] = let->value;
        if (const auto* loop = std::get_if<For>(&statement.node))
            collect(*loop->body);
        if (const auto* branch = std::get_if<If>(&statement.node))
            collect(*branch->body);
        if (const auto* repeat = std::get_if<Repeat>(&statement.node))
            collect(*repeat->body);
    }
}

void Uses::use(ValueId value, const Block* block) {
    ValueUse& found = values_[value.index()];
    found.block = block;
    if (++found.count > 1)
        return;
    // The first use makes the value live, and with it what it is computed from.
    const Definition& definition = definitions_[value.index()];
    if (definition.define == nullptr)
        return;
    const Operation& operation = definition.define->operation;
    for_each_argument(operation, [&](ValueId argument) { use(argument, definition.block); });
    if (const auto* load = std::get_if<Load>(&operation))
        use(load->index);
    if (const auto* from = std::get_if<FromInteger>(&operation))
        use(from->integer);
    if (const auto* draw = std::get_if<Draw>(&operation)) {
        use(draw->row);
        use(draw->column);
        use(draw->step);
    }
}

void Uses::use(IntegerId id) {
    if (integers_[id.index()])
        return;
    integers_[id.index()] = true;
    const Integer& integer = function_.integers[id.index()];
    if (integer.op == IntegerOp::argument)
        uses_argument_ = true;
    if (integer.op == IntegerOp::variable) {
        variables_[integer.variable.index()] = true;
        if (const IntegerId meaning = lets_[integer.variable.index()]; meaning.valid())
            use(meaning);
    }
    if (integer.a.valid())
        use(integer.a);
    if (integer.b.valid())
        use(integer.b);
}

void Uses::visit(const Block& block) {
    for (const Statement& statement : block) {
        if (const auto* store = std::get_if<Store>(&statement.node)) {
            use(store->value, &block);
            use(store->index);
            values_[store->value.index()].stored_to = store->buffer;
        } else if (const auto* set = std::get_if<SetScalar>(&statement.node)) {
            use(set->value, &block);
        } else if (const auto* accumulate = std::get_if<Accumulate>(&statement.node)) {
            use(accumulate->value, &block);
        } else if (const auto* call = std::get_if<CallService>(&statement.node)) {
            for (const Argument& argument : call->arguments) {
                if (const auto* value = std::get_if<ValueId>(&argument))
                    use(*value, &block);
                if (const auto* integer = std::get_if<IntegerId>(&argument))
                    use(*integer);
                if (const auto* address = std::get_if<Address>(&argument); address != nullptr && address->index.valid())
                    use(address->index);
            }
        } else if (const auto* loop = std::get_if<For>(&statement.node)) {
            use(loop->begin);
            use(loop->end);
            visit(*loop->body);
        } else if (const auto* branch = std::get_if<If>(&statement.node)) {
            use(branch->condition);
            visit(*branch->body);
        } else if (const auto* repeat = std::get_if<Repeat>(&statement.node)) {
            use(repeat->most);
            visit(*repeat->body);
        }
    }
}

namespace {

class Toucher {
public:
    Toucher(const Function& function, const Uses& uses, Touched& result)
        : function_(function), uses_(uses), result_(result) {}

    void visit(const Block& block) {
        for (const Statement& statement : block) {
            std::visit([this](const auto& node) { touch(node); }, statement.node);
        }
    }

private:
    void touch(const For& loop) {
        if (loop.kind == LoopKind::parallel)
            result_.is_plain = false;
        touch(loop.begin);
        touch(loop.end);
        visit(*loop.body);
    }
    void touch(const If& branch) {
        touch(branch.condition);
        visit(*branch.body);
    }
    void touch(const Repeat&) { result_.is_plain = false; }
    void touch(const Let& let) {
        if (uses_.is_used(let.variable))
            touch(let.value);
    }
    void touch(const Define& define) {
        if (uses_.of(define.value).count == 0)
            return;
        if (const auto* load = std::get_if<Load>(&define.operation)) {
            result_.read.insert(load->buffer.value);
            touch(load->index);
        } else if (const auto* from = std::get_if<FromInteger>(&define.operation)) {
            touch(from->integer);
        } else if (const auto* draw = std::get_if<Draw>(&define.operation)) {
            result_.seed = true;
            touch(draw->row);
            touch(draw->column);
            touch(draw->step);
        } else if (const auto* read = std::get_if<ReadScalar>(&define.operation)) {
            result_.scalars.insert(read->scalar.value);
        }
    }
    void touch(const Store& store) {
        result_.written.insert(store.buffer.value);
        result_.streams |= store.streaming;
        touch(store.index);
    }
    void touch(const SetScalar&) { result_.is_plain = false; }
    void touch(const Open&) {}
    void touch(const Accumulate&) {}
    void touch(const Swap&) { result_.is_plain = false; }
    void touch(const AdvanceStep&) { result_.is_plain = false; }
    void touch(const CallService&) { result_.is_plain = false; }
    void touch(IntegerId id) {
        const Integer& integer = function_.integers[id.index()];
        if (integer.op == IntegerOp::load)
            result_.read.insert(integer.buffer.value);
        if (integer.op == IntegerOp::step)
            result_.step = true;
        if (integer.a.valid())
            touch(integer.a);
        if (integer.b.valid())
            touch(integer.b);
    }

    const Function& function_;
    const Uses& uses_;
    Touched& result_;
};

} // namespace

bool draws_numbers(const Module& module) {
    return has_statement(module, [](const Statement& statement) {
        const auto* define = std::get_if<Define>(&statement.node);
        if (define == nullptr)
            return false;
        const auto* call = std::get_if<Call>(&define->operation);
        return std::holds_alternative<Draw>(define->operation) ||
               (call != nullptr && call->op == algebra::Op::poisson_quantile);
    });
}

Touched touched(const Function& function, const Block& block, const Uses& uses) {
    Touched result;
    Toucher(function, uses, result).visit(block);
    return result;
}

} // namespace nphys::backend::cpp
