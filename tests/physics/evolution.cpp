// Jump and selection (Geometric learning dynamics, 4.1-4.10) against evolution.json: detailed balance, chains, the Lande drift, the
// canonical ensemble. Bounds of what is sampled are five standard errors.

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numbers>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "compiler/analysis/acceptance.h"
#include "compiler/analysis/detailed_balance.h"
#include "tests/physics/reference.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

using analysis::Finding;
const std::string sigmoid = "sigmoid(β*(H - H'))", metropolis = "min(1, exp(β*(H - H')))";

std::string selected(const std::string& loss, const std::string& jump, const std::string& accept, const std::string& rest) {
    return fmt::format("model evolution\nparam β = 2\ntrainable q\nloss H = {}\nlearning q evolves H with jump {}, accept {}\n{}", loss,
                       jump, accept, rest);
}

Running judged(const std::string& jump, const std::string& accept) {
    Running run = running(selected("0.7*q + 1/2*q^2", jump, accept, "run { steps = 1 }"));
    EXPECT_TRUE(run.good()) << run.error;
    return run;
}

analysis::Balance balance_of(const std::string& jump, const std::string& accept) {
    const Running run = judged(jump, accept);
    return run.good() ? analysis::detailed_balance(run.compilation->model).at(0) : analysis::Balance{};
}

bool says(const analysis::Balance& balance, const std::string& part) {
    return std::ranges::any_of(balance.text, [&](const std::string& line) { return line.find(part) != std::string::npos; });
}

TEST(Evolution, detailed_balance_is_proved_where_the_acceptance_is_made_of_exponentials) {
    for (const std::string& accept : {sigmoid, metropolis, std::string("1/(1 + exp(β*(H' - H)))"),
                                     std::string("1/2 + 1/2*tanh(β*(H - H')/2)"), std::string("exp(-β*max(0, H' - H))"),
                                     std::string("1 if H' < H else exp(β*(H - H'))")}) {
        const analysis::Balance balance = balance_of("normal(0, 0.05)", accept);
        EXPECT_EQ(balance.symmetric, Finding::proved) << accept;
        EXPECT_EQ(balance.balanced, Finding::proved) << accept;
    }
    const analysis::Balance twice = balance_of("normal(0, 0.05)", "1/2*sigmoid(H - H')^2"), never = balance_of("normal(0, 0.05)", "1/2");
    EXPECT_EQ(twice.balanced, Finding::proved);
    EXPECT_TRUE(says(twice, "so exp(-2*H) is stationary")) << fmt::format("{}", fmt::join(twice.text, "\n"));
    EXPECT_EQ(never.balanced, Finding::proved); // at β = 0
    for (const std::string accept : {"0.9*sigmoid(H - H') + 0.05", "exp(-max(0, H' - H)^2)", "sigmoid(2*(H - H'))*sigmoid(H)",
                                     "min(1, 0.5*exp(H - H'))"})
        EXPECT_EQ(balance_of("normal(0, 0.05)", accept).balanced, Finding::fails) << accept;
}

TEST(Evolution, jumps_are_symmetric_if_mirrored_or_exchanged_random_numbers_turn_them_round) {
    for (const std::string jump : {"normal(0, 0.05)", "uniform(-1, 1)", "laplace(0, 0.1)", "normal(0, exponential(2))",
                                   "uniform(-1, 1)^3", "normal(0, 1)*bernoulli(0.1)", "exponential(2) - exponential(2)",
                                   "normal(0, 1)*uniform(-1, 1) + normal(0, 0.2)"})
        EXPECT_EQ(balance_of(jump, sigmoid).symmetric, Finding::proved) << jump;
    EXPECT_EQ(balance_of("0.25*(1 - 2*bernoulli(1/2))", sigmoid).symmetric, Finding::sampled);
    EXPECT_EQ(balance_of("poisson(2) - poisson(2)", sigmoid).symmetric, Finding::proved);
    for (const std::string jump : {"normal(0.1, 1)", "uniform(-1, 1.5)", "exponential(1)", "poisson(2) - poisson(3)"})
        EXPECT_EQ(balance_of(jump, sigmoid).symmetric, Finding::fails) << jump;
}

