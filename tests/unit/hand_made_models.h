#pragma once
// Models built through the Pool, as the model stage would build them.

#include <memory>
#include <string>

#include "compiler/algebra/transform.h"
#include "compiler/model/model.h"

namespace nphys::testing {

using algebra::Edge;
using algebra::Expr;
using algebra::IndexId;
using algebra::Place;
using algebra::SpaceId;
using algebra::SymbolId;

struct ModelMaker {
    model::Model model;
    algebra::Pool& pool;

    ModelMaker() : ModelMaker(std::make_shared<algebra::Pool>()) {}
    explicit ModelMaker(std::shared_ptr<algebra::Pool> owner) : pool(*owner) {
        model.pool = std::move(owner);
        model.has_run = true;
    }

    SpaceId lattice(std::vector<std::int64_t> extents, double spacing = 1, Edge edge = Edge::periodic) {
        algebra::Space space;
        space.name = "space";
        space.kind = algebra::SpaceKind::lattice;
        const char* names[] = {"x", "y", "z", "w"};
        for (std::size_t axis = 0; axis < extents.size(); ++axis)
            space.axes.push_back({names[axis], 1, extents[axis], edge, 0, spacing});
        return pool.add_space(space);
    }
    SpaceId range(std::int64_t first, std::int64_t last) {
        algebra::Space space;
        space.axes.push_back({"", first, last - first + 1, Edge::strict, 0, 1});
        return pool.add_space(space);
    }
    IndexId index(const std::string& name, SpaceId space) {
        const algebra::Space& of = pool.space(space);
        return pool.add_index({name, space, of.axes[0].first, of.axes[0].last()});
    }
    SymbolId tensor(const std::string& name, model::Role role, std::vector<algebra::Slot> slots = {}) {
        algebra::Symbol symbol;
        symbol.name = name;
        symbol.slots = slots;
        symbol.row_slots = slots.size();
        const SymbolId id = pool.add_symbol(symbol);
        model::Tensor tensor;
        tensor.symbol = id;
        tensor.name = name;
        tensor.role = role;
        model.tensors.push_back(tensor);
        return id;
    }
    SymbolId field(const std::string& name, model::Role role, SpaceId space) {
        const algebra::Space& of = pool.space(space);
        return tensor(name, role, {{space, of.axes[0].first, of.axes[0].last()}});
    }
    Expr parameter(const std::string& name, double value) {
        algebra::Symbol symbol;
        symbol.name = name;
        symbol.kind = algebra::SymbolKind::parameter;
        const SymbolId id = pool.add_symbol(symbol);
        model::Parameter parameter;
        parameter.symbol = id;
        parameter.name = name;
        parameter.value = value;
        model.parameters.push_back(parameter);
        return pool.parameter(id);
    }

    static Place at(IndexId index, int axis = 0, std::int64_t steps = 0) {
        Place place{index, {0, 0, 0, 0}};
        place.offset[axis] = steps;
        return place;
    }
    static Place number(std::int64_t value) { return Place{{}, {value, 0, 0, 0}}; }

    Expr half(Expr expression) { return pool.multiply({pool.rational(1, 2), expression}); }
    Expr square(Expr expression) { return pool.power(expression, pool.integer(2)); }
    Expr laplacian(SymbolId field, IndexId i) {
        const algebra::Space space = pool.space_of(i);
        std::vector<Expr> terms;
        for (int axis = 0; axis < static_cast<int>(space.axes.size()); ++axis) {
            const double h = space.axes[static_cast<std::size_t>(axis)].spacing;
            terms.push_back(pool.divide(pool.add({pool.element(field, {at(i, axis, 1)}),
                                                  pool.multiply({pool.integer(-2), pool.element(field, {at(i)})}),
                                                  pool.element(field, {at(i, axis, -1)})}),
                                        pool.real(h * h)));
        }
        return pool.add(terms);
    }

    void map(model::Dynamics dynamics, SymbolId tensor, std::vector<Place> target, Expr value) {
        law(dynamics, model::LawKind::map, tensor, target, value);
    }
    void flow(model::Dynamics dynamics, SymbolId tensor, std::vector<Place> target, Expr value) {
        law(dynamics, model::LawKind::flow, tensor, target, value);
    }
    model::Law& descends(SymbolId tensor, std::vector<Place> target, Expr loss) {
        return law(model::Dynamics::learning, model::LawKind::descent, tensor, target, loss);
    }
    model::Law& law(model::Dynamics dynamics, model::LawKind kind, SymbolId tensor, std::vector<Place> target,
                    Expr value) {
        model::Law law;
        law.dynamics = dynamics;
        law.kind = kind;
        law.components.push_back({tensor, std::move(target), value});
        model.laws.push_back(law);
        return model.laws.back();
    }
    void initial(SymbolId tensor, std::vector<Place> target, Expr value) {
        model.initials.push_back({{{tensor, std::move(target), value}}, {}});
    }
    ModelMaker& run(model::Scheme scheme, double dt = 0, std::int64_t steps = 1) {
        model.run.scheme = scheme;
        if (dt != 0)
            model.run.dt = dt;
        model.run.steps = steps;
        return *this;
    }
};

// Klein-Gordon from its loss, Eqs. (3.9)-(3.11): φ ← φ + π, π descends -1/2 φ lap φ + 1/2 m² φ².
struct KleinGordon : ModelMaker {
    SpaceId space;
    IndexId i;
    SymbolId phi, pi;
    Expr m;

    explicit KleinGordon(std::vector<std::int64_t> extents, double mass = 0.5, double spacing = 1,
                         Edge edge = Edge::periodic)
        : space(lattice(std::move(extents), spacing, edge)), i(index("i", space)),
          phi(field("φ", model::Role::neuron, space)), pi(field("π", model::Role::trainable, space)),
          m(parameter("m", mass)) {
        const Expr value = pool.element(phi, {at(i)});
        const Expr density = pool.add({pool.multiply({pool.rational(-1, 2), value, laplacian(phi, i)}),
                                       pool.multiply({pool.rational(1, 2), square(m), square(value)})});
        map(model::Dynamics::activation, phi, {at(i)}, pool.add({value, pool.element(pi, {at(i)})}));
        descends(pi, {at(i)}, pool.sum(i, density));
    }
    double omega(const std::vector<double>& k) const {
        const double h = pool.space(space).axes[0].spacing, mass = model.parameters[0].value;
        double squared = mass * mass;
        for (const double one : k)
            squared += 4 / (h * h) * std::pow(std::sin(one / 2), 2);
        return std::sqrt(squared);
    }
};

} // namespace nphys::testing
