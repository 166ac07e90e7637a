#pragma once
// Which rows of a data set are shown when, as a pure function of seed and epoch: the same at any number of threads, after
// a restart, and in emitted C++. Needs nothing but the language.
//
// In: a seed, a number of rows. Out: permutations. Holds: each row stands once in every epoch; the rows kept for testing
// are the same in all of them.
//
// How: a Feistel network of four rounds permutes the numbers of 2h bits (Luby and Rackoff, 1988); what falls outside of
// 0..n-1 is permuted again until it falls inside (Black and Rogaway, 2002). Its round function is Philox.
//
//     permuted({.seed = 1, .epoch = 0}, 1797, 5)

#include <cstdint>

#include "runtime/random/philox.h"

namespace nphys::runtime {

struct Shuffle {
    std::uint64_t seed = 0;
    std::uint64_t epoch = 0;
};

// The round function's key differs from that of the noise of the same seed.
[[nodiscard]] constexpr std::uint64_t shuffle_round(const Shuffle& shuffle, std::uint32_t round, std::uint64_t half) {
    const PhiloxCounter counter{static_cast<std::uint32_t>(half), static_cast<std::uint32_t>(shuffle.epoch),
                                static_cast<std::uint32_t>(shuffle.epoch >> 32U), round};
    const PhiloxCounter block = philox(counter, {static_cast<std::uint32_t>(shuffle.seed) ^ 0x726F7773U,
                                                 static_cast<std::uint32_t>(shuffle.seed >> 32U)});
    return std::uint64_t{block[1]} << 32U | block[0];
}

// Place `number` of the permutation of 0..count-1.
[[nodiscard]] constexpr std::int64_t permuted(const Shuffle& shuffle, std::int64_t count, std::int64_t number) {
    unsigned half = 1;
    while ((std::uint64_t{1} << (2 * half)) < static_cast<std::uint64_t>(count))
        ++half;
    const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
    auto place = static_cast<std::uint64_t>(number);
    do {
        std::uint64_t left = place >> half, right = place & mask;
        for (std::uint32_t round = 0; round < 4; ++round) {
            const std::uint64_t next = left ^ (shuffle_round(shuffle, round, right) & mask);
            left = right;
            right = next;
        }
        place = left << half | right;
    } while (place >= static_cast<std::uint64_t>(count));
    return static_cast<std::int64_t>(place);
}

// The rows of a data set, divided by the seed: place 0..training-1 are learned from, the others are kept.
[[nodiscard]] constexpr std::int64_t divided_row(std::uint64_t seed, std::int64_t rows, std::int64_t training,
                                                 std::int64_t place) {
    return training == rows ? place : permuted({seed, ~std::uint64_t{0}}, rows, place);
}

// The row that is shown as number 0, 1, 2, … of a run.
[[nodiscard]] constexpr std::int64_t shown_row(std::uint64_t seed, std::int64_t rows, std::int64_t training,
                                               std::int64_t number) {
    const Shuffle epoch{seed, static_cast<std::uint64_t>(number / training)};
    return divided_row(seed, rows, training, permuted(epoch, training, number % training));
}

} // namespace nphys::runtime