TEST(Evolution, the_lande_equation_has_a_quarter_of_beta_and_metropolis_half) {
    const analysis::Balance quarter = balance_of("normal(0, 0.05)", sigmoid), half = balance_of("normal(0, 0.05)", metropolis);
    EXPECT_FALSE(quarter.has_kink);
    EXPECT_TRUE(half.has_kink);
    EXPECT_TRUE(says(quarter, "s = 1/4*β")) << fmt::format("{}", fmt::join(quarter.text, "\n"));
    EXPECT_TRUE(says(quarter, "order of the jump squared"));
    EXPECT_TRUE(says(half, "s = 1/2*β")) << fmt::format("{}", fmt::join(half.text, "\n"));
    EXPECT_TRUE(says(half, "order of the jump"));
    EXPECT_FALSE(says(half, "order of the jump squared"));
}

// A step of the mean is ∫ J p(J) (1 where H falls) = σ/√(2π) where only H' < H is accepted: of the order of the jump, not of ∂H.
TEST(Evolution, an_acceptance_with_a_step_has_no_lande_equation) {
    for (const std::string accept : {"1 if H' < H else 0", "0.5 if H' < H else 0.1"}) {
        const analysis::Balance balance = balance_of("normal(0, 0.05)", accept);
        EXPECT_EQ(balance.balanced, Finding::fails) << accept;
        EXPECT_FALSE(balance.selection) << accept;
        EXPECT_TRUE(says(balance, "no Lande equation")) << fmt::format("{}", fmt::join(balance.text, "\n"));
    }
    EXPECT_TRUE(says(balance_of("normal(0, 0.05)", "min(1, exp(β*(H' - H)))"), "selection is reversed"));
    EXPECT_TRUE(says(balance_of("normal(0.1, 1)", sigmoid), "is stationary where the jump is symmetric"));
}

// The covariance of normal(0, S) is S Sᵀ: -β/4 C ∂H with C = [[5, 4], [4, 4]]/10⁴, H = q₁²/2 + 2 q₂².
TEST(Evolution, the_drift_of_correlated_jumps_has_their_covariance) {
    Running run = running("model evolution\nparam β = 2\nindex μ, ν in 1..2\ntrainable q[μ]\nlet S[μ,ν] = 0.01*δ[μ,1]*δ[ν,1] + 0.02*δ[μ,1]*δ[ν,2] + 0.02*δ[μ,2]*δ[ν,2]\n"
                          "loss H = 1/2*q[1]^2 + 2*q[2]^2\nlearning q evolves H with jump normal(0, S), accept sigmoid(β*(H - H'))\n"
                          "init q = 1\nobserve c[μ,ν] = covariance(q[μ], q[ν])\nobserve m[μ] = mean(q[μ])\nrun { steps = 1 ensemble = 1'000'000 }",
                          {.engine = driver::EngineKind::jit, .threads = 2, .lowering = {}, .request = {}, .folder = "."});
    ASSERT_TRUE(run.good()) << run.error;
    // S = [[1, 2], [0, 2]]/100: C = S Sᵀ = [[5, 4], [4, 4]]/10⁴.
    run.advance(1);
    const std::vector<double> spread = run->observable(0), drift = run->observable(1);
    // The spread per step is C/2 (a jump is kept with probability 1/2), but for the order of the jump squared.
    const double expected[] = {2.5e-4, 2e-4, 2e-4, 2e-4};
    for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(spread[k] / expected[k], 1, 0.015) << k;
    // To leading order -β/4 (C ∂H) = -1/2 (0.0005 + 0.0016, 0.0004 + 0.0016), but for a hundredth and five standard errors.
    EXPECT_NEAR(drift[0] - 1, -0.00105, 9e-5);
    EXPECT_NEAR(drift[1] - 1, -0.001, 9e-5);
    const auto balance = analysis::detailed_balance(run.compilation->model).at(0);
    EXPECT_TRUE(says(balance, "d<q[1]>/dt")) << fmt::format("{}", fmt::join(balance.text, "\n"));
}

// ---- evolution.json, chains: q_j = -2 + 0.25 j, jumps of one or two sites to both sides, what is outside is rejected --------------

