#pragma once
// Random numbers as a pure function of (seed, stream, row, column, step): the same at any number of threads, after a
// restart, and in emitted C++.
//
// In: the run's seed; the place of the draw in the source; the place of the element, as a column (its number on the
// axis along which compiled loops run: copies where there are several, else the last long axis) and a row (its number
// on all other axes together); the step. Out: a uniform number in the open interval (0, 1) on a grid of 2^-53, or a
// standard normal one by Box and Muller. Holds: one block of Philox serves columns 2k and 2k + 1, so a vectorized loop
// makes two numbers of each block. Every operation is rounded once and none is left to a library, so vectors of any
// width give the same bits.
//
//     uniform({.seed = 1, .stream = 0, .row = 0, .column = 7, .step = 0})

#include <bit>
#include <cmath>
#include <cstdint>

#include "runtime/random/philox.h"

namespace nphys::runtime {

struct Draw {
    std::uint64_t seed = 0;
    std::uint32_t stream = 0; // below 2^16
    std::uint64_t row = 0;    // below 2^32
    std::uint64_t column = 0; // below 2^33
    std::uint64_t step = 0;   // below 2^48
};

// Words of the counter: the pair of columns, the row, the low half of the step; then the stream and the rest of the step.
[[nodiscard]] constexpr PhiloxCounter noise_block(const Draw& draw) {
    const PhiloxCounter counter{static_cast<std::uint32_t>(draw.column >> 1U), static_cast<std::uint32_t>(draw.row),
                                static_cast<std::uint32_t>(draw.step),
                                draw.stream << 16U | static_cast<std::uint32_t>(draw.step >> 32U & 0xFFFFU)};
    return philox(counter, {static_cast<std::uint32_t>(draw.seed), static_cast<std::uint32_t>(draw.seed >> 32U)});
}

// 52 bits and a half: never 0, never 1, and exact.
[[nodiscard]] constexpr double uniform_of_bits(std::uint32_t high, std::uint32_t low) {
    const std::uint64_t bits = (std::uint64_t{high} << 32U | low) >> 12U;
    return std::bit_cast<double>(bits | 0x3FF0000000000000U) - (1.0 - 0x1p-53);
}

[[nodiscard]] constexpr double uniform(const Draw& draw) {
    const PhiloxCounter block = noise_block(draw);
    return (draw.column & 1U) == 0 ? uniform_of_bits(block[0], block[1]) : uniform_of_bits(block[2], block[3]);
}

// Coefficients of the functions below, highest power first; compiled loops take the same ones.
struct NoiseSeries {
    // log(1 + f) = f - f²/2 + s (f²/2 + z P(z)), s = f/(2 + f), z = s²: the series of fdlibm.
    static constexpr double logarithm[] = {1.479819860511658591e-01, 1.531383769920937332e-01, 1.818357216161805012e-01,
                                           2.222219843214978396e-01, 2.857142874366239149e-01, 3.999999999940941908e-01,
                                           6.666666666666735130e-01};
    static constexpr double log2_high = 6.93147180369123816490e-01, log2_low = 1.90821492927058770002e-10;
    // sin(π/2 r)/r and cos(π/2 r) in powers of r², |r| ≤ 1/2.
    static constexpr double sine[] = {6.0669357311061955e-12,  -6.688035109811468e-10, 5.692172921967927e-08,
                                      -3.598843235212085e-06,  0.00016044118478735983, -0.004681754135318688,
                                      0.07969262624616705,     -0.6459640975062463,    1.5707963267948966};
    static constexpr double cosine[] = {6.565963114979473e-11,   -6.386603083791852e-09, 4.710874778818172e-07,
                                        -2.5202042373060607e-05, 0.0009192602748394266,  -0.02086348076335296,
                                        0.25366950790104803,     -1.2337005501361697,    1.0};
    static constexpr std::uint64_t root_half = 0x3FE6A09E667F3BCDU; // bits of √½
    static constexpr double rounding = 0x1.8p52; // x + this - this is x rounded to a whole number
};

template <std::size_t terms>
[[nodiscard]] inline double series(const double (&coefficients)[terms], double x) {
    double value = coefficients[0];
    for (std::size_t k = 1; k < terms; ++k)
        value = std::fma(value, x, coefficients[k]);
    return value;
}

// log(u) for 2^-53 ≤ u < 1: u = m 2^e with √½ ≤ m < √2.
[[nodiscard]] inline double noise_log(double u) {
    using S = NoiseSeries;
    constexpr std::uint64_t one = 0x3FF0000000000000U;
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(u);
    const std::uint64_t biased = (bits + (one - S::root_half)) >> 52U;
    const double exponent = std::bit_cast<double>(biased | 0x4330000000000000U) - (0x1p52 + 1023);
    const double f = std::bit_cast<double>(bits - (biased << 52U) + one) - 1;
    const double s = f / (2 + f);
    const double z = s * s;
    const double half = 0.5 * f;
    const double square = half * f;
    const double correction = std::fma(s, std::fma(z, series(S::logarithm, z), square), exponent * S::log2_low);
    return std::fma(exponent, S::log2_high, f - std::fma(half, f, -correction));
}

// Even columns take the cosine of 2π v, odd ones the sine; the length is √(-2 log u).
[[nodiscard]] inline double normal(const Draw& draw) {
    using S = NoiseSeries;
    const PhiloxCounter block = noise_block(draw);
    const double radius = std::sqrt(-2 * noise_log(uniform_of_bits(block[0], block[1])));
    const double quarters = 4 * uniform_of_bits(block[2], block[3]);
    const double shifted = quarters + S::rounding;
    const std::uint64_t turn = std::bit_cast<std::uint64_t>(shifted);
    const double r = quarters - (shifted - S::rounding);
    const double z = r * r;
    const double sine = r * series(S::sine, z), cosine = series(S::cosine, z);
    const bool is_odd = (draw.column & 1U) != 0;
    const double length = ((turn & 1U) != 0) == is_odd ? cosine : sine;
    const std::uint64_t sign = ((is_odd ? turn : turn + 1) & 2U) << 62U;
    return radius * std::bit_cast<double>(std::bit_cast<std::uint64_t>(length) ^ sign);
}

} // namespace nphys::runtime
