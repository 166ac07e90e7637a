// Dirac lattices with two and four types, and with four types in a U(1) background, against dirac1d, dirac3d, gauge_u1:
// Emergent field theories, (4.15)-(4.40), (5.5). Mass and A₀ are propagated exactly by the splittings.

#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "tests/physics/reference.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

struct Lattice {
    std::vector<int> sites;
    std::vector<double> spacing;
    int types, steps;
    double mass, dt;

    explicit Lattice(const nlohmann::json& parameters)
        : sites(parameters["N"]), spacing(parameters["dx"]), types(parameters["K"]), steps(parameters["steps"]),
          mass(parameters["m"]), dt(parameters["dt"]) {}
};

const char* const coordinate[] = {"x", "y", "z"};

// θ1 …: the angles of the coordinates; φ and π as the reference starts them.
std::string beginning(const Lattice& lattice) {
    std::vector<std::string> coordinates, extents, angles;
    for (std::size_t d = 0; d < lattice.sites.size(); ++d) {
        const double length = lattice.sites[d] * lattice.spacing[d];
        coordinates.emplace_back(coordinate[d]);
        extents.push_back(fmt::format("0..{}", length));
        angles.push_back(fmt::format("let θ{}[i] = 2*pi*{}/{}\n", d + 1, coordinate[d], length));
    }
    return fmt::format("model dirac {} param m = {} param τ = {}\nlattice space({}) = periodic({}) over ({})\n"
                       "index i, j in space index a, b, c in 1..{} index μ in axes(space)\n"
                       "neuron φ[i,a] trainable π[i,a]\n{}{}"
                       "init φ[i,a] = cos(θ1[i] + 0.3*a) + 0.2*sin(a*θ{}[i])\n"
                       "init π[i,a] = 0.5*sin(θ1[i] - a*θ{}[i] + 0.1)\n",
                       lattice.types == 4 ? "use dirac" : "", lattice.mass, lattice.dt, fmt::join(coordinates, ", "),
                       fmt::join(lattice.sites, ", "), fmt::join(extents, ", "), lattice.types,
                       lattice.types == 4 ? "" : "let X0 = [[0, 1], [-1, 0]]\nlet X[μ,a,b] = X0[a,b]\n",
                       fmt::join(angles, ""), lattice.sites.size(), lattice.sites.size());
}

std::string with_weights(const Lattice& lattice, const std::string& run) {
    return beginning(lattice) +
           "weight W[i,a; j,b] = δ[i,j]*(δ[a,b] + m*X0[a,b])\n"
           "bias   B[i,a; j,b] = X[μ,a,b]*(δ[i+e[μ], j] - δ[i,j])/h[μ]\n"
           "activation φ[i,a] ← W[i,a; j,b]*φ[j,b] + B[i,a; j,b]*π[j,b]\n"
           "learning   π[i,a] ← 2*π[i,a] - W[i,a; j,b]*π[j,b] - B[j,b; i,a]*φ[j,b]\n"
           "let pull[i,a] = B[i,a; j,b]*π[j,b]\n"
           "observe charge = φ[i,a]^2 + π[i,a]^2\nobserve shadow = charge - τ^2/4*pull[i,a]^2\n" +
           run;
}

std::string run_of(const std::string& scheme, double dt, int steps) {
    return fmt::format("run {{ scheme = {} dt = {} steps = {} unstable = allow }}", scheme, dt, steps);
}

double error_of(const Running& dirac, const nlohmann::json& expected) {
    return std::max(distance(dirac->field("φ"), expected["phi"]), distance(dirac->field("π"), expected["pi"]));
}

// The splittings written out by hand on the lattice, arrays [site, a] as in the reference.
class ByHand {
public:
    ByHand(const Lattice& lattice, std::vector<double> phi, std::vector<double> pi) : lattice_(lattice), phi_(std::move(phi)), pi_(std::move(pi)) {}

