// Arithmetic whose results do not depend on the compiler, the number of threads or the width of vectors.
// Sums have a fixed order; products and sums are fused only where std::fma says so (compile with -ffp-contract=off).
#ifndef NPHYS_NUMERIC_HPP
#define NPHYS_NUMERIC_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <ostream>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif
#if defined(__x86_64__)
#include <emmintrin.h>
#endif

// Before a loop whose iterations are independent: may be turned into vector instructions.
#if defined(__clang__)
#define VECTOR_LOOP _Pragma("clang loop vectorize(assume_safety) vectorize_predicate(enable)")
#pragma clang diagnostic ignored "-Wpass-failed" // loops that call a library function stay scalar: no fault of theirs
#elif defined(__GNUC__)
#define VECTOR_LOOP _Pragma("GCC ivdep")
#else
#define VECTOR_LOOP
#endif

// Loops are written as functions of their bodies; inlined, they are loops again.
#if defined(__GNUC__)
#define NUMERIC_INLINE [[gnu::always_inline, gnu::flatten]] inline
#else
#define NUMERIC_INLINE inline
#endif

namespace numeric {

// ---- Memory ---------------------------------------------------------------------------------------------------------------

// Zeroed numbers at a multiple of 64 bytes; large arrays lie in large pages where the system has them. `place` numbers the arrays of
// one model: arrays at equal distances from a page boundary would compete for the same sets of the cache.
template <class Number>
class Array {
public:
    Array(std::int64_t size, std::size_t place) : size_(size) {
        constexpr std::size_t line = 64, page = std::size_t{2} << 20, skew = 65 * line;
        const std::size_t shift = place % 16 * skew;
        const std::size_t wanted = static_cast<std::size_t>(size) * sizeof(Number) + shift;
        const std::size_t unit = wanted >= 2 * page ? page : line;
        const std::size_t bytes = std::max(unit, (wanted + unit - 1) / unit * unit);
        memory_.reset(static_cast<std::byte*>(std::aligned_alloc(unit, bytes)));
        if (memory_ == nullptr) throw std::bad_alloc();
#if defined(__linux__)
        if (unit == page) static_cast<void>(madvise(memory_.get(), bytes, MADV_HUGEPAGE));
#endif
        std::memset(memory_.get(), 0, bytes);
        data_ = reinterpret_cast<Number*>(memory_.get() + shift);
    }

    [[nodiscard]] Number* data() { return data_; }
    [[nodiscard]] const Number* data() const { return data_; }
    [[nodiscard]] Number& operator[](std::int64_t place) { return data_[place]; }
    [[nodiscard]] const Number& operator[](std::int64_t place) const { return data_[place]; }
    [[nodiscard]] std::span<Number> values() { return {data_, static_cast<std::size_t>(size_)}; }
    [[nodiscard]] std::span<const Number> values() const { return {data_, static_cast<std::size_t>(size_)}; }

private:
    struct Release {
        void operator()(std::byte* memory) const { std::free(memory); }
    };
    std::unique_ptr<std::byte, Release> memory_;
    Number* data_ = nullptr;
    std::int64_t size_ = 0;
};

// ---- Integers -------------------------------------------------------------------------------------------------------------

// Rounded down; b > 0.
constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
constexpr std::int64_t floor_remainder(std::int64_t a, std::int64_t b) { return a % b < 0 ? a % b + b : a % b; }

// ---- Functions ------------------------------------------------------------------------------------------------------------

template <class Number>
constexpr Number minimum(Number x, Number y) { return x <= y ? x : y; }

template <class Number>
constexpr Number maximum(Number x, Number y) { return x >= y ? x : y; }

template <class Number>
constexpr Number sign(Number x) { return x > 0 ? Number(1) : x < 0 ? Number(-1) : x; }

template <class Number>
Number sigmoid(Number x) { return Number(1) / (Number(1) + std::exp(-x)); }

// The angle of a real number: 0 or pi.
template <class Number>
Number angle(Number x) { return x < 0 ? std::acos(Number(-1)) : Number(0); }

template <class Number>
void append(std::vector<double>& all, std::span<const Number> values) {
    for (const Number value : values) all.push_back(static_cast<double>(value));
}

template <class Number>
void write_raw(std::ostream& out, std::span<const Number> values) {
    out.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size_bytes()));
}

template <class Number>
constexpr Number imaginary_part(Number) { return Number(0); }

