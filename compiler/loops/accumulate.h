// Reductions with a fixed order: 16 lanes, combined as loops.h says. The one definition, which back ends repeat.
// Example: iterations 0..17 of a sum leave x0+x16 in lane 0, x1+x17 in lane 1, x2 in lane 2, …
#pragma once

#include <array>
#include <limits>

#include "compiler/loops/loops.h"

namespace nphys::loops {

inline constexpr int accumulator_lanes = 16;

[[nodiscard]] constexpr double neutral_of(Combine combine) {
    switch (combine) {
    case Combine::sum:
        return 0;
    case Combine::product:
        return 1;
    case Combine::maximum:
        return -std::numeric_limits<double>::infinity();
    case Combine::minimum:
        return std::numeric_limits<double>::infinity();
    }
    return 0;
}

[[nodiscard]] constexpr double combined(Combine combine, double lane, double value) {
    switch (combine) {
    case Combine::sum:
        return lane + value;
    case Combine::product:
        return lane * value;
    case Combine::maximum:
        return value > lane ? value : lane;
    case Combine::minimum:
        return value < lane ? value : lane;
    }
    return lane;
}

struct Accumulator {
    Combine combine = Combine::sum;
    std::array<double, accumulator_lanes> lanes{};

    Accumulator() = default;
    explicit Accumulator(Combine how) : combine(how) { lanes.fill(neutral_of(how)); }

    void add(int lane, double value) {
        double& place = lanes[static_cast<std::size_t>(lane)];
        place = combined(combine, place, value);
    }
    [[nodiscard]] double read() const {
        std::array<double, accumulator_lanes> folded = lanes;
        for (std::size_t half = accumulator_lanes / 2; half > 0; half /= 2) {
            for (std::size_t lane = 0; lane < half; ++lane) {
                folded[lane] = combined(combine, folded[lane], folded[lane + half]);
            }
        }
        return folded[0];
    }
};

} // namespace nphys::loops
