#include "runtime/output/hdf5.h"

#include <cctype>
#include <fmt/format.h>

namespace nphys::runtime::hdf5 {
namespace {

// Names such as φ are UTF-8, and groups remember the order of what is put into them.
Handle link_properties() {
    Handle properties(H5Pcreate(H5P_LINK_CREATE));
    H5Pset_char_encoding(properties.id(), H5T_CSET_UTF8);
    return properties;
}

Handle access_properties() {
    Handle properties(H5Pcreate(H5P_FILE_ACCESS));
#if H5_VERSION_GE(1, 10, 7)
    // Others may look at a run while it is going on.
    H5Pset_file_locking(properties.id(), 0, 1);
#endif
    return properties;
}

// The innermost entry of the error stack is the reason; `error message = '…'` in it comes from the system.
herr_t keep_first(unsigned depth, const H5E_error2_t* error, void* text) {
    if (depth == 0 && error->desc != nullptr)
        *static_cast<std::string*>(text) = error->desc;
    return 0;
}

std::string reason_in(hid_t stack) {
    std::string text;
    H5Ewalk2(stack, H5E_WALK_UPWARD, keep_first, &text);
    constexpr std::string_view mark = "error message = '";
    if (const std::size_t found = text.find(mark); found != std::string::npos) {
        text.erase(0, found + mark.size());
        text.resize(std::min(text.find('\''), text.size()));
    }
    if (!text.empty())
        text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
}

Handle text_type() {
    Handle type(H5Tcopy(H5T_C_S1));
    H5Tset_size(type.id(), H5T_VARIABLE);
    H5Tset_cset(type.id(), H5T_CSET_UTF8);
    return type;
}

herr_t collect_name(hid_t, const char* name, const H5L_info_t*, void* names) {
    static_cast<std::vector<std::string>*>(names)->emplace_back(name);
    return 0;
}

Handle block_of(hid_t dataset, std::span<const hsize_t> start, std::span<const hsize_t> count) {
    Handle space(H5Dget_space(dataset));
    if (!start.empty() &&
        H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) < 0)
        return {};
    return space;
}

Handle space_of(std::span<const hsize_t> extents) {
    if (extents.empty())
        return Handle(H5Screate(H5S_SCALAR));
    return Handle(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr));
}

// Where a disk is full, HDF5 cannot close a file properly, and would crash on it once more when the process ends. We
// close what we open, so there is nothing left for it to do then.
void stay_out_of_exit() {
    static const herr_t once = H5dont_atexit();
    (void)once;
}

} // namespace

Quiet::Quiet() {
    stay_out_of_exit();
    H5Eget_auto2(H5E_DEFAULT, &function_before_, &data_before_);
    H5Eset_auto2(H5E_DEFAULT, hear, this);
}

Quiet::~Quiet() {
    H5Eset_auto2(H5E_DEFAULT, function_before_, data_before_);
}

// Later complaints only follow from the first, and the stack itself does not outlive the next call of HDF5.
herr_t Quiet::hear(hid_t stack, void* quiet) {
    std::string& reason = static_cast<Quiet*>(quiet)->reason_;
    if (reason.empty())
        reason = reason_in(stack);
    return 0;
}

tl::unexpected<Error> failed(std::string_view verb, const std::filesystem::path& file) {
    H5E_auto2_t function = nullptr;
    void* quiet = nullptr;
    H5Eget_auto2(H5E_DEFAULT, &function, &quiet);
    const std::string reason = quiet != nullptr ? static_cast<Quiet*>(quiet)->reason() : "";
    return failure(ErrorKind::file, fmt::format("cannot {} `{}`: {}", verb, file.string(),
                                                reason.empty() ? "it is not as expected" : reason));
}

Handle create_file(const std::filesystem::path& file) {
    return Handle(H5Fcreate(file.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access_properties().id()));
}

Handle open_file(const std::filesystem::path& file, bool writable) {
    return Handle(H5Fopen(file.c_str(), writable ? H5F_ACC_RDWR : H5F_ACC_RDONLY, access_properties().id()));
}

Handle create_group(hid_t place, const std::string& name) {
    const Handle properties(H5Pcreate(H5P_GROUP_CREATE));
    H5Pset_link_creation_order(properties.id(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    return Handle(H5Gcreate2(place, name.c_str(), link_properties().id(), properties.id(), H5P_DEFAULT));
}

Handle open_group(hid_t place, const std::string& name) {
    return Handle(H5Gopen2(place, name.c_str(), H5P_DEFAULT));
}

bool exists(hid_t place, const std::string& path) {
    for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
        if (H5Lexists(place, path.substr(0, end).c_str(), H5P_DEFAULT) <= 0)
            return false;
        if (end == std::string::npos)
            return true;
    }
}

std::vector<std::string> names_in(hid_t group) {
    const Quiet probing;
    std::vector<std::string> names;
    if (H5Literate(group, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, collect_name, &names) < 0) {
        names.clear(); // a file that others have made may not know the order
        H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_name, &names);
    }
    return names;
}

