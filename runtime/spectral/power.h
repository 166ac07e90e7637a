#pragma once
// The power of fields at the wave vectors of a lattice: |Σ φ(x) exp(-ik·x)|²/N at N wave vectors, whose components ascend
// from -π to π (in units of one over the spacing).
//
// In: `rows` times real and imaginary parts of `count` fields each, fields[rows, 2, sites, count]; four extents (1 where the
// lattice has fewer axes); which axes are antiperiodic, as bits; there the numbers of a wave vector are half whole. Out:
// powers[rows, sites, count]. Holds: the same bits at any number of threads.
//
//     of cos(2π 3 x/N) it is N/4 at the third number to both sides of 0

#include <fftw3.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <mutex>
#include <numbers>
#include <vector>

#include "runtime/spectral/planning.h"

namespace nphys::runtime::spectral {

class PowerSpectrum {
public:
    using Complex = std::complex<double>;

    PowerSpectrum(std::array<std::int64_t, 4> extents, std::int64_t antiperiodic)
        : extents_(extents), antiperiodic_(antiperiodic) {
        std::array<int, 4> numbers{};
        for (std::size_t axis = 0; axis < 4; ++axis) {
            sites_ *= extents[axis];
            numbers[axis] = static_cast<int>(extents[axis]);
        }
        modes_.resize(static_cast<std::size_t>(sites_));
        const std::lock_guard lock(planning());
        plan_ = fftw_plan_dft(4, numbers.data(), memory(), memory(), FFTW_FORWARD, FFTW_ESTIMATE);
    }
    ~PowerSpectrum() {
        const std::lock_guard lock(planning());
        fftw_destroy_plan(plan_);
    }
    PowerSpectrum(const PowerSpectrum&) = delete;
    PowerSpectrum& operator=(const PowerSpectrum&) = delete;

    [[nodiscard]] std::int64_t sites() const { return sites_; }

    // One field, its elements `stride` numbers apart.
    void of(const double* real, const double* imaginary, std::int64_t stride, double* power) {
        for_each_place([&](const std::array<std::int64_t, 4>& place, std::int64_t site) {
            modes_[static_cast<std::size_t>(site)] =
                Complex(real[site * stride], imaginary[site * stride]) * turn(place);
        });
        fftw_execute(plan_);
        for_each_place([&](const std::array<std::int64_t, 4>& place, std::int64_t mode) {
            power[number_of(place) * stride] =
                std::norm(modes_[static_cast<std::size_t>(mode)]) / static_cast<double>(sites_);
        });
    }

private:
    [[nodiscard]] fftw_complex* memory() { return reinterpret_cast<fftw_complex*>(modes_.data()); }

    // What makes an antiperiodic field periodic: exp(-iπ Σ x/N).
    [[nodiscard]] Complex turn(const std::array<std::int64_t, 4>& place) const {
        double angle = 0;
        for (std::size_t axis = 0; axis < 4; ++axis)
            if (is_antiperiodic(axis))
                angle -= std::numbers::pi * static_cast<double>(place[axis]) / static_cast<double>(extents_[axis]);
        return angle == 0 ? Complex(1) : Complex(std::cos(angle), std::sin(angle));
    }

    [[nodiscard]] bool is_antiperiodic(std::size_t axis) const { return (antiperiodic_ >> axis & 1) != 0; }

    // Where a mode stands among ascending wave numbers: the first ones after 0 follow it, the last ones are negative.
    [[nodiscard]] std::int64_t number_of(const std::array<std::int64_t, 4>& mode) const {
        std::int64_t number = 0;
        for (std::size_t axis = 0; axis < 4; ++axis) {
            const std::int64_t negative = is_antiperiodic(axis) ? extents_[axis] / 2 : (extents_[axis] - 1) / 2;
            number = number * extents_[axis] + (mode[axis] + negative) % extents_[axis];
        }
        return number;
    }

    template <class Body>
    void for_each_place(Body&& body) const {
        std::array<std::int64_t, 4> place{};
        for (std::int64_t site = 0; site < sites_; ++site) {
            body(place, site);
            for (std::size_t axis = 4; axis-- > 0;) {
                if (++place[axis] < extents_[axis])
                    break;
                place[axis] = 0;
            }
        }
    }

    std::array<std::int64_t, 4> extents_;
    std::int64_t antiperiodic_, sites_ = 1;
    std::vector<Complex> modes_;
    fftw_plan plan_ = nullptr;
};

inline void power_spectrum(const double* fields, std::int64_t rows, std::int64_t n1, std::int64_t n2, std::int64_t n3,
                           std::int64_t n4, std::int64_t antiperiodic, std::int64_t count, double* powers) {
    PowerSpectrum spectrum({n1, n2, n3, n4}, antiperiodic);
    const std::int64_t size = spectrum.sites() * count;
    for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t copy = 0; copy < count; ++copy) {
            const double* real = fields + 2 * row * size + copy;
            spectrum.of(real, real + size, count, powers + row * size + copy);
        }
}

} // namespace nphys::runtime::spectral