// The mean of the chain after so many steps, with the probabilities that the compiler has for the acceptance.
std::vector<double> means_of_chain(const std::string& accept) {
    Running run = running(fmt::format("model chain\nparam β = 1.5\ntrainable q\nloss H = q^2/2 + 0.2*q^3\n"
                                      "learning q evolves H with jump uniform(-1, 1), accept {}\nrun {{ steps = 1 }}", accept));
    EXPECT_TRUE(run.good()) << run.error;
    const auto& model = run.compilation->model;
    const analysis::Acceptance acceptance(model, model.evolutions.at(0));
    const auto place = [](int j) { return -2 + 0.25 * j; };
    const auto loss = [&](int j) { return place(j) * place(j) / 2 + 0.2 * place(j) * place(j) * place(j); };
    std::vector<double> law(17, 0.0), means;
    law[12] = 1;
    for (int step = 1; step <= 50; ++step) {
        std::vector<double> next = law;
        for (int from = 0; from < 17; ++from)
            for (const int to : {from - 2, from - 1, from + 1, from + 2}) {
                if (to < 0 || to > 16) continue;
                const double moved = law[static_cast<std::size_t>(from)] / 4 * acceptance.value(loss(from), loss(to)).value();
                next[static_cast<std::size_t>(from)] -= moved;
                next[static_cast<std::size_t>(to)] += moved;
            }
        law = next;
        double mean = 0;
        for (int j = 0; j < 17; ++j) mean += place(j) * law[static_cast<std::size_t>(j)];
        if (step == 1 || step == 10 || step == 50) means.push_back(mean);
    }
    return means;
}

class Chain : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(Chain, has_the_means_of_the_reference) {
    const nlohmann::json expected = reference("evolution")["results"]["chains"][GetParam().first];
    const std::vector<double> means = means_of_chain(GetParam().second);
    EXPECT_NEAR(means.at(0), expected["mean_after_1"].get<double>(), 1e-13);
    EXPECT_NEAR(means.at(1), expected["mean_after_10"].get<double>(), 1e-13);
    EXPECT_NEAR(means.at(2), expected["mean_after_50"].get<double>(), 1e-13);
}

TEST_P(Chain, is_what_copies_that_evolve_do) {
    const nlohmann::json expected = reference("evolution")["results"]["chains"][GetParam().first];
    Running run = running(fmt::format("model chain\nparam β = 1.5\ntrainable q\nloss H = q^2/2 + 0.2*q^3 if abs(q) < 2.1 else 1e6\n"
                                      "learning q evolves H with jump 0.25*(1 - 2*bernoulli(1/2))*(1 + bernoulli(1/2)), accept {}\ninit q = 1\n"
                                      "observe centre = mean(q)\nrun {{ steps = 50 ensemble = 400'000 }}", GetParam().second),
                          {.engine = driver::EngineKind::jit, .threads = 2, .lowering = {}, .request = {}, .folder = "."});
    ASSERT_TRUE(run.good()) << run.error;
    int done = 0;
    for (const int step : {1, 10, 50}) {
        run.advance(step - done);
        done = step;
        const double mean = expected[fmt::format("mean_after_{}", step)];
        EXPECT_NEAR(run->observable("centre"), mean, 5 * run->deviation(0).at(0)) << step;
        EXPECT_LT(run->deviation(0).at(0), 2e-3);
    }
}

INSTANTIATE_TEST_SUITE_P(Acceptances, Chain, testing::Values(std::pair{"sigmoid", sigmoid}, std::pair{"metropolis", metropolis}),
                         [](const auto& info) { return info.param.first; });

// ---- evolution.json, lande: β = 2, H' = 0.7, H'' = 1, Gaussian jumps of deviation 0.05 -------------------------------------------------

// ∫ J A(0, H(J)) by Simpson's rule on each side of the kink.
double mean_step(const std::string& accept) {
    const Running run = judged("normal(0, 0.05)", accept);
    const auto& model = run.compilation->model;
    const analysis::Acceptance acceptance(model, model.evolutions.at(0));
    const auto integrand = [&](double z) {
        const double jump = 0.05 * z, after = 0.7 * jump + jump * jump / 2;
        return jump * acceptance.value(0, after).value() * std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
    };
    double sum = 0;
    constexpr int pieces = 2000;
    const double width = 9.0 / pieces;
    for (const int side : {-1, 1})
        for (int n = 0; n < pieces; ++n) {
            const double a = n * width, b = a + width;
            const double start = a == 0 ? 1e-300 : a; // one side of the kink
            sum += width / 6 * (integrand(side * start) + 4 * integrand(side * (a + b) / 2) + integrand(side * b));
        }
    return sum;
}

