// What check says of laws, against closed answers and runs: what they conserve, implicit steps, delays, forms where waves are no
// modes, slow modes that only a lattice has.

#include <cmath>
#include <complex>
#include <numbers>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/analysis/conservation.h"
#include "compiler/analysis/spurious.h"
#include "compiler/analysis/stability.h"
#include "runtime/random/noise.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

using analysis::Kept;
constexpr double pi = std::numbers::pi;

analysis::Conservation conservation_of(const Running& run) { return analysis::conservation(run.compilation->model, run.compilation->derived); }
analysis::StabilityReport stability_of(const Running& run) { return analysis::stability(run.compilation->model, run.compilation->derived); }

// ---- What the flow conserves -----------------------------------------------------------------------------------------

struct Observed {
    std::string name, text;
    Kept fate;
};

const std::string oscillator = "model m neuron φ trainable π activation d/dt φ = π learning d/dt π = -φ", with_rk4 = " run { scheme = rk4 dt = 0.1 steps = 1 }";

const Observed observed[] = {
    {"energy", oscillator + " observe e = φ^2 + π^2" + with_rk4, Kept::exactly},
    {"driven", oscillator + " + cos(t) observe e = φ^2 + π^2" + with_rk4, Kept::not_kept},
    {"pushed", oscillator + " + 1 observe e = φ^2 + π^2" + with_rk4, Kept::not_kept},
    {"moving_frame", oscillator + " observe e = φ^2 + π^2 + t" + with_rk4, Kept::not_kept},
    {"side", oscillator + " observe e = φ > 0" + with_rk4, Kept::undecided},
    {"uniform_motion", "model m neuron φ activation d/dt φ = 1 observe e = φ" + with_rk4, Kept::not_kept},
    {"uniform_motion_seen_from_beside", "model m neuron φ activation d/dt φ = 1 observe e = φ - t" + with_rk4, Kept::exactly},
    {"memory", "model m neuron v activation d/dt v = -delay(v, 1) init v = 1 observe e = v run { scheme = euler dt = 0.1 steps = 1 }", Kept::not_kept},
    {"past", "model m neuron v activation d/dt v = -v init v = 1 observe e = average(v, 1)" + with_rk4, Kept::undecided},
    {"noise", "model m neuron q activation d/dt q = white() observe e = q run { scheme = euler_maruyama dt = 0.1 steps = 1 }", Kept::undecided},
};

class ObservablesOfFlows : public testing::TestWithParam<Observed> {};

TEST_P(ObservablesOfFlows, are_called_conserved_only_where_they_are) {
    const Running run = running(GetParam().text);
    ASSERT_TRUE(run.good()) << run.error;
    const auto found = conservation_of(run);
    ASSERT_EQ(found.observables.size(), 1U);
    EXPECT_EQ(found.observables.front().by_flow, GetParam().fate) << found.observables.front().flow_reason;
}

INSTANTIATE_TEST_SUITE_P(laws, ObservablesOfFlows, testing::ValuesIn(observed), [](const auto& info) { return info.param.name; });

TEST(FormsOfLaws, of_a_law_with_a_push_are_not_looked_for) {
    const Running run = running(oscillator + " + 1" + with_rk4);
    ASSERT_TRUE(run.good()) << run.error;
    EXPECT_TRUE(conservation_of(run).flow.forms.empty());
    EXPECT_FALSE(conservation_of(run).flow.obstacle.empty());
}

// ---- Implicit steps --------------------------------------------------------------------------------------------------

std::string heat(const std::string& scheme, double dt, int steps) {
    return fmt::format("model heat lattice ring(x) = periodic(8) index i in ring neuron u[i]\n"
                       "activation d/dt u[i] = u[i+e[1]] - 2*u[i] + u[i-e[1]] init u = cos(pi*x) observe size = u[1]\n"
                       "run {{ scheme = {} dt = {} steps = {} }}", scheme, dt, steps);
}

