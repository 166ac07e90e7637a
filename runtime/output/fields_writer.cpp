#include <algorithm>
#include <cassert>
#include <fmt/format.h>

#include "runtime/output/fields.h"
#include "runtime/output/hdf5.h"
#include "runtime/output/pack.h"
#include "runtime/output/views.h"
#include "runtime/output/xdmf.h"

namespace nphys::runtime {
namespace {

namespace fs = std::filesystem;
using Extents = std::vector<hsize_t>;

constexpr hsize_t large_chunk = hsize_t{4} << 20;  // bytes: one write of this size is as fast as a larger one
constexpr hsize_t small_chunk = hsize_t{64} << 10; // several saves of a small field share a chunk

// The axes of a field without `save`.
std::vector<std::int64_t> extents_of(const FieldLayout& field, const std::vector<Space>& spaces, std::int64_t copies) {
    std::vector<std::int64_t> extents;
    if (copies > 1)
        extents.push_back(copies);
    for (const Space& space : spaces)
        if (space.name == field.space)
            for (const Axis& axis : space.axes)
                extents.push_back(static_cast<std::int64_t>(axis.coordinates.size()));
    extents.insert(extents.end(), field.range_extents.begin(), field.range_extents.end());
    return extents;
}

std::vector<std::string> axis_names(const FieldLayout& field, const std::vector<Space>& spaces, std::int64_t copies) {
    std::vector<std::string> names{"save"};
    if (copies > 1)
        names.emplace_back("copy");
    for (const Space& space : spaces)
        if (space.name == field.space)
            for (const Axis& axis : space.axes)
                names.push_back(axis.name);
    names.insert(names.end(), field.range_names.begin(), field.range_names.end());
    return names;
}

// One save, cut along its slowest axes until it is not too large; many saves, where one is tiny.
Extents chunk_of(const std::vector<std::int64_t>& extents, hsize_t bytes_of_number) {
    Extents chunk{1};
    hsize_t bytes = bytes_of_number;
    for (const std::int64_t extent : extents) {
        chunk.push_back(static_cast<hsize_t>(extent));
        bytes *= static_cast<hsize_t>(extent);
    }
    for (std::size_t axis = 1; axis < chunk.size() && bytes > large_chunk; ++axis) {
        const hsize_t whole = chunk[axis];
        chunk[axis] = std::max<hsize_t>(1, whole * large_chunk / bytes);
        bytes = bytes / whole * chunk[axis];
    }
    chunk[0] = std::clamp<hsize_t>(small_chunk / bytes, 1, 1024);
    return chunk;
}

} // namespace

struct FieldsWriter::State {
    fs::path file;
    FieldsOptions options;
    std::vector<Space> spaces;
    std::vector<FieldLayout> fields;
    hdf5::Handle id;
    std::vector<hdf5::Handle> arrays;
    std::vector<Extents> chunks;
    hdf5::Handle steps;
    hdf5::Handle times;
    std::vector<XdmfWriter> xdmf; // one, once it is open
    std::int64_t saves = 0;
    std::vector<std::byte> buffer;

    tl::unexpected<Error> failed() const { return hdf5::failed("write", file); }

    Status describe_spaces() {
        const hdf5::Handle coordinates = hdf5::create_group(id.id(), "coordinates");
        for (const Space& space : spaces) {
            const hdf5::Handle group = hdf5::create_group(coordinates.id(), space.name);
            for (const Axis& axis : space.axes) {
                const Extents extents{axis.coordinates.size()};
                const hdf5::Handle array = hdf5::create_fixed(group.id(), axis.name, H5T_IEEE_F64LE, extents);
                if (!array ||
                    !hdf5::write_block(array.id(), H5T_NATIVE_DOUBLE, Extents{0}, extents, axis.coordinates.data()))
                    return failed();
            }
        }
        return {};
    }

    Status create_field(hid_t group, const FieldLayout& field) {
        const std::vector<std::int64_t> axes = extents_of(field, spaces, field.copies_of(options.copies));
        Extents extents{0};
        extents.insert(extents.end(), axes.begin(), axes.end());
        const hid_t type = hdf5::file_type(field.precision);
        chunks.push_back(chunk_of(axes, H5Tget_size(type)));
        arrays.push_back(hdf5::create_growing(group, field.name, type, extents, chunks.back(), options.deflate));
        const hid_t array = arrays.back().id();
        if (!arrays.back() || !hdf5::write_texts(array, "axes", axis_names(field, spaces, field.copies_of(options.copies))) ||
            !hdf5::write_texts(array, "space", {field.space}))
            return failed();
        return {};
    }

