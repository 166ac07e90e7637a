#include "runtime/output/components.h"

#include <algorithm>
#include <fmt/format.h>

namespace nphys::runtime {
namespace {

constexpr std::int64_t most_components = 64;

// The place in each range of component `number` in C order.
std::vector<std::int64_t> places_of(const FieldLayout& field, std::int64_t number) {
    std::vector<std::int64_t> places(field.range_extents.size());
    for (std::size_t axis = places.size(); axis-- > 0; number /= field.range_extents[axis])
        places[axis] = number % field.range_extents[axis];
    return places;
}

std::string name_of(const FieldLayout& field, const std::vector<std::int64_t>& places) {
    std::vector<std::int64_t> from_one = places;
    for (std::int64_t& place : from_one)
        ++place;
    std::string part;
    if (!field.range_names.empty() && field.range_names.back() == part_axis) {
        part = from_one.back() == 1 ? ".re" : ".im";
        from_one.pop_back();
    }
    return (from_one.empty() ? field.name : fmt::format("{}[{}]", field.name, fmt::join(from_one, ","))) + part;
}

} // namespace

std::vector<Component> components_of(const FieldLayout& field, std::int64_t copies) {
    std::int64_t each = 1;
    for (const std::int64_t extent : field.range_extents)
        each *= extent;
    std::vector<Component> components;
    for (std::int64_t number = 0; number < std::min(each * copies, most_components); ++number) {
        Component component{"", number / each, places_of(field, number % each)};
        component.name = name_of(field, component.places);
        if (copies > 1)
            component.name += fmt::format(" copy {}", component.copy + 1);
        components.push_back(std::move(component));
    }
    return components;
}

const Space* drawable_space(const FieldLayout& field, const std::vector<Space>& spaces) {
    const auto found = std::ranges::find(spaces, field.space, &Space::name);
    if (field.space.empty() || found == spaces.end() || found->axes.empty() || found->axes.size() > 3)
        return nullptr;
    return &*found;
}

// `φ[1,2]` → `φ.1.2`, since some tools take brackets for a choice of elements.
std::string view_path(const Component& component, std::int64_t save) {
    std::string folder;
    for (const char c : component.name)
        if (c == '[' || c == ',' || c == ' ')
            folder += '.';
        else if (c != ']')
            folder += c;
    return fmt::format("/paraview/{}/{}", folder, save + 1);
}

} // namespace nphys::runtime
