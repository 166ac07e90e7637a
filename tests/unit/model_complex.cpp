// Complex numbers: every component of a model is real, and says what the complex formula says.

#include <gtest/gtest.h>

#include "tests/unit/model_support.h"

using nphys::test::built;

namespace {

const char* const ring = "model m\nlattice s(x) = periodic(8)\nindex i, j in s\nindex a, b in 1..2\nindex n, k in 1..9\n"
                         "neuron ψ[i] : complex\nneuron φ[i]\ntrainable χ[i] : complex\n";

std::string definition_of(const std::string& text, const std::string& name = "H") {
    const auto model = built(ring + text);
    return model->diagnostics.has_errors() ? model->errors() : model->definition(name);
}

TEST(Complex, a_law_has_a_real_and_an_imaginary_part) {
    const auto model = built(std::string(ring) + "activation d/dt ψ[i] = -1i*φ[i]*ψ[i+e[1]]");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->law(0), "re(ψ[i]) = im(ψ[i+e[1]])*φ[i]\nim(ψ[i]) = -re(ψ[i+e[1]])*φ[i]");
}

TEST(Complex, a_wave_starts_with_cosine_and_sine) {
    const auto model = built(std::string(ring) + "init ψ = exp(1i*x)");
    ASSERT_EQ(model->errors(), "");
    ASSERT_EQ(model->model.initials.at(0).components.size(), 2U);
    EXPECT_EQ(model->print(model->model.initials[0].components[0]), "re(ψ[i]) = cos(x[i])");
    EXPECT_EQ(model->print(model->model.initials[0].components[1]), "im(ψ[i]) = sin(x[i])");
}

TEST(Complex, a_square_of_the_modulus_is_real) {
    EXPECT_EQ(definition_of("let H = abs(ψ[1])^2"), "H = re(ψ[1])^2 + im(ψ[1])^2");
    EXPECT_EQ(definition_of("let H = conj(ψ[1])*ψ[1]"), "H = re(ψ[1])^2 + im(ψ[1])^2");
    EXPECT_EQ(definition_of("let H = re(ψ[1]^2)"), "H = re(ψ[1])^2 - im(ψ[1])^2");
}

// Term by term it is not: only shifted by a site do the terms of the imaginary part cancel.
TEST(Complex, a_sum_over_sites_is_real_where_its_imaginary_part_cancels) {
    for (const char* edge : {"periodic", "antiperiodic", "open"}) {
        const auto model = built(std::string("model m\nlattice s(x) = ") + edge +
                                 "(8)\nindex i in s\ntrainable ψ[i] : complex\n"
                                 "loss H = -conj(ψ[i])*(ψ[i+e[1]] - 2*ψ[i] + ψ[i-e[1]])\nlearning ψ descends H");
        EXPECT_EQ(model->errors(), "") << edge;
        ASSERT_EQ(model->model.laws.size(), 1U);
        EXPECT_EQ(model->model.laws[0].components.size(), 2U);
    }
}

TEST(Complex, a_derivative_by_a_complex_variable_is_the_gradient_of_both_parts) {
    const auto model = built(std::string(ring) + "learning d/dt χ[i] = -∂(Σ[j](abs(χ[j])^2), χ[i])");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->law(0), "re(χ[i]) = -2*re(χ[i])\nim(χ[i]) = -2*im(χ[i])");
}

TEST(Complex, a_complex_definition_keeps_both_parts) {
    EXPECT_EQ(definition_of("let H = 2 + 3i"), "re(H) = 2\nim(H) = 3");
    EXPECT_EQ(definition_of("let H[a] = [1, 1i][a]"), "re(H[1]) = 1\nim(H[1]) = 0\nre(H[2]) = 0\nim(H[2]) = 1");
    EXPECT_EQ(definition_of("let H = 1i*1i"), "H = -1");
}

TEST(Complex, a_wave_on_the_lattice_is_stored_with_both_parts) {
    const auto model = built(std::string(ring) + "let U[i] = exp(1i*x)\nactivation d/dt ψ[i] = U[i]*φ[i]");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->law(0), "re(ψ[i]) = φ[i]*re(U[i])\nim(ψ[i]) = φ[i]*im(U[i])");
}

