#pragma once
// How our pictures look. Included by plots/*.cpp only.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "runtime/plots/picture.h"

namespace nphys::runtime::plots {

struct Size {
    double width = 900; // in units of 1/96 inch; a PNG has 1.6 pixels for each
    double height = 560;
};

// Terminal by the ending of the file, fonts, frame, grid.
[[nodiscard]] Result<std::string> opening(const std::filesystem::path& file, Size size);

[[nodiscard]] std::string title_line(const std::string& title);

// Eight colours that also the colour-blind tell apart; for more curves, and for ordered ones, steps along viridis.
[[nodiscard]] std::string curve_colour(std::size_t number, std::size_t count, bool ordered);

// `set palette defined (…)`
[[nodiscard]] std::string sequential_palette();
[[nodiscard]] std::string diverging_palette();

struct Range {
    double least = 0;
    double most = 0;
    bool empty = true;
    void include(double value);
};
[[nodiscard]] Range range_of(std::span<const double> values);

// What is drawn on an axis: (value − shift) / 10^exponent, so that the marks are short numbers.
struct AxisUnit {
    double shift = 0;
    int exponent = 0;
    [[nodiscard]] double operator()(double value) const;
    // `energy − 13.0534 (10⁻¹³)`
    [[nodiscard]] std::string label(const std::string& name) const;
};
// Almost constant quantities are shown by their change from `first`.
[[nodiscard]] AxisUnit unit_for(const Range& range, double first, bool may_shift);

} // namespace nphys::runtime::plots