// x^exponent by squaring: the squares x, x², x⁴, … whose bits are set, multiplied from the lowest on; x⁻ⁿ = 1/xⁿ.
template <int exponent, class Number>
constexpr Number power(Number x) {
    if constexpr (exponent == 0) return Number(1);
    else if constexpr (exponent < 0) return Number(1) / power<-exponent>(x);
    else {
        unsigned bits = exponent;
        Number square = x;
        for (; (bits & 1U) == 0; bits >>= 1U) square *= square;
        Number result = square;
        for (bits >>= 1U; bits != 0; bits >>= 1U) {
            square *= square;
            if ((bits & 1U) != 0) result *= square;
        }
        return result;
    }
}

// ---- Steps of controlled error ----------------------------------------------------------------------------------------------

// One accepted step that does not go beyond `end`. attempt() leaves its error in `error` (1 is what the tolerance allows), accept() takes
// the step over; the size follows the error (Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, II.4).
template <class Attempt, class Accept>
void adaptive_step(double& t, double& dt, const double& error, double order, double end, Attempt&& attempt, Accept&& accept) {
    constexpr double safety = 0.9, slowest = 0.2, fastest = 5.0;
    while (true) {
        const double wished = dt, left = end - t;
        const bool last = left <= wished * (1 + 1e-12);
        if (last) dt = left;
        attempt();
        if (!std::isfinite(error) && dt < 1e-14 * std::max(1.0, std::abs(t))) return accept();
        const double factor = !std::isfinite(error) ? slowest
                              : error == 0          ? fastest
                                                    : std::clamp(safety * std::pow(error, -1 / order), slowest, fastest);
        if (error <= 1) {
            const double taken = dt;
            accept();
            t = last ? end : t + taken;
            dt = last ? std::max(wished, taken * factor) : taken * factor;
            return;
        }
        dt *= std::min(factor, 1.0);
    }
}

// The first of `count` equal parts of 0..end that ends after t.
inline double next_record(double t, double end, int count) {
    const double number = std::floor(t / end * count + 1e-9) + 1;
    return number >= count ? end : end / count * number;
}

// ---- Reductions -----------------------------------------------------------------------------------------------------------

struct Sum {
    static constexpr double neutral = 0;
    static double combine(double lane, double value) { return lane + value; }
};
struct Product {
    static constexpr double neutral = 1;
    static double combine(double lane, double value) { return lane * value; }
};
struct Maximum {
    static constexpr double neutral = -std::numeric_limits<double>::infinity();
    static double combine(double lane, double value) { return value > lane ? value : lane; }
};
struct Minimum {
    static constexpr double neutral = std::numeric_limits<double>::infinity();
    static double combine(double lane, double value) { return value < lane ? value : lane; }
};

// Element n goes to lane n mod 16, so that the result is the same at any width of vectors.
template <class Operation>
class Reduction {
public:
    static constexpr int lanes = 16;

    Reduction() { std::fill(std::begin(lane_), std::end(lane_), Operation::neutral); }
    void add(double value, int lane = 0) { lane_[lane] = Operation::combine(lane_[lane], value); }
    [[nodiscard]] double value() const {
        double folded[lanes];
        std::copy(std::begin(lane_), std::end(lane_), std::begin(folded));
        for (int half = lanes / 2; half > 0; half /= 2) {
            for (int lane = 0; lane < half; ++lane) folded[lane] = Operation::combine(folded[lane], folded[lane + half]);
        }
        return folded[0];
    }

private:
    alignas(64) double lane_[lanes];
};

// ---- Rows -----------------------------------------------------------------------------------------------------------------

// Most places of a row have their neighbours beside them; at the edges neighbours are somewhere else. A loop body is told where it is, and
// costs nothing for the edges inside: wrapped(edge, x + 1, size) is x + 1 there.
struct Inside {};
struct AtEdge {};

constexpr std::int64_t wrapped(Inside, std::int64_t place, std::int64_t) { return place; }
constexpr std::int64_t wrapped(AtEdge, std::int64_t place, std::int64_t size) { return floor_remainder(place, size); }
constexpr std::int64_t at_least(Inside, std::int64_t place, std::int64_t) { return place; }
constexpr std::int64_t at_least(AtEdge, std::int64_t place, std::int64_t first) { return std::max(place, first); }
constexpr std::int64_t at_most(Inside, std::int64_t place, std::int64_t) { return place; }
constexpr std::int64_t at_most(AtEdge, std::int64_t place, std::int64_t last) { return std::min(place, last); }