TEST(Complex, matrices_of_complex_numbers_are_multiplied_and_inverted) {
    const std::string pauli = "let s1 = [[0, 1], [1, 0]]\nlet s2 = [[0, -1i], [1i, 0]]\nlet s3 = [[1, 0], [0, -1]]\n";
    EXPECT_EQ(definition_of(pauli + "let H = (s1*s2 - s2*s1)[1,1]"), "re(H) = 0\nim(H) = 2");
    EXPECT_EQ(definition_of(pauli + "let H = trace(s2*s2)"), "H = 2");
    EXPECT_EQ(definition_of(pauli + "let H = det(s2)"), "H = -1");
    EXPECT_EQ(definition_of(pauli + "let H = inv(s2)[1,2]"), "re(H) = 0\nim(H) = -1");
    EXPECT_EQ(definition_of(pauli + "let H = transpose(conj(s2))[1,2]"), "re(H) = 0\nim(H) = -1");
    EXPECT_EQ(definition_of(pauli + "let H = kronecker(s1, s2)[1,4]"), "re(H) = 0\nim(H) = -1");
}

TEST(Complex, functions_of_real_matrices_may_be_complex) {
    EXPECT_EQ(definition_of("let R = [[0, -1], [1, 0]]\nlet H = eigenvalues(R)[2]"), "re(H) = 0\nim(H) = 1");
    EXPECT_EQ(definition_of("let D = [[-4, 0], [0, 9]]\nlet H = sqrt(D)[2,2]"), "H = 3");
    EXPECT_EQ(definition_of("let D = [[-4, 0], [0, 9]]\nlet H = sqrt(D)[1,1]"), "re(H) = 0\nim(H) = 2");
}

TEST(Complex, numbers_outside_the_real_domain_have_complex_values) {
    EXPECT_EQ(definition_of("let H = sqrt(-4)"), "re(H) = 0\nim(H) = 2");
    EXPECT_EQ(definition_of("let H = log(-1)"), "re(H) = 0\nim(H) = pi");
    EXPECT_EQ(definition_of("let H = ((-1)^(1/3))^3"), "H = -1");
}

// Emergent field theories, Eq. (5.1): X0^θ = cos(πθ/2) + sin(πθ/2) X0, with θ a field.
TEST(Complex, a_link_is_a_power_with_a_field_as_exponent) {
    const auto model = built("model m\nuse dirac\nlattice s(x) = periodic(8)\nindex i in s\nindex a, b in 1..4\n"
                             "neuron φ[i,a]\ntrainable θ[i]\nactivation d/dt φ[i,a] = (X0^θ[i])[a,b]*φ[i,b]");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->print(model->model.laws[0].components[0]),
              "φ[i,1] = φ[i,2]*sin(1/2*pi*θ[i]) + φ[i,1]*cos(1/2*pi*θ[i])");
}

TEST(Complex, a_link_has_a_derivative_by_its_angle) {
    const auto model = built("model m\nuse dirac\nindex a, b in 1..4\nneuron φ[a]\ntrainable θ\n"
                             "learning d/dt θ = -∂((X0^θ)[a,b]*φ[a]*φ[b], θ)");
    ASSERT_EQ(model->errors(), "");
    EXPECT_NE(model->law(0).find("1/2*pi*"), std::string::npos) << model->law(0);
}

TEST(Complex, a_pair_of_complex_fields_is_two_pairs) {
    const auto model = built("model m\nneuron φ : complex\ntrainable π : complex\n"
                             "hamiltonian E = 1/2*abs(π)^2 + 1/2*conj(φ)*φ");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->print(model->model.hamiltonians.at(0).energy),
              "1/2*(re(π)^2 + im(π)^2) + 1/2*(re(φ)^2 + im(φ)^2)");
}

TEST(Complex, an_expectation_may_speak_of_complex_observables) {
    const auto model = built(std::string(ring) + "observe z = Σ[i](ψ[i])\nexpect abs(z - initial(z)) < 1");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->model.observables.at(0).components.size(), 2U);
}

} // namespace