TEST(Evolution, the_mean_step_is_that_of_the_quadrature) {
    const nlohmann::json expected = reference("evolution")["results"];
    EXPECT_NEAR(mean_step(sigmoid), expected["lande_sigmoid"].get<double>(), 1e-13);
    EXPECT_NEAR(mean_step(metropolis), expected["metropolis"].get<double>(), 1e-13);
    const double lande = expected["lande_formula"];
    EXPECT_NEAR(mean_step(sigmoid) / lande, 1, 0.002);          // the order of the jump squared
    EXPECT_NEAR(mean_step(metropolis) / (2 * lande), 1, 0.005); // of the jump
}

TEST(Evolution, copies_drift_as_the_quadrature_says) {
    const nlohmann::json expected = reference("evolution")["results"];
    for (const auto& [accept, mean] : {std::pair{sigmoid, expected["lande_sigmoid"].get<double>()},
                                       std::pair{metropolis, expected["metropolis"].get<double>()}}) {
        Running run = running(selected("0.7*q + 1/2*q^2", "normal(0, 0.05)", accept, "observe centre = mean(q)\nrun { steps = 1 ensemble = 2'000'000 }"),
                              {.engine = driver::EngineKind::jit, .threads = 2, .lowering = {}, .request = {}, .folder = "."});
        ASSERT_TRUE(run.good()) << run.error;
        run.advance(1);
        const double error = run->deviation(0).at(0);
        EXPECT_NEAR(run->observable("centre"), mean, 5 * error) << accept;
        EXPECT_LT(error, 4e-5);
    }
}

// A loss that moves: H = (q - t/20)²/2 carries its canonical law with it, a little behind.
TEST(Evolution, a_loss_of_time_is_followed) {
    Running run = running("model evolution\nparam β = 4\ntrainable q\nloss H = (q - t/20)^2/2\n"
                          "learning q evolves H with jump uniform(-1, 1), accept sigmoid(β*(H - H'))\n"
                          "observe centre = mean(q)\nobserve kept = mean(acceptance(q))\nrun { steps = 200 ensemble = 20000 }");
    ASSERT_TRUE(run.good()) << run.error;
    run.advance(100);
    const double before = run->observable("centre");
    run.advance(100);
    EXPECT_NEAR(run->observable("centre") - before, 5, 0.05);
    EXPECT_LT(run->observable("centre"), 10);
    EXPECT_GT(run->observable("centre"), 9);
    EXPECT_GT(run->observable("kept"), 0.2);
    EXPECT_LT(run->observable("kept"), 0.5);
}

// In one copy `acceptance` is 0 or 1, exactly where the variable has moved; all variables of a law move together.
TEST(Evolution, what_is_accepted_has_moved_and_nothing_else) {
    Running run = running("model evolution\nindex n in 1..7\ntrainable q[n], p\nloss H = Σ[n](q[n]^2) + p^2\n"
                          "learning q, p evolves H with jump normal(0, 0.3), accept sigmoid(H - H')\nobserve kept = acceptance(q)\n"
                          "observe other = acceptance(p)\nrun { steps = 200 }");
    ASSERT_TRUE(run.good()) << run.error;
    int moves = 0;
    for (int step = 0; step < 200; ++step) {
        const std::vector<double> before = run->field("q");
        const double p = run->field("p").at(0);
        run.advance(1);
        const std::vector<double> after = run->field("q");
        const bool kept = run->observable("kept") == 1;
        EXPECT_EQ(run->observable("other"), run->observable("kept"));
        EXPECT_EQ(run->field("p").at(0) != p, kept);
        for (std::size_t n = 0; n < after.size(); ++n) EXPECT_EQ(after[n] != before[n], kept);
        moves += kept ? 1 : 0;
    }
    EXPECT_GT(moves, 30);
    EXPECT_LT(moves, 140);
}

