#pragma once
// The kinetic half of a split step of a wave: each mode of the grid turns by an angle of its own.
//
// In: a table (axes; extent of each, 1 for a ring and 0 for an axis with closed ends), an angle for each axis, the real and
// the imaginary part of the field. Out: the field in which mode n = (n₁, n₂, …) is multiplied by exp(-i Σ angle n²). Holds: modes
// are real - cosines and sines of a ring, cosines of the distance from a closed end, whose slope is 0 there - so that each part
// is transformed for itself; Σ |ψ|² stays to round-off.
//
// Example: of a free particle on a ring of length L the angle is ħ dt/2M (2π/L)².

#include <fftw3.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "runtime/spectral/planning.h"

namespace nphys::runtime::spectral {

class RealModes {
public:
    explicit RealModes(const double* table) {
        const auto count = static_cast<std::size_t>(*table++);
        for (std::size_t axis = 0; axis < count; ++axis) {
            extents_.push_back(static_cast<int>(*table++));
            rings_.push_back(*table++ != 0);
            sites_ *= extents_.back();
            share_ /= rings_.back() ? extents_.back() : 2 * extents_.back();
        }
        std::vector<fftw_r2r_kind> forth, back;
        for (const bool ring : rings_) {
            forth.push_back(ring ? FFTW_R2HC : FFTW_REDFT10);
            back.push_back(ring ? FFTW_HC2R : FFTW_REDFT01);
        }
        std::vector<double> field(static_cast<std::size_t>(sites_));
        const int rank = static_cast<int>(extents_.size());
        constexpr unsigned how = FFTW_ESTIMATE | FFTW_UNALIGNED;
        const std::lock_guard lock(planning());
        forth_ = fftw_plan_r2r(rank, extents_.data(), field.data(), field.data(), forth.data(), how);
        back_ = fftw_plan_r2r(rank, extents_.data(), field.data(), field.data(), back.data(), how);
    }
    ~RealModes() {
        const std::lock_guard lock(planning());
        fftw_destroy_plan(forth_);
        fftw_destroy_plan(back_);
    }
    RealModes(const RealModes&) = delete;
    RealModes& operator=(const RealModes&) = delete;

    [[nodiscard]] std::int64_t sites() const { return sites_; }
    [[nodiscard]] std::int64_t rows() const { return extents_.front(); }

    // Different fields may be transformed by different threads.
    void forth(double* field) const { fftw_execute_r2r(forth_, field, field); }
    void back(double* field) const { fftw_execute_r2r(back_, field, field); }

    // Modes of some rows of the first axis.
    void turn(const double* angles, std::int64_t begin, std::int64_t end, double* real, double* imaginary) const {
        const std::int64_t row_size = sites_ / extents_.front();
        const std::size_t last = extents_.size() - 1;
        const std::int64_t length = last == 0 ? 1 : extents_[last];
        for (std::int64_t row = begin; row < end; ++row)
            for (std::int64_t strip = 0; strip < row_size; strip += length) {
                double outer = square(0, row) * angles[0];
                std::int64_t rest = strip / length;
                for (std::size_t axis = last; axis-- > 1; rest /= extents_[axis])
                    outer += square(axis, rest % extents_[axis]) * angles[axis];
                for (std::int64_t n = 0; n < length; ++n) {
                    const double angle = last == 0 ? outer : outer + square(last, n) * angles[last];
                    const double cosine = share_ * std::cos(angle), sine = share_ * std::sin(angle);
                    const std::int64_t site = row * row_size + strip + n;
                    const double re = real[site], im = imaginary[site];
                    real[site] = re * cosine + im * sine;
                    imaginary[site] = im * cosine - re * sine;
                }
            }
    }

private:
    // The square of the number of the mode at a place of the transformed axis: of a ring 0, 1, 2, …, 2, 1.
    [[nodiscard]] double square(std::size_t axis, std::int64_t place) const {
        const std::int64_t mode = rings_[axis] && 2 * place > extents_[axis] ? extents_[axis] - place : place;
        return static_cast<double>(mode * mode);
    }

    std::vector<int> extents_;
    std::vector<bool> rings_;
    std::int64_t sites_ = 1;
    double share_ = 1;
    fftw_plan forth_ = nullptr, back_ = nullptr;
};

// The two parts stand one after the other. for_each(count, body) calls body(begin, end) for parts of 0..count.
template <class ForEach>
void turn_modes(const double* table, const double* angles, double* parts, ForEach&& for_each) {
    constexpr std::int64_t worth_sharing = 1 << 15; // sites: below, waking threads takes longer than the work
    const RealModes modes(table);
    double* const imaginary = parts + modes.sites();
    const auto share = [&](std::int64_t count, const auto& body) {
        if (modes.sites() < worth_sharing)
            body(std::int64_t{0}, count);
        else
            for_each(count, body);
    };
    share(2, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t part = begin; part < end; ++part)
            modes.forth(part == 0 ? parts : imaginary);
    });
    share(modes.rows(), [&](std::int64_t begin, std::int64_t end) { modes.turn(angles, begin, end, parts, imaginary); });
    share(2, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t part = begin; part < end; ++part)
            modes.back(part == 0 ? parts : imaginary);
    });
}

} // namespace nphys::runtime::spectral
