// ∂(H, q[i]), by a coordinate, a parameter or t; and d(H, q[i]), which goes through the activation map too.

#include "compiler/algebra/transform.h"
#include "compiler/model/complex.h"
#include "compiler/model/laws.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"
#include "compiler/model/variables.h"
#include "compiler/model/wording.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

using syntax::Expression;

// Σ over what the activation moves: ∂H/∂φ[q] ∂F[q]/∂π[p], with F the map, or the rate of the flow (F - identity).
std::optional<Expr> through_activation(Context& context, Expr formula, SymbolId tensor, const std::vector<Place>& place,
                                       Span span) {
    const auto maps = activation_maps(context, span);
    if (!maps)
        return std::nullopt;
    std::vector<Expr> terms;
    for (const Component& map : *maps) {
        algebra::Substitution fresh;
        std::vector<Place> target = map.target;
        for (Place& slot : target) {
            if (slot.is_literal())
                continue;
            const IndexId variable = context.pool.fresh_index(slot.index);
            Place renamed;
            renamed.index = variable;
            fresh.emplace_back(slot.index, renamed);
            slot.index = variable;
        }
        const Expr value = algebra::substitute(context.pool, map.value, fresh);
        Expr term = context.pool.multiply({algebra::partial(context.pool, formula, map.tensor, target),
                                           algebra::partial(context.pool, value, tensor, place)});
        for (const auto& [old, renamed] : fresh)
            term = context.pool.sum(renamed.index, term);
        terms.push_back(term);
    }
    return context.pool.add(std::move(terms));
}

std::optional<Expr> by_element(Context& context, Expr formula, SymbolId tensor, const std::vector<Place>& place,
                               bool total, Span span) {
    const Expr explicit_part = algebra::partial(context.pool, formula, tensor, place);
    if (!total)
        return explicit_part;
    const auto rest = through_activation(context, formula, tensor, place, span);
    return rest ? std::optional(context.pool.add({explicit_part, *rest})) : std::nullopt;
}

// Stored tensors are numbers of coordinates and parameters: here their formulas stand for them again.
Expr with_formulas(Context& context, Expr expression) {
    return algebra::rewrite_leaves(context.pool, expression, [&](Expr leaf) {
        const auto* element = context.pool.get<algebra::Element>(leaf);
        const auto stored = element == nullptr ? context.formulas.end() : context.formulas.find(element->tensor);
        const auto entry = stored == context.formulas.end()
                               ? std::nullopt
                               : stored->second.at(std::vector<Place>(element->positions));
        return entry ? with_formulas(context, *entry) : leaf;
    });
}

Expr by_coordinate(Context& context, Expr formula, Expr coordinate) {
    const SymbolId symbol = context.pool.add_symbol({.name = "x", .kind = algebra::SymbolKind::parameter, .slots = {}});
    const Expr stand_in = context.pool.parameter(symbol);
    const Expr replaced = algebra::replace(context.pool, formula, {{coordinate.id, stand_in}});
    return algebra::replace(context.pool, algebra::partial_by_parameter(context.pool, replaced, symbol),
                            {{stand_in.id, coordinate}});
}

struct Differentiator {
    Context& context;
    Expr formula;
    bool total;
    Span span; // of what it is taken by

    [[nodiscard]] std::optional<Expr> by(Expr variable) const {
        if (const auto element = as_complex_element(context.pool, variable))
            return gradient(*element);
        if (context.pool.get<algebra::Element>(variable) != nullptr && is_state(variable)) {
            const algebra::Element element = *context.pool.get<algebra::Element>(variable);
            return by_element(context, formula, element.tensor, element.positions, total, span);
        }
        if (const auto* parameter = context.pool.get<algebra::Parameter>(variable); parameter != nullptr && !total)
            return algebra::partial_by_parameter(context.pool, with_formulas(context, formula), parameter->symbol);
        if (context.pool.get<algebra::Time>(variable) != nullptr && !total)
            return algebra::partial_by_time(context.pool, formula);
        if (context.pool.get<algebra::Coordinate>(variable) != nullptr && !total)
            return by_coordinate(context, with_formulas(context, formula), variable);
        context.tell(Code::derivative_by, span, total ? "d" : "∂")
            .help("{}", total ? "a total derivative is taken by a trainable: `d(H, q[i])`"
                              : "take it by a variable, a coordinate, a parameter or `t`");
        return std::nullopt;
    }

    // ∂H/∂x + i ∂H/∂y by z = x + i y, of a real H.
    [[nodiscard]] std::optional<Expr> gradient(const ComplexElement& element) const {
        const Expr value = settled(context, formula);
        if (is_complex(context, value)) {
            context.tell(Code::derivative_of_complex, span, context.pool.symbol(element.tensor).name)
                .help("derive its parts: `re(…)` and `im(…)`");
            return std::nullopt;
        }
        std::optional<Expr> parts[2];
        for (const std::int64_t part : {1, 2})
            parts[part - 1] =
                by_element(context, value, element.tensor, with_part(element.places, part), total, span);
        if (!parts[0] || !parts[1])
            return std::nullopt;
        return context.pool.add({*parts[0], context.pool.multiply({context.pool.imaginary_unit(), *parts[1]})});
    }

    [[nodiscard]] bool is_state(Expr variable) const {
        const auto owner = context.tensors.find(context.pool.get<algebra::Element>(variable)->tensor);
        return owner != context.tensors.end() && owner->second->kind == NameKind::variable;
    }
};

} // namespace

Value derivative(Context& context, const syntax::Call& call, bool total, Span span, const Environment& environment) {
    const auto* first = call.arguments.size() == 2 ? std::get_if<Expression>(&call.arguments[0].value) : nullptr;
    const auto* second = call.arguments.size() == 2 ? std::get_if<Expression>(&call.arguments[1].value) : nullptr;
    if (first == nullptr || second == nullptr) {
        context.tell(Code::argument_count, span, total ? "d" : "∂", counted(std::size_t{2}, "argument", "arguments"),
                     call.arguments.size());
        return Poison{};
    }
    const auto formula = elaborate_number(context, *first, environment);
    const Value variable = elaborate(context, *second, environment);
    if (!formula || is_poison(variable))
        return Poison{};
    const Differentiator differentiator{context, *formula, total, second->span};
    if (const auto* element = std::get_if<Expr>(&variable))
        return value_of(differentiator.by(*element));
    const auto* whole = std::get_if<Whole>(&variable);
    if (whole == nullptr) {
        context.tell(Code::derivative_by, second->span, total ? "d" : "∂");
        return Poison{};
    }
    return Whole(whole->slots, whole->row_slots,
                 [differentiator, variables = *whole](std::span<const Place> places) -> std::optional<Expr> {
                     const auto element = variables.at(places);
                     return element ? differentiator.by(*element) : std::nullopt;
                 });
}

} // namespace nphys::model
