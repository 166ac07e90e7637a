#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "runtime/plots/gnuplot.h"
#include "runtime/plots/picture.h"
#include "runtime/plots/style.h"

namespace nphys::runtime {
namespace {

using namespace plots;

constexpr std::int64_t most_cells = 1200; // along an axis: as many as there are pixels

// Means over blocks of cells, where there are more cells than pixels.
Image thinned(const Image& image) {
    const std::int64_t columns = std::min(image.columns, most_cells);
    const std::int64_t rows = std::min(image.rows, most_cells);
    if (columns == image.columns && rows == image.rows)
        return image;
    Image result = image;
    result.columns = columns;
    result.rows = rows;
    result.values.assign(static_cast<std::size_t>(columns * rows), 0);
    for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t column = 0; column < columns; ++column) {
            double total = 0;
            std::int64_t cells = 0;
            for (std::int64_t y = image.rows * row / rows; y < image.rows * (row + 1) / rows; ++y)
                for (std::int64_t x = image.columns * column / columns; x < image.columns * (column + 1) / columns;
                     ++x, ++cells)
                    total += image.values[static_cast<std::size_t>(y * image.columns + x)];
            result.values[static_cast<std::size_t>(row * columns + column)] = total / static_cast<double>(cells);
        }
    return result;
}

// Both signs in earnest: neither end is less than a tenth of the other.
bool has_both_signs(const Range& range) {
    return range.least < 0 && range.most > 0 &&
           std::min(-range.least, range.most) > 0.1 * std::max(-range.least, range.most);
}

struct Extent {
    double first = 0; // centre of the first cell
    double step = 1;
    double least = 0; // outer edges
    double most = 1;
};

Extent extent_of(double first, double last, std::int64_t cells) {
    // The cells of a thinned image are wider; its outer edges stay where they were.
    const double step = cells > 1 ? (last - first) / static_cast<double>(cells - 1) : 1.0;
    return {first, step, first - step / 2, last + step / 2};
}

Extent thinned_extent(Extent whole, std::int64_t cells) {
    const double step = (whole.most - whole.least) / static_cast<double>(cells);
    return {whole.least + step / 2, step, whole.least, whole.most};
}

// As wide as the picture wants to be at equal scales, within reason.
Size size_for(const Extent& x, const Extent& y, bool same_scale) {
    if (!same_scale)
        return {900, 620};
    const double ratio = std::clamp((x.most - x.least) / (y.most - y.least), 0.2, 5.0);
    const double width = std::sqrt(430'000 * ratio);
    return {std::clamp(width, 330.0, 1150.0) + 190, std::clamp(width / ratio, 220.0, 900.0) + 110};
}

std::string colour_range(const Range& range, bool diverging, const AxisUnit& unit) {
    if (range.empty)
        return "set cbrange [0:1]\n";
    double least = unit(range.least);
    double most = unit(range.most);
    if (diverging) {
        most = std::max(std::abs(least), std::abs(most));
        least = -most;
    }
    if (!(least < most)) { // a constant
        const double room = most != 0 ? 0.1 * std::abs(most) : 1;
        least -= room;
        most += room;
    }
    return fmt::format("set cbrange [{:.9g}:{:.9g}]\n", least, most);
}

} // namespace

Status draw_image(const std::filesystem::path& file, const PictureLabels& labels, const Image& image,
                  const ImageOptions& options) {
    if (image.columns < 1 || image.rows < 1 ||
        image.values.size() != static_cast<std::size_t>(image.columns * image.rows))
        return failure(ErrorKind::program, fmt::format("there is nothing to draw in `{}`", file.string()));
    const Image cells = thinned(image);
    const Extent x = thinned_extent(extent_of(image.x_first, image.x_last, image.columns), cells.columns);
    const Extent y = thinned_extent(extent_of(image.y_first, image.y_last, image.rows), cells.rows);
    const Result<std::string> start = opening(file, size_for(x, y, options.same_scale));
    if (!start)
        return tl::unexpected(start.error());
    const Range range = range_of(cells.values);
    const bool diverging =
        options.colours == Colours::diverging || (options.colours == Colours::chosen && has_both_signs(range));
    const AxisUnit unit = unit_for(range, 0, false);
    std::vector<float> values;
    values.reserve(cells.values.size());
    for (const double value : cells.values)
        values.push_back(static_cast<float>(unit(value)));

    Gnuplot job(file);
    job.script = *start + title_line(labels.title) + (diverging ? diverging_palette() : sequential_palette()) +
                 colour_range(range, diverging, unit);
    job.script += fmt::format("unset key\nunset grid\nset border 15 linestyle 100\n"
                              "set xrange [{:.9g}:{:.9g}]\nset yrange [{:.9g}:{:.9g}]\n"
                              "set xlabel {} textcolor '#202020'\nset ylabel {} textcolor '#202020'\n"
                              "set cblabel {} textcolor '#202020'\nset colorbox noborder\n",
                              x.least, x.most, y.least, y.most, literal(labels.x_label), literal(labels.y_label),
                              literal(unit.label(labels.value_label)));
    if (options.same_scale)
        job.script += "set size ratio -1\n";
    job.script += fmt::format("plot {} origin=({:.9g},{:.9g}) dx={:.9g} dy={:.9g} with image\n",
                              job.add_matrix(values, cells.columns, cells.rows), x.first, y.first, x.step, y.step);
    return job.draw();
}

} // namespace nphys::runtime
