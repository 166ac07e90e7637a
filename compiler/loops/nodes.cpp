#include "compiler/loops/nodes.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>

#include "compiler/loops/power.h"

namespace nphys::loops {

namespace {

std::vector<std::int64_t> key_of(const Node& node) {
    std::vector<std::int64_t> key{static_cast<std::int64_t>(node.kind),
                                  static_cast<std::int64_t>(node.type),
                                  static_cast<std::int64_t>(node.arithmetic),
                                  static_cast<std::int64_t>(node.op),
                                  node.exponent,
                                  std::bit_cast<std::int64_t>(node.number),
                                  node.scalar.value,
                                  node.buffer.value};
    for (const NodeId argument : node.arguments)
        key.push_back(argument.value);
    for (const Position& position : node.positions) {
        key.push_back(position.axis.value);
        key.push_back(position.offset);
    }
    key.insert(key.end(), node.details.begin(), node.details.end());
    return key;
}

double folded(Arithmetic op, const std::vector<double>& x) {
    switch (op) {
    case Arithmetic::add:
        return x[0] + x[1];
    case Arithmetic::subtract:
        return x[0] - x[1];
    case Arithmetic::multiply:
        return x[0] * x[1];
    case Arithmetic::divide:
        return x[0] / x[1];
    case Arithmetic::negate:
        return -x[0];
    case Arithmetic::fma:
        return std::fma(x[0], x[1], x[2]);
    case Arithmetic::square_root:
        return std::sqrt(x[0]);
    case Arithmetic::select:
    case Arithmetic::convert:
        break;
    }
    return 0;
}

} // namespace

AxisId Graph::axis(const LoopAxis& axis) {
    if (axis.index.valid()) {
        for (std::size_t n = 0; n < axes_.size(); ++n) {
            if (axes_[n].index == axis.index && axes_[n].axis == axis.axis)
                return AxisId(static_cast<std::uint32_t>(n));
        }
    }
    axes_.push_back(axis);
    return AxisId(static_cast<std::uint32_t>(axes_.size() - 1));
}

NodeId Graph::intern(Node node) {
    const auto [entry, is_new] = interned_.try_emplace(key_of(node), NodeId(static_cast<std::uint32_t>(nodes_.size())));
    if (!is_new)
        return entry->second;
    std::set<AxisId> axes;
    for (const Position& position : node.positions) {
        if (position.axis.valid())
            axes.insert(position.axis);
    }
    node.is_timed = node.kind == NodeKind::time || (node.kind == NodeKind::draw && node.details[2] == 0);
    node.reads_memory = node.kind == NodeKind::read;
    for (const NodeId argument : node.arguments) {
        const Node& below = nodes_[argument.index()];
        axes.insert(below.axes.begin(), below.axes.end());
        node.is_timed |= below.is_timed;
        node.reads_memory |= below.reads_memory;
    }
    node.axes.assign(axes.begin(), axes.end());
    nodes_.push_back(std::move(node));
    return entry->second;
}

// ---- Leaves -------------------------------------------------------------------------------------------------------------

NodeId Graph::number(double value) {
    Node node;
    node.number = value;
    return intern(std::move(node));
}

NodeId Graph::scalar(ScalarId slot) {
    Node node;
    node.kind = NodeKind::scalar;
    node.scalar = slot;
    return intern(std::move(node));
}

NodeId Graph::time(std::int32_t steps) {
    Node node;
    node.kind = NodeKind::time;
    node.exponent = steps;
    return intern(std::move(node));
}

NodeId Graph::read(BufferId buffer, Type type, std::vector<Position> positions) {
    Node node;
    node.kind = NodeKind::read;
    node.type = type;
    node.buffer = buffer;
    node.positions = std::move(positions);
    return intern(std::move(node));
}

NodeId Graph::place(Position position, Extent extent, std::int64_t shift) {
    Node node;
    node.kind = NodeKind::place;
    node.positions = {position};
    node.details = {extent.size, static_cast<std::int64_t>(extent.edge), shift};
    return intern(std::move(node));
}

NodeId Graph::within(Position position, std::int64_t first, std::int64_t last) {
    Node node;
    node.kind = NodeKind::within;
    node.positions = {position};
    node.details = {first, last};
    return intern(std::move(node));
}

NodeId Graph::edge_sign(Position position, std::int64_t size) {
    Node node;
    node.kind = NodeKind::edge_sign;
    node.positions = {position};
    node.details = {size};
    return intern(std::move(node));
}

NodeId Graph::coincide(Position left, Position right, Extent extent) {
    Node node;
    node.kind = NodeKind::coincide;
    node.positions = {left, right};
    node.details = {extent.size, static_cast<std::int64_t>(extent.edge)};
    return intern(std::move(node));
}

NodeId Graph::draw(const DrawLayout& draw, std::vector<Position> positions, Type type) {
    Node node;
    node.kind = NodeKind::draw;
    node.type = type;
    node.positions = std::move(positions);
    node.details = {static_cast<std::int64_t>(draw.distribution), draw.stream, draw.once ? 1 : 0,
                    draw.has_column ? 1 : 0, draw.refinement};
    for (const StoredAxis& axis : draw.axes) {
        node.details.push_back(axis.extent);
        node.details.push_back(static_cast<std::int64_t>(axis.edge));
    }
    return intern(std::move(node));
}

NodeId Graph::later(NodeId id, std::int32_t steps) {
    Node node = nodes_[id.index()];
    if (!node.is_timed || !node.arguments.empty())
        return {};
    node.exponent += steps;
    return intern(std::move(node));
}

NodeId Graph::shifted(NodeId id, AxisId axis, std::int64_t places) {
    Node node = nodes_[id.index()];
    bool depends = false;
    for (Position& position : node.positions) {
        if (position.axis != axis)
            continue;
        position.offset += places;
        depends = true;
    }
    return depends ? intern(std::move(node)) : NodeId{};
}

// ---- Operations -----------------------------------------------------------------------------------------------------------

bool Graph::all_numbers(const std::vector<NodeId>& arguments) const {
    return std::all_of(arguments.begin(), arguments.end(),
                       [&](NodeId id) { return nodes_[id.index()].kind == NodeKind::number; });
}

void Graph::give_one_type(std::vector<NodeId>& arguments) {
    const bool is_single = std::any_of(arguments.begin(), arguments.end(),
                                       [&](NodeId id) { return nodes_[id.index()].type == Type::f32; });
    for (NodeId& argument : arguments)
        argument = convert(argument, is_single ? Type::f32 : Type::f64);
}

NodeId Graph::compute(Arithmetic op, std::vector<NodeId> arguments) {
    give_one_type(arguments);
    if (all_numbers(arguments)) {
        std::vector<double> numbers;
        for (const NodeId argument : arguments)
            numbers.push_back(nodes_[argument.index()].number);
        return number(folded(op, numbers));
    }
    Node node;
    node.kind = NodeKind::compute;
    node.type = nodes_[arguments.front().index()].type;
    node.arithmetic = op;
    node.arguments = std::move(arguments);
    return intern(std::move(node));
}

NodeId Graph::convert(NodeId a, Type type) {
    if (nodes_[a.index()].type == type)
        return a;
    Node node;
    node.kind = NodeKind::compute;
    node.type = type;
    node.arithmetic = Arithmetic::convert;
    node.arguments = {a};
    return intern(std::move(node));
}

NodeId Graph::select(NodeId condition, NodeId yes, NodeId no) {
    std::vector<NodeId> choices{yes, no};
    give_one_type(choices);
    Node node;
    node.kind = NodeKind::compute;
    node.type = nodes_[choices.front().index()].type;
    node.arithmetic = Arithmetic::select;
    node.arguments = {convert(condition, Type::truth), choices[0], choices[1]};
    return intern(std::move(node));
}

NodeId Graph::call(algebra::Op op, std::vector<NodeId> arguments) {
    if (takes_truths(op)) {
        for (NodeId& argument : arguments)
            argument = convert(argument, Type::truth);
    } else {
        give_one_type(arguments);
    }
    Node node;
    node.kind = NodeKind::call;
    node.type = gives_truth(op) ? Type::truth : nodes_[arguments.front().index()].type;
    node.op = op;
    node.arguments = std::move(arguments);
    return intern(std::move(node));
}

NodeId Graph::power(NodeId base, std::int32_t exponent) {
    std::vector<NodeId> arguments{base};
    give_one_type(arguments);
    base = arguments.front();
    if (exponent == 1)
        return base;
    if (nodes_[base.index()].kind == NodeKind::number)
        return number(integer_power(nodes_[base.index()].number, exponent));
    Node node;
    node.kind = NodeKind::integer_power;
    node.type = nodes_[base.index()].type;
    node.exponent = exponent;
    node.arguments = {base};
    return intern(std::move(node));
}

NodeId Graph::power(NodeId base, NodeId exponent) {
    std::vector<NodeId> arguments{base, exponent};
    give_one_type(arguments);
    Node node;
    node.kind = NodeKind::real_power;
    node.type = nodes_[arguments.front().index()].type;
    node.arguments = std::move(arguments);
    return intern(std::move(node));
}

// ---- Traversals -----------------------------------------------------------------------------------------------------------

NodeId Graph::rewrite(NodeId root, const std::function<NodeId(NodeId)>& replace) {
    std::unordered_map<NodeId, NodeId> done;
    return rewrite(root, replace, done);
}

NodeId Graph::rewrite(NodeId root, const std::function<NodeId(NodeId)>& replace, std::unordered_map<NodeId, NodeId>& done) {
    if (const auto found = done.find(root); found != done.end())
        return found->second;
    NodeId result = root;
    if (Node node = nodes_[root.index()]; node.arguments.empty()) {
        if (const NodeId other = replace(root); other.valid())
            result = convert(other, node.type);
    } else {
        for (NodeId& argument : node.arguments)
            argument = rewrite(argument, replace, done);
        result = intern(std::move(node));
    }
    done.emplace(root, result);
    return result;
}

void Graph::visit_leaves(const std::vector<NodeId>& roots, const std::function<void(NodeId)>& visit) const {
    std::set<NodeId> seen;
    std::vector<NodeId> open(roots.rbegin(), roots.rend());
    while (!open.empty()) {
        const NodeId id = open.back();
        open.pop_back();
        if (!seen.insert(id).second)
            continue;
        const Node& node = nodes_[id.index()];
        if (node.arguments.empty())
            visit(id);
        open.insert(open.end(), node.arguments.rbegin(), node.arguments.rend());
    }
}

std::size_t Graph::size_below(const std::vector<NodeId>& roots) const {
    std::set<NodeId> seen;
    std::vector<NodeId> open = roots;
    while (!open.empty()) {
        const NodeId id = open.back();
        open.pop_back();
        if (seen.insert(id).second)
            open.insert(open.end(), nodes_[id.index()].arguments.begin(), nodes_[id.index()].arguments.end());
    }
    return seen.size();
}

std::vector<NodeId> Graph::reads(const std::vector<NodeId>& roots) const {
    std::vector<NodeId> found;
    visit_leaves(roots, [&](NodeId id) {
        if (nodes_[id.index()].kind == NodeKind::read)
            found.push_back(id);
    });
    return found;
}

} // namespace nphys::loops
