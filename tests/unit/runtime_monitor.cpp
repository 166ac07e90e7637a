#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <string>
#include <thread>
#include <unistd.h>

#include "runtime/monitor/interrupt.h"
#include "runtime/monitor/progress.h"

namespace nphys::runtime {
namespace {

std::string shown(const ProgressOptions& options, std::int64_t step, double t) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    ProgressOptions to_pipe = options;
    to_pipe.file_descriptor = ends[1];
    {
        Progress progress(to_pipe);
        std::this_thread::sleep_for(std::chrono::milliseconds(120));
        progress.update(step, t);
        progress.update(step, t); // too soon after the first
    }
    close(ends[1]);
    std::string text(4096, '\0');
    const ssize_t count = read(ends[0], text.data(), text.size());
    close(ends[0]);
    text.resize(static_cast<std::size_t>(count));
    return text;
}

TEST(Progress, tells_rates_and_the_time_left_and_goes_away) {
    const std::string text = shown({.steps = 2000, .sites = 1e6, .always = true}, 1000, 100);
    EXPECT_TRUE(text.starts_with("\r1000/2000  ")) << text;
    EXPECT_NE(text.find(" 50 %"), std::string::npos) << text;
    EXPECT_NE(text.find("k steps/s"), std::string::npos) << text;
    EXPECT_NE(text.find("G sites/s"), std::string::npos) << text;
    EXPECT_NE(text.find("0:01 left"), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with("\r\x1b[K")) << text;
    EXPECT_EQ(text.find("1000/2000", 5), std::string::npos);
}

TEST(Progress, says_nothing_in_a_pipe) {
    EXPECT_EQ(shown({.steps = 2000}, 1000, 100), "");
}

TEST(Progress, goes_by_time_where_steps_are_not_known) {
    EXPECT_TRUE(shown({.until = 8, .always = true}, 10, 2).starts_with("\rt = 2 of 8"));
}

TEST(Progress, rates_and_times_are_readable) {
    EXPECT_EQ(readable_rate(8234), "8.23 k");
    EXPECT_EQ(readable_rate(2.13e9), "2.13 G");
    EXPECT_EQ(readable_rate(99.97), "100");
    EXPECT_EQ(readable_rate(0.5), "0.50");
    EXPECT_EQ(readable_time(3.2), "0:04");
    EXPECT_EQ(readable_time(751), "12:31");
    EXPECT_EQ(readable_time(11112), "3:05:12");
    EXPECT_EQ(readable_time(INFINITY), "–");
}

TEST(Interrupt, is_remembered_while_a_guard_lives) {
    {
        const InterruptGuard guard;
        EXPECT_FALSE(guard.requested());
        raise(SIGINT);
        EXPECT_TRUE(guard.requested());
    }
    const InterruptGuard fresh;
    EXPECT_FALSE(fresh.requested());
    raise(SIGTERM);
    EXPECT_TRUE(fresh.requested());
}

TEST(InterruptDeathTest, the_second_one_ends_the_process) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(
        {
            const InterruptGuard guard;
            raise(SIGINT);
            raise(SIGINT);
        },
        testing::KilledBySignal(SIGINT), "");
}

} // namespace
} // namespace nphys::runtime
