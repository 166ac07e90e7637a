#pragma once
// Arrays in fields.h5 that hold no data of their own, but show one component of a field at one save.
//
// In: the file, a field whose saves are in it, the number of a save. Out: /paraview/<component>/<save>, with three
// axes. Holds: what is there already stays. (XDMF could cut such a block out of an array by itself, but its versions 2
// and 3 disagree on the order of the axes when they do.)

#include <cstdint>
#include <vector>

#include "runtime/output/fields.h"
#include "runtime/output/hdf5.h"

namespace nphys::runtime {

[[nodiscard]] bool create_views(hid_t file, hid_t array, const FieldLayout& field, const std::vector<Space>& spaces,
                                std::int64_t copies, std::int64_t save);

} // namespace nphys::runtime
