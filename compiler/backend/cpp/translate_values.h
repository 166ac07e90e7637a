// Integers and operations of the loop IR as C++ expressions.
// Goes in: an id or an operation, and how names, loads and arguments are written at this place. Comes out: an
// expression tree. Example: remainder(x - 1, 64) with x >= 1 → `(x - 1) % 64`; with x >= 0 →
// `numeric::floor_remainder(x - 1, 64)`
#pragma once

#include <functional>
#include <set>
#include <string>

#include "compiler/backend/cpp/tree.h"
#include "compiler/loops/integer_facts.h"
#include "compiler/loops/loops.h"

namespace nphys::backend::cpp {

// Neighbours along a row that are beside their site but for the edges: `(z + 1) % 64`, `max(z - 1, 0)`.
struct Edges {
    std::int64_t low = 0, high = 0;     // inside, all of them are what they would be without edge
    std::set<std::uint32_t> neighbours; // integers
    std::string name;                   // of the parameter that tells where a body is
};
[[nodiscard]] Edges edges_of(const loops::Function& function, const loops::IntegerFacts& facts, const loops::For& row);

struct IntegerWriter {
    const loops::Function& function;
    const loops::IntegerFacts& facts;
    std::function<std::string(loops::VariableId)> variable;
    std::function<std::string(loops::BufferId)> buffer;
    std::string argument, step;
    const Edges* edges = nullptr; // of the row that is being written

    [[nodiscard]] tree::ExpressionPtr operator()(loops::IntegerId id) const;
    // As the condition of an `if`: products of truths become `&&`.
    [[nodiscard]] tree::ExpressionPtr condition(loops::IntegerId id) const;

private:
    [[nodiscard]] tree::ExpressionPtr sum(const loops::Integer& integer) const;
    [[nodiscard]] tree::ExpressionPtr division(const loops::Integer& integer) const;
    [[nodiscard]] tree::ExpressionPtr extremum(const loops::Integer& integer) const;
    [[nodiscard]] tree::ExpressionPtr neighbour(const loops::Integer& integer) const;
};

using Arguments = std::vector<tree::ExpressionPtr>;
[[nodiscard]] tree::ExpressionPtr arithmetic(loops::Arithmetic op, loops::Type result, loops::Type first_argument,
                                             Arguments arguments);
[[nodiscard]] tree::ExpressionPtr function_call(algebra::Op op, Arguments arguments);

} // namespace nphys::backend::cpp
