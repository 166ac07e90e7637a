#pragma once
// The kinetic half of a split step of a wave: each mode of the grid turns by an angle of its own.
//
// In: a table (axes; extent of each, 1 for a ring and 0 for an axis with closed ends), an angle for each axis, the real and
// the imaginary part of the field, room for as many numbers. Out: the field in which mode n = (n₁, n₂, …) is multiplied by
// exp(-i Σ angle n²), or exp(-Σ angle n²) if it damps. Modes of a ring are its plane waves, of a closed axis cosines of the distance from an end, whose slope is 0
// there. Holds: Σ |ψ|² stays to round-off; the same bits at any number of threads.
//
// On the way the field is complex numbers. Lines along the last axis are transformed where they are; those along another are
// brought side by side into a small buffer: FFTW's own plans for more dimensions, without measuring, run through memory by
// columns. Those of the first axis are turned and go back while they are in it.
//
// Example: of a free particle on a ring of length L the angle is ħ dt/2M (2π/L)².

#include <fftw3.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/spectral/planning.h"

namespace nphys::runtime::spectral {

// One axis of a grid, and transforms of lines along it. A line of the last axis is transformed where it is. The lines of another stand
// side by side at each place of the axis, from one half of a buffer to the other.
class AxisModes {
public:
    using Complex = std::complex<double>;

    AxisModes(int extent, bool ring, std::int64_t stride, std::int64_t sites, double angle, bool damps)
        : extent_(extent), ring_(ring), stride_(stride), lines_(sites / extent) {
        const double share = 1.0 / (ring ? extent : 2 * extent);
        for (int place = 0; place < extent; ++place) {
            const double mode = ring && 2 * place > extent ? extent - place : place;
            cosines_.push_back(share * (damps ? std::exp(-angle * mode * mode) : std::cos(angle * mode * mode)));
            sines_.push_back(damps ? 0 : share * std::sin(angle * mode * mode));
        }
        std::vector<Complex> buffer(2 * buffer_size());
        Complex* const other = is_last() ? buffer.data() : buffer.data() + buffer_size();
        const std::lock_guard lock(planning());
        forth_ = ring ? plan(buffer.data(), other, FFTW_FORWARD) : plan(buffer.data(), other, FFTW_REDFT10);
        back_ = ring ? plan(other, buffer.data(), FFTW_BACKWARD) : plan(other, buffer.data(), FFTW_REDFT01);
    }
    ~AxisModes() {
        const std::lock_guard lock(planning());
        fftw_destroy_plan(forth_);
        fftw_destroy_plan(back_);
    }
    AxisModes(const AxisModes&) = delete;
    AxisModes& operator=(const AxisModes&) = delete;

    // Lines that are neighbours in memory go through the buffer together: four cache lines of each place.
    [[nodiscard]] std::int64_t together() const { return std::min<std::int64_t>(16, stride_); }
    [[nodiscard]] bool is_last() const { return stride_ == 1; }
    [[nodiscard]] std::int64_t blocks() const { return lines_ / stride_ * per_stride(); }
    // Of half a buffer. One place is left free: powers of two would share their lines of the cache.
    [[nodiscard]] std::int64_t apart() const { return is_last() ? 1 : together() + 1; }
    [[nodiscard]] std::size_t buffer_size() const { return static_cast<std::size_t>(extent_ * apart()); }
    [[nodiscard]] std::int64_t extent() const { return extent_; }
    [[nodiscard]] double cosine(std::int64_t place) const { return cosines_[static_cast<std::size_t>(place)]; }
    [[nodiscard]] double sine(std::int64_t place) const { return sines_[static_cast<std::size_t>(place)]; }

    struct Block { std::int64_t first, begin, count; }; // site, number of the first line within the stride, lines
    [[nodiscard]] Block block(std::int64_t number) const {
        const std::int64_t outer = number / per_stride(), begin = number % per_stride() * together();
        return {outer * extent_ * stride_ + begin, begin, std::min(together(), stride_ - begin)};
    }
    void take(const Block& block, const Complex* field, Complex* buffer) const {
        for (std::int64_t place = 0; place < extent_; ++place)
            std::copy_n(field + block.first + place * stride_, block.count, buffer + place * apart());
    }
    void put(const Block& block, const Complex* buffer, Complex* field) const {
        for (std::int64_t place = 0; place < extent_; ++place)
            std::copy_n(buffer + place * apart(), block.count, field + block.first + place * stride_);
    }

