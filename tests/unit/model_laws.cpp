// Laws, boundaries, Hamiltonians, initial values, observables, expectations, runs.

#include <gtest/gtest.h>

#include "tests/unit/model_support.h"

using nphys::model::LawKind;
using nphys::test::Built;
using nphys::test::built;

namespace {

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(Laws, small_ranges_make_one_component_each) {
    const auto model = built("model m\nlattice s = periodic(8)\nindex i in s\nindex a, b in 1..2\nneuron φ[i,a]\nlet "
                             "ε[a,b] = levi_civita[a,b]\nactivation d/dt φ[i,a] = ε[a,b]*φ[i,b]");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->model.laws[0].kind, LawKind::flow);
    EXPECT_EQ(model->law(0), "φ[i,1] = φ[i,2]\nφ[i,2] = -φ[i,1]");
}

TEST(Laws, a_loss_per_type_is_descended_by_its_own_type) {
    const auto model = built(
        "model m\nlattice s = periodic(8)\nindex i in s\nindex a in 1..2\nneuron φ[i,a]\ntrainable π[i,a]\nloss H[a] = "
        "a*φ[i,a]*π[i,a]\nactivation φ[i,a] ← φ[i,a] + π[i,a]\nlearning π descends H with rate 0.1, momentum 0.9");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->law(1), "π[i,1] = Σ[i](φ[i,1]*π[i,1])\nπ[i,2] = 2*Σ[i](φ[i,2]*π[i,2])");
    ASSERT_TRUE(model->model.laws[1].rate && model->model.laws[1].momentum);
}

TEST(Laws, several_variables_descend_one_loss) {
    const auto model = built("model m\nindex n, k in 1..9\nneuron x[n]\ntrainable W[n,k], b[n]\nactivation x[n] ← "
                             "tanh(W[n,k]*x[k] + b[n])\nloss H = (x[9] - 1)^2\nlearning W, b descends H");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->model.laws[1].components.size(), 2u);
}

TEST(Laws, derivatives_are_explicit_or_go_through_the_activation) {
    const auto model = built("model m\nneuron φ\ntrainable π\nloss H = φ^2 + φ*π\nactivation φ ← φ + 3*π\nlearning "
                             "d/dt π = -∂(H, π) - 10*d(H, π)");
    ASSERT_EQ(model->errors(), "");
    const auto same =
        built("model m\nneuron φ\ntrainable π\nactivation φ ← φ\nlearning d/dt π = -φ - 10*(φ + 3*(2*φ + π))");
    EXPECT_EQ(model->law(1), same->law(1));
}

TEST(Laws, a_derivative_by_a_summed_index) {
    const auto model = built("model m\nindex μ, ν in 1..2\ntrainable q[μ]\nlet C[μ,ν] = 1 + δ[μ,ν]\nloss U = q[1]^2 + "
                             "3*q[2]^2\nlearning d/dt q[μ] = -C[μ,ν]*∂(U, q[ν])");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->law(0), "q[1] = -4*q[1] - 6*q[2]\nq[2] = -2*q[1] - 12*q[2]");
}

TEST(Laws, derivatives_by_coordinates_and_time) {
    const auto model = built(
        "model m\nlattice s(x) = periodic(8)\nindex i in s\nneuron φ[i]\nactivation φ[i] ← ∂(x^3*φ[i], x) + ∂(t^2, t)");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->law(0), "φ[i] = 2*t + 3*x[i]^2*φ[i]") << model->law(0);
}

TEST(Laws, a_stored_definition_is_differentiated_through_its_formula) {
    const auto model = built("model m\nparam c = 2\nlattice space(x) = periodic(8)\nindex i in space\nneuron φ[i], χ[i]\n"
                             "let f[i] = exp(c*x)\nactivation φ[i] ← ∂(f[i], x)\nactivation χ[i] ← ∂(f[i], c)\n");
    EXPECT_EQ(model->law(0), "φ[i] = c*exp(c*x[i])");
    EXPECT_EQ(model->law(1), "χ[i] = x[i]*exp(c*x[i])");
}

TEST(Laws, boundaries_drive_where_they_say) {
    const auto model = built("model m\nlattice s(x) = open(8)\nindex i in s\nneuron φ[i]\nactivation φ[i] ← "
                             "φ[i]\nboundary φ[i] ← sin(t) where x < 1");
    ASSERT_EQ(model->errors(), "");
    ASSERT_EQ(model->model.drives.size(), 1u);
    EXPECT_EQ(model->print(*model->model.drives[0].condition), "x[i] < 1");
}

TEST(Hamiltonians, take_the_only_pair_or_the_named_ones) {
    EXPECT_EQ(built("model m\nneuron φ\ntrainable π\nhamiltonian E = 1/2*π^2 + 1/2*φ^2")
                  ->model.hamiltonians.at(0)
                  .pairs.size(),
              1u);
    const auto two =
        built("model m\nneuron φ, A\ntrainable π, P\nhamiltonian E(φ, π; A, P) = 1/2*π^2 + 1/2*P^2 + φ*A\nobserve E");
    ASSERT_EQ(two->errors(), "");
    EXPECT_EQ(two->model.hamiltonians[0].pairs.size(), 2u);
    EXPECT_EQ(two->model.observables.at(0).name, "E");
}

