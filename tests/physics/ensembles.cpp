// Copies of a whole model, statistics over them with their standard errors, memories of each.

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/running.h"

namespace nphys::test {
namespace {

using Numbers = std::vector<double>;

double mean(const Numbers& x) { return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size()); }

double covariance(const Numbers& x, const Numbers& y) {
    const double a = mean(x), b = mean(y);
    double sum = 0;
    for (std::size_t n = 0; n < x.size(); ++n) sum += (x[n] - a) * (y[n] - b);
    return sum / static_cast<double>(x.size() - 1);
}

double error_of(const Numbers& influence) {
    const auto n = static_cast<double>(influence.size());
    double sum = 0;
    for (const double x : influence) sum += x * x;
    return std::sqrt(sum / (n * (n - 1)));
}

template <class Function>
Numbers each(const Numbers& x, Function&& f) {
    Numbers result;
    std::ranges::transform(x, std::back_inserter(result), f);
    return result;
}

// q and p of `copies` copies of an anharmonic oscillator that start at random.
std::string oscillators(int copies, const std::string& rest) {
    return fmt::format("model oscillators\nneuron q\ntrainable p\nactivation d/dt q = p\nlearning d/dt p = -q - q^3\n"
                       "init q = normal(1, 0.5)\ninit p = normal(0, 1)\n{}\n"
                       "run {{ scheme = leapfrog dt = 0.05 steps = 60 ensemble = {} }}\n",
                       rest, copies);
}

std::size_t number_of(const Running& run, const std::string& name) {
    const auto& observables = run.compilation->model.observables;
    return static_cast<std::size_t>(std::ranges::find(observables, name, &model::Observable::name) - observables.begin());
}
double error(const Running& run, const std::string& name) { return run->deviation(number_of(run, name)).at(0); }

const std::string statistics = "observe centre = mean(q)\nobserve left = mean(q < 0)\nobserve spread = variance(q)\n"
                               "observe both = covariance(q, p)\nobserve width = √(variance(q))\n"
                               "observe fourth = mean((q - mean(q))^4)\nobserve upper = quantile(q, 0.3)\n"
                               "observe energy = 1/2*p^2 + 1/2*q^2 + 1/4*q^4\nobserve constant = t\n"
                               "observe shape = histogram(q, 8, -2..2)";

TEST(Ensembles, statistics_are_those_of_the_copies) {
    for (const int threads : {1, 2}) {
        Running run = running(oscillators(500, statistics), {.threads = threads});
        ASSERT_TRUE(run.good()) << run.error;
        run.to_the_end();
        const Numbers q = run->field("q"), p = run->field("p");
        ASSERT_EQ(q.size(), 500U);
        EXPECT_NEAR(run->observable("centre"), mean(q), 1e-14);
        EXPECT_NEAR(run->observable("left"), mean(each(q, [](double x) { return x < 0 ? 1.0 : 0.0; })), 1e-15);
        EXPECT_NEAR(run->observable("spread"), covariance(q, q), 1e-13);
        EXPECT_NEAR(run->observable("both"), covariance(q, p), 1e-13);
        EXPECT_NEAR(run->observable("width"), std::sqrt(covariance(q, q)), 1e-13);
        Numbers sorted = q;
        std::ranges::sort(sorted);
        EXPECT_NEAR(run->observable("upper"), sorted[149] + 0.7 * (sorted[150] - sorted[149]), 1e-14); // 499 * 0.3 = 149.7
        const Numbers& shape = run->observable(number_of(run, "shape"));
        for (int bin = 0; bin < 8; ++bin) {
            const double low = -2 + 0.5 * bin;
            EXPECT_NEAR(shape[static_cast<std::size_t>(bin)] * 0.5 * 500,
                        static_cast<double>(std::ranges::count_if(q, [&](double x) { return x >= low && x < low + 0.5; })), 1e-9);
        }
    }
}

// Of the first-order expansion: mean s/√N, variance (q-m)² - S, its root, a product of deviations, a moment about the mean.
TEST(Ensembles, standard_errors_follow_from_the_deviation_of_each_copy) {
    Running run = running(oscillators(400, statistics));
    ASSERT_TRUE(run.good()) << run.error;
    run.to_the_end();
    const Numbers q = run->field("q"), p = run->field("p");
    const double m = mean(q), s = covariance(q, q), n = mean(p), both = covariance(q, p);
    const Numbers squares = each(q, [&](double x) { return (x - m) * (x - m) - s; });
    EXPECT_NEAR(error(run, "centre"), std::sqrt(s / 400), 1e-14);
    EXPECT_NEAR(error(run, "spread"), error_of(squares), 1e-14);
    EXPECT_NEAR(error(run, "width"), error_of(each(squares, [&](double x) { return x / (2 * std::sqrt(s)); })), 1e-14);
    Numbers products, fourths;
    const double third = mean(each(q, [&](double x) { return std::pow(x - m, 3); }));
    const double fourth = mean(each(q, [&](double x) { return std::pow(x - m, 4); }));
    for (std::size_t c = 0; c < q.size(); ++c) {
        products.push_back((q[c] - m) * (p[c] - n) - both);
        fourths.push_back(std::pow(q[c] - m, 4) - fourth - 4 * third * (q[c] - m));
    }
    EXPECT_NEAR(error(run, "both"), error_of(products), 1e-14);
    EXPECT_NEAR(error(run, "fourth"), error_of(fourths), 1e-13);
    const Numbers energies = [&] {
        Numbers all;
        for (std::size_t c = 0; c < q.size(); ++c) all.push_back(p[c] * p[c] / 2 + q[c] * q[c] / 2 + std::pow(q[c], 4) / 4);
        return all;
    }();
    EXPECT_NEAR(run->observable("energy"), mean(energies), 1e-13);
    EXPECT_NEAR(error(run, "energy"), std::sqrt(covariance(energies, energies) / 400), 1e-13);
    EXPECT_TRUE(run->deviation(number_of(run, "constant")).empty());
}

// Twenty ensembles of the same law: the median lies within its standard errors of that of all copies about as often as it should.
TEST(Ensembles, the_error_of_a_quantile_has_the_size_of_its_scatter) {
    Numbers medians, errors;
    for (int seed = 1; seed <= 40; ++seed) {
        How how;
        how.request.seed = static_cast<std::uint64_t>(seed);
        Running run = running("model one\nneuron q\nactivation q ← q\ninit q = normal(0, 1)\nobserve middle = quantile(q, 0.5)\n"
                              "run { steps = 1 ensemble = 400 }", how);
        ASSERT_TRUE(run.good()) << run.error;
        medians.push_back(run->observable("middle"));
        errors.push_back(error(run, "middle"));
    }
    const double exact = std::sqrt(std::acos(-1.0) / 2 / 400); // √(π/2N)
    EXPECT_NEAR(mean(errors), exact, 0.1 * exact);
    EXPECT_NEAR(std::sqrt(covariance(medians, medians)), exact, 0.4 * exact);
}

// Nothing is drawn, so every copy goes the way of a single system, to the last bit; lattices and sums over sites too.
TEST(Ensembles, a_copy_moves_as_the_system_does_alone) {
    const auto text = [](int copies) {
        return fmt::format("model wave\nuse lattice\nlattice line(x) = periodic(33)\nindex i in line\nneuron φ[i]\ntrainable π[i]\n"
                           "loss H = -1/2*φ[i]*laplacian(φ)[i] + 1/4*Σ[i](φ[i]^2)^2\nactivation φ[i] ← φ[i] + π[i]\nlearning π descends H\n"
                           "init φ = exp(-(x - 16)^2/8)\nobserve E = H\nrun {{ scheme = leapfrog dt = 0.1 steps = 40 ensemble = {} }}", copies);
    };
    Running alone = running(text(1)), several = running(text(3));
    ASSERT_TRUE(alone.good() && several.good()) << alone.error << several.error;
    alone.to_the_end();
    several.to_the_end();
    const Numbers one = alone->field("φ"), all = several->field("φ");
    ASSERT_EQ(all.size(), 3 * one.size());
    for (std::size_t n = 0; n < all.size(); ++n) EXPECT_NEAR(all[n], one[n / 3], 1e-13);
    EXPECT_NEAR(several->observable("E"), alone->observable("E"), 1e-13);
    EXPECT_NEAR(error(several, "E"), 0, 1e-13);
}

TEST(Ensembles, an_adaptive_step_suits_every_copy) {
    Running run = running("model fall\nneuron q\nactivation d/dt q = -q\ninit q = uniform(1, 2)\nobserve centre = mean(q)\n"
                          "run { scheme = rk45(1e-9) until = 2 ensemble = 50 }");
    ASSERT_TRUE(run.good()) << run.error;
    const Numbers before = run->field("q");
    run.to_the_end();
    const Numbers after = run->field("q");
    for (std::size_t c = 0; c < after.size(); ++c) EXPECT_NEAR(after[c], before[c] * std::exp(-2.0), 1e-8);
}

// ---- Memories ---------------------------------------------------------------------------------------------------------------

TEST(Memories, a_delay_is_the_value_of_so_many_steps_ago) {
    Running run = running("model past\nneuron v\nactivation v ← v + t + 1\ninit v = 5\nobserve before = delay(v^2, 3)\n"
                          "run { steps = 20 }");
    ASSERT_TRUE(run.good()) << run.error;
    std::vector<double> squares;
    for (int step = 0; step < 20; ++step) {
        squares.push_back(std::pow(run->field("v")[0], 2));
        EXPECT_EQ(run->observable("before"), squares[static_cast<std::size_t>(std::max(0, step - 3))]) << step;
        run.advance(1);
    }
}

// dv/dt = -v(t - 1), v = 1 before: 1 - t, then 1 - t + (t - 1)²/2 (method of steps).
TEST(Memories, a_law_with_delay_follows_the_method_of_steps) {
    Running run = running("model delayed\nneuron v\nactivation d/dt v = -delay(v, 1)\ninit v = 1\nobserve v\n"
                          "run { scheme = euler dt = 0.001 until = 2 }");
    ASSERT_TRUE(run.good()) << run.error;
    run.advance(1000);
    EXPECT_NEAR(run->observable("v"), 0, 1e-12);
    run.advance(1000);
    EXPECT_NEAR(run->observable("v"), -0.5, 1e-3);
}

TEST(Memories, delays_are_taken_through_a_sum_over_neurons) {
    Running run = running("model ring\nindex i, j in 1..6\nneuron v[i]\nweight J[i; j] = cos(i - 2*j)/6\n"
                          "activation v[i] ← 0.5*v[i] + J[i; j]*delay(v[j], 2)\ninit v[i] = i\nobserve sum = Σ[i](v[i])\nrun { steps = 12 }");
    ASSERT_TRUE(run.good()) << run.error;
    std::vector<Numbers> past{run->field("v")};
    for (int step = 0; step < 12; ++step) {
        const Numbers& then = past[static_cast<std::size_t>(std::max(0, step - 2))];
        Numbers next(6);
        for (int i = 1; i <= 6; ++i) {
            next[static_cast<std::size_t>(i - 1)] = 0.5 * past.back()[static_cast<std::size_t>(i - 1)];
            for (int j = 1; j <= 6; ++j) next[static_cast<std::size_t>(i - 1)] += std::cos(i - 2.0 * j) / 6 * then[static_cast<std::size_t>(j - 1)];
        }
        run.advance(1);
        past.push_back(run->field("v"));
        EXPECT_LT(distance(past.back(), next), 1e-14);
    }
}

TEST(Memories, an_average_is_over_the_last_time_or_all_so_far) {
    Running run = running("model past\nneuron v\nactivation d/dt v = 1\ninit v = 1\nobserve slow = average(v, 0.5)\n"
                          "run { scheme = leapfrog dt = 0.1 steps = 30 }");
    ASSERT_TRUE(run.good()) << run.error;
    for (int step = 0; step <= 30; ++step) {
        const int number = std::min(step + 1, 5);
        EXPECT_NEAR(run->observable("slow"), 1 + 0.1 * (step - 0.5 * (number - 1)), 1e-13) << step;
        if (step < 30) run.advance(1);
    }
}

TEST(Memories, first_is_the_time_in_each_copy) {
    for (const std::string scheme : {"leapfrog dt = 0.01", "rk45(1e-8)"}) {
        // The quick pair (c, s) keeps the adaptive steps small: they know nothing of x > 1.
        Running run = running("model race\nneuron x, c\ntrainable v, s\nactivation d/dt x = v\nactivation d/dt c = 20*s\n"
                              "learning d/dt s = -20*c\ninit c = 1\ninit v = uniform(0.1, 1)\n"
                              "observe arrival = mean(first(x > 1))\nobserve arrived = mean(first(x > 1) < t)\n"
                              "run { scheme = " + scheme + " until = 5 ensemble = 200 }");
        ASSERT_TRUE(run.good()) << run.error;
        run.to_the_end();
        double times = 0, number = 0;
        for (const double v : run->field("v")) {
            times += std::min(5.0, 1 / v);
            number += 1 / v < 5 ? 1 : 0;
        }
        const bool adaptive = scheme.starts_with("rk45");
        EXPECT_NEAR(run->observable("arrived"), number / 200, 0.011);
        EXPECT_NEAR(run->observable("arrival"), times / 200, adaptive ? 0.05 : 0.011);
    }
}

} // namespace
} // namespace nphys::test
