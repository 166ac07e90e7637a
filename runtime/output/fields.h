#pragma once
// fields.h5, and fields.xdmf beside it for ParaView.
//
// In: the spaces with their coordinates, the fields with their axes, and at each save the arrays. Out: /fields/<name>
// with the axes (save, copy if several, lattice axes as declared, ranges as declared), /fields/step, /fields/t,
// /coordinates/<space>/<axis>. Holds after each save: both files are complete and readable, whatever happens next.
//
//     Result<FieldsWriter> writer = FieldsWriter::create(folder, {space}, {phi}, {.copies = 1});
//     writer->save(0, 0.0, {FieldView{array, {64 * 64, 64, 1}}});
//
// XDMF counts axes from the slowest, so ParaView's X is the last lattice axis; fields.xdmf says so for each grid.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/result.h"

namespace nphys::runtime {

enum class Precision { f32, f64 };

struct Axis {
    std::string name{};
    std::vector<double> coordinates{}; // of the sites, ascending
};

struct Space {
    std::string name{};
    std::vector<Axis> axes{};
};

// The last axis of a complex field: its real and its imaginary part.
inline constexpr std::string_view part_axis = "part";

struct FieldLayout {
    std::string name{};
    std::string space{};                    // empty: no lattice axes
    std::vector<std::string> range_names{}; // of the indices that are not sites
    std::vector<std::int64_t> range_extents{};
    Precision precision = Precision::f64; // in memory and in the file
    bool copied = true;                   // has an axis `copy`, where there are several copies

    [[nodiscard]] std::int64_t copies_of(std::int64_t copies) const { return copied ? copies : 1; }
};

// An array in memory: element (copy, sites…, ranges…) stands at data[sum of index × stride]. The copy's stride comes
// first, where there are several copies. So real and imaginary parts, or any layout of memory, need no copy of their
// own.
struct FieldView {
    const void* data = nullptr;
    std::vector<std::int64_t> strides{};
};

struct FieldsOptions {
    std::int64_t copies = 1;
    int deflate = 0; // 0 to 9
};

class FieldsWriter {
public:
    [[nodiscard]] static Result<FieldsWriter> create(const std::filesystem::path& folder, std::vector<Space> spaces,
                                                     std::vector<FieldLayout> fields, FieldsOptions options = {});
    // Goes on after `last_step`: later saves are dropped, for they will be made again.
    [[nodiscard]] static Result<FieldsWriter> resume(const std::filesystem::path& folder, std::vector<Space> spaces,
                                                     std::vector<FieldLayout> fields, FieldsOptions options,
                                                     std::int64_t last_step);
    FieldsWriter(FieldsWriter&&) noexcept;
    FieldsWriter& operator=(FieldsWriter&&) noexcept;
    ~FieldsWriter();

    // One view for each field, in the order of the layouts.
    [[nodiscard]] Status save(std::int64_t step, double t, const std::vector<FieldView>& views);

private:
    struct State;
    explicit FieldsWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

struct StoredField {
    std::string name{};
    std::vector<std::string> axes{};     // `save`, `copy`, `x`, `y`, `a` …
    std::vector<std::int64_t> extents{}; // as many
    std::string space{};                 // empty: none
};

class FieldsReader {
public:
    [[nodiscard]] static Result<FieldsReader> open(const std::filesystem::path& file);
    FieldsReader(FieldsReader&&) noexcept;
    FieldsReader& operator=(FieldsReader&&) noexcept;
    ~FieldsReader();

    [[nodiscard]] const std::vector<StoredField>& fields() const;
    [[nodiscard]] const std::vector<Space>& spaces() const;
    [[nodiscard]] const std::vector<std::int64_t>& steps() const;
    [[nodiscard]] const std::vector<double>& times() const;
    // All axes but `save`, in C order.
    [[nodiscard]] Result<std::vector<double>> read(const StoredField& field, std::int64_t save) const;

private:
    struct State;
    explicit FieldsReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace nphys::runtime
