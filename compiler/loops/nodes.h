// Arithmetic that has been decided: which operation on which operands, rounded to which type, at a site given by loop axes. It is
// the form between expressions (exact, no order) and loop IR (explicit loops); the same node gives the same bits wherever and
// however often it is computed, so sweeps can be fused by putting nodes for reads.
// Goes in: operations. Comes out: interned nodes. Holds afterwards: operands of arithmetic have one type (f64 is rounded where it
// meets f32); arithmetic on numbers is folded.
//
// Example: φ[x+1] - 2 φ[x] is fma(-2, read φ{x}, read φ{x+1}).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/algebra/spaces.h"
#include "compiler/loops/layout.h"
#include "compiler/loops/loops.h"

namespace nphys::loops {

using NodeId = Id<struct NodeTag>;
using AxisId = Id<struct AxisTag>;

// One axis of an index variable. It runs over begin..end-1, counted from the first place of the axis of the space.
struct LoopAxis {
    algebra::IndexId index; // invalid for axes made by lowering: entries of a sparse row
    int axis = 0;
    std::int64_t begin = 0, end = 1;
    std::string name;
};

// A place on an axis of a buffer or a space, counted from 0: the value of a loop axis plus an offset, or just the offset.
struct Position {
    AxisId axis;
    std::int64_t offset = 0;
    auto operator<=>(const Position&) const = default;
};

// What lowering knows of an axis of a buffer.
struct Extent {
    std::int64_t size = 1;
    algebra::Edge edge = algebra::Edge::strict;
};

enum class NodeKind : std::uint8_t {
    number,        // f64
    scalar,        // a scalar slot, f64
    time,          // t after `exponent` more steps, f64
    read,          // an element of a buffer, continued beyond edges by their rules
    place,         // the number of a place after the edge rule: details {size, edge, shift}; f64
    within,        // 1 where details {first, last} hold the position before the edge rule, else 0; f64
    edge_sign,     // -1 after an odd number of turns around details {size}, else 1; f64
    coincide,      // 1 where two positions are the same place of an axis: details {size, edge}; f64
    compute,
    call,
    integer_power,
    real_power,
    draw,          // a random number: details {distribution, stream, whether drawn once, whether the last position is the
                   // column, how often the step was halved, then size and edge of each position}; drawn anew after `exponent` more steps
};

struct Node {
    NodeKind kind = NodeKind::number;
    Type type = Type::f64;
    Arithmetic arithmetic = Arithmetic::add;
    algebra::Op op = algebra::Op::abs;
    std::int32_t exponent = 0;
    double number = 0;
    ScalarId scalar;
    BufferId buffer;
    std::vector<NodeId> arguments;
    std::vector<Position> positions;
    std::vector<std::int64_t> details;

    // What follows from these:
    std::vector<AxisId> axes; // that it depends on, ascending
    bool is_timed = false, reads_memory = false;
    [[nodiscard]] bool is_uniform() const { return axes.empty() && !is_timed && !reads_memory; }
};

class Graph {
public:
    AxisId axis(const LoopAxis& axis); // the same for the same axis of the same index
    [[nodiscard]] const LoopAxis& operator[](AxisId id) const { return axes_[id.index()]; }
    [[nodiscard]] const Node& operator[](NodeId id) const { return nodes_[id.index()]; }
    [[nodiscard]] std::size_t size() const { return nodes_.size(); }

    NodeId number(double value);
    NodeId scalar(ScalarId slot);
    NodeId time(std::int32_t steps);
    NodeId read(BufferId buffer, Type type, std::vector<Position> positions);
    NodeId place(Position position, Extent extent, std::int64_t shift);
    NodeId within(Position position, std::int64_t first, std::int64_t last);
    NodeId edge_sign(Position position, std::int64_t size);
    NodeId coincide(Position left, Position right, Extent extent);
    NodeId draw(const DrawLayout& draw, std::vector<Position> positions, Type type);
    // A leaf that depends on the step, that many steps later; an invalid id for others.
    NodeId later(NodeId id, std::int32_t steps);
    // A leaf at a place that many places on; an invalid id for one that does not depend on the axis.
    NodeId shifted(NodeId id, AxisId axis, std::int64_t places);

    NodeId add(NodeId a, NodeId b) { return compute(Arithmetic::add, {a, b}); }
    NodeId subtract(NodeId a, NodeId b) { return compute(Arithmetic::subtract, {a, b}); }
    NodeId multiply(NodeId a, NodeId b) { return compute(Arithmetic::multiply, {a, b}); }
    NodeId divide(NodeId a, NodeId b) { return compute(Arithmetic::divide, {a, b}); }
    NodeId negate(NodeId a) { return compute(Arithmetic::negate, {a}); }
    NodeId fma(NodeId a, NodeId b, NodeId c) { return compute(Arithmetic::fma, {a, b, c}); }
    NodeId square_root(NodeId a) { return compute(Arithmetic::square_root, {a}); }
    NodeId select(NodeId condition, NodeId yes, NodeId no);
    NodeId convert(NodeId a, Type type);
    NodeId call(algebra::Op op, std::vector<NodeId> arguments);
    NodeId power(NodeId base, std::int32_t exponent);
    NodeId power(NodeId base, NodeId exponent);

    // The node with leaves put for leaves: `replace` gives the new one, or an invalid id where nothing changes.
    [[nodiscard]] NodeId rewrite(NodeId root, const std::function<NodeId(NodeId)>& replace);
    // All leaves of kind read (or, for `visit_leaves`, all leaves) below the roots, each once, in a fixed order.
    void visit_leaves(const std::vector<NodeId>& roots, const std::function<void(NodeId)>& visit) const;
    [[nodiscard]] std::size_t size_below(const std::vector<NodeId>& roots) const; // nodes, each once
    [[nodiscard]] std::vector<NodeId> reads(const std::vector<NodeId>& roots) const;

private:
    NodeId compute(Arithmetic op, std::vector<NodeId> arguments);
    NodeId intern(Node node);
    void give_one_type(std::vector<NodeId>& arguments);
    [[nodiscard]] bool all_numbers(const std::vector<NodeId>& arguments) const;
    NodeId rewrite(NodeId root, const std::function<NodeId(NodeId)>& replace, std::unordered_map<NodeId, NodeId>& done);

    std::vector<Node> nodes_;
    std::vector<LoopAxis> axes_;
    std::map<std::vector<std::int64_t>, NodeId> interned_;
};

} // namespace nphys::loops