    // All lines of a half.
    void forth(Complex* from, Complex* to) const { transform(forth_, from, to); }
    void back(Complex* from, Complex* to) const { transform(back_, from, to); }

    // The other axes turn each line by a factor of its own.
    void turn(Complex* buffer, const Complex* of_lines) const {
        for (std::int64_t place = 0; place < extent_; ++place) {
            const double own_cosine = cosine(place), own_sine = sine(place);
            Complex* const here = buffer + place * apart();
            for (std::int64_t line = 0; line < together(); ++line) {
                const double outer_cosine = of_lines[line].real(), outer_sine = of_lines[line].imag();
                const double c = outer_cosine * own_cosine - outer_sine * own_sine, s = outer_sine * own_cosine + outer_cosine * own_sine;
                const double re = here[line].real(), im = here[line].imag();
                here[line] = {re * c + im * s, im * c - re * s};
            }
        }
    }

private:
    [[nodiscard]] std::int64_t per_stride() const { return (stride_ + together() - 1) / together(); }

    static constexpr unsigned how = FFTW_ESTIMATE; // without measuring: the same numbers each time
    [[nodiscard]] fftw_plan plan(Complex* from, Complex* to, int direction) const {
        const int lines = static_cast<int>(together()), stride = static_cast<int>(apart());
        return fftw_plan_many_dft(1, &extent_, lines, reinterpret_cast<fftw_complex*>(from), nullptr, stride, 1,
                                  reinterpret_cast<fftw_complex*>(to), nullptr, stride, 1, direction, how);
    }
    // Real and imaginary parts are lines of their own.
    [[nodiscard]] fftw_plan plan(Complex* from, Complex* to, fftw_r2r_kind kind) const {
        const int lines = 2 * static_cast<int>(together()), stride = 2 * static_cast<int>(apart());
        return fftw_plan_many_r2r(1, &extent_, lines, reinterpret_cast<double*>(from), nullptr, stride, 1,
                                  reinterpret_cast<double*>(to), nullptr, stride, 1, &kind, how | FFTW_UNALIGNED);
    }
    void transform(fftw_plan plan, Complex* from, Complex* to) const {
        if (ring_)
            fftw_execute_dft(plan, reinterpret_cast<fftw_complex*>(from), reinterpret_cast<fftw_complex*>(to));
        else
            fftw_execute_r2r(plan, reinterpret_cast<double*>(from), reinterpret_cast<double*>(to));
    }

    int extent_;
    bool ring_;
    std::int64_t stride_, lines_;
    std::vector<double> cosines_, sines_; // the factor of the transforms there and back is in them
    fftw_plan forth_ = nullptr, back_ = nullptr;
};

class GridModes {
public:
    using Complex = std::complex<double>;
    struct Field { double *real, *imaginary; Complex* numbers; }; // the parts, and the room for both together

    GridModes(const double* table, const double* angles, bool damps) {
        const auto count = static_cast<std::size_t>(table[0]);
        for (std::size_t axis = 0; axis < count; ++axis)
            sites_ *= static_cast<std::int64_t>(table[1 + 2 * axis]);
        std::int64_t stride = sites_;
        for (std::size_t axis = 0; axis < count; ++axis) {
            const auto extent = static_cast<int>(table[1 + 2 * axis]);
            stride /= extent;
            axes_.push_back(std::make_unique<AxisModes>(extent, table[2 + 2 * axis] != 0, stride, sites_, angles[axis], damps));
        }
    }

    [[nodiscard]] std::int64_t sites() const { return sites_; }
    [[nodiscard]] std::size_t count() const { return axes_.size(); }
    [[nodiscard]] std::int64_t blocks(std::size_t axis) const { return axes_[axis]->blocks(); }

