// Functions of symmetric matrices: the rotations of Jacobi's method are arithmetic like any other, so that they are computed for
// many places, copies or particles at once.
#include "compiler/algebra/symmetric.h"
#include "compiler/loops/values.h"

namespace nphys::loops {

namespace {

using algebra::Op;

struct NodeArithmetic {
    Graph& graph;

    [[nodiscard]] bool is(NodeId id, double number) const { return graph[id].kind == NodeKind::number && graph[id].number == number; }
    NodeId number(double value) const { return graph.number(value); }
    NodeId add(NodeId a, NodeId b) const { return is(a, 0) ? b : is(b, 0) ? a : graph.add(a, b); }
    NodeId subtract(NodeId a, NodeId b) const { return is(b, 0) ? a : is(a, 0) ? graph.negate(b) : graph.subtract(a, b); }
    NodeId multiply(NodeId a, NodeId b) const {
        if (is(a, 0) || is(b, 0))
            return graph.number(0);
        return is(a, 1) ? b : is(b, 1) ? a : graph.multiply(a, b);
    }
    NodeId divide(NodeId a, NodeId b) const { return is(a, 0) || is(b, 1) ? a : graph.divide(a, b); }
    NodeId fma(NodeId a, NodeId b, NodeId c) const {
        if (is(a, 0) || is(b, 0))
            return c;
        return is(c, 0) ? multiply(a, b) : graph.fma(a, b, c);
    }
    NodeId square_root(NodeId a) const { return graph.square_root(a); }
    NodeId absolute(NodeId a) const { return graph.call(Op::abs, {a}); }
    NodeId larger(NodeId a, NodeId b) const { return graph.call(Op::max, {a, b}); }
    NodeId if_zero(NodeId a, NodeId yes, NodeId no) const { return graph.select(graph.call(Op::equal, {a, graph.number(0)}), yes, no); }
    NodeId if_negative(NodeId a, NodeId yes, NodeId no) const { return graph.select(graph.call(Op::less, {a, graph.number(0)}), yes, no); }
};

} // namespace

const algebra::Eigensystem<NodeId>& Values::eigensystem(const std::vector<algebra::Expr>& triangle) {
    if (const auto found = eigensystems_.find(triangle); found != eigensystems_.end())
        return found->second;
    std::vector<NodeId> entries;
    for (const algebra::Expr entry : triangle)
        entries.push_back(numeric(entry));
    NodeArithmetic arithmetic{graph_};
    return eigensystems_.emplace(triangle, algebra::Jacobi<NodeId, NodeArithmetic>(std::move(entries), arithmetic).run()).first->second;
}

NodeId Values::node(const algebra::Spectral& spectral) {
    using algebra::SpectralPart;
    if (spectral.part == SpectralPart::entry) {
        const auto part = [&](SpectralPart what, std::size_t row, std::size_t column) {
            algebra::Spectral one{.part = what, .function = {}, .entries = spectral.entries, .directions = {}};
            one.row = static_cast<std::uint16_t>(row);
            one.column = static_cast<std::uint16_t>(column);
            return pool_.spectral(std::move(one));
        };
        return numeric(algebra::spectral_sum(pool_, spectral, part));
    }
    const algebra::Eigensystem<NodeId>& system = eigensystem(spectral.entries);
    const std::size_t row = spectral.row;
    return spectral.part == SpectralPart::value ? system.values[row] : system.vectors[row * system.values.size() + spectral.column];
}

} // namespace nphys::loops
