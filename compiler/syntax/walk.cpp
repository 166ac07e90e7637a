#include "compiler/syntax/walk.h"

namespace nphys::syntax {

namespace {

// One overload for each kind of part: a new node does not compile until it has one.
class Walker {
public:
    explicit Walker(const ExpressionVisitor& visit) : visit_(visit) {}

    void operator()(const Expression& node) const {
        visit_(node);
        std::visit(*this, node.node);
    }

    void operator()(const Number&) const {}
    void operator()(const Imaginary&) const {}
    void operator()(const String&) const {}
    void operator()(const Name&) const {}
    void operator()(const Group& node) const { (*this)(*node.inner); }
    void operator()(const List& node) const { all(node.elements); }
    void operator()(const Member& node) const { (*this)(*node.base); }
    void operator()(const Indexed& node) const {
        (*this)(*node.base);
        (*this)(node.indices);
    }
    void operator()(const Call& node) const {
        (*this)(*node.callee);
        for (const Argument& argument : node.arguments)
            (*this)(argument.value);
    }
    void operator()(const Unary& node) const { (*this)(*node.operand); }
    void operator()(const Binary& node) const {
        (*this)(*node.left);
        (*this)(*node.right);
    }
    void operator()(const Comparison& node) const { all(node.operands); }
    void operator()(const Logical& node) const { all(node.operands); }
    void operator()(const Conditional& node) const {
        (*this)(*node.value);
        (*this)(*node.condition);
        (*this)(*node.otherwise);
    }

    void operator()(const Indices& node) const {
        for (const Position& position : node.rows)
            all(position.coordinates);
        if (node.columns)
            for (const Position& position : *node.columns)
                all(position.coordinates);
    }
    void operator()(const Range& node) const {
        (*this)(*node.first);
        (*this)(*node.last);
        if (node.step)
            (*this)(**node.step);
    }
    void operator()(const ExpressionOrRange& node) const {
        if (const auto* expression = std::get_if<Expression>(&node))
            (*this)(*expression);
        else
            (*this)(std::get<Range>(node));
    }
    void operator()(const Target& node) const {
        if (node.indices)
            (*this)(*node.indices);
    }
    void operator()(const Option& node) const { maybe(node.value); }

    void operator()(const Use&) const {}
    void operator()(const Parameter& node) const {
        (*this)(node.value);
        if (node.range)
            (*this)(*node.range);
    }
    void operator()(const Lattice& node) const {
        (*this)(node.kinds);
        all(node.extent);
    }
    void operator()(const Graph& node) const { (*this)(node.value); }
    void operator()(const Dataset& node) const { (*this)(node.value); }
    void operator()(const Index& node) const { (*this)(node.set); }
    void operator()(const Variables& node) const { all(node.targets); }
    void operator()(const Definition& node) const { assigned(node.target, node.value); }
    void operator()(const Let& node) const {
        all(node.parameters);
        if (node.indices)
            (*this)(*node.indices);
        (*this)(node.value);
    }
    void operator()(const Hamiltonian& node) const { (*this)(node.value); }
    void operator()(const Noise& node) const {
        (*this)(node.target);
        maybe(node.value);
        maybe(node.source);
        maybe(node.decay);
    }
    void operator()(const Metric& node) const { assigned(node.target, node.value); }
    void operator()(const Law& node) const {
        all(node.targets);
        (*this)(node.value);
        all(node.options);
    }
    void operator()(const Boundary& node) const {
        assigned(node.target, node.value);
        maybe(node.where);
        all(node.options);
    }
    void operator()(const Timescale& node) const {
        for (const Timescale::Period& period : node.periods)
            (*this)(period.value);
    }
    void operator()(const Init& node) const { assigned(node.target, node.value); }
    void operator()(const Observe& node) const {
        (*this)(node.target);
        maybe(node.value);
    }
    void operator()(const Expect& node) const { (*this)(node.condition); }
    void operator()(const Setting& node) const {
        (*this)(node.value);
        for (const Setting::GridAxis& axis : node.grid) {
            (*this)(axis.variable);
            (*this)(axis.points);
        }
    }
    void operator()(const Recorded& node) const {
        all(node.values);
        if (node.cadence)
            (*this)(node.cadence->period);
    }
    void operator()(const Sweep& node) const { (*this)(node.values); }
    void operator()(const Run& node) const {
        for (const RunItem& item : node.items)
            std::visit(*this, item.node);
    }

private:
    template <class Parts>
    void all(const Parts& parts) const {
        for (const auto& part : parts)
            (*this)(part);
    }
    void maybe(const std::optional<Expression>& expression) const {
        if (expression)
            (*this)(*expression);
    }
    void assigned(const Target& target, const Expression& value) const {
        (*this)(target);
        (*this)(value);
    }

    const ExpressionVisitor& visit_;
};

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};

} // namespace

void for_each_expression(const Expression& expression, const ExpressionVisitor& visit) {
    Walker{visit}(expression);
}

void for_each_expression(const Statement& statement, const ExpressionVisitor& visit) {
    std::visit(Walker{visit}, statement.node);
}

void for_each_expression(const SyntaxTree& tree, const ExpressionVisitor& visit) {
    for (const Statement& statement : tree.statements)
        for_each_expression(statement, visit);
}

void for_each_declared_name(const SyntaxTree& tree, const std::function<void(const Name&)>& visit) {
    const Overloaded names{
        [&](const Parameter& node) { visit(node.name); },
        [&](const Lattice& node) {
            visit(node.name);
            for (const Name& coordinate : node.coordinates)
                visit(coordinate);
        },
        [&](const Graph& node) { visit(node.name); },
        [&](const Dataset& node) { visit(node.name); },
        [&](const Index& node) {
            for (const Name& name : node.names)
                visit(name);
        },
        [&](const Variables& node) {
            for (const Target& target : node.targets)
                visit(target.name);
        },
        [&](const Definition& node) { visit(node.target.name); },
        [&](const Let& node) {
            visit(node.name);
            for (const Target& parameter : node.parameters)
                visit(parameter.name);
        },
        [&](const Hamiltonian& node) { visit(node.name); },
        [&](const Noise& node) { visit(node.target.name); },
        [&](const Metric& node) { visit(node.target.name); },
        [&](const Observe& node) {
            if (node.value)
                visit(node.target.name);
        },
        [](const auto&) {},
    };
    for (const Statement& statement : tree.statements)
        std::visit(names, statement.node);
}

void for_each_target(const SyntaxTree& tree, const std::function<void(const Target&)>& visit) {
    const auto all = [&](const std::vector<Target>& targets) {
        for (const Target& target : targets)
            visit(target);
    };
    const Overloaded targets{
        [&](const Variables& node) { all(node.targets); },
        [&](const Definition& node) { visit(node.target); },
        [&](const Let& node) { all(node.parameters); },
        [&](const Noise& node) { visit(node.target); },
        [&](const Metric& node) { visit(node.target); },
        [&](const Law& node) { all(node.targets); },
        [&](const Boundary& node) { visit(node.target); },
        [&](const Init& node) { visit(node.target); },
        [&](const Observe& node) { visit(node.target); },
        [&](const Run& node) {
            for (const RunItem& item : node.items)
                if (const Init* init = std::get_if<Init>(&item.node))
                    visit(init->target);
        },
        [](const auto&) {},
    };
    for (const Statement& statement : tree.statements)
        std::visit(targets, statement.node);
}

} // namespace nphys::syntax
