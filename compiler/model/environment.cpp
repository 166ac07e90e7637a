#include "compiler/model/environment.h"

#include <algorithm>

namespace nphys::model {

const Binding* Environment::index(std::string_view name) const {
    const auto found =
        std::find_if(indices.rbegin(), indices.rend(), [&](const Binding& binding) { return binding.name == name; });
    return found == indices.rend() || name.empty() ? nullptr : &*found;
}

const Value* Environment::argument(std::string_view name) const {
    const auto found =
        std::ranges::find(arguments, name, [](const auto& pair) -> std::string_view { return pair.first; });
    return found == arguments.end() ? nullptr : &found->second;
}

const IndexSet* Environment::label(std::string_view name) const {
    const auto found = std::ranges::find(labels, name, [](const auto& pair) -> std::string_view { return pair.first; });
    return found == labels.end() ? nullptr : &found->second;
}

Environment of_scope(const Scope& scope) {
    Environment environment;
    environment.scope = &scope;
    return environment;
}

bool is_index(Context& context, const Environment& environment, const syntax::Name& name) {
    if (environment.argument(name.text) != nullptr)
        return false;
    if (environment.index(name.text) != nullptr || environment.label(name.text) != nullptr)
        return true;
    const Found found = find(context, *environment.scope, name);
    return found.declaration != nullptr && found.declaration->kind == NameKind::index;
}

std::vector<Place> sites_in_sight(const Environment& environment, SpaceId lattice) {
    std::vector<Place> sites;
    for (const Binding& binding : environment.indices)
        if (binding.set.space == lattice && std::ranges::find(sites, binding.place) == sites.end())
            sites.push_back(binding.place);
    return sites;
}

std::vector<SpaceId> lattices_in_sight(const Context& context, const Environment& environment) {
    std::vector<SpaceId> lattices;
    for (const Binding& binding : environment.indices) {
        const SpaceId space = binding.set.space;
        if (context.pool.space(space).is_lattice() && std::ranges::find(lattices, space) == lattices.end())
            lattices.push_back(space);
    }
    return lattices;
}

} // namespace nphys::model
