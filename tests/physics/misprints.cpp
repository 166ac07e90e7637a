// Equations of Emergent field theories typed as printed are told in any spelling; the corrected ones, and laws that only
// look like them, are not.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/running.h"

namespace nphys::test {
namespace {

bool tells(const std::string& text, const std::string& number) {
    return diagnostics_of(text).find("[" + number + "]") != std::string::npos;
}
bool tells_a_misprint(const std::string& text) {
    for (const char* number : {"E1052", "E1053", "E1054", "E1055", "E1056"})
        if (tells(text, number))
            return true;
    return false;
}

// A field φ with the trainables π on a lattice; `law` has what learns.
std::string wave(const std::string& lattice, const std::string& law, const std::string& scheme = "rk4 dt = 0.01") {
    return fmt::format("model wave use lattice param m = 0.4 lattice space(x) = {} index i, j in space neuron φ[i]\n"
                       "trainable π[i] activation φ[i] ← φ[i] + π[i]\n{}\ninit φ = sin(x) init π = cos(2*x)\n"
                       "run {{ scheme = {} steps = 1 }}",
                       lattice, law, scheme);
}

TEST(Misprints, sign_of_the_lattice_is_told_in_every_spelling) { // (3.8)
    for (const char* lattice : {"periodic(12)", "antiperiodic(9)"})
        for (const char* law :
             {"loss H = 1/2*φ[i]*laplacian(φ)[i] - 1/2*m^2*φ[i]^2 learning π descends H",
              "learning π[i] ← π[i] - laplacian(φ)[i] + m^2*φ[i]", "learning d/dt π[i] = -laplacian4(φ)[i]",
              "weight A[i; j] = 2*δ[i,j] - δ[i+e[1],j] - δ[i-e[1],j] learning π[i] ← π[i] + A[i; j]*φ[j]"})
            for (const char* scheme : {"rk4 dt = 0.01", "leapfrog dt = 0.01"})
                EXPECT_TRUE(tells(wave(lattice, law, scheme), "E1052")) << lattice << ' ' << law;
    EXPECT_TRUE(tells(wave("periodic(12)", "learning π[i] ← π[i] - laplacian(φ)[i]", "map"), "E1052"));
}

TEST(Misprints, a_mass_of_the_wrong_sign_is_a_tachyon) { // (4.10)
    EXPECT_TRUE(tells(wave("periodic(12)", "learning π[i] ← π[i] + laplacian(φ)[i] + m^2*φ[i]"), "E1053"));
    EXPECT_TRUE(tells(wave("periodic(12)", "learning π[i] ← π[i] + laplacian(φ)[i] + m^2*φ[i]", "map"), "E1053"));
}

TEST(Misprints, laws_that_are_right_or_meant_are_not_told) {
    for (const char* law : {
             "learning π[i] ← π[i] + laplacian(φ)[i] - m^2*φ[i]",
             "learning π[i] ← π[i] + laplacian(φ)[i]",
             "learning π[i] ← π[i] + laplacian(φ)[i] + m^2*φ[i] - φ[i]^3", // a broken symmetry
             "learning π[i] ← π[i] + laplacian(φ)[i] - m^2*φ[i] + 0.1*π[i]", // driven
             "learning π[i] ← π[i] + laplacian(φ)[i] - cos(x)*φ[i]",
             "learning π[i] ← π[i] + m^2*φ[i]", // neurons that are no field
         })
        EXPECT_FALSE(tells_a_misprint(wave("periodic(12)", law))) << law;
    EXPECT_FALSE(tells_a_misprint(wave("periodic(12)", "learning π[i] ← π[i] - laplacian(φ)[i]",
                                       "rk4 dt = 0.01 unstable = allow")));
}

// A Dirac field of two types in 1+1 dimensions.
std::string dirac(const std::string& names, const std::string& neurons, const std::string& trainables) {
    return fmt::format("model dirac use dirac param m = 0.3 param k = 0.2 lattice line(x) = periodic(12) index i, j in line\n"
                       "index a, b, c in 1..2 neuron φ[i,a] trainable π[i,a]\n{}\n"
                       "activation d/dt φ[i,a] = {} + ε[a,b]*(π[i+e[1],b] - π[i,b])\n{}\ninit φ[i,1] = sin(x)\n"
                       "run {{ scheme = rk4 dt = 0.01 steps = 1 }}",
                       names, neurons, trainables);
}
std::string learning(const std::string& local) {
    return fmt::format("learning d/dt π[i,a] = {} + ε[a,b]*(φ[i-e[1],b] - φ[i,b])", local);
}
std::string in_a_field(const std::string& neurons, const std::string& trainables) {
    return fmt::format("model dirac use dirac, gauge param m = 0.3 lattice line(x) = periodic(12) index i, j in line\n"
                       "index a, b, c in 1..2 index μ in axes(line) neuron φ[i,a] trainable π[i,a]\n"
                       "let A0[i] = 0.2*cos(pi*x/6) let A[i,μ] = 0.3*sin(pi*x/6)\n"
                       "activation d/dt φ[i,a] = {}*ε[a,b]*φ[i,b] + ε[a,b]*forward(π, A, ε)[i,1,b]\n"
                       "learning   d/dt π[i,a] = {}*ε[a,b]*π[i,b] - ε[a,b]*backward(φ, A, ε)[i,1,b]\n"
                       "init φ[i,1] = sin(x) run {{ scheme = rk4 dt = 0.01 steps = 1 }}",
                       neurons, trainables);
}

TEST(Misprints, losses_without_the_sum_over_types_are_told) { // (4.14), first term
    const std::string law = "learning π descends H", mass = "m*ε[a,b]*φ[i,b]";
    EXPECT_TRUE(tells(dirac("loss H[a] = 1/2*φ[i,a]^2 + m*π[i,a]*ε[a,b]*π[i,b]", mass, law), "E1054"));
    EXPECT_FALSE(tells_a_misprint(dirac("loss H[a] = 1/2*φ[i,c]^2 + m*π[i,a]*ε[a,b]*π[i,b]", mass, law)));
}

TEST(Misprints, a_mass_that_turns_both_alike_is_told) { // (4.14), second term, and (5.9)
    const std::string law = "learning π descends H";
    EXPECT_TRUE(tells(dirac("loss H[a] = 1/2*φ[i,c]^2 - m*π[i,a]*ε[a,b]*π[i,b]", "m*ε[a,b]*φ[i,b]", law), "E1055"));
    EXPECT_TRUE(tells(dirac("", "m*ε[a,b]*φ[i,b]", learning("m*ε[a,b]*π[i,b]")), "E1055"));
    EXPECT_TRUE(tells(in_a_field("(m + A0[i])", "(m + A0[i])"), "E1055"));
    EXPECT_FALSE(tells_a_misprint(dirac("", "m*ε[a,b]*φ[i,b]", learning("-m*ε[a,b]*π[i,b]"))));
    EXPECT_FALSE(tells_a_misprint(in_a_field("A0[i]", "A0[i]"))); // massless, in a potential
}

TEST(Misprints, a_potential_that_acts_as_a_mass_is_told) { // (5.6)
    EXPECT_TRUE(tells(in_a_field("(m + A0[i])", "-(m + A0[i])"), "E1056"));
    EXPECT_FALSE(tells_a_misprint(in_a_field("(m + A0[i])", "(A0[i] - m)")));
    EXPECT_FALSE(tells_a_misprint(in_a_field("m", "-m")));
    const std::string kink = "m*tanh(x - 6)*ε[a,b]"; // a mass of place, without a gauge field
    EXPECT_FALSE(tells_a_misprint(dirac("", kink + "*φ[i,b]", learning("-" + kink + "*π[i,b]"))));
}

} // namespace
} // namespace nphys::test
