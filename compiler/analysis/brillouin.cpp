#include "compiler/analysis/brillouin.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>
#include <set>

namespace nphys::analysis {

using algebra::Edge;

Brillouin::Brillouin(const algebra::Space* lattice, const Axes& even) : even_(even) {
    if (lattice != nullptr)
        axes_ = lattice->axes;
    static constexpr std::array<std::int64_t, 5> points{1, 96, 16, 8, 6};
    const std::int64_t wanted = points[axes_.size()];
    coarse_.push_back({});
    for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
        exact_ = exact_ && (wraps(axis) || even_[axis]);
        std::set<std::int64_t> numbers;
        const std::int64_t all = count(axis);
        // The law is real: k and -k behave alike, so half of the first axis is enough.
        const std::int64_t last = axis == 0 && wraps(axis) ? all / 2 : all - 1;
        for (std::int64_t j = 0; j <= wanted; ++j)
            numbers.insert(std::clamp<std::int64_t>((j * all + wanted / 2) / wanted, 0, last));
        std::vector<Mode> longer;
        for (const Mode& mode : coarse_)
            for (const std::int64_t number : numbers) {
                longer.push_back(mode);
                longer.back()[axis] = number;
            }
        coarse_ = std::move(longer);
    }
}

bool Brillouin::wraps(std::size_t axis) const {
    return axes_[axis].edge == Edge::periodic || axes_[axis].edge == Edge::antiperiodic;
}

std::int64_t Brillouin::count(std::size_t axis) const {
    return wraps(axis) || even_[axis] || axes_[axis].extent == 1 ? axes_[axis].extent : axes_[axis].extent + 1;
}

WaveVector Brillouin::wave_vector(const Mode& mode) const {
    WaveVector k{};
    for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
        const auto extent = static_cast<double>(axes_[axis].extent), number = static_cast<double>(mode[axis]);
        if (axes_[axis].edge == Edge::periodic)
            k[axis] = 2 * std::numbers::pi * number / extent;
        else if (axes_[axis].edge == Edge::antiperiodic)
            k[axis] = 2 * std::numbers::pi * (number + 0.5) / extent;
        else if (axes_[axis].edge == Edge::open && even_[axis])
            k[axis] = std::numbers::pi * (number + 1) / (extent + 1);
        else
            k[axis] = std::numbers::pi * number / extent;
        if (k[axis] > std::numbers::pi + 1e-12)
            k[axis] -= 2 * std::numbers::pi;
    }
    return k;
}

Mode Brillouin::climbed(Mode mode, const std::function<double(const Mode&)>& value) const {
    double best = value(mode);
    std::int64_t stride = 1;
    for (std::size_t axis = 0; axis < axes_.size(); ++axis)
        stride = std::max(stride, count(axis) / 16);
    while (stride > 0) {
        bool moved = false;
        for (std::size_t axis = 0; axis < axes_.size(); ++axis)
            for (const std::int64_t direction : {-stride, stride}) {
                Mode next = mode;
                const std::int64_t number = mode[axis] + direction, all = count(axis);
                next[axis] = wraps(axis) ? ((number % all) + all) % all : std::clamp<std::int64_t>(number, 0, all - 1);
                if (next == mode)
                    continue;
                const double at_next = value(next);
                if (!(at_next > best))
                    continue;
                best = at_next, mode = next, moved = true;
            }
        if (!moved)
            stride /= 2;
    }
    return mode;
}

std::string Brillouin::print(const Mode& mode) const {
    const WaveVector k = wave_vector(mode);
    std::string text;
    for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
        const double share = std::abs(k[axis]) < 1e-12 ? 0 : k[axis] / std::numbers::pi;
        const std::string one = share == 0 ? "0" : std::abs(share - 1) < 1e-12 ? "π" : fmt::format("{:.3g}π", share);
        text += (axis == 0 ? "" : ", ") + one;
    }
    return axes_.size() > 1 ? "(" + text + ")" : text;
}

} // namespace nphys::analysis
