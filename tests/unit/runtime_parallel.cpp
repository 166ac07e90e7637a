#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <set>
#include <thread>
#include <vector>

#include "runtime/abi.h"
#include "runtime/parallel/memory.h"
#include "runtime/parallel/pool.h"

namespace nphys::runtime {
namespace {

TEST(Pool, covers_each_place_once_in_contiguous_chunks) {
    Pool pool({.threads = 3});
    for (const std::int64_t size : {0, 1, 2, 3, 7, 1000}) {
        std::vector<int> visits(static_cast<std::size_t>(size), 0);
        std::vector<std::int32_t> owner(static_cast<std::size_t>(size), -1);
        pool.for_each(0, size, 3, [&](std::int64_t begin, std::int64_t end, std::int32_t thread) {
            for (std::int64_t place = begin; place < end; ++place) {
                ++visits[static_cast<std::size_t>(place)];
                owner[static_cast<std::size_t>(place)] = thread;
            }
        });
        for (std::int64_t place = 0; place < size; ++place) {
            EXPECT_EQ(visits[static_cast<std::size_t>(place)], 1);
            // thread c has [n c / 3, n (c+1) / 3)
            const std::int32_t thread = owner[static_cast<std::size_t>(place)];
            EXPECT_LE(size * thread / 3, place);
            EXPECT_LT(place, size * (thread + 1) / 3);
        }
    }
}

TEST(Pool, a_chunk_always_runs_on_the_same_thread) {
    Pool pool({.threads = 4});
    std::vector<std::thread::id> first(4);
    for (int round = 0; round < 200; ++round) {
        std::vector<std::thread::id> now(4);
        pool.for_each(0, 4, 4, [&](std::int64_t begin, std::int64_t, std::int32_t thread) {
            EXPECT_EQ(begin, thread);
            now[static_cast<std::size_t>(begin)] = std::this_thread::get_id();
        });
        if (round == 0)
            first = now;
        EXPECT_EQ(now, first);
    }
    EXPECT_EQ(first[0], std::this_thread::get_id());
    EXPECT_EQ(std::set<std::thread::id>(first.begin(), first.end()).size(), 4U);
}

TEST(Pool, survives_many_short_loops_with_pauses) {
    for (const std::int32_t threads : {1, 2, 5}) {
        Pool pool({.threads = threads});
        std::int64_t total = 0;
        std::vector<std::int64_t> parts(static_cast<std::size_t>(threads));
        for (int round = 0; round < 5000; ++round) {
            pool.for_each(0, 100, 1 + round % threads, [&](std::int64_t begin, std::int64_t end, std::int32_t thread) {
                parts[static_cast<std::size_t>(thread)] += end - begin;
            });
            total += 100;
            if (round % 1000 == 0)
                std::this_thread::sleep_for(std::chrono::milliseconds(2)); // the workers fall asleep
        }
        EXPECT_EQ(std::accumulate(parts.begin(), parts.end(), std::int64_t{0}), total);
    }
}

TEST(Pool, loops_inside_loops_and_several_callers_run_all_their_chunks) {
    Pool pool({.threads = 2});
    std::atomic<int> runs{0};
    const auto nest = [&] {
        for (int round = 0; round < 200; ++round)
            pool.for_each(0, 2, 2, [&](std::int64_t, std::int64_t, std::int32_t) {
                pool.for_each(0, 2, 2, [&](std::int64_t, std::int64_t, std::int32_t) { ++runs; });
            });
    };
    std::thread other(nest);
    nest();
    other.join();
    EXPECT_EQ(runs.load(), 2 * 200 * 2 * 2);
}

TEST(Pool, many_pools_are_made_and_destroyed) {
    for (int round = 0; round < 100; ++round) {
        Pool pool({.threads = 3, .pin = round % 2 == 0});
        int sum = 0;
        if (round % 3 != 0)
            pool.for_each(0, 1, 3, [&](std::int64_t, std::int64_t, std::int32_t) { ++sum; });
        EXPECT_EQ(sum, round % 3 != 0);
    }
}

TEST(Pool, the_c_interface_runs_alone_without_a_pool) {
    std::int64_t seen = 0;
    const LoopBody body = [](void* context, std::int64_t begin, std::int64_t end, std::int32_t thread) {
        *static_cast<std::int64_t*>(context) += (end - begin) * (thread == 0 ? 1 : 1000);
    };
    abi::nphys_parallel_for(nullptr, reinterpret_cast<void*>(body), &seen, 3, 13, 8);
    EXPECT_EQ(seen, 10);
}

TEST(Pool, fork_and_join_are_short) {
    const std::int32_t threads = std::min(available_cores(), 2);
    Pool pool({.threads = threads});
    // The best of many short series: a shared machine takes the cores away now and then.
    double each = 1e9;
    for (int series = 0; series < 20; ++series) {
        constexpr int rounds = 100;
        const auto start = std::chrono::steady_clock::now();
        for (int round = 0; round < rounds; ++round)
            pool.for_each(0, threads, threads, [](std::int64_t, std::int64_t, std::int32_t) {});
        const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - start;
        each = std::min(each, taken.count() / rounds);
    }
    std::printf("fork and join on %d threads: %.2f µs\n", threads, each);
    EXPECT_LT(each, 50'000.0); // below 1 µs when alone; a machine full of other work has its own times
}

TEST(Memory, blocks_are_zero_and_aligned) {
    for (const std::size_t bytes : {std::size_t{1}, std::size_t{1000}, std::size_t{9} << 20})
        for (const std::int32_t place : {0, 1, 17}) {
            const Result<Block> block = allocate(bytes, place);
            ASSERT_TRUE(block);
            EXPECT_EQ(reinterpret_cast<std::size_t>(block->data()) % 64, 0U);
            for (std::size_t byte = 0; byte < bytes; byte += 509)
                ASSERT_EQ(block->as<char>()[byte], 0);
            block->as<char>()[bytes - 1] = 1;
        }
}

TEST(Memory, what_would_not_fit_is_refused_with_the_estimate) {
    const Result<Block> block = allocate(std::size_t{1} << 60);
    ASSERT_FALSE(block);
    EXPECT_EQ(block.error().kind, ErrorKind::memory);
    EXPECT_TRUE(block.error().message.starts_with("1.2 EB are needed and ")) << block.error().message;
    EXPECT_TRUE(fits_in_memory(1e6));
    EXPECT_EQ(readable_bytes(12), "12 bytes");
    EXPECT_EQ(readable_bytes(134'217'728), "134 MB");
    EXPECT_EQ(readable_bytes(2.5e9), "2.5 GB");
}

template <class Real>
void expect_first_nonfinite_found(std::int64_t (*find)(void*, void*, std::int64_t)) {
    Pool pool({.threads = 2});
    std::vector<Real> values(100'003, Real(1));
    EXPECT_EQ(find(&pool, values.data(), 100'003), -1);
    EXPECT_EQ(find(nullptr, values.data(), 0), -1);
    values[99'000] = std::numeric_limits<Real>::infinity();
    EXPECT_EQ(find(&pool, values.data(), 100'003), 99'000);
    values[70'001] = std::numeric_limits<Real>::quiet_NaN();
    values[40'000] = std::numeric_limits<Real>::max(); // large is not infinite
    EXPECT_EQ(find(&pool, values.data(), 100'003), 70'001);
    EXPECT_EQ(find(nullptr, values.data(), 100'003), 70'001);
    EXPECT_EQ(find(nullptr, values.data(), 70'001), -1);
}

TEST(Monitor, finds_the_first_nan_or_infinity) {
    expect_first_nonfinite_found<double>(abi::nphys_first_nonfinite_f64);
    expect_first_nonfinite_found<float>(abi::nphys_first_nonfinite_f32);
}

TEST(Abi, every_service_has_a_name_an_address_and_a_signature) {
    std::set<std::string_view> names;
    for (const Service& service : services()) {
        EXPECT_TRUE(names.insert(service.name).second) << service.name;
        EXPECT_TRUE(service.name.starts_with("nphys_"));
        EXPECT_NE(service.address, nullptr);
        EXPECT_FALSE(service.parameters.empty());
        for (const AbiType type : service.parameters)
            EXPECT_NE(type, AbiType::nothing);
    }
    EXPECT_TRUE(names.contains("nphys_parallel_for"));
    EXPECT_EQ(c_spelling(AbiType::pointer), "void*");
}

} // namespace
} // namespace nphys::runtime
