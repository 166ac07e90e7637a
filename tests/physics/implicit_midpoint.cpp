// The implicit midpoint rule: for linear laws the Cayley form, which turns each mode by θ = 2 atan(ω dt/2) at every step, however
// long, and conserves the quadratic invariants of the law (reference numbers, section 3; Emergent field theories, (3.5), (4.15)-(4.25)).

#include <cmath>
#include <numbers>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/physics/reference.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

constexpr int sites = 24;

// A plane wave of given amplitudes on a Dirac lattice in 1+1 dimensions.
std::string dirac_wave(int number, double dt, int steps) {
    const double k = 2 * std::numbers::pi * number / sites;
    return fmt::format("model wave param m = 0.3 lattice line(x) = periodic({}) index i, j in line index a, b in 1..2\n"
                       "neuron φ[i,a] trainable π[i,a] let ε[a,b] = levi_civita[a,b]\n"
                       "weight W[i,a; j,b] = δ[i,j]*(δ[a,b] + m*ε[a,b])\nbias B[i,a; j,b] = ε[a,b]*(δ[i+e[1], j] - δ[i,j])\n"
                       "activation φ[i,a] ← W[i,a; j,b]*φ[j,b] + B[i,a; j,b]*π[j,b]\n"
                       "learning   π[i,a] ← 2*π[i,a] - W[i,a; j,b]*π[j,b] - B[j,b; i,a]*φ[j,b]\n"
                       "init φ[i,a] = cos({:.17g}*x + 0.4*a) init π[i,a] = 0.7*sin({:.17g}*x - a)\n"
                       "observe charge = φ[i,a]^2 + π[i,a]^2\n"
                       "run {{ scheme = crank_nicolson dt = {} steps = {} }}",
                       sites, k, k, dt, steps);
}

using Fields = std::vector<double>; // φ[1,1], φ[1,2], φ[2,1] …

// m ε φ + B π; -m ε π - Bᵀ φ
std::pair<Fields, Fields> law(const Fields& phi, const Fields& pi) {
    const double m = 0.3;
    Fields to_phi(phi.size()), to_pi(pi.size());
    const auto at = [](int i, int a) { return static_cast<std::size_t>((i + sites) % sites * 2 + a); };
    for (int i = 0; i < sites; ++i)
        for (int a = 0; a < 2; ++a) {
            const double sign = a == 0 ? 1 : -1;
            const int b = 1 - a;
            to_phi[at(i, a)] = sign * (m * phi[at(i, b)] + pi[at(i + 1, b)] - pi[at(i, b)]);
            to_pi[at(i, a)] = -sign * (m * pi[at(i, b)] + phi[at(i, b)] - phi[at(i - 1, b)]);
        }
    return {to_phi, to_pi};
}

// L² = -ω² on a mode, so n steps are cos(nθ) + sin(nθ) L/ω.
TEST(ImplicitMidpoint, turns_each_dirac_mode_by_twice_the_arctangent) {
    for (const int number : {1, 5, 12})
        for (const double dt : {0.1, 1.0, 30.0}) {
            const int steps = 200;
            Running wave = running(dirac_wave(number, dt, steps));
            ASSERT_TRUE(wave.good()) << wave.error;
            const Fields phi = wave->field("φ"), pi = wave->field("π");
            const auto [to_phi, to_pi] = law(phi, pi);
            wave.advance(steps);
            const double sine = std::sin(std::numbers::pi * number / sites);
            const double omega = std::sqrt(0.3 * 0.3 + 4 * sine * sine);
            const double angle = steps * 2 * std::atan(omega * dt / 2);
            Fields expected_phi(phi.size()), expected_pi(pi.size());
            for (std::size_t n = 0; n < phi.size(); ++n) {
                expected_phi[n] = std::cos(angle) * phi[n] + std::sin(angle) / omega * to_phi[n];
                expected_pi[n] = std::cos(angle) * pi[n] + std::sin(angle) / omega * to_pi[n];
            }
            EXPECT_LT(distance(wave->field("φ"), expected_phi), 1e-12) << number << " " << dt;
            EXPECT_LT(distance(wave->field("π"), expected_pi), 1e-12) << number << " " << dt;
        }
}