TEST(ImplicitSteps, have_no_limit_and_their_factor_is_that_of_runs) { // at k = π the law is u' = -4u
    constexpr double dt = 0.7, z = -4 * dt;
    const std::pair<std::string, double> factors[] = {
        {"implicit_euler", 1 / (1 - z)},
        {"crank_nicolson", std::abs((1 + z / 2) / (1 - z / 2))},
        {"bdf2", std::abs((std::complex<double>(2) + std::sqrt(std::complex<double>(1 + 2 * z))) / (3 - 2 * z))},
    };
    for (const auto& [scheme, factor] : factors) {
        Running run = running(heat(scheme, dt, 40));
        ASSERT_TRUE(run.good()) << run.error;
        const auto report = stability_of(run);
        EXPECT_EQ(report.certainty, analysis::Certainty::exact) << scheme;
        EXPECT_TRUE(report.any_step) << scheme << report.reason;
        ASSERT_TRUE(report.fastest_factor.has_value()) << scheme;
        EXPECT_NEAR(*report.fastest_factor, factor, 1e-12) << scheme;
        const auto next = [&] {
            run.advance(1);
            return run->observable("size");
        };
        // Of two conjugate factors z: u₁² - 2 Re z u₀u₁ + |z|² u₀² goes down by |z|² in a step.
        const double turn = scheme == "bdf2" ? 4 / (3 - 2 * z) : 0, least = scheme == "bdf2" ? factor * factor : 0;
        const auto form = [&](double before, double after) { return after * after - turn * before * after + least * before * before; };
        double before = next(), after = next();
        const double start = form(before, after);
        for (int step = 0; step < 4; ++step) before = after, after = next();
        EXPECT_NEAR(std::pow(form(before, after) / start, 1.0 / 8), factor, 1e-10) << scheme;
    }
}

TEST(ImplicitSteps, of_a_law_of_place_have_no_limit_either) {
    const Running run = running("model heat lattice line(x) = open(30) index i in line neuron u[i]\n"
                                "activation d/dt u[i] = (1 + x/30)*(u[i+e[1]] - 2*u[i] + u[i-e[1]]) run { scheme = implicit_euler dt = 5 steps = 1 }");
    ASSERT_TRUE(run.good()) << run.error;
    EXPECT_TRUE(stability_of(run).any_step);
}

// ---- Delays: d/dt v = -a v(t - 1) --------------------------------------------------------------------------------------

std::string answering(double a, int parts, int steps) {
    return fmt::format("model past neuron v activation d/dt v = -{}*delay(v, 1) init v = 1 observe v run {{ scheme = euler dt = {:.17g} steps = {} }}", a,
                       1.0 / parts, steps);
}

// Euler's v' = v - b v₋ₖ has no growing mode where b < 2 cos(πK/(2K + 1)): at a = 1.2 from K = 2 on.
TEST(Delays, have_the_limit_of_their_steps) {
    const auto report = stability_of(running(answering(1.2, 10, 1)));
    EXPECT_EQ(report.certainty, analysis::Certainty::exact);
    ASSERT_TRUE(report.limit.has_value());
    EXPECT_DOUBLE_EQ(*report.limit, 0.5);
    EXPECT_EQ(report.law_growth, 0);
    EXPECT_LT(report.growth, 1);
}

TEST(Delays, grow_as_their_runs_and_as_lambert_says) { // λ = W(-2) = 0.17277 + 1.6737i
    constexpr int parts = 8, steps = 1600;
    const auto report = stability_of(running(answering(2, parts, 1)));
    EXPECT_NEAR(report.law_growth, 0.1727, 2e-3);
    const auto largest = [](int from) { // over a swing
        Running run = running(answering(2, parts, steps));
        run.advance(from);
        double size = 0;
        for (int step = 0; step < 8 * parts; ++step) {
            run.advance(1);
            size = std::max(size, std::abs(run->observable("v")));
        }
        return size;
    };
    EXPECT_NEAR(std::log(largest(1400) / largest(200)) / 1200, std::log(report.growth), 0.8 / 1200); // a swing of 30 steps grows by e^0.8
}

// ---- Forms where waves are no modes ------------------------------------------------------------------------------------

