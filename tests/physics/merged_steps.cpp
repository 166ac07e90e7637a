// Steps that are multiplied out go where the plain ones go, and read less on the way.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/running.h"

namespace nphys::test {
namespace {

// Dirac in 1+1 dimensions with an edge of any kind, its mass a local part that drift and kick do not commute with.
std::string dirac(const std::string& edge, const std::string& scheme, const std::string& how) {
    return fmt::format("model dirac lattice line(x) = {}(17) index i, j in line index a, b in 1..2 neuron φ[i,a] trainable π[i,a]\n"
                       "let ε[a,b] = levi_civita[a,b]\nweight W[i,a; j,b] = δ[i,j]*(δ[a,b] + 0.7*ε[a,b])\n"
                       "bias B[i,a; j,b] = ε[a,b]*(δ[i+e[1], j] - δ[i,j])\n"
                       "activation φ[i,a] ← W[i,a; j,b]*φ[j,b] + B[i,a; j,b]*π[j,b]\n"
                       "learning   π[i,a] ← 2*π[i,a] - W[i,a; j,b]*π[j,b] - B[j,b; i,a]*φ[j,b]\n"
                       "init φ[i,a] = exp(-(x - 4)^2/6)*a init π[i,a] = 0.3*cos(x)/a\n"
                       "run {{ scheme = {} dt = 0.2 steps = 1 {} }}",
                       edge, scheme, how);
}

std::size_t updates_in_a_cycle(const Running& run) {
    std::size_t count = 0;
    dynamics::for_each_update(run.compilation->program.cycle, [&](const dynamics::Update&) { ++count; });
    return count;
}

TEST(MergedSteps, lead_where_plain_steps_lead_at_every_edge) {
    for (const std::string edge : {"periodic", "antiperiodic", "open", "reflecting"})
        for (const std::string scheme : {"leapfrog", "drift_kick_drift", "yoshida4"}) {
            Running plain = running(dirac(edge, scheme, "")), merged = running(dirac(edge, scheme, "merging = allow"));
            ASSERT_TRUE(plain.good() && merged.good()) << plain.error << merged.error;
            plain.advance(50);
            merged.advance(50);
            EXPECT_LT(distance(merged->field("φ"), plain->field("φ")), 1e-13) << edge << " " << scheme;
            EXPECT_LT(distance(merged->field("π"), plain->field("π")), 1e-13) << edge << " " << scheme;
            EXPECT_LT(updates_in_a_cycle(merged), updates_in_a_cycle(plain)) << edge << " " << scheme;
        }
}

// X₀ and the X of the axes commute: half drift, turn, turn, half drift are one drift of φ and one turn of π.
TEST(MergedSteps, of_a_dirac_field_have_two_stencils) {
    const auto made = [](const std::string& how) {
        return running("model dirac use dirac lattice space(x, y, z) = periodic(4, 5, 6) index i, j in space index a, b in 1..4\n"
                       "index μ in 1..3 neuron φ[i,a] trainable π[i,a] weight W[i,a; j,b] = δ[i,j]*(δ[a,b] + 0.7*X0[a,b])\n"
                       "bias B[i,a; j,b] = X[μ,a,b]*(δ[i+e[μ], j] - δ[i,j])\n"
                       "activation φ[i,a] ← W[i,a; j,b]*φ[j,b] + B[i,a; j,b]*π[j,b]\n"
                       "learning   π[i,a] ← 2*π[i,a] - W[i,a; j,b]*π[j,b] - B[j,b; i,a]*φ[j,b]\n"
                       "init φ[i,a] = cos(x + 2*y - z + a) run { scheme = drift_kick_drift dt = 0.1 steps = 1 " + how + " }");
    };
    Running plain = made(""), merged = made("merging = allow");
    ASSERT_TRUE(plain.good() && merged.good()) << plain.error << merged.error;
    EXPECT_EQ(updates_in_a_cycle(plain), 5U);
    EXPECT_EQ(updates_in_a_cycle(merged), 3U);
    plain.advance(40);
    merged.advance(40);
    EXPECT_LT(distance(merged->field("φ"), plain->field("φ")), 1e-13);
    EXPECT_LT(distance(merged->field("π"), plain->field("π")), 1e-13);
}

// What is not linear stays: φ⁴ with damping, whose turn cannot be drawn through the kick.
TEST(MergedSteps, leave_laws_alone_that_are_not_linear) {
    const auto made = [](const std::string& how) {
        return running("model phi4 use lattice lattice line(x) = periodic(16) index i in line neuron φ[i] trainable π[i]\n"
                       "activation d/dt φ[i] = π[i] learning d/dt π[i] = laplacian(φ)[i] - φ[i]^3 - 0.1*π[i]\n"
                       "init φ = cos(x) run { scheme = leapfrog dt = 0.1 steps = 1 " + how + " }");
    };
    Running plain = made(""), merged = made("merging = allow");
    ASSERT_TRUE(plain.good() && merged.good()) << plain.error << merged.error;
    plain.advance(30);
    merged.advance(30);
    EXPECT_LT(distance(merged->field("φ"), plain->field("φ")), 1e-13);
    EXPECT_LT(updates_in_a_cycle(merged), updates_in_a_cycle(plain)); // the two turns by the damping are one
    EXPECT_EQ(updates_in_a_cycle(merged), updates_in_a_cycle(plain) - 1);
}

} // namespace
} // namespace nphys::test