TEST(ImplicitMidpoint, conserves_the_dirac_charge_over_a_thousand_steps) {
    Running dirac = running("model dirac use dirac param m = 0.2 lattice space(x, y, z) = periodic(8, 6, 10) index i, j in space\n"
                            "index a, b in 1..4 index μ in 1..3 neuron φ[i,a] trainable π[i,a]\n"
                            "weight W[i,a; j,b] = δ[i,j]*(δ[a,b] + m*X0[a,b])\nbias B[i,a; j,b] = X[μ,a,b]*(δ[i+e[μ], j] - δ[i,j])\n"
                            "activation φ[i,a] ← W[i,a; j,b]*φ[j,b] + B[i,a; j,b]*π[j,b]\n"
                            "learning   π[i,a] ← 2*π[i,a] - W[i,a; j,b]*π[j,b] - B[j,b; i,a]*φ[j,b]\n"
                            "init φ[i,a] = δ[a,1]*exp(-((x-4)^2 + (y-3)^2 + (z-5)^2)/8)\n"
                            "observe charge = φ[i,a]^2 + π[i,a]^2 run { scheme = crank_nicolson dt = 0.1 steps = 1000 }");
    ASSERT_TRUE(dirac.good()) << dirac.error;
    const double before = dirac->observable("charge");
    dirac.advance(1000);
    EXPECT_NEAR(dirac->observable("charge") / before, 1, 1e-12);
    ASSERT_TRUE(dirac->solves());
    EXPECT_FALSE(dirac->solves()->failed);
    EXPECT_LT(dirac->solves()->most, 20);
}

// A boundary layer of a stiff wave: far beyond the limit of every explicit scheme.
TEST(ImplicitMidpoint, conserves_the_klein_gordon_energy_at_any_step) {
    for (const double dt : {0.1, 1.0, 10.0}) {
        Running wave = running(fmt::format(
            "model kg use lattice lattice space(x, y) = periodic(12) × open(9) index i in space neuron φ[i] trainable π[i]\n"
            "loss H = -1/2*φ[i]*laplacian(φ)[i] + 1/2*0.5^2*φ[i]^2 activation φ[i] ← φ[i] + π[i] learning π descends H\n"
            "init φ = exp(-((x-6)^2 + (y-5)^2)/6) observe energy = 1/2*π[i]^2 + H\n"
            "run {{ scheme = crank_nicolson dt = {} steps = 1000 }}", dt));
        ASSERT_TRUE(wave.good()) << wave.error;
        const double before = wave->observable("energy");
        wave.advance(1000);
        EXPECT_NEAR(wave->observable("energy") / before, 1, 1e-12) << dt;
        EXPECT_FALSE(wave->solves()->failed);
    }
}

double pendulum_angle(const std::string& scheme, int steps) {
    Running pendulum = running(fmt::format("model pendulum neuron φ trainable π activation d/dt φ = π*(1 + 0.1*φ^2)\n"
                                           "learning d/dt π = -sin(φ) + 0.2*cos(t) - 0.1*π^3 init φ = 1 init π = 0.3\n"
                                           "run {{ scheme = {} dt = {:.17g} steps = {} }}", scheme, 2.0 / steps, steps));
    EXPECT_TRUE(pendulum.good()) << pendulum.error;
    pendulum.advance(steps);
    return pendulum->field("φ").front();
}

TEST(ImplicitMidpoint, has_order_two_for_laws_that_are_not_linear) {
    const double exact = pendulum_angle("rk4", 4000);
    const double coarse = std::abs(pendulum_angle("crank_nicolson", 40) - exact), fine = std::abs(pendulum_angle("crank_nicolson", 80) - exact);
    EXPECT_LT(coarse, 1e-3);
    EXPECT_NEAR(std::log2(coarse / fine), 2, 0.05);
}