const std::pair<std::string, std::string> of_place[] = {
    {"leapfrog", "model string lattice line(x) = open(30) index i in line neuron φ[i] trainable π[i] let c[i] = 1 + 0.3*sin(x)\n"
                 "activation d/dt φ[i] = π[i] learning d/dt π[i] = c[i]*(φ[i+e[1]] - φ[i]) - c[i-e[1]]*(φ[i] - φ[i-e[1]]) - 0.1*φ[i]\n"},
    {"drift_kick_drift", "model string lattice line(x) = reflecting(20) × periodic(4) index i in line neuron φ[i] trainable π[i]\n"
                         "activation d/dt φ[i] = π[i] learning d/dt π[i] = φ[i+e[1]] + φ[i-e[1]] + φ[i+e[2]] + φ[i-e[2]] - (4 + 0.01*x^2)*φ[i]\n"},
    {"crank_nicolson", "model masses lattice line(x) = periodic(24) index i in line neuron φ[i,a] trainable π[i,a] index a in 1..2\n"
                       "let m[i] = tanh(x - 12) activation d/dt φ[i,1] = m[i]*φ[i,2] + π[i+e[1],2] - π[i,2] activation d/dt φ[i,2] = -m[i]*φ[i,1] - π[i+e[1],1] + π[i,1]\n"
                       "learning d/dt π[i,1] = -m[i]*π[i,2] + φ[i-e[1],2] - φ[i,2] learning d/dt π[i,2] = m[i]*π[i,1] - φ[i-e[1],1] + φ[i,1]\n"},
};

TEST(FormsOfLaws, of_place_are_conserved_by_runs) {
    for (const auto& [scheme, law] : of_place) {
        const std::string text = scheme == "drift_kick_drift" ? std::string(law).replace(law.find("(x)"), 3, "(x, y)") : law;
        const std::string start = "init φ = sin(3*x + x^2) init π = cos(5*x) ", run = fmt::format("run {{ scheme = {} dt = 0.2 steps = 300 }}", scheme);
        const Running first = running(text + start + run);
        ASSERT_TRUE(first.good()) << first.error;
        const auto found = conservation_of(first);
        EXPECT_FALSE(found.flow.forms.empty()) << scheme << found.flow.obstacle;
        ASSERT_FALSE(found.scheme.forms.empty()) << scheme << found.scheme.obstacle;
        std::string observed_forms;
        for (std::size_t n = 0; n < found.scheme.forms.size(); ++n) observed_forms += fmt::format("observe form{} = {}\n", n, found.scheme.forms[n].text);
        Running again = running(text + start + observed_forms + run);
        ASSERT_TRUE(again.good()) << again.error;
        std::vector<double> before;
        for (std::size_t n = 0; n < found.scheme.forms.size(); ++n) before.push_back(again->observable(fmt::format("form{}", n)));
        again.to_the_end();
        for (std::size_t n = 0; n < before.size(); ++n)
            EXPECT_NEAR(again->observable(fmt::format("form{}", n)), before[n], 1e-9 * (1 + std::abs(before[n]))) << scheme << found.scheme.forms[n].text;
    }
}

// ---- Slow modes that only the lattice has --------------------------------------------------------------------------------

// Types with masses and springs to the next site or, doubled, across it: ω² = m² + Σ c·4 sin²(k/2) or c sin²k; the first two types
// are joined by g.
class RandomSprings {
public:
    explicit RandomSprings(int seed) : seed_(static_cast<std::uint64_t>(seed)), axes(1 + below(3)), types_(1 + below(4)) {
        joined_ = types_ > 1 ? 0.05 + 0.1 * uniform() : 0;
        for (int type = 0; type < types_; ++type) {
            masses_.push_back(0.4 + uniform());
            for (int axis = 0; axis < axes; ++axis) springs_.push_back({0.3 + uniform(), below(2) == 1});
        }
    }

    [[nodiscard]] std::string text() const {
        const char* const extents[] = {"12", "12, 6", "6, 4, 4"}; // of four sites the second ones are the same
        const char* const names[] = {"x", "x, y", "x, y, z"};
        std::string loss = fmt::format("{:.17g}*φ[i,1]*φ[i,{}]", joined_, types_ > 1 ? 2 : 1);
        for (int type = 0; type < types_; ++type) {
            loss += fmt::format(" + {:.17g}*φ[i,{}]^2", 0.5 * masses_[static_cast<std::size_t>(type)], type + 1);
            for (int axis = 0; axis < axes; ++axis) {
                const Spring& spring = spring_of(type, axis);
                loss += spring.doubled ? fmt::format(" + {:.17g}*(φ[i+e[{}],{}] - φ[i-e[{}],{}])^2", spring.strength / 8, axis + 1, type + 1, axis + 1, type + 1)
                                       : fmt::format(" + {:.17g}*(φ[i+e[{}],{}] - φ[i,{}])^2", spring.strength / 2, axis + 1, type + 1, type + 1);
            }
        }
        return fmt::format("model springs lattice space({}) = periodic({}) index i in space index a in 1..{} neuron φ[i,a] trainable π[i,a]\n"
                           "loss H = Σ[i]({}) activation φ[i,a] ← φ[i,a] + π[i,a] learning π descends H run {{ scheme = leapfrog dt = 0.01 steps = 1 }}",
                           names[axes - 1], extents[axes - 1], types_, loss);
    }

