#pragma once
// The parts of a field that a viewer can show: one number for each site.
//
// In: a field and the number of copies. Out: its components, named as in a model, the copies one after the other.
// Holds: never more than 64, for a viewer opens hundreds of them slowly; whoever wants more reads fields.h5.
//
//     φ[i,a] with a in 1..2, 3 copies   →   φ[1] copy 1, φ[2] copy 1, φ[1] copy 2, …

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/output/fields.h"

namespace nphys::runtime {

struct Component {
    std::string name;
    std::int64_t copy = 0;
    std::vector<std::int64_t> places; // in the ranges, from 0
};

[[nodiscard]] std::vector<Component> components_of(const FieldLayout& field, std::int64_t copies);

// The lattices of one to three dimensions; null where a field has no sites, or too many dimensions.
[[nodiscard]] const Space* drawable_space(const FieldLayout& field, const std::vector<Space>& spaces);

// Where fields.h5 shows the component at a save as an array of three axes.
[[nodiscard]] std::string view_path(const Component& component, std::int64_t save);

} // namespace nphys::runtime
