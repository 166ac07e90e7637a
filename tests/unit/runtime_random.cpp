#include <gtest/gtest.h>

#include <Random123/philox.h>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "runtime/abi.h"
#include "runtime/random/noise_single.h"

namespace nphys::runtime {
namespace {

TEST(Philox, is_random123_bit_for_bit) {
    std::mt19937 source(7);
    for (int round = 0; round < 10'000; ++round) {
        PhiloxCounter counter;
        PhiloxKey key;
        std::ranges::generate(counter, std::ref(source));
        std::ranges::generate(key, std::ref(source));
        const r123::Philox4x32::ctr_type theirs =
            r123::Philox4x32()({{counter[0], counter[1], counter[2], counter[3]}}, {{key[0], key[1]}});
        const PhiloxCounter ours = philox(counter, key);
        ASSERT_TRUE(std::ranges::equal(ours, theirs));
    }
}

TEST(Philox, has_the_published_vectors) {
    EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (PhiloxCounter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    constexpr std::uint32_t all = 0xffffffff;
    EXPECT_EQ(philox({all, all, all, all}, {all, all}),
              (PhiloxCounter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    static_assert(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
                  PhiloxCounter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST(Noise, uniform_is_open_at_both_ends) {
    EXPECT_EQ(uniform_of_bits(0, 0), 0x1p-53);
    EXPECT_EQ(uniform_of_bits(0xffffffff, 0xffffffff), 1 - 0x1p-53);
}

struct Moments {
    double mean = 0;
    double variance = 0;
    double fourth = 0;
};

template <class Function>
Moments moments_of(std::int64_t count, Function draw) {
    Moments sums;
    for (std::int64_t element = 0; element < count; ++element) {
        const double x = draw(element);
        sums.mean += x / static_cast<double>(count);
        sums.variance += x * x / static_cast<double>(count);
        sums.fourth += x * x * x * x / static_cast<double>(count);
    }
    sums.variance -= sums.mean * sums.mean;
    return sums;
}

TEST(Noise, normal_has_the_moments_of_a_gaussian) {
    constexpr std::int64_t count = 400'000;
    const auto element = [](std::int64_t n) {
        return normal({.seed = 3, .stream = 2, .row = 0, .column = static_cast<std::uint64_t>(n), .step = 5});
    };
    const Moments moments = moments_of(count, element);
    const double root = std::sqrt(static_cast<double>(count));
    EXPECT_NEAR(moments.mean, 0, 5 / root);
    EXPECT_NEAR(moments.variance, 1, 5 * std::sqrt(2.0) / root);
    EXPECT_NEAR(moments.fourth, 3, 5 * std::sqrt(96.0) / root);
    double neighbours = 0; // the two that share a block are independent too
    for (std::int64_t n = 0; n < count; n += 2)
        neighbours += element(n) * element(n + 1) * 2 / static_cast<double>(count);
    EXPECT_NEAR(neighbours, 0, 5 * std::sqrt(2.0) / root);
}

TEST(Noise, uniform_has_the_moments_of_its_law) {
    constexpr std::int64_t count = 400'000;
    const Moments moments = moments_of(count, [](std::int64_t n) {
        return uniform({.seed = 1, .stream = 0, .row = 0, .column = 11, .step = static_cast<std::uint64_t>(n)});
    });
    EXPECT_NEAR(moments.mean, 0.5, 5 * std::sqrt(1.0 / 12 / count));
    EXPECT_NEAR(moments.variance, 1.0 / 12, 5 * std::sqrt(1.0 / 180 / count));
}

TEST(Noise, each_of_its_five_arguments_matters) {
    const Draw draw{.seed = 1, .stream = 2, .row = 5, .column = 3, .step = 4};
    const double here = uniform(draw);
    EXPECT_EQ(here, uniform(draw));
    EXPECT_EQ(here, abi::nphys_uniform(1, 2, 5, 3, 4));
    EXPECT_EQ(normal(draw), abi::nphys_normal(1, 2, 5, 3, 4));
    for (const Draw& other :
         {Draw{2, 2, 5, 3, 4}, Draw{1, 3, 5, 3, 4}, Draw{1, 2, 6, 3, 4}, Draw{1, 2, 5, 2, 4}, Draw{1, 2, 5, 5, 4},
          Draw{1, 2, 5, 3, 5}, Draw{1ULL + (1ULL << 40U), 2, 5, 3, 4}, Draw{1, 2, 5, 3 + (1ULL << 32U), 4},
          Draw{1, 2, 5, 3, 4 + (1ULL << 40U)}})
        EXPECT_NE(uniform(other), here);
}

// Against libm in long double: the logarithm, and with it length and angle, within two units in the last place.
TEST(Noise, normal_is_the_method_of_box_and_muller_to_the_last_digits) {
    for (std::uint64_t column = 0; column < 20'000; ++column) {
        const Draw draw{.seed = 9, .stream = 1, .row = 3, .column = column, .step = 2};
        const PhiloxCounter block = noise_block(draw);
        const long double first = uniform_of_bits(block[0], block[1]), second = uniform_of_bits(block[2], block[3]);
        const long double radius = std::sqrt(-2 * std::log(first)), angle = 2 * std::numbers::pi_v<long double> * second;
        const long double expected = radius * (column % 2 == 0 ? std::cos(angle) : std::sin(angle));
        ASSERT_NEAR(normal(draw), static_cast<double>(expected), 2e-15 * static_cast<double>(radius));
    }
}

TEST(Noise, logarithm_holds_at_the_ends_of_its_range) {
    for (const double u : {0x1p-53, 0x1.8p-52, 0.5, 0.7071067811865475, 0.7071067811865476, 1 - 0x1p-53})
        EXPECT_NEAR(noise_log(u), std::log(u), 2e-16 * std::abs(std::log(u)));
}

// ---- Single precision -------------------------------------------------------------------------------------------------------

TEST(SingleNoise, normal_has_the_moments_of_a_gaussian_and_four_columns_share_no_number) {
    constexpr std::int64_t count = 400'000;
    const auto element = [](std::int64_t n) {
        return static_cast<double>(single_normal({.seed = 3, .stream = 2, .row = 0, .column = static_cast<std::uint64_t>(n), .step = 5}));
    };
    const Moments moments = moments_of(count, element);
    const double root = std::sqrt(static_cast<double>(count));
    EXPECT_NEAR(moments.mean, 0, 5 / root);
    EXPECT_NEAR(moments.variance, 1, 5 * std::sqrt(2.0) / root);
    EXPECT_NEAR(moments.fourth, 3, 5 * std::sqrt(96.0) / root);
    for (std::int64_t apart = 1; apart < 4; ++apart) {
        double together = 0;
        for (std::int64_t n = 0; n < count; n += 4)
            together += element(n) * element(n + apart) * 4 / static_cast<double>(count);
        EXPECT_NEAR(together, 0, 5 * 2 / root) << apart;
    }
}

TEST(SingleNoise, uniform_has_the_moments_of_its_law_and_is_open_at_both_ends) {
    constexpr std::int64_t count = 400'000;
    const Moments moments = moments_of(count, [](std::int64_t n) {
        return static_cast<double>(single_uniform({.seed = 1, .stream = 0, .row = 0, .column = 11, .step = static_cast<std::uint64_t>(n)}));
    });
    EXPECT_NEAR(moments.mean, 0.5, 5 * std::sqrt(1.0 / 12 / count));
    EXPECT_NEAR(moments.variance, 1.0 / 12, 5 * std::sqrt(1.0 / 180 / count));
    EXPECT_EQ(single_uniform_of_bits(0), 0x1p-24F);
    EXPECT_EQ(single_uniform_of_bits(0xffffffff), 1 - 0x1p-24F);
}

// Against libm in double: the words of a block, length and angle.
TEST(SingleNoise, normal_is_the_method_of_box_and_muller_to_the_last_digits_of_f32) {
    for (std::uint64_t column = 0; column < 20'000; ++column) {
        const Draw draw{.seed = 9, .stream = 1, .row = 3, .column = column, .step = 2};
        const PhiloxCounter block = single_block(draw);
        const std::size_t pair = column % 4 / 2 * 2;
        const double first = (block[pair] + 0.5) * 0x1p-32, second = block[pair + 1] * 0x1p-32;
        const double radius = std::sqrt(-2 * std::log(first)), angle = 2 * std::numbers::pi * second;
        const double expected = radius * (column % 2 == 0 ? std::cos(angle) : std::sin(angle));
        ASSERT_NEAR(static_cast<double>(single_normal(draw)), expected, 4e-7 * radius + 6e-8 / radius) << first;
    }
    EXPECT_EQ(abi::nphys_normal_f32(9, 1, 3, 6, 2), single_normal({.seed = 9, .stream = 1, .row = 3, .column = 6, .step = 2}));
    EXPECT_EQ(abi::nphys_uniform_f32(9, 1, 3, 6, 2), single_uniform({.seed = 9, .stream = 1, .row = 3, .column = 6, .step = 2}));
}

TEST(SingleNoise, logarithm_holds_at_the_ends_of_its_range) {
    for (const float u : {0x1p-33F, 0x1.8p-30F, 0.25F, 0.5F, 0.70710677F, 0.7071068F, 0.9F, 1 - 0x1p-24F, 1.0F})
        EXPECT_NEAR(static_cast<double>(single_log(u)), std::log(static_cast<double>(u)), 2e-7 * std::abs(std::log(static_cast<double>(u))));
}

} // namespace
} // namespace nphys::runtime
