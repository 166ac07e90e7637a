// Rows of a data set shown in batches: the mean gradient, restarts, windows of statistics, rows kept for testing.

#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include "runtime/data/shuffle.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

constexpr std::int64_t rows = 10;

// x[p] = p, y[p] = p² in row p, from 1.
std::string table() {
    const std::string path = testing::TempDir() + "nphys_batches.csv";
    std::ofstream file(path);
    for (int p = 1; p <= rows; ++p) file << p << ',' << p * p << '\n';
    return path;
}

// H = 1/2 (w x - y)²: the gradient of a row is (w x - y) x.
std::string line(const std::string& timescale, const std::string& run) {
    return "model line\ndataset d = csv(\"" + table() + "\", x = 1, y = 2)\nneuron z\ntrainable w\nactivation z ← w*d.x\n"
           "loss H = 1/2*(z - d.y)^2\nlearning w descends H with rate 0.01\ninit w = 0.5\n" + timescale +
           "observe plain = H\nobserve windowed = mean(H)\nobserve rows = mean(d.x)\n" + run;
}

double row(std::int64_t number, std::int64_t training = rows, std::uint64_t seed = 1) {
    return static_cast<double>(runtime::shown_row(seed, rows, training, number) + 1);
}

double loss(double w, double x) { return 0.5 * (w * x - x * x) * (w * x - x * x); }

TEST(Batches, learning_takes_the_mean_gradient_of_the_rows_that_the_shuffle_shows) {
    Running run = running(line("timescale boundary 1, learning 4\n", "run { scheme = map  epochs = 2  observe plain, windowed, rows every 2 }\n"));
    ASSERT_TRUE(run.good()) << run.error;
    EXPECT_EQ(run.compilation->program.steps, 5); // 20 rows, 4 at once
    double w = 0.5;
    for (std::int64_t step = 0; step < 5; ++step) {
        double gradient = 0, mean = 0;
        for (std::int64_t k = 0; k < 4; ++k) {
            const double x = row(4 * step + k);
            gradient += (w * x - x * x) * x / 4;
            mean += loss(w, x) / 4;
        }
        run.advance(1);
        w -= 0.01 * gradient;
        EXPECT_NEAR(run->field("w").front(), w, 1e-12 * std::abs(w)) << step;
        EXPECT_NEAR(run->observable("plain"), mean, 1e-12 * mean) << step;
    }
}

TEST(Batches, columns_are_named_by_number_or_by_the_first_line_of_the_file) {
    const std::string path = testing::TempDir() + "nphys_named_columns.csv";
    std::ofstream(path) << "width,height,kind\n1,2,a\n3,5,b\n";
    const auto read = [&](const std::string& columns) {
        Running run = running("model named\ndataset d = csv(\"" + path + "\", " + columns + ")\nindex p in d\nneuron s[p]\nactivation s[p] ← s[p]\n"
                              "init s[p] = 100*d.x[p,1] + 10*d.x[p,2] + d.y[p]\nrun { scheme = map  steps = 1 }\n");
        EXPECT_TRUE(run.good()) << run.error;
        return run.good() ? run->field("s") : std::vector<double>{};
    };
    EXPECT_EQ(read("x = \"width\"..\"height\", y = class(\"kind\")"), (std::vector<double>{121, 352}));
    EXPECT_EQ(read("x = 1..2, y = class(3)"), (std::vector<double>{121, 352}));
}

TEST(Batches, means_are_over_the_rows_since_the_last_record) {
    Running run = running(line("timescale boundary 1, learning 2\n", "run { scheme = map  steps = 10  observe rows every 5 }\n"));
    ASSERT_TRUE(run.good()) << run.error;
    EXPECT_NEAR(run->observable("rows"), (row(0) + row(1)) / 2, 1e-12); // the look before the first step
    run.advance(5);
    EXPECT_NEAR(run->observable("rows"), 5.5, 1e-12); // all ten rows of the first epoch
    run.advance(2);
    EXPECT_NEAR(run->observable("rows"), (row(10) + row(11) + row(12) + row(13)) / 4, 1e-12);
}

TEST(Batches, rows_kept_for_testing_are_never_learned_from) {
    Running run = running(line("timescale boundary 1, learning 2\nobserve tested = test(d.x)\n", "run { scheme = map  steps = 4  test = 0.2  observe rows every 4 }\n"));
    ASSERT_TRUE(run.good()) << run.error;
    run.advance(4); // the eight others, once each
    EXPECT_NEAR(8 * run->observable("rows") + 2 * run->observable("tested"), 55, 1e-10);
}

// A neuron that counts the steps of its row: it restarts at its initial value with each, or goes on.
TEST(Batches, neurons_restart_with_each_row_unless_they_carry) {
    const auto count = [](const std::string& option) {
        Running run = running("model counting\ndataset d = csv(\"" + table() + "\", x = 1)\nneuron c, z\nactivation c ← c + 1\n"
                              "boundary z ← d.x" + option + "\ninit c = 100\ntimescale boundary 3\nrun { scheme = map  steps = 4 }\n");
        EXPECT_TRUE(run.good()) << run.error;
        run.advance(4);
        return run->field("c").front();
    };
    EXPECT_EQ(count(""), 103);
    EXPECT_EQ(count(" with carry"), 100 + 3 * 4);
}

TEST(Batches, the_loss_of_digits_is_the_same_at_any_number_of_threads) {
    std::ifstream stream(NPHYS_EXAMPLES "/digits.nphys");
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const auto costs = [&](int threads) {
        loops::LowerOptions eager;
        eager.smallest_parallel = 1;
        Running run = running(text, {.engine = driver::EngineKind::jit, .threads = threads, .lowering = eager, .request = {}, .folder = NPHYS_EXAMPLES});
        EXPECT_TRUE(run.good()) << run.error;
        std::vector<double> values;
        for (int step = 0; step < 10; ++step) {
            run.advance(1);
            values.push_back(run->observable("cost"));
        }
        return values;
    };
    EXPECT_EQ(costs(1), costs(2));
}

} // namespace
} // namespace nphys::test
