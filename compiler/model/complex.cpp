#include "compiler/model/complex.h"

#include <algorithm>

#include "compiler/algebra/print.h"
#include "compiler/algebra/transform.h"
#include "compiler/model/definitions.h"
#include "compiler/model/spaces.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

// Longer formulas say little in a message.
constexpr std::size_t longest_printed = 70;

// Products are multiplied out up to that, to see whether they cancel.
constexpr std::size_t most_terms = 4096;

Expr multiplied_out(Context& context, Expr value) {
    return algebra::expand(context.pool, value, most_terms);
}

bool is_state(const Context& context, SymbolId symbol) {
    const auto owner = context.tensors.find(symbol);
    return owner != context.tensors.end() && owner->second->kind == NameKind::variable;
}

// Every component of a tensor, in index variables of its own.
std::vector<std::vector<Place>> places_of(Context& context, SymbolId symbol) {
    std::vector<std::pair<std::string, IndexSet>> indices;
    for (const Slot& slot : context.pool.symbol(symbol).slots)
        indices.emplace_back("", set_of_slot(slot));
    const auto spreads = spread(context, indices, std::vector<IndexId>(indices.size()), {});
    std::vector<std::vector<Place>> all;
    for (const Spread& one : *spreads)
        all.push_back(one.places);
    return all;
}

bool is_zero_at_zero(Context& context, Expr value) {
    const Expr there = algebra::rewrite_leaves(context.pool, value, [&](Expr leaf) {
        const auto* element = context.pool.get<algebra::Element>(leaf);
        return element != nullptr && is_state(context, element->tensor) ? context.pool.integer(0) : leaf;
    });
    return context.pool.is_zero(multiplied_out(context, there));
}

// A sum over all sites may vanish although its terms do not cancel one by one: Σ_i (a[i] b[i+e] - b[i] a[i-e]). Its gradient is
// local, so that there they do.
bool vanishes(Context& context, Expr value) {
    if (context.pool.is_zero(multiplied_out(context, value)))
        return true;
    const algebra::Dependence on = algebra::dependence(context.pool, value);
    if (!on.free_indices.empty() || context.pool.facts(value).reductions == 0)
        return false;
    for (const SymbolId symbol : on.tensors) {
        if (!is_state(context, symbol))
            continue;
        for (const std::vector<Place>& place : places_of(context, symbol))
            if (!context.pool.is_zero(multiplied_out(context, algebra::partial(context.pool, value, symbol, place))))
                return false;
    }
    return is_zero_at_zero(context, value);
}

// Nothing where the value has an imaginary part.
std::optional<Expr> real_part(Context& context, Expr value) {
    if (!is_complex(context, value))
        return value;
    const auto parts = algebra::complex_parts(context.pool, value);
    return parts && vanishes(context, parts->imaginary) ? std::optional(parts->real) : std::nullopt;
}

std::string imaginary_part(Context& context, Expr value) {
    const Expr part = context.pool.apply(algebra::Op::im, {value});
    return algebra::print(context.pool, algebra::collect(context.pool, multiplied_out(context, part)));
}

} // namespace

SymbolId add_tensor(Context& context, const std::string& name, std::vector<Slot> slots, std::size_t rows,
                    bool is_complex) {
    if (is_complex)
        slots.push_back(slot_of(range_set(context, 1, 2)));
    return context.pool.add_symbol(
        {.name = name, .slots = std::move(slots), .row_slots = rows, .has_parts = is_complex});
}

std::vector<Place> with_part(std::span<const Place> places, std::int64_t part) {
    std::vector<Place> all(places.begin(), places.end());
    all.push_back(literal_place(part));
    return all;
}

Expr element_at(Context& context, SymbolId tensor, std::span<const Place> places) {
    Pool& pool = context.pool;
    if (!pool.symbol(tensor).has_parts)
        return pool.element(tensor, {places.begin(), places.end()});
    const Expr imaginary = pool.element(tensor, with_part(places, 2));
    return pool.add({pool.element(tensor, with_part(places, 1)), pool.multiply({pool.imaginary_unit(), imaginary})});
}

std::optional<ComplexElement> as_complex_element(const Pool& pool, Expr expression) {
    const auto* sum = pool.get<algebra::Add>(expression);
    if (sum == nullptr || sum->terms.size() != 2)
        return std::nullopt;
    for (const Expr term : sum->terms) {
        const auto* element = pool.get<algebra::Element>(term);
        if (element != nullptr && pool.symbol(element->tensor).has_parts && element->positions.back().offset[0] == 1)
            return ComplexElement{element->tensor, {element->positions.begin(), element->positions.end() - 1}};
    }
    return std::nullopt;
}

bool is_complex(const Context& context, Expr value) {
    return context.pool.facts(value).is_complex;
}

Expr settled(Context& context, Expr value) {
    return real_part(context, value).value_or(value);
}

Expr differs_from_zero(Context& context, Expr value) {
    Pool& pool = context.pool;
    const Expr zero = pool.integer(0);
    const auto parts = algebra::complex_parts(pool, value);
    if (!parts || pool.is_zero(parts->imaginary))
        return pool.apply(algebra::Op::not_equal, {parts ? parts->real : value, zero});
    return pool.apply(algebra::Op::logical_or, {pool.apply(algebra::Op::not_equal, {parts->real, zero}),
                                                pool.apply(algebra::Op::not_equal, {parts->imaginary, zero})});
}

std::optional<Expr> real_value(Context& context, Expr value, const syntax::Expression& text, const std::string& what) {
    if (const auto real = real_part(context, value))
        return real;
    const std::string printed = syntax::print(text), part = imaginary_part(context, value);
    auto& told = context.tell(Code::value_not_real, text.span, what, printed).help("write `re({})`", printed);
    if (part.size() <= longest_printed)
        told.here("its imaginary part is `{}`", part);
    return std::nullopt;
}

std::optional<Expr> elaborate_real(Context& context, const syntax::Expression& expression,
                                   const Environment& environment, const std::string& what) {
    const auto value = elaborate_number(context, expression, environment);
    return value ? real_value(context, *value, expression, what) : std::nullopt;
}

std::optional<Expr> real_scalar(Context& context, Expr value, Span span, const char* what) {
    if (const auto real = real_part(context, value))
        return real;
    const std::string part = imaginary_part(context, value);
    context.tell(Code::loss_not_real, span, what, part.size() <= longest_printed ? part : "im(…)")
        .help("write `re(…)` of it");
    return std::nullopt;
}

bool add_component(Context& context, std::vector<Component>& components, SymbolId tensor,
                   const std::vector<Place>& places, Expr value) {
    if (!context.pool.symbol(tensor).has_parts) {
        const auto real = real_part(context, value);
        if (real)
            components.push_back({tensor, places, *real});
        return real.has_value();
    }
    const auto parts = algebra::complex_parts(context.pool, value);
    if (!parts)
        return false;
    components.push_back({tensor, with_part(places, 1), parts->real});
    components.push_back({tensor, with_part(places, 2), parts->imaginary});
    return true;
}

MadeTensor make_tensor(Context& context, const std::string& name, const std::vector<Slot>& slots, std::size_t rows,
                       Entries entries) {
    bool complex = false;
    for (Expr& value : entries.values) {
        value = settled(context, value);
        complex = complex || is_complex(context, value);
    }
    MadeTensor made{add_tensor(context, name, slots, rows, complex), {}};
    for (std::size_t k = 0; k < entries.values.size(); ++k)
        static_cast<void>(
            add_component(context, made.components, made.symbol, entries.places[k], entries.values[k]));
    return made;
}

} // namespace nphys::model
