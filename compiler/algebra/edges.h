#pragma once
// The edge rule of one axis, in numbers: where a place beyond the edge really is, and with which sign.
//
// The line of all whole numbers is cut into cells of `extent` places; cell 0 holds first..last. A periodic axis repeats
// every cell, an antiperiodic one with alternating sign, a reflecting one repeats every second cell and mirrors the odd
// ones.
//
// Example: on antiperiodic(4) counted from 1, place 6 is place 2 with sign -1.

#include <cstdint>

#include "compiler/algebra/spaces.h"

namespace nphys::algebra {

[[nodiscard]] std::int64_t floor_divide(std::int64_t numerator, std::int64_t denominator);

struct ActualPlace {
    std::int64_t number = 0;
    int sign = 1;       // -1 after an odd number of antiperiodic edges
    bool exists = true; // false beyond open and strict edges
};
[[nodiscard]] ActualPlace actual_place(const Axis& axis, std::int64_t number);

// The least displacement that reaches the same places from everywhere on the axis.
struct LeastShift {
    std::int64_t shift = 0;
    int sign = 1;
};
[[nodiscard]] LeastShift least_shift(const Axis& axis, std::int64_t shift);

[[nodiscard]] std::int64_t cell_of(const Axis& axis, std::int64_t number);
[[nodiscard]] bool repeats(Edge edge); // periodic or antiperiodic

} // namespace nphys::algebra
