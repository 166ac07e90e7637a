#include "runtime/output/hdf5_array.h"

#include <fmt/format.h>

#include "runtime/output/hdf5.h"
#include "runtime/parallel/memory.h"

namespace nphys::runtime {
namespace {

std::string names_of(hid_t file) {
    std::string text;
    for (const std::string& name : hdf5::names_in(file))
        text += (text.empty() ? "`" : ", `") + name + "`";
    return text;
}

} // namespace

Result<Array> read_hdf5(const std::filesystem::path& path, const std::string& name) {
    const hdf5::Quiet quiet;
    const hdf5::Handle file = hdf5::open_file(path, false);
    if (!file)
        return hdf5::failed("read", path);
    if (name.empty() || !hdf5::exists(file.id(), name))
        return failure(ErrorKind::format, fmt::format("`{}` has no data set `{}`", path.string(), name),
                       fmt::format("it holds {}; write `hdf5(\"{}/NAME\")`", names_of(file.id()), path.filename().string()));
    const hdf5::Handle set(H5Dopen2(file.id(), name.c_str(), H5P_DEFAULT));
    if (!set)
        return failure(ErrorKind::format, fmt::format("`{}` in `{}` is no data set", name, path.string()));
    const std::vector<hsize_t> extents = hdf5::extents_of(set.id());
    Array array;
    double wanted = 1;
    for (const hsize_t extent : extents) {
        array.shape.push_back(static_cast<std::int64_t>(extent));
        wanted *= static_cast<double>(extent);
    }
    if (Status fits = fits_in_memory(wanted * sizeof(double)); !fits)
        return tl::unexpected(fits.error());
    array.values.resize(static_cast<std::size_t>(wanted));
    const std::vector<hsize_t> start(extents.size(), 0);
    if (!array.values.empty() && !hdf5::read_block(set.id(), H5T_NATIVE_DOUBLE, start, extents, array.values.data()))
        return hdf5::failed("read", path);
    return array;
}

} // namespace nphys::runtime
