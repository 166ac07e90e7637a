// Which values and variables of a function are used, where, and how often.
// Goes in: a function. Comes out: for each value its uses by live statements. Holds: what has no use can be left out.
// Example: `v0 = phi[x]; v1 = v0 * v0; v2 = 1; pi[x] = v1` has two uses of v0, one of v1, none of v2.
#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include "compiler/loops/loops.h"

namespace nphys::backend::cpp {

struct ValueUse {
    std::size_t count = 0;
    const loops::Block* block = nullptr; // of the last use found
    loops::BufferId stored_to;           // a buffer that it is stored to, if any
};

class Uses {
public:
    explicit Uses(const loops::Function& function);

    [[nodiscard]] const ValueUse& of(loops::ValueId value) const { return values_[value.index()]; }
    [[nodiscard]] bool is_used(loops::VariableId variable) const { return variables_[variable.index()]; }
    [[nodiscard]] bool uses_argument() const { return uses_argument_; }

private:
    struct Definition {
        const loops::Define* define = nullptr;
        const loops::Block* block = nullptr;
    };
    void collect(const loops::Block& block);
    void visit(const loops::Block& block);
    void use(loops::ValueId value, const loops::Block* block);
    void use(loops::IntegerId integer);

    const loops::Function& function_;
    std::vector<Definition> definitions_;
    std::vector<ValueUse> values_;
    std::vector<bool> variables_;
    std::vector<bool> integers_; // looked at already
    std::vector<loops::IntegerId> lets_;
    bool uses_argument_ = false;
};

// What a block touches, nested blocks included; values without use are left out.
struct Touched {
    std::set<std::uint32_t> read, written; // buffers
    std::set<std::uint32_t> scalars;       // read
    bool step = false;                     // the number of the step is read
    bool seed = false;                     // random numbers are drawn
    bool streams = false;
    // Statements that only work on the model as a whole: parallel loops, swaps, scalars set, steps, services.
    bool is_plain = true;
};
[[nodiscard]] Touched touched(const loops::Function& function, const loops::Block& block, const Uses& uses);

// Whether some statement of a module, however deeply nested, fulfils a condition.
template <class Condition>
[[nodiscard]] bool has_statement(const loops::Block& block, Condition&& condition) {
    return std::any_of(block.begin(), block.end(), [&](const loops::Statement& statement) {
        const auto* loop = std::get_if<loops::For>(&statement.node);
        const auto* branch = std::get_if<loops::If>(&statement.node);
        return condition(statement) || (loop != nullptr && has_statement(*loop->body, condition)) ||
               (branch != nullptr && has_statement(*branch->body, condition));
    });
}
template <class Condition>
[[nodiscard]] bool has_statement(const loops::Module& module, Condition&& condition) {
    return std::any_of(module.functions.begin(), module.functions.end(),
                       [&](const loops::Function& function) { return has_statement(function.body, condition); });
}
[[nodiscard]] bool draws_numbers(const loops::Module& module);

// Calls visit(ValueId) for each argument of an operation.
template <class Visit>
void for_each_argument(const loops::Operation& operation, Visit&& visit) {
    if (const auto* compute = std::get_if<loops::Compute>(&operation)) {
        for (const loops::ValueId argument : compute->arguments)
            visit(argument);
    } else if (const auto* call = std::get_if<loops::Call>(&operation)) {
        for (const loops::ValueId argument : call->arguments)
            visit(argument);
    } else if (const auto* power = std::get_if<loops::IntegerPower>(&operation)) {
        visit(power->base);
    } else if (const auto* real_power = std::get_if<loops::RealPower>(&operation)) {
        visit(real_power->base);
        visit(real_power->exponent);
    }
}

} // namespace nphys::backend::cpp
