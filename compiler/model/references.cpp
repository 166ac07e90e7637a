// Names: `φ`, `γ`, `x`, `pi`, `dirac.X0`, and what stands in brackets after them: `φ[i]`, `h[μ]`, `δ[i,j]`, `x[j]`.

#include <algorithm>

#include "compiler/model/arithmetic.h"
#include "compiler/model/builtins.h"
#include "compiler/model/coordinates.h"
#include "compiler/model/data.h"
#include "compiler/model/definitions.h"
#include "compiler/model/elaborate.h"
#include "compiler/model/estimates.h"
#include "compiler/model/places.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"
#include "compiler/model/state_matrix.h"
#include "compiler/model/special_tensors.h"
#include "compiler/model/wording.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

using syntax::Expression;

Value value_of_index(Context& context, const Binding& binding) {
    const algebra::Space& space = context.pool.space(binding.set.space);
    if (space.axes.size() == 1)
        return context.pool.index_value(binding.set.space, binding.place, 0);
    // The number of a site, counted from 1, the last axis fastest.
    std::vector<Expr> terms{context.pool.integer(1)};
    std::int64_t stride = 1;
    for (std::size_t axis = space.axes.size(); axis-- > 0;) {
        const Expr number = context.pool.index_value(binding.set.space, binding.place, static_cast<int>(axis));
        terms.push_back(
            context.pool.multiply({context.pool.integer(stride),
                                   context.pool.subtract(number, context.pool.integer(space.axes[axis].first))}));
        stride *= space.axes[axis].extent;
    }
    return context.pool.add(std::move(terms));
}

Value builtin(Context& context, const syntax::Name& name, const Environment& environment) {
    if (name.text == "pi")
        return context.pool.pi();
    if (name.text == "t")
        return context.pool.time();
    if (name.text == "h" || name.text == "e") {
        context.tell(Code::builtin_needs_axis, name.span, name.written).help("name the axis: `{}[1]`", name.written);
        return Poison{};
    }
    if (algebra::op_named(name.text)) {
        context.tell(Code::function_without_arguments, name.span, name.written).help("write `{}(…)`", name.written);
        return Poison{};
    }
    tell_unknown(context, *environment.scope, name, builtin_names());
    return Poison{};
}

Value of_whole(const Whole& whole, std::span<const Place> places) {
    if (places.size() == whole.slots.size())
        return value_of(whole.at(places));
    const std::vector<Slot> rest(whole.slots.begin() + static_cast<std::ptrdiff_t>(places.size()), whole.slots.end());
    const std::size_t rows = whole.row_slots > places.size() ? whole.row_slots - places.size() : rest.size();
    Whole part(rest, rows,
               [whole, leading = std::vector<Place>(places.begin(), places.end())](std::span<const Place> more) {
                   std::vector<Place> all = leading;
                   all.insert(all.end(), more.begin(), more.end());
                   return whole.at(all);
               });
    part.name = whole.name;
    return part;
}

Value index_value(Context& context, const Value& base, const syntax::Indexed& indexed, const Environment& environment) {
    if (is_poison(base))
        return Poison{};
    const std::string name = syntax::print(*indexed.base);
    if (const auto* whole = std::get_if<Whole>(&base))
        return index_whole(context, *whole, indexed.indices, name, environment);
    context.tell(Code::not_indexed, indexed.indices.span, name).help("write `{}` alone", name);
    return Poison{};
}

Found member_found(Context& context, const syntax::Member& member, const Environment& environment) {
    const auto* base = std::get_if<syntax::Name>(&member.base->node);
    if (base == nullptr)
        return {};
    return find_in_module(context, *environment.scope, *base, member.member);
}

} // namespace

Value index_whole(Context& context, const Whole& whole, const syntax::Indices& indices, const std::string& name,
                  const Environment& environment) {
    std::vector<const syntax::Position*> positions;
    for (const syntax::Position& position : indices.rows)
        positions.push_back(&position);
    if (indices.columns)
        for (const syntax::Position& position : *indices.columns)
            positions.push_back(&position);
    if (positions.size() > whole.slots.size()) {
        context.tell(Code::too_many_indices, indices.span, name, counted(whole.slots.size(), "index", "indices"),
                     positions.size());
        return Poison{};
    }
    if (indices.columns && whole.row_slots < whole.slots.size() && indices.rows.size() != whole.row_slots) {
        context.tell(Code::rows_and_columns, indices.span, name, whole.row_slots, whole.slots.size() - whole.row_slots);
        return Poison{};
    }
    std::vector<Place> places;
    bool wrong = false;
    for (std::size_t k = 0; k < positions.size(); ++k) {
        const auto place = place_in_slot(context, *positions[k], whole.slots[k], name, environment);
        wrong = wrong || !place;
        if (place)
            places.push_back(*place);
    }
    return wrong ? Value(Poison{}) : of_whole(whole, places);
}

