#include "compiler/algebra/edges.h"

namespace nphys::algebra {

std::int64_t floor_divide(std::int64_t numerator, std::int64_t denominator) {
    const std::int64_t quotient = numerator / denominator;
    return numerator % denominator != 0 && (numerator < 0) != (denominator < 0) ? quotient - 1 : quotient;
}

bool repeats(Edge edge) {
    return edge == Edge::periodic || edge == Edge::antiperiodic;
}

std::int64_t cell_of(const Axis& axis, std::int64_t number) {
    return floor_divide(number - axis.first, axis.extent);
}

ActualPlace actual_place(const Axis& axis, std::int64_t number) {
    const std::int64_t cell = cell_of(axis, number);
    const bool is_odd = cell % 2 != 0;
    const std::int64_t repeated = number - cell * axis.extent;
    switch (axis.edge) {
    case Edge::periodic:
        return {repeated, 1, true};
    case Edge::antiperiodic:
        return {repeated, is_odd ? -1 : 1, true};
    case Edge::reflecting:
        return {is_odd ? axis.first + axis.last() - repeated : repeated, 1, true};
    case Edge::open:
    case Edge::strict:
        break;
    }
    return {number, 1, cell == 0};
}

LeastShift least_shift(const Axis& axis, std::int64_t shift) {
    const bool is_mirrored = axis.edge == Edge::reflecting;
    switch (axis.edge) {
    case Edge::periodic:
    case Edge::antiperiodic:
    case Edge::reflecting: {
        const std::int64_t period = is_mirrored ? 2 * axis.extent : axis.extent;
        // Into (-period/2, period/2].
        const std::int64_t turns = -floor_divide(period - 2 * shift, 2 * period);
        const bool changes_sign = axis.edge == Edge::antiperiodic && turns % 2 != 0;
        return {shift - turns * period, changes_sign ? -1 : 1};
    }
    case Edge::open:
    case Edge::strict:
        break;
    }
    return {shift, 1};
}

} // namespace nphys::algebra
