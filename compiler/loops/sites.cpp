#include "compiler/loops/sites.h"

#include <algorithm>

namespace nphys::loops {

namespace {

// Steps are below 2^44; above stands which halving a bridge of white noise belongs to.
constexpr std::int64_t bridge_shift = 44;

} // namespace

const Binding* SiteWriter::binding(AxisId axis) const {
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
        if (const auto found = scope->bindings.find(axis); found != scope->bindings.end())
            return &found->second;
    }
    return nullptr;
}

bool SiteWriter::is_bound(const Node& node) const {
    return std::all_of(node.axes.begin(), node.axes.end(), [&](AxisId axis) { return binding(axis) != nullptr; });
}

const ValueId* SiteWriter::known(NodeId id) const {
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
        if (const auto found = scope->values.find(id); found != scope->values.end())
            return &found->second;
    }
    return nullptr;
}

// ---- What is computed outside of inner loops --------------------------------------------------------------------------------

void SiteWriter::hoist(const std::vector<NodeId>& roots, Hoist what) {
    std::set<NodeId> seen;
    for (const NodeId root : roots)
        hoist(root, what, seen);
}

void SiteWriter::hoist(NodeId id, Hoist what, std::set<NodeId>& seen) {
    const Node& node = graph_[id];
    if (node.kind == NodeKind::number || !seen.insert(id).second || known(id) != nullptr)
        return;
    const bool is_wanted = what == Hoist::uniform          ? node.is_uniform()
                           : what == Hoist::all_but_memory ? is_bound(node) && !node.reads_memory
                                                           : is_bound(node);
    if (is_wanted) {
        static_cast<void>(value(id));
        return;
    }
    if (node.kind == NodeKind::read && what == Hoist::all)
        prepare_read(id);
    for (const NodeId argument : node.arguments)
        hoist(argument, what, seen);
}

// Rows: where all axes but one are known, the rest of the index is.
void SiteWriter::prepare_read(NodeId id) {
    const Node& node = graph_[id];
    const auto& shape = shop_.shape(node.buffer);
    Base base{build_.integer(0), {}};
    std::int64_t stride = 1;
    std::size_t open = 0;
    base.included.resize(shape.size());
    for (std::size_t a = shape.size(); a-- > 0;) {
        const Position& position = node.positions[a];
        if (!position.axis.valid() || binding(position.axis) != nullptr) {
            const Reached reached = reach(position, shape[a]);
            if (reached.inside.valid() && !build_.is_constant(reached.inside))
                static_cast<void>(number_of(reached.inside, Type::truth));
            if (reached.sign.valid() && !build_.is_constant(reached.sign))
                static_cast<void>(number_of(reached.sign, node.type));
            base.index = build_.add(base.index, build_.multiply(reached.place, stride));
            base.included[a] = true;
        } else {
            ++open;
        }
        stride *= shape[a].size;
    }
    if (open != 1)
        return;
    base.index = let("row", base.index);
    scopes_.back().bases[id] = std::move(base);
}

IntegerId SiteWriter::let(const char* name, IntegerId value) {
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
        if (const auto found = scope->lets.find(value); found != scope->lets.end())
            return found->second;
    }
    const IntegerId variable = build_.let(name, value);
    scopes_.back().lets[value] = variable;
    return variable;
}

ValueId SiteWriter::number_of(IntegerId integer, Type type) {
    const auto key = std::make_pair(integer, type);
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
        if (const auto found = scope->numbers.find(key); found != scope->numbers.end())
            return found->second;
    }
    const ValueId value = type == Type::truth ? build_.convert(build_.from_integer(integer), Type::truth)
                                              : build_.from_integer(integer, type);
    scopes_.back().numbers[key] = value;
    return value;
}

// ---- Positions ----------------------------------------------------------------------------------------------------------------

IntegerId SiteWriter::value_of(Position position) {
    return position.axis.valid() ? build_.add(binding(position.axis)->value, position.offset)
                                 : build_.integer(position.offset);
}

bool SiteWriter::is_inside(Position position, std::int64_t first, std::int64_t last) const {
    if (!position.axis.valid())
        return first <= position.offset && position.offset <= last;
    const Binding* bound = binding(position.axis);
    return bound->low + position.offset >= first && bound->high - 1 + position.offset <= last;
}

