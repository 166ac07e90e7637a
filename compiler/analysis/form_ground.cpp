#include "compiler/analysis/form_ground.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <set>

#include "compiler/algebra/edges.h"

namespace nphys::analysis {

namespace {

constexpr std::int64_t fewest_waves = 64; // more than a form has displacements
constexpr std::int64_t most_waves = 512;
// √2, √3, √5, √7: no sum of them with integer factors is an integer, so no cos(j·k) is another one at all wave vectors.
constexpr std::array<double, algebra::max_axes> independent = {1.4142135623730951, 1.7320508075688772, 2.23606797749979, 2.6457513110645907};

} // namespace

FormGround::FormGround(const algebra::Space* lattice, const std::vector<Shift>& reach) : lattice_(lattice), reach_(reach) {
    if (lattice != nullptr)
        for (std::size_t axis = 0; axis < lattice->axes.size(); ++axis)
            for (const Shift& shift : reach)
                is_around_[axis] = is_around_[axis] || (algebra::repeats(lattice->axes[axis].edge) &&
                                                        2 * std::abs(shift[axis]) >= lattice->axes[axis].extent);
    make_waves();
}

void FormGround::make_waves() {
    waves_.push_back({});
    if (lattice_ == nullptr)
        return;
    std::int64_t own = 1; // of the axes on which the law reaches around
    for (std::size_t axis = 0; axis < lattice_->axes.size(); ++axis)
        own *= is_around_[axis] ? lattice_->axes[axis].extent : 1;
    const std::int64_t count = std::clamp(4 * own, fewest_waves, most_waves);
    waves_.clear();
    for (std::int64_t n = 0; n < count; ++n) {
        std::int64_t rest = n;
        WaveVector& k = waves_.emplace_back();
        for (std::size_t axis = 0; axis < lattice_->axes.size(); ++axis) {
            const algebra::Axis& along = lattice_->axes[axis];
            if (!is_around_[axis]) {
                k[axis] = 2 * std::numbers::pi * std::remainder(static_cast<double>(n) * independent[axis], 1);
                continue;
            }
            const double half = along.edge == algebra::Edge::antiperiodic ? 0.5 : 0;
            k[axis] = 2 * std::numbers::pi * (static_cast<double>(rest % along.extent) + half) / static_cast<double>(along.extent);
            rest /= along.extent;
        }
    }
}

Shift FormGround::least(Shift shift) const {
    for (std::size_t axis = 0; axis < shift.size(); ++axis)
        if (is_around_[axis])
            shift[axis] = algebra::least_shift(lattice_->axes[axis], shift[axis]).shift;
    return shift;
}

std::vector<Shift> FormGround::sums(const std::vector<Shift>& left, const std::vector<Shift>& right) const {
    std::set<Shift> result;
    for (const Shift& a : left)
        for (const Shift& b : right) {
            Shift sum = a;
            for (std::size_t axis = 0; axis < sum.size(); ++axis)
                sum[axis] += b[axis];
            result.insert(least(sum));
        }
    std::vector<Shift> sorted(result.begin(), result.end());
    std::ranges::stable_sort(sorted, {}, [](const Shift& shift) {
        std::int64_t length = 0;
        for (const std::int64_t along : shift)
            length += std::abs(along);
        return length;
    });
    return sorted;
}

std::vector<Shift> FormGround::neighbours() const {
    std::vector<Shift> both{Shift{}};
    for (Shift shift : reach_) {
        both.push_back(shift);
        for (std::int64_t& along : shift)
            along = -along;
        both.push_back(shift);
    }
    return both;
}

} // namespace nphys::analysis