    void step(const std::string& scheme, double h) {
        if (scheme == "yoshida4") {
            const double outer = 1 / (2 - std::cbrt(2.0));
            for (const double part : {outer, 1 - 2 * outer, outer})
                step("leapfrog", part * h);
            return;
        }
        const bool kicks_first = scheme == "leapfrog";
        turn(h / 2);
        kicks_first ? kick(h / 2) : drift(h / 2);
        kicks_first ? drift(h) : kick(h);
        kicks_first ? kick(h / 2) : drift(h / 2);
        turn(h / 2);
    }
    [[nodiscard]] const std::vector<double>& phi() const { return phi_; }
    [[nodiscard]] const std::vector<double>& pi() const { return pi_; }

private:
    // Row a of X_μ has one entry: its column and sign. Two types: X = X0 = ((0, 1), (-1, 0)).
    struct Entry { std::size_t column; double sign; };
    [[nodiscard]] Entry factor(std::size_t axis, std::size_t a) const {
        static constexpr Entry two[2] = {{1, 1}, {0, -1}};
        static constexpr Entry four[3][4] = {{{3, -1}, {2, 1}, {1, -1}, {0, 1}}, {{2, 1}, {3, 1}, {0, -1}, {1, -1}}, {{1, -1}, {0, 1}, {3, 1}, {2, -1}}};
        return lattice_.types == 2 ? two[a] : four[axis][a];
    }
    [[nodiscard]] std::size_t moved(std::size_t site, std::size_t axis, int direction) const {
        std::size_t stride = 1;
        for (std::size_t d = axis + 1; d < lattice_.sites.size(); ++d)
            stride *= static_cast<std::size_t>(lattice_.sites[d]);
        const auto size = static_cast<std::size_t>(lattice_.sites[axis]), place = site / stride % size;
        return site + ((place + size + static_cast<std::size_t>(direction)) % size - place) * stride;
    }
    // to += h Σ_μ X_μ (from[i ± e] - from[i])/h_μ, since -Bᵀ has the neighbour behind and X is antisymmetric.
    void difference(std::vector<double>& to, const std::vector<double>& from, int direction, double h) const {
        const auto types = static_cast<std::size_t>(lattice_.types);
        for (std::size_t site = 0; site * types < to.size(); ++site)
            for (std::size_t a = 0; a < types; ++a)
                for (std::size_t axis = 0; axis < lattice_.sites.size(); ++axis) {
                    const auto [column, sign] = factor(axis, a);
                    to[site * types + a] += h * sign / lattice_.spacing[axis] *
                                            (from[moved(site, axis, direction) * types + column] - from[site * types + column]);
                }
    }
    void drift(double h) { difference(phi_, pi_, 1, h); }
    void kick(double h) { difference(pi_, phi_, -1, h); }
    // X0 pairs the types 1, 2 and 3, 4: φ turns by m h, π the other way.
    void turn(double h) {
        const double c = std::cos(lattice_.mass * h), s = std::sin(lattice_.mass * h);
        for (std::size_t n = 0; n < phi_.size(); n += 2) {
            const double p = phi_[n], q = phi_[n + 1], u = pi_[n], v = pi_[n + 1];
            phi_[n] = c * p + s * q, phi_[n + 1] = c * q - s * p;
            pi_[n] = c * u - s * v, pi_[n + 1] = c * v + s * u;
        }
    }

    const Lattice& lattice_;
    std::vector<double> phi_, pi_;
};

class Dirac : public testing::TestWithParam<std::string> {
protected:
    nlohmann::json numbers = reference(GetParam());
    Lattice lattice{numbers["parameters"]};

    Running after(const std::string& scheme, double dt, int steps) const {
        Running dirac = running(with_weights(lattice, run_of(scheme, dt, steps)));
        if (dirac.good())
            dirac.advance(steps);
        return dirac;
    }
};

