#pragma once
// The kinetic half of a split step of a wave: each mode of the grid turns by an angle of its own.
//
// In: a table (axes; extent of each, 1 for a ring and 0 for an axis with closed ends), an angle for each axis, the real and
// the imaginary part of the field. Out: the field in which mode n = (n₁, n₂, …) is multiplied by exp(-i Σ angle n²). Modes of a ring
// are its plane waves, of a closed axis cosines of the distance from an end, whose slope is 0 there. Holds: Σ |ψ|² stays to
// round-off; the same bits at any number of threads.
//
// Lines along an axis are brought side by side into a small buffer and transformed there: FFTW's own plans for more dimensions,
// without measuring, run through memory by columns. Those of the first axis are turned and go back while they are in it.
//
// Example: of a free particle on a ring of length L the angle is ħ dt/2M (2π/L)².

#include <fftw3.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/spectral/planning.h"

namespace nphys::runtime::spectral {

// One axis of a grid, and transforms of lines along it. In the buffer the lines of a block stand side by side at each place of the
// axis: of a ring as complex numbers, else all real parts before the imaginary ones.
class AxisModes {
public:
    AxisModes(int extent, bool ring, std::int64_t stride, std::int64_t sites, double angle)
        : extent_(extent), ring_(ring), stride_(stride), lines_(sites / extent) {
        const double share = 1.0 / (ring ? extent : 2 * extent);
        for (int place = 0; place < extent; ++place) {
            const double mode = ring && 2 * place > extent ? extent - place : place;
            cosines_.push_back(share * std::cos(angle * mode * mode));
            sines_.push_back(share * std::sin(angle * mode * mode));
        }
        const auto buffer = std::make_unique<double[]>(static_cast<std::size_t>(buffer_size()));
        const std::lock_guard lock(planning());
        forth_ = ring ? plan(buffer.get(), FFTW_FORWARD) : plan(buffer.get(), FFTW_REDFT10);
        back_ = ring ? plan(buffer.get(), FFTW_BACKWARD) : plan(buffer.get(), FFTW_REDFT01);
    }
    ~AxisModes() {
        const std::lock_guard lock(planning());
        fftw_destroy_plan(forth_);
        fftw_destroy_plan(back_);
    }
    AxisModes(const AxisModes&) = delete;
    AxisModes& operator=(const AxisModes&) = delete;

    // Lines that are neighbours in memory go through the buffer together, two cache lines of them.
    [[nodiscard]] std::int64_t together() const { return std::min<std::int64_t>(16, stride_); }
    [[nodiscard]] std::int64_t blocks() const { return lines_ / stride_ * per_stride(); }
    [[nodiscard]] std::int64_t buffer_size() const { return 2 * extent_ * together(); }
    [[nodiscard]] std::int64_t extent() const { return extent_; }
    [[nodiscard]] double cosine(std::int64_t place) const { return cosines_[static_cast<std::size_t>(place)]; }
    [[nodiscard]] double sine(std::int64_t place) const { return sines_[static_cast<std::size_t>(place)]; }

    struct Block { std::int64_t first, begin, count; }; // site, number of the first line within the stride, lines
    [[nodiscard]] Block block(std::int64_t number) const {
        const std::int64_t outer = number / per_stride(), begin = number % per_stride() * together();
        return {outer * extent_ * stride_ + begin, begin, std::min(together(), stride_ - begin)};
    }

    void take(const Block& block, const double* real, const double* imaginary, double* buffer) const {
        for (std::int64_t place = 0; place < extent_; ++place)
            for (std::int64_t line = 0; line < block.count; ++line) {
                const std::int64_t site = block.first + place * stride_ + line;
                double* const here = at(buffer, line, place);
                here[0] = real[site];
                here[part()] = imaginary[site];
            }
    }
    void put(const Block& block, double* buffer, double* real, double* imaginary) const {
        for (std::int64_t place = 0; place < extent_; ++place)
            for (std::int64_t line = 0; line < block.count; ++line) {
                const std::int64_t site = block.first + place * stride_ + line;
                const double* const here = at(buffer, line, place);
                real[site] = here[0];
                imaginary[site] = here[part()];
            }
    }

    // All lines of a buffer.
    void forth(double* buffer) const { transform(forth_, buffer); }
    void back(double* buffer) const { transform(back_, buffer); }

    // A line that the other axes turn by an angle with this cosine and sine.
    void turn(double* buffer, std::int64_t line, double outer_cosine, double outer_sine) const {
        for (std::int64_t place = 0; place < extent_; ++place) {
            const double own_cosine = cosine(place), own_sine = sine(place);
            const double c = outer_cosine * own_cosine - outer_sine * own_sine, s = outer_sine * own_cosine + outer_cosine * own_sine;
            double* const here = at(buffer, line, place);
            const double re = here[0], im = here[part()];
            here[0] = re * c + im * s;
            here[part()] = im * c - re * s;
        }
    }

private:
    [[nodiscard]] std::int64_t per_stride() const { return (stride_ + together() - 1) / together(); }
    [[nodiscard]] std::int64_t part() const { return ring_ ? 1 : extent_ * together(); }
    [[nodiscard]] double* at(double* buffer, std::int64_t line, std::int64_t place) const {
        const std::int64_t number = place * together() + line;
        return buffer + (ring_ ? 2 * number : number);
    }

