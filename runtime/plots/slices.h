#pragma once
// What of a stored field fits on paper.
//
// In: a field of fields.h5 with its space. Out: lines, planes through the middle of the other axes, space against time;
// of the first copy; of a complex field, |ψ|². Holds: columns run along the first lattice axis, rows along the second, or along time.
//
//     φ[i] on lattice space(x, y, z)   →   plane(save, 0): φ(x, y) at the middle z

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/output/fields.h"
#include "runtime/plots/picture.h"

namespace nphys::runtime {

class FieldSlices {
public:
    // The reader must outlive the slices.
    FieldSlices(const FieldsReader& reader, const StoredField& field);

    [[nodiscard]] std::int64_t dimensions() const { return static_cast<std::int64_t>(axes_.size()); }
    [[nodiscard]] std::int64_t saves() const { return field_.extents[0]; }
    [[nodiscard]] std::int64_t components() const { return components_; }
    [[nodiscard]] double time(std::int64_t save) const { return reader_.times()[static_cast<std::size_t>(save)]; }
    [[nodiscard]] std::string axis(std::size_t number) const { return axes_[number].name; }
    [[nodiscard]] const std::vector<double>& coordinates(std::size_t number) const { return axes_[number].coordinates; }
    // `φ`, or `φ[2,1]` where there are ranges; `|ψ|²` of a complex field.
    [[nodiscard]] std::string name(std::int64_t component) const;
    // `, z = 0.5` for the axes that a plane leaves out.
    [[nodiscard]] std::string place() const;

    [[nodiscard]] Result<std::vector<double>> line(std::int64_t save, std::int64_t component) const;
    [[nodiscard]] Result<Image> plane(std::int64_t save, std::int64_t component) const;
    [[nodiscard]] Result<Image> space_time(std::int64_t component) const;

private:
    [[nodiscard]] Result<std::vector<double>> values(std::int64_t save) const;

    const FieldsReader& reader_;
    StoredField field_;
    std::vector<Axis> axes_; // of the space
    std::int64_t components_ = 1;
    std::vector<std::int64_t> ranges_;
    bool is_complex_ = false;
};

} // namespace nphys::runtime
