#include "compiler/model/spaces.h"

#include <algorithm>

#include "compiler/model/settle.h"

namespace nphys::model {

IndexSet range_set(Context& context, std::int64_t first, std::int64_t last) {
    auto [known, fresh] = context.ranges.emplace(std::pair{first, last}, SpaceId{});
    if (fresh) {
        algebra::Space space;
        space.kind = algebra::SpaceKind::range;
        space.axes.push_back({.coordinate = "",
                              .first = first,
                              .extent = last - first + 1,
                              .edge = algebra::Edge::strict,
                              .origin = static_cast<double>(first)});
        known->second = context.pool.add_space(std::move(space));
    }
    return {known->second, first, last, std::nullopt};
}

IndexSet axes_set(Context& context, SpaceId lattice) {
    IndexSet set = range_set(context, 1, static_cast<std::int64_t>(context.pool.space(lattice).axes.size()));
    set.axes_of = lattice;
    return set;
}

IndexSet set_of_space(const Context& context, SpaceId space) {
    const algebra::Axis& axis = context.pool.space(space).axes.front();
    return {space, axis.first, axis.last(), std::nullopt};
}

IndexSet set_of_slot(const Slot& slot) {
    return {slot.space, slot.first, slot.last, std::nullopt};
}
Slot slot_of(const IndexSet& set) {
    return {set.space, set.first, set.last};
}

std::int64_t count(const Context& context, const IndexSet& set) {
    const algebra::Space& space = context.pool.space(set.space);
    return space.is_lattice() ? space.size() : set.last - set.first + 1;
}

bool written_out(const Context& context, const IndexSet& set) {
    return !context.pool.space(set.space).is_lattice() && count(context, set) <= algebra::expanded_extent;
}

bool fits(const Context& context, const IndexSet& set, const Slot& slot) {
    if (context.pool.space(set.space).is_lattice() || context.pool.space(slot.space).is_lattice())
        return set.space == slot.space;
    return slot.first <= set.first && set.last <= slot.last;
}

std::string describe(const Context& context, const IndexSet& set) {
    const algebra::Space& space = context.pool.space(set.space);
    if (space.kind == algebra::SpaceKind::lattice)
        return "the sites of `" + space.name + "`";
    if (space.kind == algebra::SpaceKind::nodes)
        return "the nodes of `" + space.name + "`";
    if (space.kind == algebra::SpaceKind::rows)
        return "the rows of `" + space.name + "`";
    return std::to_string(set.first) + ".." + std::to_string(set.last);
}

std::string describe(const Context& context, const std::vector<Slot>& slots) {
    std::string text;
    for (const Slot& slot : slots)
        text += (text.empty() ? "" : " × ") + describe(context, set_of_slot(slot));
    return text.empty() ? "a number" : text;
}

Place literal_place(std::int64_t number) {
    Place place;
    place.offset[0] = number;
    return place;
}

IndexId add_variable(Context& context, const std::string& name, const IndexSet& set) {
    return context.pool.add_index({name, set.space, set.first, set.last});
}

std::vector<Declaration*> lattices(Context& context) {
    std::vector<Declaration*> found;
    for (Declaration& declaration : context.scopes.front().declarations)
        if (declaration.kind == NameKind::lattice)
            found.push_back(&declaration);
    return found;
}

} // namespace nphys::model