    // The lowest ω at a wave vector; of the continuum k² for its waves.
    [[nodiscard]] double slowest(const analysis::WaveVector& k, bool continuum) const {
        std::vector<double> squares;
        for (int type = 0; type < types_; ++type) {
            double square = masses_[static_cast<std::size_t>(type)];
            for (int axis = 0; axis < axes; ++axis) {
                const Spring& spring = spring_of(type, axis);
                const double along = k[static_cast<std::size_t>(axis)];
                square += spring.strength * (continuum ? along * along : spring.doubled ? std::pow(std::sin(along), 2) : 4 * std::pow(std::sin(along / 2), 2));
            }
            squares.push_back(square);
        }
        if (types_ > 1) {
            const double mean = (squares[0] + squares[1]) / 2, half = (squares[0] - squares[1]) / 2, apart = std::hypot(half, joined_);
            squares[0] = mean - apart, squares[1] = mean + apart;
        }
        return std::sqrt(*std::ranges::min_element(squares));
    }

private:
    struct Spring {
        double strength;
        bool doubled;
    };
    [[nodiscard]] const Spring& spring_of(int type, int axis) const { return springs_[static_cast<std::size_t>(type * axes + axis)]; }
    double uniform() { return runtime::uniform({.seed = seed_, .stream = 11, .row = next_++, .column = 0, .step = 0}); }
    int below(int bound) { return static_cast<int>(uniform() * bound); }

    std::uint64_t seed_, next_ = 0;

public:
    int axes;

private:
    int types_;
    double joined_ = 0;
    std::vector<double> masses_;
    std::vector<Spring> springs_;
};

TEST(SpuriousZeros, of_random_linear_models_are_all_that_closed_formulas_have) {
    int met = 0;
    for (int seed = 1; seed <= 12; ++seed) {
        const RandomSprings springs(seed);
        const Running run = running(springs.text());
        ASSERT_TRUE(run.good()) << run.error << springs.text();
        const model::Model& model = run.compilation->model;
        const analysis::LawSpectrum law(model, analysis::motion_of(model), analysis::constants_of(model));
        ASSERT_TRUE(law.obstacle().empty()) << law.obstacle();
        const auto zeros = analysis::spurious_zeros(law);
        const double gap = springs.slowest({}, false);
        std::size_t expected = 0;
        for (int corner = 1; corner < 1 << springs.axes; ++corner) { // sin k = 0
            analysis::WaveVector k{};
            for (int axis = 0; axis < springs.axes; ++axis)
                if ((corner >> axis) % 2 == 1) k[static_cast<std::size_t>(axis)] = pi;
            const double here = springs.slowest(k, false), continuum = springs.slowest(k, true);
            if (here > gap + 1e-9 || continuum < gap + 1e-2) continue;
            ++expected;
            const auto zero = std::ranges::find_if(zeros, [&](const analysis::SpuriousZero& one) {
                double apart = 0;
                for (std::size_t axis = 0; axis < k.size(); ++axis) apart += std::abs(std::remainder(one.k[axis] - k[axis], 2 * pi));
                return apart < 1e-9;
            });
            ASSERT_NE(zero, zeros.end()) << seed << " corner " << corner;
            EXPECT_NEAR(zero->frequency, here, 1e-10);
            EXPECT_NEAR(zero->continuum, continuum, 1e-10);
            EXPECT_TRUE(zero->on_lattice);
        }
        EXPECT_EQ(zeros.size(), expected) << seed << springs.text();
        met += static_cast<int>(expected);
    }
    EXPECT_GT(met, 6) << "the models have no spurious zeros to be found";
}