TEST_P(Dirac, starts_as_the_reference) {
    const Running dirac = running(with_weights(lattice, run_of("rk4", lattice.dt, 1)));
    ASSERT_TRUE(dirac.good()) << dirac.error;
    EXPECT_LT(distance(dirac->field("φ"), numbers["initial"]["phi0"]), 1e-14);
    EXPECT_LT(distance(dirac->field("π"), numbers["initial"]["pi0"]), 1e-14);
    EXPECT_NEAR(dirac->observable("charge"), numbers["charge_initial"], 1e-12 * lattice.types * 100);
}

TEST_P(Dirac, splitting_with_the_mass_exact_agrees_with_the_reference) {
    const nlohmann::json& expected = numbers["results"]["strang"];
    const Running dirac = after("drift_kick_drift", lattice.dt, lattice.steps);
    ASSERT_TRUE(dirac.good()) << dirac.error;
    EXPECT_LT(error_of(dirac, expected), 1e-12);
    const double conserved = expected["conserved_quantity"], charge = expected["charge"];
    EXPECT_NEAR(dirac->observable("shadow") / conserved, 1, 1e-12);
    EXPECT_NEAR(dirac->observable("charge") / charge, 1, 1e-12);
}

TEST_P(Dirac, exact_propagation_agrees_with_the_reference) {
    const std::pair<const char*, const char*> schemes[] = {{"exact", "exact"}, {"exact(drift_kick_drift)", "strang"}, {"exact(euler)", "map"}};
    for (const auto& [scheme, name] : schemes) {
        const nlohmann::json& expected = numbers["results"][name];
        const Running dirac = after(scheme, lattice.dt, expected["steps"]);
        ASSERT_TRUE(dirac.good()) << dirac.error;
        EXPECT_LT(error_of(dirac, expected), 1e-12) << scheme;
    }
}

TEST_P(Dirac, literal_map_with_a_step_agrees_with_the_reference) {
    const nlohmann::json& expected = numbers["results"]["map"];
    const Running dirac = after("euler", lattice.dt, expected["steps"]);
    ASSERT_TRUE(dirac.good()) << dirac.error;
    EXPECT_LT(error_of(dirac, expected), 1e-12);
}

TEST_P(Dirac, schemes_come_to_the_exact_flow_with_their_orders) {
    const std::pair<const char*, double> orders[] = {
        {"leapfrog", 2}, {"drift_kick_drift", 2}, {"crank_nicolson", 2}, {"yoshida4", 4}, {"rk4", 4}};
    for (const auto& [scheme, order] : orders) {
        const auto error = [&](int parts) {
            const Running dirac = after(scheme, lattice.dt / parts, lattice.steps * parts);
            EXPECT_TRUE(dirac.good()) << dirac.error;
            return dirac.good() ? error_of(dirac, numbers["results"]["exact"]) : 1.0;
        };
        EXPECT_NEAR(std::log2(error(1) / error(2)), order, 0.15) << scheme;
    }
}

// So the sizes of their errors are those of the splittings themselves.
TEST_P(Dirac, splittings_agree_with_those_written_out_by_hand) {
    for (const char* scheme : {"leapfrog", "drift_kick_drift", "yoshida4"}) {
        const Running dirac = after(scheme, lattice.dt, lattice.steps);
        ASSERT_TRUE(dirac.good()) << dirac.error;
        ByHand by_hand(lattice, numbers["initial"]["phi0"], numbers["initial"]["pi0"]);
        for (int n = 0; n < lattice.steps; ++n)
            by_hand.step(scheme, lattice.dt);
        EXPECT_LT(distance(dirac->field("φ"), by_hand.phi()), 1e-12) << scheme;
        EXPECT_LT(distance(dirac->field("π"), by_hand.pi()), 1e-12) << scheme;
    }
}

INSTANTIATE_TEST_SUITE_P(reference, Dirac, testing::Values("dirac1d", "dirac3d"),
                         [](const auto& info) { return info.param; });

// d/dt φ = X0 (m + A₀) φ + B π, d/dt π = -Bᵀ φ + X0 (A₀ - m) π with links exp(-dx A X0) in B, once as a bias and once with
// the covariant differences of `gauge`.
class DiracInABackground : public testing::Test {
protected:
    nlohmann::json numbers = reference("gauge_u1");
    Lattice lattice{numbers["parameters"]};

