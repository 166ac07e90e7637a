#include "compiler/model/storage.h"

#include <algorithm>

#include "compiler/algebra/transform.h"
#include "compiler/model/complex.h"
#include "compiler/model/matrices.h"
#include "compiler/model/search.h"
#include "compiler/model/spaces.h"

namespace nphys::model {

bool is_stencil(const Pool& pool, Expr expression) {
    if (pool.get<algebra::Delta>(expression) != nullptr)
        return true;
    if (const auto* sum = pool.get<algebra::Add>(expression))
        return std::ranges::all_of(sum->terms, [&](Expr term) { return is_stencil(pool, term); });
    const auto* product = pool.get<algebra::Multiply>(expression);
    return product != nullptr &&
           std::ranges::any_of(product->factors, [&](Expr factor) { return is_stencil(pool, factor); });
}

namespace {

// A function that costs as much as a load from memory or more.
bool is_costly(const Pool& pool, Expr expression) {
    const algebra::Node& node = pool[expression];
    if (const auto* apply = std::get_if<algebra::Apply>(&node))
        return algebra::op_named(algebra::op_name(apply->op)) && algebra::op_arity(apply->op) >= 1 &&
               apply->op >= algebra::Op::exp && apply->op <= algebra::Op::erf;
    const auto* power = std::get_if<algebra::Power>(&node);
    if (power == nullptr)
        return false;
    const auto exponent = pool.exact_number(power->exponent);
    return !exponent || !pool.number(power->exponent) ||
           *pool.number(power->exponent) !=
               static_cast<double>(static_cast<std::int64_t>(*pool.number(power->exponent)));
}

bool has_costly(const Pool& pool, Expr expression) {
    return somewhere(pool, expression, [&](Expr part) { return is_costly(pool, part); });
}

// Made of data or stored tensors only, as far as it is made of tensors.
bool made_of_constants(const Context& context, const algebra::Dependence& on) {
    const auto constant = [&](SymbolId symbol) {
        if (std::ranges::find(context.shown, symbol, &ShownColumn::row) != context.shown.end() ||
            context.kept.contains(symbol))
            return false;
        const auto owner = context.tensors.find(symbol);
        const Draw* draw = context.model.draw(symbol);
        if (draw != nullptr)
            return draw->timing == DrawTiming::once;
        if (owner == context.tensors.end()) // numbers of a matrix function, or what is made of the state
            return std::ranges::find(context.model.statistics, symbol, &Statistic::symbol) ==
                       context.model.statistics.end() &&
                   std::ranges::find(context.model.memories, symbol, &Memory::symbol) == context.model.memories.end();
        const Declaration& declaration = *owner->second;
        return declaration.stored || declaration.kind == NameKind::graph || declaration.kind == NameKind::dataset;
    };
    return !on.time && std::ranges::all_of(on.tensors, constant);
}

bool pays(const Context& context, const Declaration& declaration) {
    bool uses_data = false, costly = false;
    for (const Component& component : declaration.components) {
        const algebra::Dependence on = algebra::dependence(context.pool, component.value);
        if (!made_of_constants(context, on))
            return false;
        if (!component.target.empty() && is_stencil(context.pool, component.value))
            continue;
        uses_data = uses_data || !on.tensors.empty();
        costly = costly || (on.coordinates && !context.pool.facts(component.value).structure &&
                            has_costly(context.pool, component.value));
    }
    return uses_data || costly;
}

// Beyond an edge the stored field would be continued by the rule of the edge, the formula is not; they agree where it
// wraps or mirrors.
bool stays_inside(const Pool& pool, std::span<const Slot> slots, std::span<const Place> places) {
    for (std::size_t k = 0; k < slots.size(); ++k) {
        const algebra::Space& space = pool.space(slots[k].space);
        if (!space.is_lattice() || places[k].is_literal())
            continue;
        for (std::size_t axis = 0; axis < space.axes.size(); ++axis) {
            const algebra::Edge edge = space.axes[axis].edge;
            if (places[k].offset[axis] != 0 && edge != algebra::Edge::periodic && edge != algebra::Edge::reflecting)
                return false;
        }
    }
    return true;
}

} // namespace

void store_where_it_pays(Context& context, Declaration& declaration) {
    if (declaration.stored || declaration.kind != NameKind::definition || !pays(context, declaration))
        return;
    declaration.stored = true;
    if (declaration.scalar) {
        declaration.scalar = element_at(context, declaration.symbol, {});
        return;
    }
    Whole stored(declaration.whole->slots, declaration.whole->row_slots,
                 [&context, symbol = declaration.symbol,
                  formula = *declaration.whole](std::span<const Place> places) -> std::optional<Expr> {
                     if (!stays_inside(context.pool, formula.slots, places))
                         return formula.at(places);
                     // A component that is a cheap formula (0, say) is not read from memory.
                     const auto entry = formula.at(places);
                     if (!entry || (algebra::dependence(context.pool, *entry).tensors.empty() &&
                                    !has_costly(context.pool, *entry)))
                         return entry;
                     return element_at(context, symbol, places);
                 });
    stored.name = declaration.whole->name;
    context.formulas[declaration.symbol] = *declaration.whole;
    declaration.whole = std::move(stored);
}

bool store_numbers(Context& context, Declaration& declaration, const Whole& value) {
    declaration.symbol = add_data(context, declaration.text(), value.slots, value.row_slots, value.numbers);
    context.tensors[declaration.symbol] = &declaration;
    Whole stored(value.slots, value.row_slots,
                 [&context, symbol = declaration.symbol](std::span<const Place> places) -> std::optional<Expr> {
                     return element_at(context, symbol, places);
                 });
    stored.numbers = value.numbers;
    stored.name = declaration.name->written;
    declaration.whole = std::move(stored);
    declaration.stored = true;
    return true;
}

} // namespace nphys::model
