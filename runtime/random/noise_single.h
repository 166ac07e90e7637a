#pragma once
// Random numbers in single precision: as noise.h has them, but made in f32 throughout, so that loops in f32 draw at their full width.
//
// In: a Draw. Out: a uniform number in the open interval (0, 1) on a grid of 2^-24, or a standard normal one up to 6.7 deviations.
// Holds: one block of Philox serves columns 4k to 4k + 3; columns 4k and 4k + 1 are the cosine and the sine of its first two
// words, the next two of the others. Every operation is rounded once, to f32, so vectors of any width give the same bits.
//
//     single_normal({.seed = 1, .stream = 0, .row = 0, .column = 7, .step = 0})

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "runtime/random/noise.h"

namespace nphys::runtime {

// Coefficients; compiled loops take the same ones.
struct SingleSeries {
    // log(1 + f) = f - f²/2 + f³ P(f), √½ ≤ 1 + f < √2: the series of Cephes, lowest power first.
    static constexpr float logarithm[] = {3.3333331174e-1F,  -2.4999993993e-1F, 2.0000714765e-1F,  -1.6668057665e-1F, 1.4249322787e-1F,
                                          -1.2420140846e-1F, 1.1676998740e-1F,  -1.1514610310e-1F, 7.0376836292e-2F};
    static constexpr float log2 = 0.69314718F;
    // sin(π/2 r)/r and cos(π/2 r) in powers of r², |r| ≤ 1/2, highest first.
    static constexpr float sine[] = {0.00016044118F, -0.0046817541F, 0.079692626F, -0.64596410F, 1.5707963F};
    static constexpr float cosine[] = {0.00091926027F, -0.020863481F, 0.25366951F, -1.2337006F, 1.0F};
    static constexpr std::uint32_t root_half = 0x3F3504F3U, one = 0x3F800000U; // bits of √½ and of 1
};

template <std::size_t terms>
[[nodiscard]] inline float series(const float (&coefficients)[terms], float x) {
    float value = coefficients[0];
    for (std::size_t k = 1; k < terms; ++k)
        value = std::fma(value, x, coefficients[k]);
    return value;
}

[[nodiscard]] constexpr PhiloxCounter single_block(Draw draw) {
    draw.column >>= 1U;
    return noise_block(draw);
}

// 23 bits and a half.
[[nodiscard]] constexpr float single_uniform_of_bits(std::uint32_t word) {
    return std::bit_cast<float>(word >> 9U | SingleSeries::one) - (1.0F - 0x1p-24F);
}

[[nodiscard]] constexpr float single_uniform(const Draw& draw) { return single_uniform_of_bits(single_block(draw)[draw.column & 3U]); }

// log(u) for 2^-33 ≤ u ≤ 1: u = m 2^e with √½ ≤ m < √2.
[[nodiscard]] inline float single_log(float u) {
    using S = SingleSeries;
    const auto bits = std::bit_cast<std::uint32_t>(u);
    const std::uint32_t biased = (bits + (S::one - S::root_half)) >> 23U;
    const float exponent = std::bit_cast<float>(biased | 0x4B000000U) - (0x1p23F + 127);
    const float f = std::bit_cast<float>(bits - (biased << 23U) + S::one) - 1;
    const float square = f * f, fourth = square * square;
    // After Estrin: half as long a chain of operations that wait for each other as Horner's.
    const auto& c = S::logarithm;
    const float low = std::fma(std::fma(c[3], f, c[2]), square, std::fma(c[1], f, c[0]));
    const float high = std::fma(c[8], fourth, std::fma(std::fma(c[7], f, c[6]), square, std::fma(c[5], f, c[4])));
    const float rest = std::fma(f * square, std::fma(high, fourth, low), -0.5F * square);
    return std::fma(exponent, S::log2, f + rest);
}

[[nodiscard]] inline float single_normal(const Draw& draw) {
    using S = SingleSeries;
    const PhiloxCounter block = single_block(draw);
    const std::size_t pair = draw.column & 2U;
    const std::uint32_t second = block[pair + 1];
    const float u = std::fma(static_cast<float>(block[pair]), 0x1p-32F, 0x1p-33F);
    const float radius = std::sqrt(-2 * single_log(u));
    const std::uint32_t turn = second + 0x20000000U; // its upper two bits: quarters of a turn, to the nearest
    const float r = static_cast<float>(static_cast<std::int32_t>(second - (turn & 0xC0000000U))) * 0x1p-30F;
    const float z = r * r;
    const float sine = r * series(S::sine, z), cosine = series(S::cosine, z);
    const bool is_odd = (draw.column & 1U) != 0;
    const float length = ((turn & 0x40000000U) != 0) == is_odd ? cosine : sine;
    const std::uint32_t sign = (is_odd ? turn : turn + 0x40000000U) & 0x80000000U;
    return radius * std::bit_cast<float>(std::bit_cast<std::uint32_t>(length) ^ sign);
}

} // namespace nphys::runtime
