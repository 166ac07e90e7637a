#include <cmath>
#include <csignal>
#include <cstring>
#include <sys/resource.h>

#include <gtest/gtest.h>

#include "runtime/output/checkpoint.h"
#include "runtime/output/run_folder.h"
#include "tests/unit/runtime_output.h"

namespace nphys::runtime {
namespace {

Checkpoint example_checkpoint(const std::vector<double>& phi, const std::vector<float>& pi) {
    return {.step = 500,
            .t = 1.0 / 3,
            .seed = 0xFFFF'FFFF'FFFF'FFFF,
            .identity = "klein_gordon 3f",
            .numbers = {{"dt", 0.1}, {"initial(energy/2)", NAN}},
            .arrays = {{"φ", Precision::f64, static_cast<std::int64_t>(phi.size()), phi.data(), {}},
                       {"π", Precision::f32, static_cast<std::int64_t>(pi.size()), pi.data(), {}}}};
}

TEST_F(Output, a_checkpoint_comes_back_to_the_last_bit) {
    const std::vector<double> phi{0.1, -0.0, 1e-310, NAN};
    const std::vector<float> pi{1.5F, -2.5F};
    const fs::path path = folder() / "checkpoint.h5";
    ASSERT_TRUE(write_checkpoint(path, example_checkpoint({9, 9, 9}, {9})));
    ASSERT_TRUE(write_checkpoint(path, example_checkpoint(phi, pi))); // replaced
    EXPECT_FALSE(fs::exists(path.string() + ".part"));
    const auto read = read_checkpoint(path);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->step, 500);
    EXPECT_EQ(read->t, 1.0 / 3);
    EXPECT_EQ(read->seed, 0xFFFF'FFFF'FFFF'FFFF);
    EXPECT_EQ(read->identity, "klein_gordon 3f");
    EXPECT_EQ(read->numbers.at("dt"), 0.1);
    EXPECT_TRUE(std::isnan(read->numbers.at("initial(energy/2)")));
    ASSERT_EQ(read->arrays.size(), 2U);
    EXPECT_EQ(read->arrays[0].name, "φ");
    ASSERT_EQ(read->arrays[0].bytes.size(), sizeof(double) * phi.size());
    EXPECT_EQ(std::memcmp(read->arrays[0].bytes.data(), phi.data(), sizeof(double) * phi.size()), 0);
    EXPECT_EQ(read->arrays[1].precision, Precision::f32);
    EXPECT_EQ(std::memcmp(read->arrays[1].bytes.data(), pi.data(), sizeof(float) * pi.size()), 0);
}

TEST_F(Output, a_failed_checkpoint_leaves_the_old_one) {
    const fs::path path = folder() / "checkpoint.h5";
    const std::vector<double> phi(100'000, 1.0);
    ASSERT_TRUE(write_checkpoint(path, example_checkpoint({1}, {})));
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small{10'000, before.rlim_max};
    const auto handler = signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    const Status written = write_checkpoint(path, example_checkpoint(phi, {}));
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    ASSERT_FALSE(written);
    EXPECT_TRUE(written.error().message.ends_with("file too large")) << written.error().message;
    const auto read = read_checkpoint(path);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->arrays[0].count, 1);
    EXPECT_FALSE(fs::exists(path.string() + ".part"));
}

TEST_F(Output, a_file_that_is_no_checkpoint_is_told) {
    const fs::path path = folder() / "checkpoint.h5";
    ASSERT_TRUE(write_text(path, "not HDF5"));
    const auto read = read_checkpoint(path);
    ASSERT_FALSE(read);
    EXPECT_TRUE(read.error().message.starts_with("cannot read `")) << read.error().message;
}

} // namespace
} // namespace nphys::runtime