hid_t memory_type(Precision precision) {
    return precision == Precision::f32 ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE;
}

hid_t file_type(Precision precision) {
    return precision == Precision::f32 ? H5T_IEEE_F32LE : H5T_IEEE_F64LE;
}

Handle create_fixed(hid_t place, const std::string& name, hid_t type, std::span<const hsize_t> extents) {
    return Handle(H5Dcreate2(place, name.c_str(), type, space_of(extents).id(), link_properties().id(), H5P_DEFAULT,
                             H5P_DEFAULT));
}

Handle create_growing(hid_t place, const std::string& name, hid_t type, std::span<const hsize_t> extents,
                      std::span<const hsize_t> chunk, int deflate) {
    std::vector<hsize_t> largest(extents.begin(), extents.end());
    largest[0] = H5S_UNLIMITED;
    const int rank = static_cast<int>(extents.size());
    const Handle space(H5Screate_simple(rank, extents.data(), largest.data()));
    const Handle properties(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_chunk(properties.id(), rank, chunk.data());
    if (deflate > 0 && H5Zfilter_avail(H5Z_FILTER_DEFLATE) > 0) {
        H5Pset_shuffle(properties.id()); // bytes of like significance side by side: twice the compression of fields
        H5Pset_deflate(properties.id(), static_cast<unsigned>(deflate));
    }
    return Handle(
        H5Dcreate2(place, name.c_str(), type, space.id(), link_properties().id(), properties.id(), H5P_DEFAULT));
}

std::vector<hsize_t> extents_of(hid_t dataset) {
    const Handle space(H5Dget_space(dataset));
    const int rank = H5Sget_simple_extent_ndims(space.id());
    std::vector<hsize_t> extents(static_cast<std::size_t>(rank > 0 ? rank : 0));
    if (rank > 0)
        H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr);
    return extents;
}

bool grow_to(hid_t dataset, hsize_t saves) {
    std::vector<hsize_t> extents = extents_of(dataset);
    if (extents.empty())
        return false;
    extents[0] = saves;
    return H5Dset_extent(dataset, extents.data()) >= 0;
}

bool write_block(hid_t dataset, hid_t type, std::span<const hsize_t> start, std::span<const hsize_t> count,
                 const void* data) {
    const Handle block = block_of(dataset, start, count);
    return block && H5Dwrite(dataset, type, space_of(count).id(), block.id(), H5P_DEFAULT, data) >= 0;
}

bool read_block(hid_t dataset, hid_t type, std::span<const hsize_t> start, std::span<const hsize_t> count, void* data) {
    const Handle block = block_of(dataset, start, count);
    return block && H5Dread(dataset, type, space_of(count).id(), block.id(), H5P_DEFAULT, data) >= 0;
}

bool write_texts(hid_t place, const std::string& attribute, const std::vector<std::string>& texts) {
    std::vector<const char*> pointers;
    for (const std::string& text : texts)
        pointers.push_back(text.c_str());
    const hsize_t count = texts.size();
    const Handle space(H5Screate_simple(1, &count, nullptr));
    const Handle type = text_type();
    const Handle id(H5Acreate2(place, attribute.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT));
    return id && (pointers.empty() || H5Awrite(id.id(), type.id(), pointers.data()) >= 0);
}

std::vector<std::string> read_texts(hid_t place, const std::string& attribute) {
    const Handle id(H5Aopen(place, attribute.c_str(), H5P_DEFAULT));
    if (!id)
        return {};
    const Handle space(H5Aget_space(id.id()));
    const hssize_t count = H5Sget_simple_extent_npoints(space.id());
    std::vector<char*> pointers(static_cast<std::size_t>(count > 0 ? count : 0), nullptr);
    const Handle type = text_type();
    if (pointers.empty() || H5Aread(id.id(), type.id(), pointers.data()) < 0)
        return {};
    std::vector<std::string> texts;
    for (const char* pointer : pointers)
        texts.emplace_back(pointer != nullptr ? pointer : "");
    H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, pointers.data());
    return texts;
}

bool write_number(hid_t place, const std::string& attribute, hid_t type, const void* value) {
    const Handle space(H5Screate(H5S_SCALAR));
    const Handle id(H5Acreate2(place, attribute.c_str(), type, space.id(), H5P_DEFAULT, H5P_DEFAULT));
    return id && H5Awrite(id.id(), type, value) >= 0;
}

bool read_number(hid_t place, const std::string& attribute, hid_t type, void* value) {
    const Handle id(H5Aopen(place, attribute.c_str(), H5P_DEFAULT));
    return id && H5Aread(id.id(), type, value) >= 0;
}

} // namespace nphys::runtime::hdf5
