#include "runtime/plots/style.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

#include "runtime/plots/gnuplot.h"

namespace nphys::runtime::plots {
namespace {

constexpr double png_scale = 1.6;

// After Okabe and Ito, a little darker on white.
constexpr std::array<const char*, 8> colours{"#2f6db3", "#d1602f", "#2e9a6b", "#8a5bb8",
                                             "#c79a1c", "#4aa8cf", "#bf4379", "#5f5f5f"};

// viridis, by Nathaniel Smith and Stéfan van der Walt, at twelve places.
constexpr std::array<const char*, 12> viridis{"#440154", "#482173", "#433e85", "#38588c", "#2d708e", "#25858e",
                                              "#1e9b8a", "#2ab07f", "#52c569", "#86d549", "#c2df23", "#fde725"};

// From blue over white to red, equally light on both sides.
constexpr std::array<const char*, 11> blue_white_red{"#0c2f66", "#1f5aa3", "#4089c4", "#83b6da", "#c6dcec", "#f8f8f8",
                                                     "#f5d3c4", "#e8a084", "#d1684f", "#ae2f32", "#6f0a22"};

template <std::size_t Count>
std::string palette(const std::array<const char*, Count>& list) {
    std::string steps;
    for (std::size_t place = 0; place < Count; ++place)
        steps += fmt::format("{}{} '{}'", place > 0 ? ", " : "", place, list[place]);
    return fmt::format("set palette defined ({}) maxcolors 0\n", steps);
}

int channel(const char* colour, std::size_t which) {
    return std::stoi(std::string(colour).substr(1 + 2 * which, 2), nullptr, 16);
}

// A colour between two neighbours of the list; the brightest end of viridis is too pale for a line on white.
std::string along_viridis(double part) {
    const double place = 0.8 * part * static_cast<double>(viridis.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const double rest = place - static_cast<double>(below);
    const std::size_t above = std::min(below + 1, viridis.size() - 1);
    std::string colour = "#";
    for (std::size_t which = 0; which < 3; ++which)
        colour += fmt::format("{:02x}", static_cast<int>(std::lround((1 - rest) * channel(viridis[below], which) +
                                                                     rest * channel(viridis[above], which))));
    return colour;
}

std::string superscript(int number) {
    constexpr std::array<const char*, 10> digits{"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string text = number < 0 ? "⁻" : "";
    for (const char digit : std::to_string(std::abs(number)))
        text += digits[static_cast<std::size_t>(digit - '0')];
    return text;
}

} // namespace

Result<std::string> opening(const std::filesystem::path& file, Size size) {
    const std::string ending = file.extension().string();
    std::string terminal;
    if (ending == ".png")
        terminal = fmt::format("pngcairo noenhanced size {:.0f},{:.0f} font 'DejaVu Sans,11' fontscale {} linewidth {}",
                               size.width * png_scale, size.height * png_scale, png_scale, png_scale);
    else if (ending == ".svg")
        terminal =
            fmt::format("svg noenhanced size {:.0f},{:.0f} font 'DejaVu Sans,11' linewidth 1", size.width, size.height);
    else
        return failure(ErrorKind::program, fmt::format("`{}` is neither a .png nor an .svg file", file.string()));
    return fmt::format("set terminal {} background '#ffffff'\n"
                       "set encoding utf8\nset minussign\n"
                       "set style line 100 linecolor '#8c8c8c' linewidth 0.8\n"
                       "set style line 101 linecolor '#e4e4e4' linewidth 0.6\n"
                       "set border 3 linestyle 100\n"
                       "set tics out nomirror scale 0.6 textcolor '#404040'\n"
                       "set format '%g'\nset bmargin 3.8\n"
                       "set grid linestyle 101\n",
                       terminal);
}

std::string title_line(const std::string& title) {
    return title.empty() ? "unset title\n"
                         : fmt::format("set title {} font 'DejaVu Sans:Bold,12' textcolor '#202020'\n", literal(title));
}

std::string curve_colour(std::size_t number, std::size_t count, bool ordered) {
    if (count <= colours.size() && (!ordered || count < 3))
        return colours[number];
    return along_viridis(static_cast<double>(number) / static_cast<double>(count - 1));
}

std::string sequential_palette() {
    return palette(viridis);
}
std::string diverging_palette() {
    return palette(blue_white_red);
}

void Range::include(double value) {
    if (!std::isfinite(value))
        return;
    least = empty ? value : std::min(least, value);
    most = empty ? value : std::max(most, value);
    empty = false;
}

Range range_of(std::span<const double> values) {
    Range range;
    for (const double value : values)
        range.include(value);
    return range;
}

double AxisUnit::operator()(double value) const {
    return (value - shift) * std::pow(10.0, -exponent);
}

std::string AxisUnit::label(const std::string& name) const {
    std::string text = name;
    if (shift != 0)
        text += fmt::format(" {} {:.6g}", shift < 0 ? "+" : "−", std::abs(shift));
    if (exponent != 0)
        text += fmt::format("{}(10{})", text.empty() ? "" : "  ", superscript(exponent));
    return text;
}

AxisUnit unit_for(const Range& range, double first, bool may_shift) {
    AxisUnit unit;
    const double width = range.most - range.least;
    double size = std::max(std::abs(range.least), std::abs(range.most));
    if (may_shift && width > 0 && width < 1e-3 * size && std::isfinite(first)) {
        unit.shift = first;
        size = std::max(std::abs(range.least - first), std::abs(range.most - first));
    }
    if (size > 0 && (size < 1e-2 || size >= 1e5))
        unit.exponent = static_cast<int>(std::floor(std::log10(size)));
    return unit;
}

} // namespace nphys::runtime::plots