    Running after(const std::string& scheme, double dt, int steps, bool as_bias = false) const {
        const char* const bias = "let U[i,μ,a,b] = cos(h[μ]*A[i,μ])*δ[a,b] - sin(h[μ]*A[i,μ])*X0[a,b]\n"
                                 "bias B[i,a; j,b] = X[μ,a,c]*(U[i,μ,c,b]*δ[i+e[μ], j] - δ[c,b]*δ[i,j])/h[μ]\n"
                                 "let ahead[i,a] = B[i,a; j,b]*π[j,b]\nlet behind[i,a] = B[j,b; i,a]*φ[j,b]\n";
        const char* const links = "use gauge\nlet ahead[i,a] = X[μ,a,b]*forward(π, A, X0)[i,μ,b]\n"
                                  "let behind[i,a] = X[μ,a,b]*backward(φ, A, X0)[i,μ,b]\n";
        Running dirac = running(beginning(lattice) +
                                "let A[i,μ] = [0.3*sin(θ2[i]), 0.2*cos(θ3[i] - θ1[i]), 0.1 + 0.1*sin(θ1[i])][μ]\n"
                                "let A0[i] = 0.2*cos(θ1[i])\n" +
                                std::string(as_bias ? bias : links) +
                                "activation d/dt φ[i,a] = (m + A0[i])*X0[a,b]*φ[i,b] + ahead[i,a]\n"
                                "learning   d/dt π[i,a] = -behind[i,a] + (A0[i] - m)*X0[a,b]*π[i,b]\n"
                                "observe charge = φ[i,a]^2 + π[i,a]^2\n" +
                                run_of(scheme, dt, steps));
        if (dirac.good())
            dirac.advance(steps);
        return dirac;
    }
};

TEST_F(DiracInABackground, mass_and_potential_of_place_are_exact) {
    for (const bool as_bias : {true, false}) {
        const Running dirac = after("drift_kick_drift", lattice.dt, lattice.steps, as_bias);
        ASSERT_TRUE(dirac.good()) << dirac.error;
        EXPECT_LT(error_of(dirac, numbers["results"]["strang"]), 1e-12);
    }
}

TEST_F(DiracInABackground, literal_map_with_a_step_agrees_with_the_reference) {
    const nlohmann::json& expected = numbers["results"]["map"];
    const Running dirac = after("euler", lattice.dt, expected["steps"]);
    ASSERT_TRUE(dirac.good()) << dirac.error;
    EXPECT_LT(error_of(dirac, expected), 1e-12);
}

TEST_F(DiracInABackground, schemes_come_to_the_exact_flow_with_their_orders) {
    const std::pair<const char*, double> orders[] = {
        {"leapfrog", 2}, {"drift_kick_drift", 2}, {"yoshida4", 4}, {"rk4", 4}};
    for (const auto& [scheme, order] : orders) {
        const auto error = [&](int parts) {
            const Running dirac = after(scheme, lattice.dt / parts, lattice.steps * parts);
            EXPECT_TRUE(dirac.good()) << dirac.error;
            return dirac.good() ? error_of(dirac, numbers["results"]["exact"]) : 1.0;
        };
        const double coarse = error(1), fine = error(2);
        EXPECT_LT(coarse, order == 2 ? 2e-2 : 3e-3) << scheme;
        EXPECT_NEAR(std::log2(coarse / fine), order, 0.15) << scheme;
    }
}

TEST_F(DiracInABackground, charge_of_the_exact_flow_is_conserved) {
    const Running dirac = after("yoshida4", lattice.dt / 8, 8 * lattice.steps);
    ASSERT_TRUE(dirac.good()) << dirac.error;
    const double charge = numbers["charge_initial"], exact = numbers["results"]["exact"]["charge"];
    EXPECT_NEAR(exact / charge, 1, 1e-13);
    EXPECT_NEAR(dirac->observable("charge") / charge, 1, 1e-7);
}

} // namespace
} // namespace nphys::test
