// Which rows of a data set are shown when.

#include <algorithm>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/data/show_rows.h"

namespace nphys::runtime {
namespace {

std::vector<std::int64_t> numbers_below(std::int64_t count) {
    std::vector<std::int64_t> all(static_cast<std::size_t>(count));
    std::iota(all.begin(), all.end(), 0);
    return all;
}

TEST(Rows, a_permutation_has_each_number_once) {
    for (const std::int64_t count : {1, 2, 3, 4, 5, 16, 17, 1000, 1797}) {
        std::vector<std::int64_t> places;
        for (std::int64_t k = 0; k < count; ++k)
            places.push_back(permuted({.seed = 7, .epoch = 3}, count, k));
        std::ranges::sort(places);
        EXPECT_EQ(places, numbers_below(count)) << count;
    }
}

TEST(Rows, epochs_and_seeds_give_different_orders) {
    const auto order = [](std::uint64_t seed, std::uint64_t epoch) {
        std::vector<std::int64_t> places;
        for (std::int64_t k = 0; k < 100; ++k)
            places.push_back(permuted({.seed = seed, .epoch = epoch}, 100, k));
        return places;
    };
    EXPECT_EQ(order(1, 0), order(1, 0));
    EXPECT_NE(order(1, 0), order(1, 1));
    EXPECT_NE(order(1, 0), order(2, 0));
    EXPECT_NE(order(1, 0), numbers_below(100));
}

// Any place is as likely as any other: 20 numbers in 4000 epochs, each 200 ± 14 times; the largest of 20 deviations
// stays below five sigma.
TEST(Rows, every_place_is_equally_likely) {
    std::vector<int> times(20, 0);
    for (std::uint64_t epoch = 0; epoch < 4000; ++epoch)
        ++times[static_cast<std::size_t>(permuted({.seed = 11, .epoch = epoch}, 20, 3))];
    for (const int count : times)
        EXPECT_NEAR(count, 200, 70);
}

TEST(Rows, batches_go_on_from_epoch_to_epoch_and_show_each_row_once_in_each) {
    constexpr std::int64_t rows = 50, training = 40, batch = 7;
    std::vector<std::int64_t> shown;
    for (std::int64_t step = 0; step * batch < 3 * training; ++step) {
        std::vector<std::int64_t> list(static_cast<std::size_t>(batch));
        shown_rows(list.data(), 5, rows, training, step * batch, batch);
        shown.insert(shown.end(), list.begin(), list.end());
    }
    std::vector<std::int64_t> kept(static_cast<std::size_t>(rows - training));
    kept_rows(kept.data(), 5, rows, training);
    for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
        std::vector<std::int64_t> all(shown.begin() + epoch * training, shown.begin() + (epoch + 1) * training);
        all.insert(all.end(), kept.begin(), kept.end());
        std::ranges::sort(all);
        EXPECT_EQ(all, numbers_below(rows)) << epoch;
    }
}

TEST(Rows, numbers_of_the_rows_are_copied_and_rounded) {
    const std::vector<double> table{0, 1, 2, 3, 4, 5.1};
    const std::vector<std::int64_t> list{2, 0};
    std::vector<float> out(4);
    take_rows(out.data(), table.data(), list.data(), 2, 2);
    EXPECT_EQ(out, (std::vector<float>{4, 5.1F, 0, 1}));
}

} // namespace
} // namespace nphys::runtime