    static constexpr unsigned how = FFTW_ESTIMATE | FFTW_UNALIGNED; // without measuring: the same numbers each time
    [[nodiscard]] fftw_plan plan(double* buffer, int direction) const {
        auto* const numbers = reinterpret_cast<fftw_complex*>(buffer);
        const int apart = static_cast<int>(together());
        return fftw_plan_many_dft(1, &extent_, apart, numbers, nullptr, apart, 1, numbers, nullptr, apart, 1, direction, how);
    }
    [[nodiscard]] fftw_plan plan(double* buffer, fftw_r2r_kind kind) const {
        const int apart = static_cast<int>(together());
        return fftw_plan_many_r2r(1, &extent_, apart, buffer, nullptr, apart, 1, buffer, nullptr, apart, 1, &kind, how);
    }
    void transform(fftw_plan plan, double* buffer) const {
        if (ring_) {
            auto* const numbers = reinterpret_cast<fftw_complex*>(buffer);
            return fftw_execute_dft(plan, numbers, numbers);
        }
        fftw_execute_r2r(plan, buffer, buffer);
        fftw_execute_r2r(plan, buffer + part(), buffer + part());
    }

    int extent_;
    bool ring_;
    std::int64_t stride_, lines_;
    std::vector<double> cosines_, sines_; // the factor of the transforms there and back is in them
    fftw_plan forth_ = nullptr, back_ = nullptr;
};

class GridModes {
public:
    GridModes(const double* table, const double* angles) {
        const auto count = static_cast<std::size_t>(table[0]);
        for (std::size_t axis = 0; axis < count; ++axis)
            sites_ *= static_cast<std::int64_t>(table[1 + 2 * axis]);
        std::int64_t stride = sites_;
        for (std::size_t axis = 0; axis < count; ++axis) {
            const auto extent = static_cast<int>(table[1 + 2 * axis]);
            stride /= extent;
            axes_.push_back(std::make_unique<AxisModes>(extent, table[2 + 2 * axis] != 0, stride, sites_, angles[axis]));
        }
    }

    [[nodiscard]] std::int64_t sites() const { return sites_; }
    [[nodiscard]] std::size_t count() const { return axes_.size(); }
    [[nodiscard]] std::int64_t blocks(std::size_t axis) const { return axes_[axis]->blocks(); }

    // Some blocks of lines along an axis, there or back.
    void pass(std::size_t number, bool forth, std::int64_t begin, std::int64_t end, double* real, double* imaginary) const {
        const AxisModes& axis = *axes_[number];
        each(axis, begin, end, real, imaginary, [&](const AxisModes::Block&, double* buffer) {
            if (forth)
                axis.forth(buffer);
            else
                axis.back(buffer);
        });
    }
    // Those along the first axis there, turned, and back.
    void turn(std::int64_t begin, std::int64_t end, double* real, double* imaginary) const {
        const AxisModes& axis = *axes_.front();
        each(axis, begin, end, real, imaginary, [&](const AxisModes::Block& block, double* buffer) {
            axis.forth(buffer);
            for (std::int64_t line = 0; line < block.count; ++line)
                turn_line(axis, block.begin + line, line, buffer);
            axis.back(buffer);
        });
    }

private:
    template <class Work>
    void each(const AxisModes& axis, std::int64_t begin, std::int64_t end, double* real, double* imaginary, const Work& work) const {
        const auto buffer = std::make_unique<double[]>(static_cast<std::size_t>(axis.buffer_size()));
        for (std::int64_t number = begin; number < end; ++number) {
            const AxisModes::Block block = axis.block(number);
            axis.take(block, real, imaginary, buffer.get());
            work(block, buffer.get());
            axis.put(block, buffer.get(), real, imaginary);
        }
    }

    void turn_line(const AxisModes& axis, std::int64_t rest, std::int64_t line, double* buffer) const {
        double cosine = 1, sine = 0;
        for (std::size_t other = axes_.size(); other-- > 1; rest /= axes_[other]->extent()) {
            const std::int64_t place = rest % axes_[other]->extent();
            const double c = axes_[other]->cosine(place), s = axes_[other]->sine(place), before = cosine;
            cosine = before * c - sine * s;
            sine = sine * c + before * s;
        }
        axis.turn(buffer, line, cosine, sine);
    }

    std::int64_t sites_ = 1;
    std::vector<std::unique_ptr<AxisModes>> axes_;
};

// The two parts stand one after the other. for_each(count, body) calls body(begin, end) for parts of 0..count.
template <class ForEach>
void turn_modes(const double* table, const double* angles, double* parts, ForEach&& for_each) {
    constexpr std::int64_t worth_sharing = 1 << 15; // sites: below, waking threads takes longer than the work
    const GridModes modes(table, angles);
    double* const imaginary = parts + modes.sites();
    const auto share = [&](std::int64_t count, const auto& body) {
        if (modes.sites() < worth_sharing)
            body(std::int64_t{0}, count);
        else
            for_each(count, body);
    };
    const auto pass = [&](std::size_t axis, bool forth) {
        share(modes.blocks(axis), [&](std::int64_t begin, std::int64_t end) { modes.pass(axis, forth, begin, end, parts, imaginary); });
    };
    for (std::size_t axis = modes.count(); axis-- > 1;)
        pass(axis, true);
    share(modes.blocks(0), [&](std::int64_t begin, std::int64_t end) { modes.turn(begin, end, parts, imaginary); });
    for (std::size_t axis = 1; axis < modes.count(); ++axis)
        pass(axis, false);
}

} // namespace nphys::runtime::spectral
