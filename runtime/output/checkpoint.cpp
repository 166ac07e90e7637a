#include "runtime/output/checkpoint.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "runtime/output/hdf5.h"

namespace nphys::runtime {
namespace {

namespace fs = std::filesystem;
using Extents = std::vector<hsize_t>;

// Until a file is on the disk, a rename would replace a good checkpoint by the promise of one.
Status sync(const fs::path& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return file_failure("write", path.string(), errno);
    const int problem = fsync(file) == 0 ? 0 : errno;
    close(file);
    if (problem != 0 && problem != EINVAL) // some file systems cannot, and need not
        return file_failure("write", path.string(), problem);
    return {};
}

Status write_numbers(hid_t id, const Checkpoint& checkpoint, const fs::path& path) {
    std::vector<std::string> names;
    std::vector<double> values;
    for (const auto& [name, value] : checkpoint.numbers) {
        names.push_back(name);
        values.push_back(value);
    }
    const Extents extents{values.size()};
    const hdf5::Handle numbers = hdf5::create_fixed(id, "numbers", H5T_IEEE_F64LE, extents);
    if (!hdf5::write_number(id, "step", H5T_NATIVE_INT64, &checkpoint.step) ||
        !hdf5::write_number(id, "t", H5T_NATIVE_DOUBLE, &checkpoint.t) ||
        !hdf5::write_number(id, "seed", H5T_NATIVE_UINT64, &checkpoint.seed) ||
        !hdf5::write_texts(id, "identity", {checkpoint.identity}) || !numbers ||
        !hdf5::write_texts(numbers.id(), "names", names) ||
        (!values.empty() && !hdf5::write_block(numbers.id(), H5T_NATIVE_DOUBLE, Extents{0}, extents, values.data())))
        return hdf5::failed("write", path);
    return {};
}

Status write_arrays(hid_t id, const Checkpoint& checkpoint, const fs::path& path) {
    const hdf5::Handle state = hdf5::create_group(id, "state");
    for (const StateArray& array : checkpoint.arrays) {
        const Extents extents{static_cast<hsize_t>(array.count)};
        const hdf5::Handle place =
            hdf5::create_fixed(state.id(), array.name, hdf5::file_type(array.precision), extents);
        if (!place || (array.count > 0 && !hdf5::write_block(place.id(), hdf5::memory_type(array.precision), Extents{0},
                                                             extents, array.data)))
            return hdf5::failed("write", path);
    }
    return {};
}

Status write_file(const fs::path& path, const Checkpoint& checkpoint) {
    hdf5::Handle id = hdf5::create_file(path);
    if (!id)
        return hdf5::failed("write", path);
    if (Status written = write_numbers(id.id(), checkpoint, path); !written)
        return written;
    if (Status written = write_arrays(id.id(), checkpoint, path); !written)
        return written;
    if (H5Fflush(id.id(), H5F_SCOPE_GLOBAL) < 0)
        return hdf5::failed("write", path);
    return {};
}

Result<StateArray> read_array(hid_t group, const std::string& name, const fs::path& path) {
    const hdf5::Handle place(H5Dopen2(group, name.c_str(), H5P_DEFAULT));
    if (!place)
        return hdf5::failed("read", path);
    const hdf5::Handle type(H5Dget_type(place.id()));
    const Extents extents = hdf5::extents_of(place.id());
    StateArray array;
    array.name = name;
    array.precision = H5Tget_size(type.id()) == sizeof(float) ? Precision::f32 : Precision::f64;
    array.count = extents.empty() ? 0 : static_cast<std::int64_t>(extents[0]);
    array.bytes.resize(static_cast<std::size_t>(array.count) * H5Tget_size(type.id()));
    if (array.count > 0 &&
        !hdf5::read_block(place.id(), hdf5::memory_type(array.precision), Extents{0}, extents, array.bytes.data()))
        return hdf5::failed("read", path);
    return array;
}

Status read_numbers(hid_t id, Checkpoint& checkpoint, const fs::path& path) {
    const hdf5::Handle numbers(H5Dopen2(id, "numbers", H5P_DEFAULT));
    if (!numbers)
        return hdf5::failed("read", path);
    const std::vector<std::string> names = hdf5::read_texts(numbers.id(), "names");
    const Extents extents = hdf5::extents_of(numbers.id());
    std::vector<double> values(extents.empty() ? 0 : extents[0]);
    if (!values.empty() && (names.size() != values.size() ||
                            !hdf5::read_block(numbers.id(), H5T_NATIVE_DOUBLE, Extents{0}, extents, values.data())))
        return hdf5::failed("read", path);
    for (std::size_t place = 0; place < values.size(); ++place)
        checkpoint.numbers[names[place]] = values[place];
    return {};
}

} // namespace

Status write_checkpoint(const fs::path& path, const Checkpoint& checkpoint) {
    const hdf5::Quiet quiet;
    const fs::path beside = path.string() + ".part";
    Status status = write_file(beside, checkpoint);
    if (status)
        status = sync(beside);
    if (status && rename(beside.c_str(), path.c_str()) != 0)
        status = file_failure("write", path.string(), errno);
    if (!status)
        unlink(beside.c_str());
    return status;
}

Result<Checkpoint> read_checkpoint(const fs::path& path) {
    const hdf5::Quiet quiet;
    const hdf5::Handle id = hdf5::open_file(path, false);
    if (!id)
        return hdf5::failed("read", path);
    Checkpoint checkpoint;
    if (!hdf5::read_number(id.id(), "step", H5T_NATIVE_INT64, &checkpoint.step) ||
        !hdf5::read_number(id.id(), "t", H5T_NATIVE_DOUBLE, &checkpoint.t) ||
        !hdf5::read_number(id.id(), "seed", H5T_NATIVE_UINT64, &checkpoint.seed))
        return hdf5::failed("read", path);
    const std::vector<std::string> identity = hdf5::read_texts(id.id(), "identity");
    checkpoint.identity = identity.empty() ? "" : identity[0];
    if (Status read = read_numbers(id.id(), checkpoint, path); !read)
        return tl::unexpected(read.error());
    const hdf5::Handle state = hdf5::open_group(id.id(), "state");
    if (!state)
        return hdf5::failed("read", path);
    for (const std::string& name : hdf5::names_in(state.id())) {
        Result<StateArray> array = read_array(state.id(), name, path);
        if (!array)
            return tl::unexpected(array.error());
        checkpoint.arrays.push_back(std::move(*array));
    }
    return checkpoint;
}

} // namespace nphys::runtime
