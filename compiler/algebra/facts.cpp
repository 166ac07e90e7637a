// What a node depends on, from what its children depend on.
#include <algorithm>

#include "compiler/algebra/children.h"
#include "compiler/algebra/pool.h"

namespace nphys::algebra {

namespace {

bool gives_real(Op op) {
    switch (op) {
    case Op::abs:
    case Op::re:
    case Op::im:
    case Op::arg:
        return true;
    default:
        return op >= Op::less && op <= Op::logical_not;
    }
}

} // namespace

Facts Pool::gather_facts(const Node& node) {
    Facts facts;
    for_each_child(node, [&](Expr child) {
        const Facts& inner = facts_[child.id];
        facts.indices = sets_.unite(facts.indices, inner.indices);
        facts.delta_indices = sets_.unite(facts.delta_indices, inner.delta_indices);
        facts.symbols = sets_.unite(facts.symbols, inner.symbols);
        facts.reductions = std::max(facts.reductions, inner.reductions);
        facts.time = facts.time || inner.time;
        facts.step = facts.step || inner.step;
        facts.coordinates = facts.coordinates || inner.coordinates;
        facts.structure = facts.structure || inner.structure;
        facts.is_complex = facts.is_complex || inner.is_complex;
    });
    if (std::holds_alternative<Spectral>(node) && eigenvalue_.valid())
        facts.symbols = sets_.without(facts.symbols, eigenvalue_.value); // bound in its function
    for_each_place(node, [&](const Place& place) {
        if (!place.is_literal())
            facts.indices = sets_.unite(facts.indices, sets_.single(place.index.value));
    });
    if (std::holds_alternative<Delta>(node))
        facts.delta_indices = facts.indices;
    if (const auto* reduce = std::get_if<Reduce>(&node)) {
        facts.indices = sets_.without(facts.indices, reduce->index.value);
        facts.delta_indices = sets_.without(facts.delta_indices, reduce->index.value);
        ++facts.reductions;
    } else if (const auto* element = std::get_if<Element>(&node)) {
        facts.symbols = sets_.single(element->tensor.value);
        facts.is_complex = symbol(element->tensor).is_complex;
    } else if (const auto* parameter = std::get_if<Parameter>(&node)) {
        facts.symbols = sets_.single(parameter->symbol.value);
    } else if (const auto* apply = std::get_if<Apply>(&node)) {
        facts.is_complex = facts.is_complex && !gives_real(apply->op);
    }
    facts.time = facts.time || std::holds_alternative<Time>(node);
    facts.step = facts.step || std::holds_alternative<Step>(node);
    facts.coordinates =
        facts.coordinates || std::holds_alternative<Coordinate>(node) || std::holds_alternative<IndexValue>(node);
    facts.structure = facts.structure || std::holds_alternative<Delta>(node) || std::holds_alternative<Within>(node) ||
                      std::holds_alternative<EdgeSign>(node);
    facts.is_complex = facts.is_complex || std::holds_alternative<ImaginaryUnit>(node);
    return facts;
}

} // namespace nphys::algebra
