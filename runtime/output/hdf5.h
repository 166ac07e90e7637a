#pragma once
// The few things we ask of HDF5. Included by output/*.cpp only.
//
// In: places and names (UTF-8). Out: handles that close themselves, invalid where something failed; failed() then makes
// an Error of what HDF5 knows. Holds: while a Quiet lives, HDF5 prints nothing, and its first complaint is remembered.
//
//     const Quiet quiet;
//     const Handle file = open_file("fields.h5", false);
//     if (!file) return failed("read", "fields.h5");

#include <cstdint>
#include <filesystem>
#include <hdf5.h>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "runtime/output/fields.h"
#include "runtime/result.h"

namespace nphys::runtime::hdf5 {

class Quiet {
public:
    Quiet();
    ~Quiet();
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;

    [[nodiscard]] const std::string& reason() const { return reason_; }

private:
    static herr_t hear(hid_t stack, void* quiet);
    H5E_auto2_t function_before_ = nullptr;
    void* data_before_ = nullptr;
    std::string reason_;
};

class Handle {
public:
    Handle() = default;
    explicit Handle(hid_t id) : id_(id) {}
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(id_, other.id_);
        return *this;
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() {
        if (id_ >= 0)
            H5Idec_ref(id_); // closes whatever it is
    }
    [[nodiscard]] hid_t id() const { return id_; }
    explicit operator bool() const { return id_ >= 0; }

private:
    hid_t id_ = -1;
};

// `cannot write `fields.h5`: no space left on device`, by what the Quiet of the caller has heard.
[[nodiscard]] tl::unexpected<Error> failed(std::string_view verb, const std::filesystem::path& file);

[[nodiscard]] Handle create_file(const std::filesystem::path& file);
[[nodiscard]] Handle open_file(const std::filesystem::path& file, bool writable);
[[nodiscard]] Handle create_group(hid_t place, const std::string& name);
[[nodiscard]] Handle open_group(hid_t place, const std::string& name);
// Whether the path leads to something, group by group.
[[nodiscard]] bool exists(hid_t place, const std::string& path);
[[nodiscard]] std::vector<std::string> names_in(hid_t group); // in order of creation

[[nodiscard]] hid_t memory_type(Precision precision);
[[nodiscard]] hid_t file_type(Precision precision);

// An array of fixed size, or one that grows along its first axis, in chunks.
[[nodiscard]] Handle create_fixed(hid_t place, const std::string& name, hid_t type, std::span<const hsize_t> extents);
[[nodiscard]] Handle create_growing(hid_t place, const std::string& name, hid_t type, std::span<const hsize_t> extents,
                                    std::span<const hsize_t> chunk, int deflate);
[[nodiscard]] std::vector<hsize_t> extents_of(hid_t dataset);
[[nodiscard]] bool grow_to(hid_t dataset, hsize_t saves);
// One block, as large as `count`, from `start`.
[[nodiscard]] bool write_block(hid_t dataset, hid_t type, std::span<const hsize_t> start,
                               std::span<const hsize_t> count, const void* data);
[[nodiscard]] bool read_block(hid_t dataset, hid_t type, std::span<const hsize_t> start, std::span<const hsize_t> count,
                              void* data);

[[nodiscard]] bool write_texts(hid_t place, const std::string& attribute, const std::vector<std::string>& texts);
[[nodiscard]] std::vector<std::string> read_texts(hid_t place, const std::string& attribute);
[[nodiscard]] bool write_number(hid_t place, const std::string& attribute, hid_t type, const void* value);
[[nodiscard]] bool read_number(hid_t place, const std::string& attribute, hid_t type, void* value);

} // namespace nphys::runtime::hdf5
