#include "runtime/output/views.h"

#include "runtime/output/components.h"

namespace nphys::runtime {
namespace {

using Extents = std::vector<hsize_t>;

// Missing axes come before, and are one site thick.
Extents three_axes(const Space& space) {
    Extents extents(3 - space.axes.size(), 1);
    for (const Axis& axis : space.axes)
        extents.push_back(axis.coordinates.size());
    return extents;
}

// The part of the field's array that is the component at the save.
hdf5::Handle block_of(hid_t array, const Component& component, const Space& space, std::int64_t copies,
                      std::int64_t save) {
    Extents start{static_cast<hsize_t>(save)};
    Extents count{1};
    if (copies > 1) {
        start.push_back(static_cast<hsize_t>(component.copy));
        count.push_back(1);
    }
    for (const Axis& axis : space.axes) {
        start.push_back(0);
        count.push_back(axis.coordinates.size());
    }
    for (const std::int64_t place : component.places) {
        start.push_back(static_cast<hsize_t>(place));
        count.push_back(1);
    }
    hdf5::Handle block(H5Dget_space(array));
    if (H5Sselect_hyperslab(block.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) < 0)
        return {};
    return block;
}

} // namespace

bool create_views(hid_t file, hid_t array, const FieldLayout& field, const std::vector<Space>& spaces,
                  std::int64_t copies, std::int64_t save) {
    const Space* const space = drawable_space(field, spaces);
    if (space == nullptr)
        return true;
    const Extents extents = three_axes(*space);
    const hdf5::Handle shape(H5Screate_simple(3, extents.data(), nullptr));
    const hdf5::Handle links(H5Pcreate(H5P_LINK_CREATE));
    H5Pset_char_encoding(links.id(), H5T_CSET_UTF8);
    H5Pset_create_intermediate_group(links.id(), 1);
    const std::string source = "/fields/" + field.name;
    for (const Component& component : components_of(field, copies)) {
        const std::string path = view_path(component, save);
        if (hdf5::exists(file, path))
            continue;
        const hdf5::Handle block = block_of(array, component, *space, copies, save);
        const hdf5::Handle properties(H5Pcreate(H5P_DATASET_CREATE));
        // "." is the file itself.
        if (!block || H5Pset_virtual(properties.id(), shape.id(), ".", source.c_str(), block.id()) < 0)
            return false;
        if (!hdf5::Handle(H5Dcreate2(file, path.c_str(), hdf5::file_type(field.precision), shape.id(), links.id(),
                                     properties.id(), H5P_DEFAULT)))
            return false;
    }
    return true;
}

} // namespace nphys::runtime
