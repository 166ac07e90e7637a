#pragma once
// Pictures, drawn by gnuplot: PNG or SVG by the ending of the file's name.
//
// In: arrays, labels, and where the picture goes. Out: the file, or an Error (gnuplot missing, or what it complained
// of). Holds: labels are taken as they are (any Unicode, no markup); nothing goes through a shell; no window opens.
//
//     draw_lines("plots/energy.png", {.title = "Klein–Gordon field", .x_label = "t"}, {{"energy", t, energy}});
//     draw_image("plots/φ.png", {.title = "φ at t = 20", .x_label = "x", .y_label = "y"}, image);

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "runtime/result.h"

namespace nphys::runtime {

struct PictureLabels {
    std::string title{};
    std::string x_label{};
    std::string y_label{};
    std::string value_label{}; // beside the colour bar
};

struct Curve {
    std::string name{}; // in the legend; empty: none
    std::vector<double> x{};
    std::vector<double> y{};
    std::vector<double> error = {}; // half width of a band around the curve; empty: none
    bool bars = false;              // of a histogram: x are the middles of its bins
};

enum class Scale { linear, logarithmic };

struct LineOptions {
    Scale x_scale = Scale::linear;
    Scale y_scale = Scale::linear;
    bool equal_axes = false; // phase portraits
    bool points = false;     // markers too
    bool ordered = false;    // curves are steps of one thing, coloured from dark to bright
};

[[nodiscard]] Status draw_lines(const std::filesystem::path& file, const PictureLabels& labels,
                                const std::vector<Curve>& curves, const LineOptions& options = {});

// Panels one above the other with a common x axis: quantities of different size. Where one has an x axis of its own, all have.
struct Panel {
    std::string y_label{};
    std::vector<Curve> curves{};
    std::string x_label{};
    Scale y_scale = Scale::linear;
};
[[nodiscard]] Status draw_panels(const std::filesystem::path& file, const PictureLabels& labels,
                                 const std::vector<Panel>& panels);

struct Image {
    std::int64_t columns = 0;     // along x
    std::int64_t rows = 0;        // along y
    std::vector<double> values{}; // value(column, row) = values[row * columns + column], row 0 at the bottom
    double x_first = 0;           // coordinate of the centre of the first column, of the last one …
    double x_last = 1;
    double y_first = 0;
    double y_last = 1;
};

enum class Colours {
    chosen,     // diverging where the values have both signs in earnest, else sequential
    sequential, // viridis
    diverging,  // blue, white, red; white is zero
};

struct ImageOptions {
    Colours colours = Colours::chosen;
    bool same_scale = true; // a unit of x as long as one of y; never for time
};

[[nodiscard]] Status draw_image(const std::filesystem::path& file, const PictureLabels& labels, const Image& image,
                                const ImageOptions& options = {});

// Whether gnuplot is there.
[[nodiscard]] Status can_draw();

} // namespace nphys::runtime