// ω² = m² + 2(1 - u)(1 - (1 - u)/s)² with u = cos k is m² again where 1 - u = s, at no simple part of π.
TEST(SpuriousZeros, are_found_between_the_simple_wave_vectors) {
    constexpr double k0 = 1.234, s = 0.66953489; // 1 - cos k0
    const double a = 1 / s;
    // 2(1-u)(1 - a(1-u))² = Σ cₙ uⁿ; 2 cos k is two neighbours, (2 cos k)² = 2 cos 2k + 2, (2 cos k)³ = 2 cos 3k + 6 cos k.
    const double b = 1 - a, c0 = 2 * b * b, c1 = 4 * a * b - 2 * b * b, c2 = 2 * a * a - 4 * a * b, c3 = -2 * a * a;
    const double on = c0 + c2 / 2, one = c1 / 2 + 3 * c3 / 8, two = c2 / 4, three = c3 / 8;
    const Running run = running(fmt::format(
        "model hidden lattice ring(x) = periodic(64) index i in ring neuron φ[i] trainable π[i] activation d/dt φ[i] = π[i]\n"
        "learning d/dt π[i] = -{:.17g}*φ[i] - {:.17g}*(φ[i+e[1]] + φ[i-e[1]]) - {:.17g}*(φ[i+2*e[1]] + φ[i-2*e[1]]) - {:.17g}*(φ[i+3*e[1]] + φ[i-3*e[1]])\n"
        "run {{ scheme = rk4 dt = 0.01 steps = 1 }}", on + 0.09, one, two, three));
    ASSERT_TRUE(run.good()) << run.error;
    const model::Model& model = run.compilation->model;
    const analysis::LawSpectrum law(model, analysis::motion_of(model), analysis::constants_of(model));
    const auto zeros = analysis::spurious_zeros(law);
    ASSERT_EQ(zeros.size(), 1U);
    EXPECT_NEAR(zeros.front().k[0], k0, 1e-4);
    EXPECT_FALSE(zeros.front().on_lattice);
}

// ---- Densities -----------------------------------------------------------------------------------------------------------

TEST(Densities, have_the_limit_of_their_runs) {
    const auto density = [](const std::string& scheme, double dt, const std::string& more) {
        return fmt::format("model ou trainable q learning q descends 1/2*q^2 with noise 1 init q = normal(1, 0.5) observe centre = mean(q)\n"
                           "run {{ as = density on grid(q: -4..4 by 50) scheme = {} dt = {:.17g} steps = 3000 {} }}", scheme, dt, more);
    };
    const Running known = running(density("rk4", 1e-3, ""));
    ASSERT_TRUE(known.good()) << known.error;
    const auto report = stability_of(known);
    ASSERT_TRUE(report.limit.has_value()) << report.reason;
    Running below = running(density("rk4", 0.98 * *report.limit, "unstable = allow"));
    ASSERT_TRUE(below.good()) << below.error;
    below.to_the_end();
    EXPECT_LT(std::abs(below->observable("centre")), 10);
    Running above = running(density("rk4", 1.02 * *report.limit, "unstable = allow"));
    ASSERT_TRUE(above.good()) << above.error;
    above.to_the_end();
    EXPECT_FALSE(std::abs(above->observable("centre")) < 10);
}

// Around a flat density a ripple of wave number k turns with √(2γ/β) γ k̂², k̂² = 4/h² at the end of the zone; rk4 takes √8 of that.
TEST(Pairs, have_the_limit_of_their_fastest_ripple_before_they_run) {
    const double h = 2 * std::numbers::pi / 40, limit = std::sqrt(8) / (std::sqrt(2 * 0.4) * 0.4 * 4 / (h * h));
    const auto told = [&](double dt) {
        return diagnostics_of(fmt::format("model pair\nparam γ = 0.4\ntrainable q\nloss U = 0*q\nlearning q descends U with rate γ, noise 1\n"
                                          "run {{ as = hydrodynamic(1) on grid(q: periodic(0..2*pi by 40))  scheme = rk4  dt = {}  steps = 1\n"
                                          "      init P = 1 + 0.0001*cos(q) }}\n", dt));
    };
    EXPECT_EQ(told(0.99 * limit), "");
    EXPECT_NE(told(1.01 * limit).find("E0614"), std::string::npos) << told(1.01 * limit);
}

} // namespace
} // namespace nphys::test
