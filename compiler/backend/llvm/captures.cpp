#include "compiler/backend/llvm/captures.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace nphys::backend {

namespace {

using namespace loops;

class Search {
public:
    explicit Search(const Function& function) : function_(function) {}

    Captures run(const For& loop) {
        node(loop);
        used_variables_.erase(loop.variable);
        Captures captures;
        captures.foreign_accumulator = !std::ranges::includes(opened_, accumulators_);
        std::ranges::set_difference(used_variables_, defined_variables_, std::back_inserter(captures.variables));
        std::ranges::set_difference(used_values_, defined_values_, std::back_inserter(captures.values));
        return captures;
    }

private:
    void block(const Block& statements) {
        for (const Statement& statement : statements)
            std::visit([this](const auto& found) { node(found); }, statement.node);
    }

    void node(const For& loop) {
        use(loop.begin);
        use(loop.end);
        defined_variables_.insert(loop.variable);
        block(*loop.body);
    }
    void node(const If& branch) {
        use(branch.condition);
        block(*branch.body);
    }
    void node(const Repeat& repeat) {
        use(repeat.most);
        block(*repeat.body);
    }
    void node(const Let& let) {
        use(let.value);
        defined_variables_.insert(let.variable);
    }
    void node(const Define& define) {
        std::visit([this](const auto& operation) { uses(operation); }, define.operation);
        defined_values_.insert(define.value);
    }
    void node(const Store& store) {
        use(store.index);
        use(store.value);
    }
    void node(const SetScalar& set) { use(set.value); }
    void node(const Open& open) { opened_.insert(open.accumulator); }
    void node(const Accumulate& accumulate) {
        accumulators_.insert(accumulate.accumulator);
        use(accumulate.value);
    }
    void node(const Swap&) {}
    void node(const AdvanceStep&) {}
    void node(const CallService& call) {
        for (const Argument& argument : call.arguments)
            std::visit([this](const auto& id) { use(id); }, argument);
    }

    void uses(const Constant&) {}
    void uses(const ReadScalar&) {}
    void uses(const Load& load) { use(load.index); }
    void uses(const FromInteger& from) { use(from.integer); }
    void uses(const ReadAccumulator& read) { accumulators_.insert(read.accumulator); }
    void uses(const Compute& compute) {
        std::ranges::for_each(compute.arguments, [this](ValueId id) { use(id); });
    }
    void uses(const Call& call) {
        std::ranges::for_each(call.arguments, [this](ValueId id) { use(id); });
    }
    void uses(const Draw& draw) {
        use(draw.row);
        use(draw.column);
        use(draw.step);
    }
    void uses(const IntegerPower& power) { use(power.base); }
    void uses(const RealPower& power) {
        use(power.base);
        use(power.exponent);
    }

    void use(const Address& address) {
        if (address.index.valid())
            use(address.index);
    }
    void use(ValueId value) { used_values_.insert(value); }
    void use(IntegerId id) {
        const Integer& integer = function_.integers[id.index()];
        if (integer.variable.valid())
            used_variables_.insert(integer.variable);
        if (integer.a.valid())
            use(integer.a);
        if (integer.b.valid())
            use(integer.b);
    }

    const Function& function_;
    std::set<VariableId> used_variables_, defined_variables_;
    std::set<ValueId> used_values_, defined_values_;
    std::set<AccumulatorId> accumulators_, opened_;
};

} // namespace

Captures captures_of(const loops::Function& function, const loops::For& loop) {
    return Search(function).run(loop);
}

} // namespace nphys::backend