    Status create_all() {
        id = hdf5::create_file(file);
        if (!id)
            return failed();
        if (Status described = describe_spaces(); !described)
            return described;
        const hdf5::Handle group = hdf5::create_group(id.id(), "fields");
        if (!group)
            return failed();
        for (const FieldLayout& field : fields)
            if (Status created = create_field(group.id(), field); !created)
                return created;
        const Extents none{0};
        const Extents chunk{1024};
        steps = hdf5::create_growing(group.id(), "step", H5T_STD_I64LE, none, chunk, 0);
        times = hdf5::create_growing(group.id(), "t", H5T_IEEE_F64LE, none, chunk, 0);
        if (!steps || !times || H5Fflush(id.id(), H5F_SCOPE_GLOBAL) < 0)
            return failed();
        return {};
    }

    Status open_field(hid_t group, const FieldLayout& field) {
        arrays.emplace_back(H5Dopen2(group, field.name.c_str(), H5P_DEFAULT));
        const std::vector<std::int64_t> axes = extents_of(field, spaces, field.copies_of(options.copies));
        Extents found = arrays.back() ? hdf5::extents_of(arrays.back().id()) : Extents{};
        if (found.size() != axes.size() + 1 || !std::equal(axes.begin(), axes.end(), found.begin() + 1))
            return failure(ErrorKind::format,
                           fmt::format("`{}` does not hold a field `{}` of this shape", file.string(), field.name),
                           "go on with the same model, sizes and list of saved fields");
        chunks.push_back(chunk_of(axes, H5Tget_size(hdf5::file_type(field.precision))));
        return {};
    }

    Status open_all(std::int64_t last_step, std::vector<double>& kept_times) {
        id = hdf5::open_file(file, true);
        if (!id)
            return hdf5::failed("open", file);
        const hdf5::Handle group = hdf5::open_group(id.id(), "fields");
        for (const FieldLayout& field : fields)
            if (Status opened = open_field(group.id(), field); !opened)
                return opened;
        steps = hdf5::Handle(H5Dopen2(group.id(), "step", H5P_DEFAULT));
        times = hdf5::Handle(H5Dopen2(group.id(), "t", H5P_DEFAULT));
        if (!steps || !times)
            return hdf5::failed("read", file);
        const Extents count = hdf5::extents_of(steps.id());
        std::vector<std::int64_t> step(count[0]);
        kept_times.resize(count[0]);
        if (!step.empty() && (!hdf5::read_block(steps.id(), H5T_NATIVE_INT64, Extents{0}, count, step.data()) ||
                              !hdf5::read_block(times.id(), H5T_NATIVE_DOUBLE, Extents{0}, count, kept_times.data())))
            return hdf5::failed("read", file);
        saves = std::ranges::upper_bound(step, last_step) - step.begin();
        kept_times.resize(static_cast<std::size_t>(saves));
        return grow();
    }

    // All arrays to `saves` saves; also less, when a run goes on from an earlier checkpoint.
    Status grow() {
        const auto count = static_cast<hsize_t>(saves);
        bool good = hdf5::grow_to(steps.id(), count) && hdf5::grow_to(times.id(), count);
        for (const hdf5::Handle& array : arrays)
            good = good && hdf5::grow_to(array.id(), count);
        return good ? Status() : failed();
    }

    Status open_xdmf(const std::vector<double>& kept_times) {
        Result<XdmfWriter> writer =
            XdmfWriter::create(fs::path(file).replace_extension(".xdmf"), spaces, fields, options.copies);
        if (!writer)
            return tl::unexpected(writer.error());
        xdmf.push_back(std::move(*writer));
        for (std::size_t save = 0; save < kept_times.size(); ++save)
            if (Status added = xdmf[0].append(static_cast<std::int64_t>(save), kept_times[save]); !added)
                return added;
        return {};
    }