// ---- Where rows are shown: the loss after the jump is that of the same rows, the activation gone once more.

std::string rows_of_a_line() {
    const std::string path = testing::TempDir() + "nphys_evolving_rows.csv";
    std::ofstream file(path);
    for (int p = 1; p <= 8; ++p) file << 0.25 * p << ',' << 0.5 * p * p - 1 << '\n';
    return path;
}

std::string fitted(const std::string& learning, const std::string& run) {
    return "model fitted\nparam β = 6\ndataset d = csv(\"" + rows_of_a_line() + "\", x = 1, y = 2)\nneuron x, z, h\ntrainable w\n"
           "boundary x ← d.x\nactivation h ← w*x\nactivation z ← h\nloss H = 1/2*(z - d.y)^2\n"
           "learning w evolves H with jump normal(0, 0.6), accept sigmoid(β*(H - H'))\ntimescale activation 1, boundary 2, " +
           learning + "observe kept = acceptance(w)\n" + run;
}

TEST(Evolution, of_what_all_rows_show_comes_to_the_canonical_law) {
    Running run = running(fitted("learning 16\n", "observe centre = mean(w)\nobserve spread = variance(w)\nrun { scheme = map  steps = 200  ensemble = 20'000 }\n"),
                          {.engine = driver::EngineKind::jit, .threads = 2, .lowering = {}, .request = {}, .folder = "."});
    ASSERT_TRUE(run.good()) << run.error;
    double squares = 0, products = 0; // H = (w² <x²> - 2w <xy> + <y²>)/2
    for (int p = 1; p <= 8; ++p) squares += 0.0625 * p * p / 8, products += 0.25 * p * (0.5 * p * p - 1) / 8;
    const double variance = 1 / (6 * squares);
    run.to_the_end();
    EXPECT_NEAR(run->observable("centre"), products / squares, 5 * std::sqrt(variance / 20000));
    EXPECT_NEAR(run->observable("spread"), variance, 5 * variance * std::sqrt(2.0 / 20000));
    EXPECT_FALSE(says(analysis::detailed_balance(run.compilation->model).at(0), "of each batch"));
}

TEST(Evolution, of_a_batch_is_judged_by_the_rows_of_the_batch) {
    Running run = running(fitted("learning 4\n", "init w = 3\nrun { scheme = map  steps = 60 }\n"));
    ASSERT_TRUE(run.good()) << run.error;
    EXPECT_TRUE(says(analysis::detailed_balance(run.compilation->model).at(0), "that law is of each batch"));
    EXPECT_TRUE(says(analysis::detailed_balance(run.compilation->model).at(0), "d<w>/dt = -9/100*β*dH/dw, per step")); // β/4 C
    int moves = 0;
    for (int step = 0; step < 60; ++step) {
        const double before = run->field("w").at(0);
        run.advance(1);
        EXPECT_EQ(run->field("w").at(0) != before, run->observable("kept") == 1);
        moves += run->observable("kept") == 1 ? 1 : 0;
    }
    EXPECT_GT(moves, 5);
    EXPECT_LT(moves, 55);
}

// Neurons that go on from row to row do so as they were shown; the trial begins where they began.
TEST(Evolution, a_jump_of_nothing_leaves_the_loss_as_it_is_also_with_carry) {
    std::string text = fitted("learning 4\n", "run { scheme = map  steps = 400 }\n");
    text.replace(text.find("normal(0, 0.6)"), 14, "normal(0, 0)");
    text.replace(text.find("sigmoid(β*(H - H'))"), std::string("sigmoid(β*(H - H'))").size(), "(1 if H' == H else 0)");
    text.replace(text.find("d.x\nactivation h ← w*x"), std::string("d.x\nactivation h ← w*x").size(), "d.x with carry\nactivation h ← w*x + z/2");
    Running run = running(text);
    ASSERT_TRUE(run.good()) << run.error;
    int moves = 0;
    for (int step = 0; step < 400; ++step) run.advance(1), moves += run->observable("kept") == 1 ? 1 : 0; // H' = H to the last bit
    EXPECT_EQ(moves, 400);
}

} // namespace
} // namespace nphys::test