Value value_of_declaration(Context& context, Declaration& declaration, const syntax::Name& name,
                           const Environment& environment) {
    switch (declaration.kind) {
    case NameKind::parameter:
        if (!settle(context, declaration))
            return Poison{};
        return context.pool.parameter(declaration.symbol);
    case NameKind::coordinate:
        return coordinate(context, name, environment);
    case NameKind::lattice:
        if (!settle(context, declaration))
            return Poison{};
        context.tell(Code::not_a_value, name.span, name.written, kind_name(declaration.kind));
        return Poison{};
    case NameKind::function:
        context.tell(Code::function_without_arguments, name.span, name.written)
            .help("write `{}(…)`", name.written)
            .label(declaration.name->span, "a function");
        return Poison{};
    case NameKind::index:
        context.tell(Code::index_occurs_once, name.span, name.written);
        return Poison{};
    case NameKind::definition:
    case NameKind::observable:
    case NameKind::hamiltonian:
        return value_of_definition(context, declaration, environment);
    case NameKind::noise:
    case NameKind::metric:
        if (!is_estimated(context, declaration) && !(declaration.kind == NameKind::metric && is_read_by_laws(context, declaration)))
            return value_of_definition(context, declaration, environment);
        if (settle(context, declaration))
            context.tell(Code::not_a_value, name.span, name.written, kind_name(declaration.kind));
        return Poison{};
    case NameKind::graph:
    case NameKind::dataset:
    case NameKind::variable:
        break;
    }
    if (!settle(context, declaration))
        return Poison{};
    if (declaration.whole)
        return *declaration.whole;
    if (declaration.scalar)
        return *declaration.scalar;
    context.tell(Code::dataset_needs_column, name.span, name.written);
    return Poison{};
}

Value reference(Context& context, const syntax::Name& name, const Environment& environment) {
    if (const Value* argument = environment.argument(name.text))
        return *argument;
    if (const Binding* binding = environment.index(name.text))
        return value_of_index(context, *binding);
    const Found found = find(context, *environment.scope, name);
    if (found.poison)
        return Poison{};
    return found.declaration != nullptr ? value_of_declaration(context, *found.declaration, name, environment)
                                        : builtin(context, name, environment);
}

Value member(Context& context, const syntax::Member& member, Span span, const Environment& environment) {
    const auto* base = std::get_if<syntax::Name>(&member.base->node);
    if (base == nullptr) {
        context.tell(Code::no_members, member.base->span, syntax::print(*member.base));
        return Poison{};
    }
    const Found own = environment.argument(base->text) == nullptr ? find(context, *environment.scope, *base) : Found{};
    if (own.poison)
        return Poison{};
    if (own.declaration != nullptr && own.declaration->kind == NameKind::lattice)
        return member_of_lattice(context, *own.declaration, member, environment);
    if (own.declaration != nullptr && own.declaration->kind == NameKind::dataset)
        return member_of_dataset(context, *own.declaration, member, span);
    const Found found = member_found(context, member, environment);
    if (found.poison)
        return Poison{};
    if (found.declaration != nullptr)
        return value_of_declaration(context, *found.declaration, member.member, environment);
    if (own.declaration != nullptr)
        context.tell(Code::no_members, member.base->span, base->written);
    else
        tell_unknown(context, *environment.scope, *base);
    return Poison{};
}

Value indexed(Context& context, const syntax::Indexed& indexed, Span span, const Environment& environment) {
    const auto* name = std::get_if<syntax::Name>(&indexed.base->node);
    const bool shadowed = name != nullptr && environment.argument(name->text) != nullptr;
    const Found found = name != nullptr && !shadowed ? find(context, *environment.scope, *name) : Found{};
    if (found.poison)
        return Poison{};
    if (as_unit_vector(context, *indexed.base, "e", environment)) {
        context.tell(Code::unit_vector_in_formula, span).help("a unit vector moves a site: `φ[i + e[1]]`");
        return Poison{};
    }
    if (const auto spacing_of = as_unit_vector(context, *indexed.base, "h", environment))
        return spacing(context, indexed, *spacing_of, environment);
    if (is_coordinate(context, indexed, environment))
        return coordinate_at(context, indexed, environment);
    if (name != nullptr && !shadowed && found.declaration == nullptr) {
        if (name->text == "δ" || name->text == "delta")
            return kronecker_delta(context, indexed, span, environment);
        if (name->text == "levi_civita")
            return levi_civita(context, indexed, span, environment);
    }
    if (const auto* member = std::get_if<syntax::Member>(&indexed.base->node))
        if (const auto shown = row_shown(context, *member, indexed.indices, span, environment))
            return *shown;
    return index_value(context, elaborate(context, *indexed.base, environment), indexed, environment);
}

std::optional<std::vector<Slot>> slots_of_name(Context& context, const syntax::Name& name,
                                               const Environment& environment) {
    if (const Value* argument = environment.argument(name.text)) {
        const auto* whole = std::get_if<Whole>(argument);
        return whole == nullptr ? std::nullopt : std::optional(whole->slots);
    }
    const Found found = find(context, *environment.scope, name);
    if (found.declaration == nullptr || found.declaration->kind == NameKind::function ||
        found.declaration->kind == NameKind::index)
        return std::nullopt;
    if (!settle(context, *found.declaration) || !found.declaration->whole)
        return std::nullopt;
    return found.declaration->whole->slots;
}

} // namespace nphys::model