// body(n, edge) for begin <= n < end; inside is low <= n < high.
template <class Body>
NUMERIC_INLINE void for_row(std::int64_t begin, std::int64_t end, std::int64_t low, std::int64_t high, Body&& body) {
    const std::int64_t first = std::max(begin, std::min(low, end)), last = std::max(first, std::min(high, end));
    for (std::int64_t n = begin; n < first; ++n) body(n, AtEdge{});
    VECTOR_LOOP
    for (std::int64_t n = first; n < last; ++n) body(n, Inside{});
    for (std::int64_t n = last; n < end; ++n) body(n, AtEdge{});
}

// body(n, lane) for begin <= n < end.
template <class Body>
NUMERIC_INLINE void for_lanes(std::int64_t begin, std::int64_t end, Body&& body) {
    constexpr int lanes = 16;
    const std::int64_t whole = end > begin ? (end - begin) / lanes : 0;
    for (std::int64_t block = 0; block < whole; ++block) {
        const std::int64_t first = begin + block * lanes;
        VECTOR_LOOP
        for (int lane = 0; lane < lanes; ++lane) body(first + lane, lane);
    }
    const std::int64_t first = begin + whole * lanes;
    for (int lane = 0; lane < static_cast<int>(end - first); ++lane) body(first + lane, lane);
}

// body(n, lane, edge): both.
template <class Body>
NUMERIC_INLINE void for_row_lanes(std::int64_t begin, std::int64_t end, std::int64_t low, std::int64_t high, Body&& body) {
    constexpr int lanes = 16;
    for (std::int64_t first = begin; first < end; first += lanes) {
        if (first >= low && first + lanes <= std::min(high, end)) {
            VECTOR_LOOP
            for (int lane = 0; lane < lanes; ++lane) body(first + lane, lane, Inside{});
        } else {
            const int rest = static_cast<int>(std::min<std::int64_t>(end - first, lanes));
            for (int lane = 0; lane < rest; ++lane) body(first + lane, lane, AtEdge{});
        }
    }
}

// ---- Stores that go past the caches ---------------------------------------------------------------------------------------

namespace detail {

#if defined(__x86_64__)
inline void stream_line(double* to, const double* from) {
    for (int i = 0; i < 8; i += 2) _mm_stream_pd(to + i, _mm_loadu_pd(from + i));
}
inline void stream_line(float* to, const float* from) {
    for (int i = 0; i < 16; i += 4) _mm_stream_ps(to + i, _mm_loadu_ps(from + i));
}
#else
template <class Number>
void stream_line(Number* to, const Number* from) { std::memcpy(to, from, 64); }
#endif

} // namespace detail

// A part of a row, computed in the first-level cache and then written past the caches in whole lines.
template <class Number>
class StreamRow {
public:
    static constexpr std::int64_t capacity = 4096 / sizeof(Number);

    [[nodiscard]] Number& operator[](std::int64_t place) { return values_[place]; }
    void write(Number* to, std::int64_t count) const {
        constexpr std::int64_t line = 64 / sizeof(Number);
        std::int64_t i = 0;
        for (; i < count && reinterpret_cast<std::uintptr_t>(to + i) % 64 != 0; ++i) to[i] = values_[i];
        for (; i + line <= count; i += line) detail::stream_line(to + i, values_ + i);
        for (; i < count; ++i) to[i] = values_[i];
    }

private:
    alignas(64) Number values_[capacity];
};

// body(first, last) for parts of begin..end that fit in a StreamRow of doubles.
template <class Body>
NUMERIC_INLINE void for_parts(std::int64_t begin, std::int64_t end, Body&& body) {
    constexpr std::int64_t part = StreamRow<double>::capacity;
    for (std::int64_t first = begin; first < end; first += part) body(first, std::min(first + part, end));
}

// What an implicit step does that cannot be made.
[[noreturn]] inline void solve_failed(double time, double residual) {
    throw std::runtime_error("the solve of the step from t = " + std::to_string(time) + " did not converge: its residual is " +
                             std::to_string(residual) + " of the state");
}

// Other threads see the streamed numbers after this.
inline void stream_fence() {
#if defined(__x86_64__)
    _mm_sfence();
#endif
}

} // namespace numeric

#endif
