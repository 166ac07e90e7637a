#pragma once
// Random numbers as a pure function of (seed, stream, element, step): the same at any number of threads, after a
// restart, and in emitted C++.
//
// In: the run's seed, the place of the draw in the source, the element (copies included), the step. Out: a uniform
// number in the open interval (0, 1) on a grid of 2^-53, or a standard normal one by Box and Muller. Holds: one block
// of Philox serves elements 2k and 2k + 1, so a vectorized loop makes two numbers of each block.
//
//     uniform({.seed = 1, .stream = 0, .element = 7, .step = 0})

#include <cmath>
#include <cstdint>

#include "runtime/random/philox.h"

namespace nphys::runtime {

struct Draw {
    std::uint64_t seed = 0;
    std::uint32_t stream = 0; // below 2^16
    std::uint64_t element = 0;
    std::uint64_t step = 0; // below 2^48
};

// Words 0 and 1 of the counter: the pair of elements; word 2 and the low half of word 3: the step; high half: stream.
[[nodiscard]] constexpr PhiloxCounter noise_block(const Draw& draw) {
    const std::uint64_t pair = draw.element >> 1U;
    const PhiloxCounter counter{static_cast<std::uint32_t>(pair), static_cast<std::uint32_t>(pair >> 32U),
                                static_cast<std::uint32_t>(draw.step),
                                draw.stream << 16U | static_cast<std::uint32_t>(draw.step >> 32U & 0xFFFFU)};
    return philox(counter, {static_cast<std::uint32_t>(draw.seed), static_cast<std::uint32_t>(draw.seed >> 32U)});
}

// 52 bits and a half: never 0, never 1, and exact.
[[nodiscard]] constexpr double uniform_of_bits(std::uint32_t high, std::uint32_t low) {
    const std::uint64_t bits = (std::uint64_t{high} << 32U | low) >> 12U;
    return (static_cast<double>(bits) + 0.5) * 0x1p-52;
}

[[nodiscard]] constexpr double uniform(const Draw& draw) {
    const PhiloxCounter block = noise_block(draw);
    return (draw.element & 1U) == 0 ? uniform_of_bits(block[0], block[1]) : uniform_of_bits(block[2], block[3]);
}

// Even elements take the cosine, odd ones the sine.
[[nodiscard]] inline double normal(const Draw& draw) {
    constexpr double two_pi = 6.283185307179586477;
    const PhiloxCounter block = noise_block(draw);
    const double radius = std::sqrt(-2.0 * std::log(uniform_of_bits(block[0], block[1])));
    const double angle = two_pi * uniform_of_bits(block[2], block[3]);
    return radius * ((draw.element & 1U) == 0 ? std::cos(angle) : std::sin(angle));
}

} // namespace nphys::runtime