SiteWriter::Reached SiteWriter::reach(Position position, Extent extent) {
    const std::int64_t size = extent.size;
    if (is_inside(position, 0, size - 1))
        return {value_of(position), {}, {}};
    const ReachedKey key{position.axis, position.offset, size, extent.edge};
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
        if (const auto found = scope->reached.find(key); found != scope->reached.end())
            return found->second;
        if (position.axis.valid() && scope->bindings.contains(position.axis))
            break; // further out it was another place
    }
    const IntegerId here = value_of(position);
    Reached reached;
    switch (extent.edge) {
    case algebra::Edge::periodic:
        reached.place = let("wrapped", build_.remainder(here, size));
        break;
    case algebra::Edge::antiperiodic: {
        reached.place = let("wrapped", build_.remainder(here, size));
        const IntegerId is_odd = build_.remainder(build_.divide(here, size), 2);
        reached.sign = build_.subtract(build_.integer(1), build_.multiply(is_odd, 2));
        break;
    }
    case algebra::Edge::reflecting: {
        const IntegerId turn = build_.remainder(here, 2 * size);
        reached.place = let("mirrored", build_.minimum(turn, build_.subtract(build_.integer(2 * size - 1), turn)));
        break;
    }
    case algebra::Edge::open:
    case algebra::Edge::strict: {
        reached.inside = build_.multiply(build_.less(build_.integer(-1), here), build_.less(here, build_.integer(size)));
        reached.place = let("clamped", build_.maximum(build_.integer(0), build_.minimum(here, build_.integer(size - 1))));
        break;
    }
    }
    scopes_.back().reached[key] = reached;
    return reached;
}

IntegerId SiteWriter::index(BufferId buffer, const std::vector<Position>& positions) {
    const auto& shape = shop_.shape(buffer);
    IntegerId index = build_.integer(0);
    std::int64_t stride = 1;
    for (std::size_t a = shape.size(); a-- > 0;) {
        index = build_.add(index, build_.multiply(value_of(positions[a]), stride));
        stride *= shape[a].size;
    }
    return index;
}

// ---- Values -------------------------------------------------------------------------------------------------------------------

ValueId SiteWriter::value(NodeId id) {
    if (const ValueId* found = known(id))
        return *found;
    const Node& node = graph_[id];
    const ValueId result = node.kind == NodeKind::read ? read(id, node) : compute(node);
    if (node.kind != NodeKind::number)
        scopes_.back().values[id] = result;
    return result;
}

ValueId SiteWriter::read(NodeId id, const Node& node) {
    const auto& shape = shop_.shape(node.buffer);
    const Base* base = nullptr;
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend() && base == nullptr; ++scope) {
        if (const auto found = scope->bases.find(id); found != scope->bases.end())
            base = &found->second;
    }
    IntegerId index = base != nullptr ? base->index : build_.integer(0);
    std::vector<Reached> guards;
    std::int64_t stride = 1;
    for (std::size_t a = shape.size(); a-- > 0;) {
        const Reached reached = reach(node.positions[a], shape[a]);
        guards.push_back(reached);
        if (base == nullptr || !base->included[a])
            index = build_.add(index, build_.multiply(reached.place, stride));
        stride *= shape[a].size;
    }
    for (const Reached& reached : guards) {
        if (reached.inside.valid() && build_.is_constant(reached.inside) && build_.constant_of(reached.inside) == 0)
            return build_.constant(0, node.type);
    }
    ValueId result = build_.load(node.buffer, index);
    for (const Reached& reached : guards)
        result = guarded(result, reached);
    return result;
}

ValueId SiteWriter::guarded(ValueId value, const Reached& reached) {
    const Type type = build_.type(value);
    if (reached.sign.valid()) {
        if (!build_.is_constant(reached.sign))
            value = build_.multiply(number_of(reached.sign, type), value);
        else if (build_.constant_of(reached.sign) < 0)
            value = build_.negate(value);
    }
    if (reached.inside.valid() && !build_.is_constant(reached.inside))
        value = build_.select(number_of(reached.inside, Type::truth), value, build_.constant(0, type));
    return value;
}

// Beyond an edge a draw is continued as a field is.
ValueId SiteWriter::draw(const Node& node) {
    IntegerId row = build_.integer(0), column = build_.integer(0);
    std::vector<Reached> guards;
    for (std::size_t a = 0; a < node.positions.size(); ++a) {
        const std::int64_t size = node.details[5 + 2 * a];
        const Reached reached = reach(node.positions[a], {size, static_cast<algebra::Edge>(node.details[6 + 2 * a])});
        guards.push_back(reached);
        if (node.details[3] != 0 && a + 1 == node.positions.size())
            column = reached.place;
        else
            row = build_.add(build_.multiply(row, size), reached.place);
    }
    const IntegerId step = node.details[2] != 0 ? build_.integer(0) : step_after(node.exponent);
    ValueId result = increment(node, {static_cast<Distribution>(node.details[0]),
                                      static_cast<std::uint32_t>(node.details[1]), row, column, step},
                               node.details[4]);
    for (const Reached& reached : guards)
        result = guarded(result, reached);
    return result;
}

// The normalized increment of a Wiener process over a step that was halved `times` times. Each half of a step takes half of
// what the whole moves, and a bridge of its own in opposite directions: (whole ± bridge)/√2. So the halves add up to it.
ValueId SiteWriter::increment(const Node& node, Draw draw, std::int64_t times) {
    if (times == 0)
        return build_.draw(node.type, draw);
    const IntegerId side = build_.subtract(build_.integer(1), build_.multiply(build_.remainder(draw.step, 2), 2));
    draw.step = build_.divide(draw.step, 2);
    Draw bridge = draw;
    bridge.step = build_.add(draw.step, times << bridge_shift);
    const ValueId whole = increment(node, draw, times - 1);
    const ValueId sum = build_.fma(build_.from_integer(side, node.type), build_.draw(node.type, bridge), whole);
    return build_.multiply(build_.constant(0.70710678118654752440, node.type), sum);
}

