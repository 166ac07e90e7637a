#include "runtime/plots/slices.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nphys::runtime {
namespace {

constexpr std::int64_t most_rows = 1200;

} // namespace

FieldSlices::FieldSlices(const FieldsReader& reader, const StoredField& field) : reader_(reader), field_(field) {
    for (const Space& space : reader.spaces())
        if (!field.space.empty() && space.name == field.space)
            axes_ = space.axes;
    const std::size_t before = 1 + (field.axes.size() > 1 && field.axes[1] == "copy" ? 1 : 0);
    is_complex_ = field.axes.back() == part_axis;
    for (std::size_t axis = before + axes_.size(); axis < field.extents.size() - (is_complex_ ? 1 : 0); ++axis) {
        ranges_.push_back(field.extents[axis]);
        components_ *= field.extents[axis];
    }
}

// Of a complex field, |ψ|².
Result<std::vector<double>> FieldSlices::values(std::int64_t save) const {
    Result<std::vector<double>> all = reader_.read(field_, save);
    if (!all || !is_complex_)
        return all;
    std::vector<double> squares(all->size() / 2);
    for (std::size_t place = 0; place < squares.size(); ++place)
        squares[place] = (*all)[2 * place] * (*all)[2 * place] + (*all)[2 * place + 1] * (*all)[2 * place + 1];
    return squares;
}

std::string FieldSlices::name(std::int64_t component) const {
    if (ranges_.empty())
        return is_complex_ ? fmt::format("|{}|²", field_.name) : field_.name;
    std::vector<std::int64_t> places(ranges_.size());
    for (std::size_t axis = places.size(); axis-- > 0; component /= ranges_[axis])
        places[axis] = component % ranges_[axis] + 1;
    return fmt::format(fmt::runtime(is_complex_ ? "|{}[{}]|²" : "{}[{}]"), field_.name, fmt::join(places, ","));
}

std::string FieldSlices::place() const {
    std::string text;
    for (std::size_t axis = 2; axis < axes_.size(); ++axis)
        text +=
            fmt::format(", {} = {:.4g}", axes_[axis].name, axes_[axis].coordinates[axes_[axis].coordinates.size() / 2]);
    return text;
}

Result<std::vector<double>> FieldSlices::line(std::int64_t save, std::int64_t component) const {
    const Result<std::vector<double>> all = values(save);
    if (!all)
        return all;
    std::vector<double> along(axes_[0].coordinates.size());
    for (std::size_t site = 0; site < along.size(); ++site)
        along[site] = (*all)[site * static_cast<std::size_t>(components_) + static_cast<std::size_t>(component)];
    return along;
}

Result<Image> FieldSlices::plane(std::int64_t save, std::int64_t component) const {
    const Result<std::vector<double>> all = values(save);
    if (!all)
        return tl::unexpected(all.error());
    std::size_t stride = static_cast<std::size_t>(components_); // of the second axis
    auto offset = static_cast<std::size_t>(component);
    for (std::size_t axis = axes_.size(); axis-- > 2; stride *= axes_[axis].coordinates.size())
        offset += stride * (axes_[axis].coordinates.size() / 2);
    const std::vector<double>& x = axes_[0].coordinates;
    const std::vector<double>& y = axes_[1].coordinates;
    Image image{static_cast<std::int64_t>(x.size()),
                static_cast<std::int64_t>(y.size()),
                {},
                x.front(),
                x.back(),
                y.front(),
                y.back()};
    for (std::size_t row = 0; row < y.size(); ++row)
        for (std::size_t column = 0; column < x.size(); ++column)
            image.values.push_back((*all)[offset + (column * y.size() + row) * stride]);
    return image;
}

// Saves need not be evenly spaced: each row shows the save that is nearest to its time.
Result<Image> FieldSlices::space_time(std::int64_t component) const {
    const std::vector<double>& x = axes_[0].coordinates;
    const std::vector<double>& times = reader_.times();
    const std::int64_t rows = std::min(saves(), most_rows);
    Image image{static_cast<std::int64_t>(x.size()), rows, {}, x.front(), x.back(), times.front(), times.back()};
    for (std::int64_t row = 0; row < rows; ++row) {
        const double t =
            times.front() + (times.back() - times.front()) * static_cast<double>(row) / static_cast<double>(rows - 1);
        auto after = std::ranges::lower_bound(times, t);
        if (after == times.end() || (after != times.begin() && t - *(after - 1) < *after - t))
            --after;
        const Result<std::vector<double>> nearest = line(after - times.begin(), component);
        if (!nearest)
            return tl::unexpected(nearest.error());
        image.values.insert(image.values.end(), nearest->begin(), nearest->end());
    }
    return image;
}

} // namespace nphys::runtime
