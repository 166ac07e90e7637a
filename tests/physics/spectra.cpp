// The spectrum of a field: its power at each wave vector, |Σ φ exp(-ik·x)|²/N, against closed forms and sums written out.

#include <cmath>
#include <complex>
#include <numbers>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/running.h"

namespace nphys::test {
namespace {

using Numbers = std::vector<double>;
constexpr double pi = std::numbers::pi;

Numbers spectrum_of(const std::string& lattice, const std::string& field, const std::string& kind = "", int copies = 1,
                    driver::EngineKind engine = driver::EngineKind::jit) {
    Running run = running(fmt::format("model field\n{}\nindex i in space\nneuron φ[i]{}\nactivation φ[i] ← φ[i]\ninit φ = {}\n"
                                      "observe power = spectrum(φ)\nrun {{ steps = 1 save power {} }}",
                                      lattice, kind, field, copies > 1 ? fmt::format("ensemble = {}", copies) : ""),
                          {.engine = engine, .threads = 1, .lowering = {}, .request = {}, .folder = "."});
    EXPECT_TRUE(run.good()) << run.error;
    return run.good() ? run->observable(0) : Numbers{};
}

// Numbers of waves ascend: -N/2 + 1 … N/2; that of 0 stands at (N - 1)/2, counted from 0.
TEST(Spectrum, a_cosine_has_two_lines_with_a_quarter_of_the_sites_each) {
    for (const int sites : {16, 15}) {
        const Numbers power = spectrum_of(fmt::format("lattice space(x) = periodic({})", sites), fmt::format("3*cos(2*pi*4*x/{})", sites));
        ASSERT_EQ(power.size(), static_cast<std::size_t>(sites));
        const int zero = (sites - 1) / 2;
        for (int n = 0; n < sites; ++n)
            EXPECT_NEAR(power[static_cast<std::size_t>(n)], std::abs(n - zero) == 4 ? 9 * sites / 4.0 : 0, 1e-12) << n;
    }
}

TEST(Spectrum, of_a_complex_wave_has_one_line) {
    const Numbers power = spectrum_of("lattice space(x) = periodic(12)", "2*exp(-1i*2*pi*3*x/12)", " : complex");
    for (int n = 0; n < 12; ++n) EXPECT_NEAR(power[static_cast<std::size_t>(n)], n - 5 == -3 ? 4 * 12 : 0, 1e-12) << n;
}

// exp(iπ(2n + 1)x/N) changes its sign around the ring.
TEST(Spectrum, of_an_antiperiodic_field_stands_between_whole_numbers) {
    const Numbers power = spectrum_of("lattice space(x) = antiperiodic(10)", "exp(1i*pi*(2*2 + 1)*x/10)", " : complex");
    for (int n = 0; n < 10; ++n) EXPECT_NEAR(power[static_cast<std::size_t>(n)], n - 5 == 2 ? 10 : 0, 1e-12) << n; // -5 … 4, and a half
}

TEST(Spectrum, of_a_gaussian_is_a_gaussian) {
    // h Σ exp(-x²/2) exp(-ikx) = √(2π) exp(-k²/2), to round-off in a box of this size.
    const Numbers power = spectrum_of("lattice space(x) = periodic(64) over -10..10", "exp(-x^2/2)");
    const double h = 20.0 / 64, unit = 2 * pi / 20;
    for (int n = 0; n < 64; ++n) {
        const double k = unit * (n - 31);
        EXPECT_NEAR(power[static_cast<std::size_t>(n)], 2 * pi * std::exp(-k * k) / (h * h) / 64, 1e-13 * 64) << n;
    }
}

// A direct sum in three dimensions of unequal length, one of them antiperiodic.
TEST(Spectrum, in_three_dimensions_is_the_sum_over_the_sites) {
    const Numbers power = spectrum_of("lattice space(x, y, z) = periodic(3) × antiperiodic(4) × periodic(5)", "cos(1.3*x + 2.1*y*y - 0.7*z) + 0.3*x*z");
    ASSERT_EQ(power.size(), 60U);
    for (int a = 0; a < 3; ++a)
        for (int b = 0; b < 4; ++b)
            for (int c = 0; c < 5; ++c) {
                const double kx = 2 * pi * (a - 1) / 3, ky = 2 * pi * (b - 2 + 0.5) / 4, kz = 2 * pi * (c - 2) / 5;
                std::complex<double> sum = 0;
                for (int x = 0; x < 3; ++x)
                    for (int y = 0; y < 4; ++y)
                        for (int z = 0; z < 5; ++z)
                            sum += (std::cos(1.3 * x + 2.1 * y * y - 0.7 * z) + 0.3 * x * z) * std::polar(1.0, -(kx * x + ky * y + kz * z));
                EXPECT_NEAR(power[static_cast<std::size_t>((a * 4 + b) * 5 + c)], std::norm(sum) / 60, 1e-12) << a << b << c;
            }
}

// White noise of variance 1 has the power 1 at each wave number, on the average over copies.
TEST(Spectrum, of_an_ensemble_is_the_mean_over_its_copies) {
    for (const auto engine : {driver::EngineKind::jit, driver::EngineKind::interpreter}) {
        const Numbers power = spectrum_of("lattice space(x, y) = periodic(4, 6)", "normal(0, 1)", "", 2000, engine);
        ASSERT_EQ(power.size(), 24U);
        double total = 0;
        for (const double one : power) {
            EXPECT_NEAR(one, 1, 5 * std::sqrt(2.0 / 2000));
            total += one / 24;
        }
        EXPECT_NEAR(total, 1, 5 * std::sqrt(2.0 / 2000 / 24));
    }
}

TEST(Spectrum, belongs_to_each_copy_and_each_type) {
    Running run = running("model types\nlattice space(x) = periodic(8)\nindex i in space\nindex a in 1..2\nneuron φ[i,a]\n"
                          "activation φ[i,a] ← φ[i,a]\ninit φ[i,a] = cos(2*pi*a*x/8)*normal(0, 1)\n"
                          "let power = spectrum(φ)\nobserve first = mean(power[1,4+1])\nobserve second = variance(power[2,4+2])\n"
                          "observe cross = power[1,4+2]\nrun { steps = 1 ensemble = 40 }");
    ASSERT_TRUE(run.good()) << run.error;
    EXPECT_GT(run->observable("first"), 0.1);
    EXPECT_GT(run->observable("second"), 0.1);
    EXPECT_GT(run->deviation(0).at(0), 0.01);
    EXPECT_GT(run->observable("cross"), 0.01); // each site has a number of its own
}

} // namespace
} // namespace nphys::test
