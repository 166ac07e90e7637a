// The optimisers of the standard library, step by step, against their published rules and against optimisers.json.

#include <array>
#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "tests/physics/optimised_model.h"
#include "tests/physics/reference.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

using Pair = std::array<double, 2>;

Pair gradient(const Pair& q, int t) {
    const double a = q[0] - 0.5, b = q[1] + 0.3;
    Pair g{2 * a + 0.5 * b, 0.5 * a + 0.8 * b};
    for (int mu = 0; mu < 2; ++mu)
        g[static_cast<std::size_t>(mu)] += 0.2 * (std::sin(1.7 * t + 2.1 * mu) + 0.5 * std::cos(0.37 * t * t + mu));
    return g;
}

// One step of a rule for one variable: its memory of two numbers, the gradient, the number of the step from 1.
using Rule = std::function<double(double q, Pair& memory, double g, int t)>;

std::vector<double> published(const Rule& rule, int steps = 100) {
    Pair q{-1, 1};
    std::array<Pair, 2> memory{};
    for (int t = 1; t <= steps; ++t) {
        const Pair g = gradient(q, t);
        for (std::size_t k = 0; k < 2; ++k) q[k] = rule(q[k], memory[k], g[k], t);
    }
    return {q[0], q[1]};
}

std::vector<double> after(const std::string& use, const std::string& law, int steps = 100) {
    Running run = running(optimised(use, law));
    EXPECT_TRUE(run.good()) << run.error;
    if (!run.good()) return {};
    run.advance(steps);
    return run->field("q");
}

TEST(Optimisers, gradient_descent_follows_the_reference) {
    const nlohmann::json expected = reference("optimisers")["results"];
    EXPECT_LT(distance(after("", "rate 0.05"), expected["sgd lr=0.05"]), 1e-11);
}

TEST(Optimisers, adabelief_follows_the_reference_with_epsilon_in_both_its_places) {
    const nlohmann::json expected = reference("optimisers")["results"];
    const std::string noise = "param β₁ = 0.9\nparam β₂ = 0.99\nparam ε = 1e-8\nnoise κ diagonal from centred(U, β₁) decay β₂\n"
                              "metric g = sqrt(κ + ε/(1 - β₂)) + ε";
    EXPECT_LT(distance(after(noise, "rate 0.05, metric g, average β₁"), expected["adabelief lr=0.05"]), 1e-11);
}

TEST(Optimisers, adabelief_of_the_library_is_the_published_rule) {
    const auto rule = [](double q, Pair& memory, double g, int t) {
        memory[0] = 0.9 * memory[0] + 0.1 * g;
        memory[1] = 0.999 * memory[1] + 0.001 * (g - memory[0]) * (g - memory[0]) + 1e-8;
        return q - 0.05 * (memory[0] / (1 - std::pow(0.9, t))) / (std::sqrt(memory[1] / (1 - std::pow(0.999, t))) + 1e-8);
    };
    for (const int steps : {1, 2, 100})
        EXPECT_LT(distance(after("use adabelief", "rate 0.05, metric adabelief.g, average adabelief.b1", steps), published(rule, steps)), 1e-11) << steps;
}

TEST(Optimisers, adam_of_the_library_is_the_published_rule) {
    const auto rule = [](double q, Pair& memory, double g, int t) {
        memory[0] = 0.9 * memory[0] + 0.1 * g;
        memory[1] = 0.999 * memory[1] + 0.001 * g * g;
        return q - 0.05 * (memory[0] / (1 - std::pow(0.9, t))) / (std::sqrt(memory[1] / (1 - std::pow(0.999, t))) + 1e-8);
    };
    for (const int steps : {1, 2, 100})
        EXPECT_LT(distance(after("use adam", "rate 0.05, metric adam.g, average adam.b1", steps), published(rule, steps)), 1e-12) << steps;
}

TEST(Optimisers, rmsprop_of_the_library_is_the_published_rule) {
    const auto rule = [](double q, Pair& memory, double g, int) {
        memory[0] = 0.9 * memory[0] + 0.1 * g * g;
        return q - 0.01 * g / (std::sqrt(memory[0]) + 1e-8);
    };
    EXPECT_LT(distance(after("use rmsprop", "rate 0.01, metric rmsprop.g"), published(rule)), 1e-12);
}