TEST(Initial, values_stand_after_what_they_need) {
    const auto model =
        built("model m\nlattice s(x) = periodic(8)\nindex i in s\nneuron φ[i]\ntrainable β[i]\nactivation φ[i] ← φ[i] "
              "+ β[i]\ninit β[i] = -φ[i]\ninit φ = exp(-x^2)\nrun { steps = 1  init φ = 1 }");
    ASSERT_EQ(model->errors(), "");
    ASSERT_EQ(model->model.initials.size(), 3u);
    EXPECT_EQ(model->print(model->model.initials[0].components[0]), "φ[i] = exp(-x[i]^2)");
    EXPECT_EQ(model->print(model->model.initials[1].components[0]), "φ[i] = 1");
    EXPECT_EQ(model->print(model->model.initials[2].components[0]), "β[i] = -φ[i]");
}

TEST(Initial, draws_have_a_stream_each) {
    const auto model = built("model m\nindex n in 1..9\nindex a in 1..2\nneuron s[n], q[a]\nactivation s[n] ← "
                             "s[n]\ninit s[n] = 1 - 2*(uniform(0, 1) < 0.2)\ninit q = normal(3, 2)");
    ASSERT_EQ(model->errors(), "");
    ASSERT_EQ(model->model.draws.size(), 2u);
    EXPECT_EQ(model->model.draws[1].stream, 1u);
    EXPECT_EQ(model->print(model->model.initials[1].components[1]), "q[2] = 3 + 2*draw2[2]");
}

TEST(Observables, are_numbers_or_small_tensors) {
    const auto model =
        built("model m\nlattice s = periodic(8)\nindex i in s\nindex a in 1..2\nneuron φ[i,a]\nactivation φ[i,a] ← "
              "φ[i,a]\nobserve charge[a] = φ[i,a]^2\nobserve density[i] = φ[i,a]^2\nrun { steps = 10  observe charge, "
              "φ[3,1] every 2  save density every t = 0.5 }");
    ASSERT_EQ(model->errors(), "");
    const auto& all = model->model.observables;
    ASSERT_EQ(all.size(), 3u);
    EXPECT_TRUE(all[0].always);
    EXPECT_FALSE(all[1].always);
    EXPECT_EQ(all[2].name, "φ[3,1]");
    EXPECT_EQ(model->model.run.records[0].observables, (std::vector<std::size_t>{0, 2}));
    EXPECT_EQ(model->model.run.saves[0].cadence.time, 0.5);
}

TEST(Expectations, speak_of_observables) {
    const auto model = built("model m\nneuron φ\ntrainable π\nhamiltonian E = 1/2*π^2 + 1/2*φ^2\nobserve E\nexpect "
                             "abs(E/initial(E) - 1) < 1e-8\nexpect final(φ^2) < 2");
    ASSERT_EQ(model->errors(), "");
    ASSERT_EQ(model->model.expectations.size(), 2u);
    EXPECT_EQ(model->model.observables.size(), 2u);
    EXPECT_FALSE(model->model.expectations[0].at_end_only);
    EXPECT_TRUE(model->model.expectations[1].at_end_only);
    EXPECT_TRUE(model->model.observables[1].hidden);
    EXPECT_TRUE(says(model->print(model->model.expectations[0].condition), "E"));
}

TEST(Runs, settings_are_read) {
    const auto model = built("model m\nparam k = 1 in 0..10\nneuron φ\nactivation d/dt φ = -k*φ\nrun a { scheme = "
                             "rk45(1e-9)  until = 10  precision = f32  seed = 7  sweep k = 1..3 by 3 }\nrun { scheme = "
                             "euler  dt = 0.1  steps = 100  unstable = allow }");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->model.run.name, "");
    EXPECT_EQ(model->model.run.scheme, nphys::model::Scheme::euler);
    EXPECT_TRUE(model->model.run.allow_unstable);
    auto other = std::make_unique<Built>();
    other->request.run = "a";
    other->build("model m\nparam k = 1 in 0..10\nneuron φ\nactivation d/dt φ = -k*φ\nrun a { scheme = rk45(1e-9)  "
                 "until = 10  precision = f32  seed = 7  sweep k = 1..3 by 3 }");
    EXPECT_EQ(other->model.run.tolerance, 1e-9);
    EXPECT_EQ(other->model.run.seed, 7u);
    EXPECT_EQ(other->model.run.sweeps.at(0).values, (std::vector<double>{1, 2, 3}));
}

TEST(Errors, one_mistake_is_told_once) {
    const auto model = built("model m\nneuron φ\nlet a = 2*unknown\nlet b = a + 1\nactivation φ ← a*b*φ\nobserve c = "
                             "a\nexpect c < 1\nrun { steps = 10  observe a }");
    EXPECT_EQ(model->diagnostics.error_count(), 1u) << model->errors();
}

TEST(Errors, all_mistakes_are_told_in_one_go) {
    const auto model = built("model m\nneuron φ\nactivation φ ← foo(φ)\ninit φ = bar\nobserve c = baz\nexpect qux < "
                             "1\nrun { steps = 1.5  scheme = rk5 }");
    EXPECT_EQ(model->diagnostics.error_count(), 6u) << model->errors();
}

} // namespace
