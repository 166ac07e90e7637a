#include <fmt/format.h>

#include "runtime/output/fields.h"
#include "runtime/output/hdf5.h"

namespace nphys::runtime {
namespace {

using Extents = std::vector<hsize_t>;

Result<std::vector<double>> read_numbers(hid_t array, const std::filesystem::path& file) {
    const Extents count = hdf5::extents_of(array);
    std::size_t size = 1;
    for (const hsize_t extent : count)
        size *= extent;
    std::vector<double> values(size);
    if (size > 0 && !hdf5::read_block(array, H5T_NATIVE_DOUBLE, Extents(count.size(), 0), count, values.data()))
        return hdf5::failed("read", file);
    return values;
}

} // namespace

struct FieldsReader::State {
    std::filesystem::path file;
    hdf5::Handle id;
    hdf5::Handle group;
    std::vector<StoredField> fields;
    std::vector<Space> spaces;
    std::vector<std::int64_t> steps;
    std::vector<double> times;

    Status read_spaces() {
        const hdf5::Handle coordinates = hdf5::open_group(id.id(), "coordinates");
        if (!coordinates)
            return hdf5::failed("read", file);
        for (const std::string& name : hdf5::names_in(coordinates.id())) {
            Space space{name, {}};
            const hdf5::Handle place = hdf5::open_group(coordinates.id(), name);
            for (const std::string& axis : hdf5::names_in(place.id())) {
                const hdf5::Handle array(H5Dopen2(place.id(), axis.c_str(), H5P_DEFAULT));
                Result<std::vector<double>> values = read_numbers(array.id(), file);
                if (!values)
                    return tl::unexpected(values.error());
                space.axes.push_back({axis, std::move(*values)});
            }
            spaces.push_back(std::move(space));
        }
        return {};
    }

    Status read_times() {
        const hdf5::Handle step_array(H5Dopen2(group.id(), "step", H5P_DEFAULT));
        const hdf5::Handle time_array(H5Dopen2(group.id(), "t", H5P_DEFAULT));
        if (!step_array || !time_array)
            return hdf5::failed("read", file);
        const Extents count = hdf5::extents_of(step_array.id());
        steps.resize(count.at(0));
        if (!steps.empty() && !hdf5::read_block(step_array.id(), H5T_NATIVE_INT64, Extents{0}, count, steps.data()))
            return hdf5::failed("read", file);
        Result<std::vector<double>> values = read_numbers(time_array.id(), file);
        if (!values)
            return tl::unexpected(values.error());
        times = std::move(*values);
        return {};
    }

    Status read_fields() {
        for (const std::string& name : hdf5::names_in(group.id())) {
            if (name == "step" || name == "t")
                continue;
            const hdf5::Handle array(H5Dopen2(group.id(), name.c_str(), H5P_DEFAULT));
            if (!array)
                return hdf5::failed("read", file);
            StoredField field;
            field.name = name;
            field.axes = hdf5::read_texts(array.id(), "axes");
            const Extents extents = hdf5::extents_of(array.id());
            field.extents.assign(extents.begin(), extents.end());
            const std::vector<std::string> space = hdf5::read_texts(array.id(), "space");
            field.space = space.empty() ? "" : space[0];
            if (field.axes.size() != field.extents.size() || field.axes.empty())
                return failure(ErrorKind::format,
                               fmt::format("`{}` does not say which axes `{}` has", file.string(), name));
            fields.push_back(std::move(field));
        }
        return {};
    }
};

FieldsReader::FieldsReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
FieldsReader::FieldsReader(FieldsReader&&) noexcept = default;
FieldsReader& FieldsReader::operator=(FieldsReader&&) noexcept = default;
FieldsReader::~FieldsReader() = default;

Result<FieldsReader> FieldsReader::open(const std::filesystem::path& file) {
    const hdf5::Quiet quiet;
    auto state = std::make_unique<State>();
    state->file = file;
    state->id = hdf5::open_file(file, false);
    if (!state->id)
        return hdf5::failed("read", file);
    state->group = hdf5::open_group(state->id.id(), "fields");
    if (!state->group)
        return hdf5::failed("read", file);
    for (const Status& status : {state->read_spaces(), state->read_times(), state->read_fields()})
        if (!status)
            return tl::unexpected(status.error());
    return FieldsReader(std::move(state));
}

const std::vector<StoredField>& FieldsReader::fields() const {
    return state_->fields;
}
const std::vector<Space>& FieldsReader::spaces() const {
    return state_->spaces;
}
const std::vector<std::int64_t>& FieldsReader::steps() const {
    return state_->steps;
}
const std::vector<double>& FieldsReader::times() const {
    return state_->times;
}

Result<std::vector<double>> FieldsReader::read(const StoredField& field, std::int64_t save) const {
    const hdf5::Quiet quiet;
    const hdf5::Handle array(H5Dopen2(state_->group.id(), field.name.c_str(), H5P_DEFAULT));
    if (!array)
        return hdf5::failed("read", state_->file);
    Extents start(field.extents.size(), 0);
    Extents count(field.extents.begin(), field.extents.end());
    start[0] = static_cast<hsize_t>(save);
    count[0] = 1;
    std::size_t size = 1;
    for (const hsize_t extent : count)
        size *= extent;
    std::vector<double> values(size);
    if (!hdf5::read_block(array.id(), H5T_NATIVE_DOUBLE, start, count, values.data()))
        return hdf5::failed("read", state_->file);
    return values;
}

} // namespace nphys::runtime
