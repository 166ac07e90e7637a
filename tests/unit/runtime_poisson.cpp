// Poisson numbers by inversion, against sums of probabilities in long double.
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

#include "runtime/random/noise.h"
#include "runtime/random/poisson.h"

namespace nphys::runtime {
namespace {

// P(X <= k) and P(X > k), each as a sum of what is on its side.
struct Sums {
    std::vector<long double> below, above;
};

Sums sums(double mean) {
    const auto last = static_cast<std::size_t>(mean + 40 * std::sqrt(mean) + 40);
    std::vector<long double> probabilities;
    for (std::size_t k = 0; k <= last; ++k) {
        const auto number = static_cast<long double>(k), m = static_cast<long double>(mean);
        probabilities.push_back(std::exp(number * std::log(m) - m - std::lgamma(number + 1)));
    }
    Sums result{std::vector<long double>(last + 1), std::vector<long double>(last + 1)};
    long double sum = 0;
    for (std::size_t k = 0; k <= last; ++k)
        result.below[k] = sum += probabilities[k];
    sum = 0;
    for (std::size_t k = last + 1; k-- > 0; sum += probabilities[k])
        result.above[k] = sum;
    return result;
}

TEST(Poisson, distribution_is_the_sum_of_its_probabilities_in_both_tails) {
    for (const double mean : {40.0, 41.3, 64.0, 100.0, 333.3, 1000.0, 10'000.0}) {
        const Sums expected = sums(mean);
        for (std::size_t k = 0; k < expected.below.size(); ++k) {
            const auto below = static_cast<double>(expected.below[k]), above = static_cast<double>(expected.above[k]);
            const auto number = static_cast<double>(k);
            if (below > 1e-20 && below < 0.99) { // the least uniform number is 2^-53
                EXPECT_NEAR(poisson_distribution(number, mean), below, 1e-13 * below) << mean << " " << k;
            }
            if (above > 1e-20 && above < 0.99) {
                EXPECT_NEAR(poisson_distribution(number, mean, true), above, 1e-13 * above) << mean << " " << k;
            }
        }
    }
}

TEST(Poisson, the_quantile_is_the_least_number_that_is_enough) {
    for (const double mean : {1e-3, 0.5, 3.0, 17.0, 39.9, 40.0, 55.5, 1000.0}) {
        const Sums expected = sums(mean);
        for (std::uint64_t n = 0; n < 20'000; ++n) {
            const double u = uniform({.seed = 1, .stream = 0, .row = 0, .column = n, .step = 0});
            const auto k = static_cast<std::size_t>(poisson_quantile(u, mean));
            ASSERT_GE(static_cast<double>(expected.below[k]), u * (1 - 1e-12)) << mean;
            ASSERT_TRUE(k == 0 || static_cast<double>(expected.below[k - 1]) < u * (1 + 1e-12)) << mean;
        }
    }
}

TEST(Poisson, the_quantile_holds_at_the_ends) {
    EXPECT_EQ(poisson_quantile(0.5, 0), 0);
    EXPECT_EQ(poisson_quantile(0, 5), 0);
    EXPECT_EQ(poisson_quantile(1, 5), std::numeric_limits<double>::infinity());
    EXPECT_TRUE(std::isnan(poisson_quantile(0.5, -1)));
    EXPECT_TRUE(std::isnan(poisson_quantile(0.5, std::nan(""))));
    EXPECT_EQ(poisson_quantile(0.5, 3), 3);
    EXPECT_EQ(poisson_quantile(0x1p-53, 40), 1); // 41 exp(-40) is more than 2^-53
    for (const double mean : {0.1, 39.0, 40.0, 1e3, 1e9, 1e15, 1e17}) { // the last uniform number ends, too
        const double most = poisson_quantile(1 - 0x1p-53, mean), least = poisson_quantile(0x1p-53, mean);
        EXPECT_GT(most, mean + 7 * std::sqrt(mean)) << mean;
        EXPECT_LT(most, mean + 9 * std::sqrt(mean) + 20) << mean;
        EXPECT_LE(least, std::max(0.0, mean - 6 * std::sqrt(mean))) << mean;
    }
}

// Mean λ, variance λ, third central moment λ, within five standard errors.
TEST(Poisson, numbers_have_the_moments_of_their_law) {
    constexpr int count = 200'000;
    for (const double mean : {0.3, 8.0, 39.0, 41.0, 700.0, 1e6, 1e12}) {
        double first = 0, second = 0, third = 0;
        for (int n = 0; n < count; ++n) {
            const double u = uniform({.seed = 5, .stream = 1, .row = 0, .column = static_cast<std::uint64_t>(n), .step = 9});
            const double x = poisson_quantile(u, mean) - mean;
            first += x / count;
            second += x * x / count;
            third += x * x * x / count;
        }
        const double fourth = mean + 3 * mean * mean, sixth = mean + 25 * mean * mean + 15 * mean * mean * mean;
        EXPECT_NEAR(first, 0, 5 * std::sqrt(mean / count)) << mean;
        EXPECT_NEAR(second, mean, 5 * std::sqrt((fourth - mean * mean) / count)) << mean;
        EXPECT_NEAR(third, mean, 5 * std::sqrt((sixth - mean * mean) / count)) << mean;
    }
}

// χ² of the counts of all numbers that are expected at least ten times.
TEST(Poisson, numbers_are_as_frequent_as_their_law_says) {
    constexpr int count = 200'000;
    for (const double mean : {2.0, 39.0, 41.0, 200.0}) {
        const Sums law = sums(mean);
        std::vector<double> counts(law.below.size());
        for (int n = 0; n < count; ++n)
            counts[static_cast<std::size_t>(poisson_quantile(
                uniform({.seed = 8, .stream = 4, .row = 2, .column = static_cast<std::uint64_t>(n), .step = 0}), mean))] += 1;
        double square = 0, cells = 0;
        for (std::size_t k = 0; k < counts.size(); ++k) {
            const auto expected = count * static_cast<double>(law.below[k] - (k == 0 ? 0 : law.below[k - 1]));
            if (expected < 10)
                continue;
            square += (counts[k] - expected) * (counts[k] - expected) / expected;
            cells += 1;
        }
        EXPECT_NEAR(square, cells, 5 * std::sqrt(2 * cells)) << mean;
    }
}

} // namespace
} // namespace nphys::runtime
