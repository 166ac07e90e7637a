#include "compiler/model/coordinates.h"

#include <algorithm>

#include "compiler/base/suggest.h"
#include "compiler/model/elaborate.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"

namespace nphys::model {
namespace {

struct Axis {
    Declaration* lattice = nullptr;
    int axis = 0;
};

// All coordinates of this name; several lattices may have one.
std::vector<Axis> coordinates_named(const Environment& environment, const std::string& text) {
    std::vector<Axis> found;
    for (const Declaration& declaration : environment.scope->declarations)
        if (declaration.kind == NameKind::coordinate && declaration.text() == text)
            found.push_back({declaration.lattice, static_cast<int>(declaration.part)});
    return found;
}

std::string listed(const Context& context, const std::vector<Place>& sites) {
    std::string text;
    for (const Place& site : sites)
        text +=
            (text.empty() ? "`" : ", `") + (site.is_literal() ? "a site" : context.pool.index(site.index).name) + "`";
    return text;
}

Value at_site_in_sight(Context& context, const Axis& axis, const syntax::Name& name, const Environment& environment) {
    const std::vector<Place> sites = sites_in_sight(environment, axis.lattice->space);
    if (sites.size() == 1)
        return context.pool.coordinate(axis.lattice->space, sites.front(), axis.axis);
    if (sites.empty())
        context.tell(Code::no_site_in_sight, name.span, name.written, axis.lattice->name->written)
            .help("name the site, `{}[i]`, or give the definition an index: `let f[i] = …`", name.written);
    else
        context.tell(Code::several_sites_in_sight, name.span, name.written, listed(context, sites))
            .help("name the site: `{}[…]`", name.written);
    return Poison{};
}

std::optional<Axis> axis_named(Context& context, Declaration& lattice, const syntax::Name& name) {
    const auto& node = std::get<syntax::Lattice>(lattice.statement->node);
    std::vector<std::string> known{"e", "h"};
    for (std::size_t axis = 0; axis < node.coordinates.size(); ++axis) {
        if (node.coordinates[axis].text == name.text)
            return Axis{&lattice, static_cast<int>(axis)};
        known.push_back(node.coordinates[axis].written);
    }
    auto& told = context.tell(Code::unknown_member, name.span, lattice.name->written, name.written);
    if (const auto nearest = suggest(name.text, known))
        told.help("did you mean `{}.{}`?", lattice.name->written, *nearest);
    return std::nullopt;
}

// x or space.x before brackets.
std::optional<std::vector<Axis>> coordinate_base(Context& context, const syntax::Expression& base,
                                                 const Environment& environment) {
    if (const auto* name = std::get_if<syntax::Name>(&base.node)) {
        if (environment.argument(name->text) != nullptr)
            return std::nullopt;
        const Found found = find(context, *environment.scope, *name);
        if (found.declaration == nullptr || found.declaration->kind != NameKind::coordinate)
            return std::nullopt;
        return coordinates_named(environment, name->text);
    }
    const auto* member = std::get_if<syntax::Member>(&base.node);
    const auto* space = member == nullptr ? nullptr : std::get_if<syntax::Name>(&member->base->node);
    if (space == nullptr || member->member.text == "e" || member->member.text == "h")
        return std::nullopt;
    const Found found = find(context, *environment.scope, *space);
    if (found.declaration == nullptr || found.declaration->kind != NameKind::lattice)
        return std::nullopt;
    const auto axis = axis_named(context, *found.declaration, member->member);
    return axis ? std::vector<Axis>{*axis} : std::vector<Axis>{};
}

} // namespace

bool is_coordinate(Context& context, const syntax::Indexed& indexed, const Environment& environment) {
    return coordinate_base(context, *indexed.base, environment).has_value();
}

Value coordinate(Context& context, const syntax::Name& name, const Environment& environment) {
    std::vector<Axis> axes = coordinates_named(environment, name.text);
    for (const Axis& axis : axes)
        if (!settle(context, *axis.lattice))
            return Poison{};
    if (axes.size() > 1) {
        std::vector<Axis> seen;
        for (const Axis& axis : axes)
            if (!sites_in_sight(environment, axis.lattice->space).empty())
                seen.push_back(axis);
        if (seen.size() != 1) {
            context.tell(Code::ambiguous_lattice, name.span, name.written)
                .help("write `{}.{}` or `{}.{}`", axes[0].lattice->name->written, name.written,
                      axes[1].lattice->name->written, name.written);
            return Poison{};
        }
        axes = seen;
    }
    return at_site_in_sight(context, axes.front(), name, environment);
}

Value coordinate_at(Context& context, const syntax::Indexed& indexed, const Environment& environment) {
    std::vector<Axis> axes = *coordinate_base(context, *indexed.base, environment);
    if (axes.empty() || indexed.indices.columns || indexed.indices.rows.size() != 1) {
        if (!axes.empty())
            context.tell(Code::coordinate_needs_site, indexed.indices.span);
        return Poison{};
    }
    const syntax::Position& position = indexed.indices.rows.front();
    if (axes.size() > 1) {
        // The lattice is that of the index in the brackets.
        const auto read = read_position(context, position, environment);
        if (!read)
            return Poison{};
        std::erase_if(axes, [&](const Axis& axis) {
            return !settle(context, *axis.lattice) || !read->index || read->index->set.space != axis.lattice->space;
        });
        if (axes.size() != 1) {
            context.tell(Code::ambiguous_lattice, indexed.base->span, "this coordinate")
                .help("name the lattice: `space.x[…]`");
            return Poison{};
        }
    }
    const Axis axis = axes.front();
    if (!settle(context, *axis.lattice))
        return Poison{};
    const Slot slot = slot_of(set_of_space(context, axis.lattice->space));
    const auto place = place_in_slot(context, position, slot, axis.lattice->name->written, environment);
    return place ? Value(context.pool.coordinate(axis.lattice->space, *place, axis.axis)) : Value(Poison{});
}

Value spacing(Context& context, const syntax::Indexed& indexed, const UnitVector& base,
              const Environment& environment) {
    if (base.poison || indexed.indices.columns || indexed.indices.rows.size() != 1)
        return Poison{};
    std::optional<SpaceId> lattice = base.lattice;
    if (!lattice)
        if (const syntax::Name* name = syntax::as_name(indexed.indices.rows.front().coordinates.front()))
            if (const Binding* binding = environment.index(name->text))
                lattice = binding->set.axes_of;
    if (!lattice)
        lattice = lattice_meant(context, environment, indexed.base->span, "h");
    if (!lattice)
        return Poison{};
    const auto axis = axis_of(context, indexed.indices.rows.front(), *lattice, environment);
    return axis ? Value(context.pool.real(context.pool.space(*lattice).axes[static_cast<std::size_t>(*axis)].spacing))
                : Value(Poison{});
}

Value member_of_lattice(Context& context, Declaration& lattice, const syntax::Member& member,
                        const Environment& environment) {
    if (!settle(context, lattice))
        return Poison{};
    if (member.member.text == "e" || member.member.text == "h") {
        context.tell(Code::builtin_needs_axis, member.member.span, member.member.written)
            .help("name the axis: `{}.{}[1]`", lattice.name->written, member.member.written);
        return Poison{};
    }
    const auto axis = axis_named(context, lattice, member.member);
    return axis ? at_site_in_sight(context, *axis, member.member, environment) : Value(Poison{});
}

std::optional<SpaceId> lattice_meant(Context& context, const Environment& environment, Span span,
                                     const std::string& text) {
    if (environment.lattice)
        return environment.lattice;
    const std::vector<SpaceId> seen = lattices_in_sight(context, environment);
    if (seen.size() == 1)
        return seen.front();
    const std::vector<Declaration*> all = lattices(context);
    if (all.size() == 1)
        return settle(context, *all.front()) ? std::optional(all.front()->space) : std::nullopt;
    if (all.empty())
        context.tell(Code::no_lattice, span, text);
    else
        context.tell(Code::ambiguous_lattice, span, text)
            .help("name the lattice: `{}.{}` or `{}.{}`", all[0]->name->written, text, all[1]->name->written, text);
    return std::nullopt;
}

} // namespace nphys::model
