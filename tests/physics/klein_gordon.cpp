// Klein–Gordon lattices in one, two and three dimensions against kg1d, kg2d, kg3d: Emergent field theories, (3.2), (3.4), (3.14)-(3.19).

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
    double mass, dt;

    explicit Lattice(const nlohmann::json& parameters)
        : sites(parameters["N"]), spacing(parameters["dx"]), mass(parameters["m"]), dt(parameters["dt"]) {}
    [[nodiscard]] std::size_t dimensions() const { return sites.size(); }
    [[nodiscard]] double length(std::size_t d) const { return sites[d] * spacing[d]; }
};

const char* const coordinate[] = {"x", "y", "z"};

// The space, m, and the initial values of the reference as fields f and p.
std::string beginning(const Lattice& lattice) {
    std::vector<std::string> coordinates, extents, angles, bumps;
    for (std::size_t d = 0; d < lattice.dimensions(); ++d) {
        coordinates.emplace_back(coordinate[d]);
        extents.push_back(fmt::format("0..{}", lattice.length(d)));
        angles.push_back(fmt::format("2*pi*{}/{}", coordinate[d], lattice.length(d)));
        bumps.push_back(fmt::format("({} - {})^2/(2*{}^2)", coordinate[d], lattice.length(d) / 2, lattice.length(d) / 8));
    }
    return fmt::format("model kg use lattice param m = {} lattice space({}) = periodic({}) over ({})\n"
                       "index i in space neuron φ[i] trainable π[i]\n"
                       "let f[i] = cos({}) + 0.5*cos({} + 0.3) + exp(-({}))\nlet p[i] = 0.4*sin(2*{})\n",
                       lattice.mass, fmt::join(coordinates, ", "), fmt::join(lattice.sites, ", "), fmt::join(extents, ", "), angles[0],
                       fmt::join(angles, " + "), fmt::join(bumps, " + "), angles[0]);
}

std::string first_representation(const Lattice& lattice, const std::string& scheme, int steps) {
    return beginning(lattice) +
           fmt::format("loss H = -1/2*φ[i]*laplacian(φ)[i] + 1/2*m^2*φ[i]^2\n"
                       "activation φ[i] ← φ[i] + π[i]\nlearning π descends H\ninit φ[i] = f[i]\ninit π[i] = p[i]\n"
                       "observe energy = 1/2*π[i]^2 + H\n"
                       "run {{ scheme = {} dt = {} steps = {} unstable = allow }}",
                       scheme, lattice.dt, steps);
}

std::string second_representation(const Lattice& lattice, const std::string& scheme, int steps) {
    return beginning(lattice) +
           fmt::format("param τ = {}\nloss H = 1/2*φ[i]^2 + 1/2*π[i]^2\n"
                       "activation φ[i] ← 2*φ[i] + τ^2*(laplacian(φ)[i] - m^2*φ[i]) + π[i]\nlearning π descends H\n"
                       "init φ[i] = f[i]\ninit π[i] = -(f[i] - τ*p[i] + τ^2/2*(laplacian(f)[i] - m^2*f[i]))\n"
                       "run {{ scheme = {} steps = {} unstable = allow }}",
                       lattice.dt, scheme, steps);
}

// What the language calls the schemes of the reference; its `map` has a step, so it is forward Euler here.
std::string scheme_of(const std::string& name) { return name == "map" ? "euler" : name; }

class KleinGordon : public testing::TestWithParam<std::tuple<std::string, std::string>> {
protected:
    // `form` says how the scheme is run: "{}" or "exact({})".
    void agrees(const char* form) const;
};

TEST_P(KleinGordon, agrees_with_the_reference) { agrees("{}"); }
TEST_P(KleinGordon, exact_powers_agree_with_the_reference) { agrees("exact({})"); }

void KleinGordon::agrees(const char* form) const {
    const auto& [file, name] = GetParam();
    const std::string& scheme = name;
    const nlohmann::json numbers = reference(file);
    const nlohmann::json& expected = numbers["results"][scheme];
    const Lattice lattice(numbers["parameters"]);
    const int steps = expected["steps"];
    const bool second = scheme == "second_representation";
    Running kg = running(second ? second_representation(lattice, fmt::format(fmt::runtime(form), "map"), steps)
                                : first_representation(lattice, fmt::format(fmt::runtime(form), scheme_of(scheme)), steps));
    ASSERT_TRUE(kg.good()) << kg.error;
    EXPECT_LT(distance(kg->field("φ"), numbers["initial"]["phi0"]), 1e-15);
    const auto energy_is = [&](double value) { EXPECT_NEAR(kg->observable("energy"), value, 1e-12 * std::abs(value)); };
    if (!second) energy_is(numbers["energy_initial"]);
    kg.advance(steps);
    ASSERT_TRUE(kg.good()) << kg.error;
    const double tolerance = second ? 2e-11 : 1e-12;
    EXPECT_LT(distance(kg->field("φ"), expected["phi"]), tolerance);
    EXPECT_LT(distance(kg->field("π"), expected["beta"]), tolerance);
    if (!second) energy_is(expected["energy"]);
}

INSTANTIATE_TEST_SUITE_P(reference, KleinGordon,
                         testing::Combine(testing::Values("kg1d", "kg2d", "kg3d"),
                                          testing::Values("leapfrog", "symplectic_euler", "map", "second_representation")),
                         [](const auto& info) { return std::get<0>(info.param) + "_" + std::get<1>(info.param); });

} // namespace
} // namespace nphys::test