    // In pieces of whole chunks, so that a large field needs no second copy of itself in memory.
    Status write_field(std::size_t number, const FieldView& view) {
        const FieldLayout& field = fields[number];
        const std::vector<std::int64_t> axes = extents_of(field, spaces, field.copies_of(options.copies));
        assert(view.strides.size() == axes.size() && "a stride for each axis");
        const std::int64_t whole = axes.empty() ? 1 : axes[0];
        const std::int64_t piece = axes.empty() ? 1 : static_cast<std::int64_t>(chunks[number][1]);
        for (std::int64_t first = 0; first < whole; first += piece) {
            const std::int64_t last = std::min(whole, first + piece);
            Extents start(axes.size() + 1, 0);
            Extents count{1};
            count.insert(count.end(), axes.begin(), axes.end());
            start[0] = static_cast<hsize_t>(saves - 1);
            if (!axes.empty()) {
                start[1] = static_cast<hsize_t>(first);
                count[1] = static_cast<hsize_t>(last - first);
            }
            const void* const packed = pack(view, axes, field.precision, first, last, buffer);
            if (!hdf5::write_block(arrays[number].id(), hdf5::memory_type(field.precision), start, count, packed))
                return failed();
        }
        if (!create_views(id.id(), arrays[number].id(), field, spaces, field.copies_of(options.copies), saves - 1))
            return failed();
        return {};
    }

    Status write_time(std::int64_t step, double t) {
        const Extents start{static_cast<hsize_t>(saves - 1)};
        const Extents one{1};
        if (!hdf5::write_block(steps.id(), H5T_NATIVE_INT64, start, one, &step) ||
            !hdf5::write_block(times.id(), H5T_NATIVE_DOUBLE, start, one, &t) ||
            H5Fflush(id.id(), H5F_SCOPE_GLOBAL) < 0)
            return failed();
        return {};
    }
};

FieldsWriter::FieldsWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
FieldsWriter::FieldsWriter(FieldsWriter&&) noexcept = default;
FieldsWriter& FieldsWriter::operator=(FieldsWriter&&) noexcept = default;
// Where the disk is full, closing fails as well; that was told when writing failed.
FieldsWriter::~FieldsWriter() {
    const hdf5::Quiet quiet;
    state_.reset();
}

Result<FieldsWriter> FieldsWriter::create(const fs::path& folder, std::vector<Space> spaces,
                                          std::vector<FieldLayout> fields, FieldsOptions options) {
    const hdf5::Quiet quiet;
    auto state = std::make_unique<State>();
    state->file = folder / "fields.h5";
    state->options = options;
    state->spaces = std::move(spaces);
    state->fields = std::move(fields);
    if (Status created = state->create_all(); !created)
        return tl::unexpected(created.error());
    if (Status opened = state->open_xdmf({}); !opened)
        return tl::unexpected(opened.error());
    return FieldsWriter(std::move(state));
}

Result<FieldsWriter> FieldsWriter::resume(const fs::path& folder, std::vector<Space> spaces,
                                          std::vector<FieldLayout> fields, FieldsOptions options,
                                          std::int64_t last_step) {
    const hdf5::Quiet quiet;
    auto state = std::make_unique<State>();
    state->file = folder / "fields.h5";
    state->options = options;
    state->spaces = std::move(spaces);
    state->fields = std::move(fields);
    std::vector<double> kept_times;
    if (Status opened = state->open_all(last_step, kept_times); !opened)
        return tl::unexpected(opened.error());
    if (Status opened = state->open_xdmf(kept_times); !opened)
        return tl::unexpected(opened.error());
    return FieldsWriter(std::move(state));
}

Status FieldsWriter::save(std::int64_t step, double t, const std::vector<FieldView>& views) {
    const hdf5::Quiet quiet;
    assert(views.size() == state_->fields.size() && "a view for each field");
    ++state_->saves;
    if (Status grown = state_->grow(); !grown)
        return grown;
    for (std::size_t number = 0; number < views.size(); ++number)
        if (Status written = state_->write_field(number, views[number]); !written)
            return written;
    if (Status written = state_->write_time(step, t); !written)
        return written;
    return state_->xdmf[0].append(state_->saves - 1, t);
}

} // namespace nphys::runtime