// d/dt q = -k q + f with k dt = 1000: (1 - 500)/(1 + 500) per step, to the fixed point f/k.
TEST(ImplicitMidpoint, is_stable_for_stiff_decay) {
    Running decay = running("model decay neuron q activation d/dt q = -1000*q + 2 init q = 1 run { scheme = crank_nicolson dt = 1 steps = 10 }");
    ASSERT_TRUE(decay.good()) << decay.error;
    decay.advance(10);
    EXPECT_NEAR(decay->field("q").front(), 0.002 + 0.998 * std::pow(-499.0 / 501.0, 10), 1e-13);
}

// A driven end: the string is at rest where it is held, and its middle sees the drive at the middle of the step.
TEST(ImplicitMidpoint, holds_what_is_driven) {
    const auto string_at = [](const std::string& scheme, int steps) {
        Running driven = running(fmt::format("model string use lattice lattice line(x) = open(20) index i in line neuron φ[i] trainable π[i]\n"
                                             "activation d/dt φ[i] = π[i] learning d/dt π[i] = laplacian(φ)[i]\n"
                                             "boundary φ[i] ← sin(t) where x < 1\n"
                                             "run {{ scheme = {} dt = {:.17g} steps = {} }}", scheme, 4.0 / steps, steps));
        EXPECT_TRUE(driven.good()) << driven.error;
        driven.advance(steps);
        return driven->field("φ");
    };
    const auto exact = string_at("rk4", 800);
    EXPECT_NEAR(string_at("crank_nicolson", 40)[0], std::sin(4.0), 1e-14);
    const double coarse = distance(string_at("crank_nicolson", 40), exact), fine = distance(string_at("crank_nicolson", 80), exact);
    EXPECT_NEAR(std::log2(coarse / fine), 2, 0.1);
}

TEST(ImplicitMidpoint, single_precision_converges_to_what_fits) {
    Running wave = running("model kg use lattice lattice line(x) = periodic(64) index i in line neuron φ[i] trainable π[i]\n"
                           "loss H = -1/2*φ[i]*laplacian(φ)[i] activation φ[i] ← φ[i] + π[i] learning π descends H init φ = exp(-(x-32)^2/20)\n"
                           "observe energy = 1/2*π[i]^2 + H run { scheme = crank_nicolson dt = 0.5 steps = 500 precision = f32 }");
    ASSERT_TRUE(wave.good()) << wave.error;
    const double before = wave->observable("energy");
    wave.advance(500);
    EXPECT_FALSE(wave->solves()->failed);
    EXPECT_NEAR(wave->observable("energy") / before, 1, 1e-4);
}

// dq/dt = exp(q) from 0 becomes infinite at t = 1; beyond 0.6 no midpoint exists for steps of this length.
TEST(ImplicitMidpoint, a_solve_that_does_not_converge_is_told_and_leaves_the_state) {
    Running blast = running("model blast neuron q activation d/dt q = exp(q) run { scheme = crank_nicolson dt = 0.3 steps = 20 }");
    ASSERT_TRUE(blast.good()) << blast.error;
    blast.advance(20);
    const auto solves = blast->solves();
    ASSERT_TRUE(solves);
    EXPECT_TRUE(solves->failed);
    EXPECT_GT(solves->time, 0.2);
    EXPECT_LT(solves->time, 1.2);
    EXPECT_TRUE(std::isfinite(blast->field("q").front()));
}

// A complex neuron: a plane wave of iψ' = (-½∇² + V)ψ turns by 2 atan(E dt/2) in each step, E = 2 sin²(k/2) + V.
TEST(ImplicitMidpoint, turns_a_complex_plane_wave_by_twice_the_arctangent) {
    for (const double dt : {0.1, 2.0}) {
        const int number = 3, steps = 300;
        const double k = 2 * std::numbers::pi * number / sites, energy = 2 * std::pow(std::sin(k / 2), 2) + 0.4;
        Running wave = running(fmt::format("model wave use lattice lattice line(x) = periodic({}) index i in line neuron ψ[i] : complex\n"
                                           "activation d/dt ψ[i] = 1i*(1/2*laplacian(ψ)[i] - 0.4*ψ[i]) init ψ = exp(1i*{:.17g}*x)\n"
                                           "run {{ scheme = crank_nicolson dt = {} steps = {} }}", sites, k, dt, steps));
        ASSERT_TRUE(wave.good()) << wave.error;
        wave.advance(steps);
        const std::vector<double> psi = wave->field("ψ"); // re, im of each site
        const double turned = steps * 2 * std::atan(energy * dt / 2);
        ASSERT_EQ(psi.size(), 2U * sites);
        for (std::size_t x = 0; x < sites; ++x) {
            EXPECT_NEAR(psi[2 * x], std::cos(k * static_cast<double>(x) - turned), 1e-12) << dt;
            EXPECT_NEAR(psi[2 * x + 1], std::sin(k * static_cast<double>(x) - turned), 1e-12) << dt;
        }
    }
}