TEST(Optimisers, momentum_and_nesterov_differ_by_where_the_gradient_counts) {
    const auto heavy_ball = [](double q, Pair& memory, double g, int) {
        memory[0] = 0.9 * memory[0] - 0.01 * g;
        return q + memory[0];
    };
    const auto ahead = [](double q, Pair& memory, double g, int) {
        memory[0] = 0.9 * memory[0] - 0.01 * g;
        return q + 0.9 * memory[0] - 0.01 * g;
    };
    EXPECT_LT(distance(after("", "rate 0.01, momentum 0.9"), published(heavy_ball)), 1e-12);
    EXPECT_LT(distance(after("use momentum", "rate 0.01, momentum momentum.μ"), published(heavy_ball)), 1e-12);
    EXPECT_LT(distance(after("use momentum", "rate 0.01, nesterov momentum.μ"), published(ahead)), 1e-12);
    EXPECT_LT(distance(after("", "rate 0.01, nesterov 0.9"), published(ahead)), 1e-12);
}

// AdamW, Loshchilov and Hutter, 2019: q loses a part of itself beside the step of the metric.
TEST(Optimisers, weights_shrink_apart_from_the_metric) {
    const auto rule = [](double q, Pair& memory, double g, int t) {
        memory[0] = 0.9 * memory[0] + 0.1 * g;
        memory[1] = 0.999 * memory[1] + 0.001 * g * g;
        return q - 0.05 * 0.1 * q -
               0.05 * (memory[0] / (1 - std::pow(0.9, t))) / (std::sqrt(memory[1] / (1 - std::pow(0.999, t))) + 1e-8);
    };
    EXPECT_LT(distance(after("use adam", "rate 0.05, metric adam.g, average adam.b1, shrink 0.1"), published(rule)), 1e-12);
    const std::string law = "rate 0.05, metric adamw.g, average adamw.b1, shrink 10*adamw.λ";
    EXPECT_LT(distance(after("use adamw", law), published(rule)), 1e-12);
}

// Geometric learning dynamics, (6.4): the estimate about the running mean, corrected for having begun at zero.
TEST(Optimisers, covariant_descent_has_the_metric_of_its_fluctuations) {
    const auto rule = [](double q, Pair& memory, double g, int t) {
        memory[0] = 0.99 * memory[0] + 0.01 * g;
        memory[1] = 0.99 * memory[1] + 0.01 * (g - memory[0]) * (g - memory[0]);
        return q - 0.01 * g / std::sqrt(1e-8 + memory[1] / (1 - std::pow(0.99, t)));
    };
    EXPECT_LT(distance(after("use covariant", "rate 0.01, metric covariant.g"), published(rule)), 1e-12);
}

// The numbers were made by a program of the published rule (Zhuang and others, 2020, algorithm 1).
TEST(Optimisers, adabelief_descends_rosenbrock_and_beale_as_published) {
    Running run = running(R"(model valleys
use adabelief
index μ in 1..2
trainable p[μ], q[μ]
loss rosenbrock = (1 - p[1])^2 + 100*(p[2] - p[1]^2)^2
loss beale = (1.5 - q[1] + q[1]*q[2])^2 + (2.25 - q[1] + q[1]*q[2]^2)^2 + (2.625 - q[1] + q[1]*q[2]^3)^2
learning p descends rosenbrock with rate 0.01, metric adabelief.g, average adabelief.b1
learning q descends beale with rate 0.01, metric adabelief.g, average adabelief.b1
init p[μ] = -1.2 if μ == 1 else 1
init q = 1
run { scheme = map  steps = 500 }
)");
    ASSERT_TRUE(run.good()) << run.error;
    run.advance(500);
    EXPECT_LT(distance(run->field("p"), {-0.7171333238810662, 0.5198575873248493}), 1e-11);
    EXPECT_LT(distance(run->field("q"), {2.9518118679604175, 0.48738291615051005}), 1e-11);
}

} // namespace
} // namespace nphys::test