    // Some blocks of lines along an axis there, or back, or along the first one there, turned, and back.
    void forth(std::size_t number, std::int64_t begin, std::int64_t end, const Field& field) const {
        const AxisModes& axis = *axes_[number];
        each(axis, begin, end, field, {.first = true, .last = false}, [&](const AxisModes::Block&, Complex* one, Complex* other) {
            axis.forth(one, other);
            return other;
        });
    }
    void back(std::size_t number, std::int64_t begin, std::int64_t end, const Field& field) const {
        const AxisModes& axis = *axes_[number];
        each(axis, begin, end, field, {.first = false, .last = true}, [&](const AxisModes::Block&, Complex* one, Complex* other) {
            axis.back(one, other);
            return other;
        });
    }
    void turn(std::int64_t begin, std::int64_t end, const Field& field) const {
        const AxisModes& axis = *axes_.front();
        std::vector<Complex> factors(static_cast<std::size_t>(axis.together()));
        each(axis, begin, end, field, {.first = true, .last = true}, [&](const AxisModes::Block& block, Complex* one, Complex* other) {
            for (std::int64_t line = 0; line < block.count; ++line)
                factors[static_cast<std::size_t>(line)] = factor(block.begin + line);
            axis.forth(one, other);
            axis.turn(other, factors.data());
            axis.back(other, one);
            return one;
        });
    }

private:
    struct Times { bool first = false, last = false; }; // of the lines of the last axis: they come from the parts, and go to them

    // work(block, one half of the buffer, the other) says in which the result is.
    template <class Work>
    void each(const AxisModes& axis, std::int64_t begin, std::int64_t end, const Field& field, Times times, const Work& work) const {
        std::vector<Complex> buffer(axis.is_last() ? 0 : 2 * axis.buffer_size());
        for (std::int64_t number = begin; number < end; ++number) {
            const AxisModes::Block block = axis.block(number);
            if (!axis.is_last()) {
                axis.take(block, field.numbers, buffer.data());
                axis.put(block, work(block, buffer.data(), buffer.data() + axis.buffer_size()), field.numbers);
                continue;
            }
            Complex* const line = field.numbers + block.first;
            if (times.first)
                join(field.real + block.first, field.imaginary + block.first, axis.extent(), line);
            work(block, line, line);
            if (times.last)
                part(line, axis.extent(), field.real + block.first, field.imaginary + block.first);
        }
    }
    static void join(const double* real, const double* imaginary, std::int64_t count, Complex* numbers) {
        for (std::int64_t n = 0; n < count; ++n)
            numbers[n] = {real[n], imaginary[n]};
    }
    static void part(const Complex* numbers, std::int64_t count, double* real, double* imaginary) {
        for (std::int64_t n = 0; n < count; ++n)
            real[n] = numbers[n].real(), imaginary[n] = numbers[n].imag();
    }

    // By what the axes behind the first one turn a line along it.
    [[nodiscard]] Complex factor(std::int64_t rest) const {
        double cosine = 1, sine = 0;
        for (std::size_t other = axes_.size(); other-- > 1; rest /= axes_[other]->extent()) {
            const std::int64_t place = rest % axes_[other]->extent();
            const double c = axes_[other]->cosine(place), s = axes_[other]->sine(place), before = cosine;
            cosine = before * c - sine * s;
            sine = sine * c + before * s;
        }
        return {cosine, sine};
    }

    std::int64_t sites_ = 1;
    std::vector<std::unique_ptr<AxisModes>> axes_;
};

// The two parts stand one after the other. for_each(count, body) calls body(begin, end) for parts of 0..count.
template <class ForEach>
void turn_modes(const double* table, const double* angles, double* parts, double* room, std::int64_t damps, ForEach&& for_each) {
    constexpr std::int64_t worth_sharing = 1 << 15; // sites: below, waking threads takes longer than the work
    const GridModes modes(table, angles, damps != 0);
    const GridModes::Field field{parts, parts + modes.sites(), reinterpret_cast<std::complex<double>*>(room)};
    const auto share = [&](std::int64_t count, const auto& body) {
        if (modes.sites() < worth_sharing)
            body(std::int64_t{0}, count);
        else
            for_each(count, body);
    };
    for (std::size_t axis = modes.count(); axis-- > 1;)
        share(modes.blocks(axis), [&](std::int64_t begin, std::int64_t end) { modes.forth(axis, begin, end, field); });
    share(modes.blocks(0), [&](std::int64_t begin, std::int64_t end) { modes.turn(begin, end, field); });
    for (std::size_t axis = 1; axis < modes.count(); ++axis)
        share(modes.blocks(axis), [&](std::int64_t begin, std::int64_t end) { modes.back(axis, begin, end, field); });
}

} // namespace nphys::runtime::spectral