IntegerId SiteWriter::step_after(std::int32_t steps) {
    const IntegerId more = steps_counted();
    const IntegerId count = build_.add(build_.step(), steps);
    return more.valid() ? build_.add(count, more) : count;
}

IntegerId SiteWriter::steps_counted() const {
    IntegerId more;
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend() && !more.valid(); ++scope)
        more = scope->steps;
    return more;
}

ValueId SiteWriter::time(std::int32_t steps) {
    const Module& module = shop_.placed().module;
    if (!steps_counted().valid() && steps == 0)
        return build_.scalar(module.time);
    // As AdvanceStep does it, with two roundings.
    return build_.add(build_.scalar(module.start_time), build_.multiply(build_.from_integer(step_after(steps)),
                                                                        build_.scalar(module.step_size)));
}

// 0, 1 or -1 from comparing places.
IntegerId SiteWriter::indicator(const Node& node) {
    const Position position = node.positions.front();
    if (node.kind == NodeKind::within) {
        if (is_inside(position, node.details[0], node.details[1]))
            return build_.integer(1);
        const IntegerId here = value_of(position);
        return build_.multiply(build_.less(build_.integer(node.details[0] - 1), here),
                               build_.less(here, build_.integer(node.details[1] + 1)));
    }
    if (node.kind == NodeKind::edge_sign) {
        if (is_inside(position, 0, node.details[0] - 1))
            return build_.integer(1);
        const IntegerId is_odd = build_.remainder(build_.divide(value_of(position), node.details[0]), 2);
        return build_.subtract(build_.integer(1), build_.multiply(is_odd, 2));
    }
    const Extent extent{node.details[0], static_cast<algebra::Edge>(node.details[1])};
    if (extent.edge == algebra::Edge::strict)
        return build_.equal(value_of(position), value_of(node.positions[1]));
    const Reached left = reach(position, extent);
    const Reached right = reach(node.positions[1], extent);
    IntegerId same = build_.equal(left.place, right.place);
    for (const IntegerId inside : {left.inside, right.inside}) {
        if (inside.valid())
            same = build_.multiply(same, inside);
    }
    return same;
}

// Of indicators that are decided by where the loops stand.
std::optional<bool> SiteWriter::known_truth(NodeId id) {
    const Node& node = graph_[id];
    if (node.kind != NodeKind::compute || node.arithmetic != Arithmetic::convert)
        return std::nullopt;
    const Node& indicated = graph_[node.arguments[0]];
    if (indicated.kind != NodeKind::within && indicated.kind != NodeKind::coincide)
        return std::nullopt;
    const IntegerId integer = indicator(indicated);
    return build_.is_constant(integer) ? std::optional(build_.constant_of(integer) != 0) : std::nullopt;
}

ValueId SiteWriter::compute(const Node& node) {
    switch (node.kind) {
    case NodeKind::number:
        return build_.constant(node.number);
    case NodeKind::scalar:
        return build_.scalar(node.scalar);
    case NodeKind::time:
        return time(node.exponent);
    case NodeKind::place: {
        const Position position = node.positions.front();
        const auto edge = static_cast<algebra::Edge>(node.details[1]);
        const bool is_as_it_stands = edge == algebra::Edge::open || edge == algebra::Edge::strict;
        const IntegerId here = is_as_it_stands ? value_of(position) : reach(position, {node.details[0], edge}).place;
        const IntegerId shifted = build_.add(here, node.details[2]);
        return build_.is_constant(shifted) ? build_.constant(static_cast<double>(build_.constant_of(shifted)))
                                           : build_.from_integer(shifted);
    }
    case NodeKind::within:
    case NodeKind::edge_sign:
    case NodeKind::coincide: {
        const IntegerId integer = indicator(node);
        return build_.is_constant(integer) ? build_.constant(static_cast<double>(build_.constant_of(integer)))
                                           : number_of(integer, Type::f64);
    }
    case NodeKind::draw:
        return draw(node);
    case NodeKind::compute:
        return compute_arithmetic(node);
    case NodeKind::call: {
        std::vector<ValueId> arguments;
        for (const NodeId argument : node.arguments)
            arguments.push_back(value(argument));
        return build_.call(node.op, std::move(arguments));
    }
    case NodeKind::integer_power:
        return build_.power(value(node.arguments[0]), node.exponent);
    case NodeKind::real_power: {
        const ValueId base = value(node.arguments[0]);
        return build_.power(base, value(node.arguments[1]));
    }
    case NodeKind::read:
        break; // see `read`
    }
    return {};
}

} // namespace nphys::loops