// In a well, in links and between walls, where nothing is known but that the norm stays; and of a nonlinear wave, whose norm is quadratic, too.
TEST(ImplicitMidpoint, conserves_the_norm_of_complex_neurons) {
    for (const std::string more : {"", " - 1i*0.8*abs(ψ[i])^2*ψ[i]"}) {
        Running wave = running("model well lattice plane(x, y) = open(12) × periodic(8) index i in plane neuron ψ[i] : complex\n"
                               "let A[i] = 0.7*sin(0.5*x)\n"
                               "activation d/dt ψ[i] = 1i*(ψ[i+e[1]] + ψ[i-e[1]] + exp(-1i*A[i])*ψ[i+e[2]] + exp(1i*A[i])*ψ[i-e[2]] - 0.05*(x - 5)^2*ψ[i])" + more + "\n"
                               "init ψ = exp(-((x - 4)^2 + (y - 4)^2)/6 + 0.9i*x) observe norm = abs(ψ[i])^2\n"
                               "run { scheme = crank_nicolson dt = 0.3 steps = 500 }");
        ASSERT_TRUE(wave.good()) << wave.error;
        const double norm = wave->observable("norm");
        const std::vector<double> start = wave->field("ψ");
        wave.advance(500);
        EXPECT_NEAR(wave->observable("norm") / norm, 1, 1e-12) << more;
        EXPECT_GT(distance(wave->field("ψ"), start), 0.3);
        EXPECT_FALSE(wave->solves()->failed);
    }
}

// Gauss's law is quadratic in fields, links and matter at each site.
TEST(ImplicitMidpoint, conserves_gauss_law_at_every_site) {
    const auto broken = [](const std::string& scheme) {
        Running light = running("model light use dirac, gauge, lattice lattice torus(x, y) = periodic(6, 6) index i in torus\n"
                                "index a, b in 1..4 index μ in axes(torus) neuron φ[i,a], A[i,μ] trainable π[i,a], E[i,μ]\n"
                                "let pull[i,a] = 0.5*X0[a,b]*φ[i,b] + X[μ,a,b]*gauge.forward(π, A, X0)[i,μ,b]\n"
                                "let push[i,a] = -0.5*X0[a,b]*π[i,b] - X[μ,a,b]*gauge.backward(φ, A, X0)[i,μ,b]\n"
                                "loss S = wilson_loss(A) - 0.2*(φ[i,a]*X0[a,b]*pull[i,b] + π[i,a]*X0[a,b]*push[i,b])\n"
                                "activation φ[i,a] ← φ[i,a] + pull[i,a] learning π[i,a] ← π[i,a] + push[i,a]\n"
                                "activation A[i,μ] ← A[i,μ] + E[i,μ] learning E descends S\n"
                                "let bump[i] = exp(-((x - 3)^2 + (y - 3)^2)/3) init φ[i,1] = bump[i] init π[i,3] = 0.3*bump[i]\n"
                                "observe broken = max[i](abs(backward_divergence(E)[i] - 0.2*(Σ[a](φ[i,a]^2 + π[i,a]^2) - 1.09*bump[i]^2)))\n"
                                "run { scheme = " + scheme + " dt = 0.2 steps = 30 }");
        EXPECT_TRUE(light.good()) << light.error;
        light.advance(30);
        return light->observable("broken");
    };
    EXPECT_LT(broken("crank_nicolson"), 1e-13);
    EXPECT_GT(broken("rk4"), 1e-8);
}

} // namespace
} // namespace nphys::test
