// Places of expressions as positions on loop axes and in buffers.
#include <algorithm>
#include <cassert>

#include "compiler/loops/values.h"

namespace nphys::loops {

using algebra::Axis;
using algebra::Place;
using algebra::Space;

Names::Names(const model::Model& model, const algebra::Pool&, const Placed& placed) : placed_(placed) {
    for (const auto& [symbol, slot] : placed.layout.parameters)
        slots_.emplace(symbol.value, slot);
    for (const model::Parameter& parameter : model.parameters)
        constants_.emplace(parameter.symbol.value, parameter.value);
}

const TensorLayout& Names::tensor(algebra::SymbolId symbol) const {
    const auto& tensors = placed_.layout.tensors;
    for (std::size_t n = tensors_.size(); n < tensors.size(); ++n)
        tensors_.emplace(tensors[n].symbol.value, n);
    const auto found = tensors_.find(symbol.value);
    assert(found != tensors_.end() && "a formula reads a tensor that has no memory");
    return tensors[found->second];
}

std::optional<double> Names::constant(algebra::SymbolId parameter) const {
    if (slots_.contains(parameter.value))
        return std::nullopt;
    const auto found = constants_.find(parameter.value);
    return found == constants_.end() ? 0.0 : found->second;
}

ScalarId Names::slot(algebra::SymbolId parameter) const { return slots_.at(parameter.value); }

std::vector<AxisId> axes_of(const algebra::Pool& pool, Graph& graph, algebra::IndexId id) {
    const algebra::Index& index = pool.index(id);
    const Space& space = pool.space(index.space);
    std::vector<AxisId> axes;
    for (std::size_t a = 0; a < space.axes.size(); ++a) {
        const Axis& axis = space.axes[a];
        const bool is_part = !space.is_lattice() && space.axes.size() == 1;
        LoopAxis loop{id, static_cast<int>(a), 0, axis.extent, {}};
        if (is_part) {
            loop.begin = index.first - axis.first;
            loop.end = index.last - axis.first + 1;
        }
        loop.name = identifier(axis.coordinate.empty() ? index.name : axis.coordinate);
        axes.push_back(graph.axis(loop));
    }
    return axes;
}

namespace {

Position position_of(const algebra::Pool& pool, Graph& graph, const Place& place, int axis, std::int64_t first) {
    const std::int64_t offset = place.offset[axis];
    if (place.is_literal())
        return {AxisId{}, offset - first};
    const Axis& of_space = pool.space_of(place.index).axes[static_cast<std::size_t>(axis)];
    return {axes_of(pool, graph, place.index)[static_cast<std::size_t>(axis)], offset + of_space.first - first};
}

} // namespace

Location locate(const algebra::Pool& pool, Graph& graph, const TensorLayout& tensor, const std::vector<Place>& places) {
    const auto is_here = [&](const ComponentLayout& component) {
        for (std::size_t n = 0; n < component.small.size(); ++n) {
            if (component.small[n] != places[tensor.written_out[n]].offset[0])
                return false;
        }
        return true;
    };
    const auto found = std::find_if(tensor.components.begin(), tensor.components.end(), is_here);
    assert(found != tensor.components.end() && "a component that its tensor does not have");
    Location location{found->buffer, {}};
    for (const StoredAxis& axis : tensor.axes)
        location.positions.push_back(position_of(pool, graph, places[axis.slot], axis.axis, axis.first));
    return location;
}

Position Values::position(const Place& place, int axis, std::int64_t first) {
    return position_of(pool_, graph_, place, axis, first);
}

const Space& Values::space_of(const Place& place) const { return pool_.space_of(place.index); }

NodeId Values::node(const algebra::Coordinate& coordinate) {
    const Axis& axis = space_of(coordinate.place).axes[coordinate.axis];
    NodeId value = graph_.place(position(coordinate.place, coordinate.axis, axis.first), {axis.extent, axis.edge}, 0);
    if (axis.spacing != 1)
        value = graph_.multiply(value, graph_.number(axis.spacing));
    return axis.origin == 0 ? value : graph_.add(graph_.number(axis.origin), value);
}

NodeId Values::node(const algebra::IndexValue& value) {
    const Axis& axis = space_of(value.place).axes[value.axis];
    return graph_.place(position(value.place, value.axis, axis.first), {axis.extent, axis.edge}, axis.first);
}

NodeId Values::node(const algebra::Within& within) {
    const Axis& axis = space_of(within.place).axes[within.axis];
    return graph_.within(position(within.place, within.axis, axis.first), within.first - axis.first,
                         within.last - axis.first);
}

NodeId Values::node(const algebra::EdgeSign& sign) {
    const Axis& axis = space_of(sign.place).axes[sign.axis];
    return graph_.edge_sign(position(sign.place, sign.axis, axis.first), axis.extent);
}

// One indicator for each axis; beyond an antiperiodic edge a site is itself with its sign changed.
void Values::add_coincidences(const algebra::Delta& delta, std::vector<NodeId>& guards, std::vector<NodeId>& signs) {
    const Space& space = space_of(delta.left.is_literal() ? delta.right : delta.left);
    for (std::size_t a = 0; a < space.axes.size(); ++a) {
        const Axis& axis = space.axes[a];
        const Position left = position(delta.left, static_cast<int>(a), axis.first);
        const Position right = position(delta.right, static_cast<int>(a), axis.first);
        guards.push_back(graph_.coincide(left, right, {axis.extent, axis.edge}));
        if (axis.edge == algebra::Edge::antiperiodic) {
            signs.push_back(graph_.edge_sign(left, axis.extent));
            signs.push_back(graph_.edge_sign(right, axis.extent));
        }
    }
}

NodeId Values::node(const algebra::Delta& delta) {
    std::vector<NodeId> factors, signs;
    add_coincidences(delta, factors, signs);
    factors.insert(factors.end(), signs.begin(), signs.end());
    return multiply_all(factors);
}

NodeId Values::node(const algebra::Element& element, algebra::Expr expression) {
    if (pool_.symbol(element.tensor).is_sparse)
        return graph_read_(expression);
    if (const DrawLayout* draw = placed_.layout.draw(element.tensor)) {
        std::vector<Position> positions;
        for (const StoredAxis& axis : draw->axes)
            positions.push_back(position(element.positions[axis.slot], axis.axis, axis.first));
        return graph_.draw(*draw, std::move(positions), arithmetic_);
    }
    const Location location = locate(pool_, graph_, names_.tensor(element.tensor), element.positions);
    const Type type = placed_.module.buffers[location.buffer.index()].type;
    return graph_.convert(graph_.read(location.buffer, type, location.positions), arithmetic_);
}

} // namespace nphys::loops
