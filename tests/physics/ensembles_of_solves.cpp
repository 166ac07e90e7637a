// Copies under crank_nicolson and exact propagation: each goes where it would go alone.

#include <cmath>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/running.h"

namespace nphys::test {
namespace {

constexpr int copies = 5;

// The values of one copy; copies are the last axis.
std::vector<double> of_copy(const std::vector<double>& values, int copy) {
    std::vector<double> result;
    for (std::size_t n = static_cast<std::size_t>(copy); n < values.size(); n += copies) result.push_back(values[n]);
    return result;
}

// A field of the sites 0, 1, … with these values.
std::string listed(const std::vector<double>& values) {
    std::string text;
    for (std::size_t site = 0; site + 1 < values.size(); ++site) text += fmt::format("{:.17g} if x < {}.5 else ", values[site], site);
    return text + fmt::format("{:.17g}", values.back());
}

// `laws` of φ[i] and π[i] on four numbers; the ensemble is drawn, and each copy is then made alone from where it began.
void compare_with_runs_alone(const std::string& laws, const std::string& settings, int steps) {
    const std::string head = "model m use lattice " + laws;
    Running all = running(fmt::format("{}init φ = 1 + normal(0, 0.4) init π = normal(0, 0.7)\nobserve centre = mean(φ[2])\n"
                                      "run {{ {} steps = {} ensemble = {} }}", head, settings, steps, copies));
    ASSERT_TRUE(all.good()) << all.error;
    const std::vector<double> phi = all->field("φ"), pi = all->field("π");
    all.advance(steps);
    const auto solves = all->solves();
    double most = 0;
    for (int copy = 0; copy < copies; ++copy) {
        Running one = running(fmt::format("{}init φ[i] = {}\ninit π[i] = {}\n"
                                          "observe φ[2] run {{ {} steps = {} }}", head, listed(of_copy(phi, copy)), listed(of_copy(pi, copy)), settings, steps));
        ASSERT_TRUE(one.good()) << one.error;
        ASSERT_EQ(one->field("φ"), of_copy(phi, copy));
        one.advance(steps);
        EXPECT_LT(distance(of_copy(all->field("φ"), copy), one->field("φ")), 1e-14) << settings << " " << copy;
        EXPECT_LT(distance(of_copy(all->field("π"), copy), one->field("π")), 1e-14) << settings << " " << copy;
        if (solves) most = std::max(most, one->solves()->most);
    }
    if (solves) {
        EXPECT_EQ(solves->most, most);
    }
}

const std::string ring = "lattice line(x) = periodic(4) index i in line neuron φ[i] trainable π[i]\n";

TEST(EnsemblesOfSolves, solve_each_copy_as_if_it_were_alone) {
    compare_with_runs_alone(ring + "activation d/dt φ[i] = π[i] learning d/dt π[i] = laplacian(φ)[i] - φ[i]^3\n", "scheme = crank_nicolson dt = 0.4", 20);
    compare_with_runs_alone(ring + "activation d/dt φ[i] = π[i] - 0.2*φ[i] learning d/dt π[i] = laplacian(φ)[i] - 2*φ[i]\n", "scheme = crank_nicolson dt = 0.4", 20);
    compare_with_runs_alone(ring + "activation d/dt φ[i] = π[i+e[1]] - π[i] learning d/dt π[i] = φ[i] - φ[i-e[1]]\n", "scheme = crank_nicolson dt = 0.4", 20);
}

TEST(EnsemblesOfSolves, leap_each_copy_as_if_it_were_alone) {
    const std::string law = ring + "activation d/dt φ[i] = π[i] + 0.1*x learning d/dt π[i] = laplacian(φ)[i] - 2*φ[i]\n";
    compare_with_runs_alone(law, "scheme = exact dt = 0.3", 40);
    compare_with_runs_alone(law, "scheme = exact(leapfrog) dt = 0.3", 40);
    compare_with_runs_alone("lattice line(x) = open(4) index i in line neuron φ[i] trainable π[i]\n"
                            "activation d/dt φ[i] = π[i] + 0.1*x learning d/dt π[i] = laplacian(φ)[i] - x*φ[i]\n", "scheme = exact dt = 0.9", 10);
}

// q' = -k q with a rate that each copy draws for itself: q(t) = e^(-k t).
TEST(EnsemblesOfSolves, move_copies_by_laws_of_their_own) {
    Running decay = running(fmt::format("model decay neuron q, r let k = uniform(0.5, 40) activation d/dt q = -k*q init q = 1 init r = k\n"
                                        "observe centre = mean(q) run {{ scheme = exact dt = 0.1 steps = 4 ensemble = {} }}", copies));
    ASSERT_TRUE(decay.good()) << decay.error;
    const std::vector<double> rates = decay->field("r");
    EXPECT_NE(rates[0], rates[1]);
    decay.advance(4);
    for (int copy = 0; copy < copies; ++copy) {
        const auto c = static_cast<std::size_t>(copy);
        EXPECT_NEAR(decay->field("q")[c], std::exp(-0.4 * rates[c]), 1e-14) << rates[c];
    }
    EXPECT_NE(diagnostics_of("model decay neuron q let k = uniform(0.5, 40) activation d/dt q = -k*q init q = 1 observe centre = mean(q)\n"
                             "run { scheme = exact(rk4) dt = 0.01 steps = 4 ensemble = 5 }").find("its law is another one in each copy"), std::string::npos);
}

// q' = e^q is infinite at t = e^(-q₀): the copy that gets there first stops the run, and is told.
TEST(EnsemblesOfSolves, tell_of_the_first_copy_whose_solve_fails) {
    Running blast = running("model blast neuron q activation d/dt q = exp(q) init q = normal(0, 0.5) observe centre = mean(q)\n"
                            "run { scheme = crank_nicolson dt = 0.1 steps = 100 ensemble = 5 }");
    ASSERT_TRUE(blast.good()) << blast.error;
    double largest = -10;
    for (const double q : blast->field("q")) largest = std::max(largest, q);
    while (!blast->solves()->failed && blast->time() < 10) blast.advance(1);
    EXPECT_TRUE(blast->solves()->failed);
    EXPECT_NEAR(blast->solves()->time, std::exp(-largest), 0.25);
    EXPECT_GT(blast->solves()->residual, 1e-6);
}

} // namespace
} // namespace nphys::test
