// The index rule of the language, formula by formula.

#include <gtest/gtest.h>

#include "tests/unit/model_support.h"

using nphys::test::built;
using nphys::test::formula;

namespace {

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(IndexRule, a_square_is_a_product_and_is_summed) {
    EXPECT_EQ(formula("φ[i]*φ[i]"), formula("Σ[i](φ[i]^2)"));
    EXPECT_EQ(formula("φ[i]^2"), formula("Σ[i](φ[i]*φ[i])"));
    EXPECT_EQ(formula("1/2*m*φ[i]²"), formula("1/2*m*Σ[i](φ[i]^2)"));
}

TEST(IndexRule, indices_of_the_left_hand_side_are_free) {
    const auto model = built("model m\nindex a in 1..9\nneuron φ[a]\nloss H[a] = φ[a]*φ[a]\nloss G = φ[a]*φ[a]");
    EXPECT_EQ(model->errors(), "");
    EXPECT_EQ(model->definition("H"), "H[a] = φ[a]^2");
    EXPECT_TRUE(says(model->definition("G"), "Σ"));
}

TEST(IndexRule, a_sum_in_a_function_stays_in_it) {
    const auto model = built(
        "model m\nindex n, k in 1..9\nneuron x[n]\ntrainable W[n,k], b[n]\nactivation x[n] ← tanh(W[n,k]*x[k] + b[n])");
    EXPECT_EQ(model->errors(), "");
    const auto written = built("model m\nindex n, k in 1..9\nneuron x[n]\ntrainable W[n,k], b[n]\nactivation x[n] ← "
                               "tanh(Σ[k](W[n,k]*x[k]) + b[n])");
    EXPECT_EQ(model->law(0), written->law(0));
}

TEST(IndexRule, occurrences_in_and_out_of_a_bracket_are_summed_outside) {
    EXPECT_EQ(formula("φ[i]*(m*φ[i] + λ*φ[i]^3)"), formula("Σ[i](φ[i]*(m*φ[i] + λ*φ[i]^3))"));
    EXPECT_EQ(formula("(φ[i+e[1]] - φ[i])^2"), formula("Σ[i]((φ[i+e[1]] - φ[i])^2)"));
    EXPECT_EQ(formula("φ[i]/ψ[i]"), formula("Σ[i](φ[i]/ψ[i])"));
    EXPECT_EQ(formula("2*(φ[i]*ψ[i])"), formula("2*Σ[i](φ[i]*ψ[i])"));
    EXPECT_EQ(formula("-φ[i]*ψ[i] + c"), formula("c - Σ[i](φ[i]*ψ[i])"));
}

TEST(IndexRule, each_term_has_its_own_sums) {
    EXPECT_EQ(formula("φ[i]^2 + u[n]^2"), formula("Σ[i](φ[i]^2) + Σ[n](u[n]^2)"));
    EXPECT_EQ(formula("w[n,k]*u[n]*u[k]"), formula("Σ[n,k](w[n,k]*u[n]*u[k])"));
    EXPECT_EQ(formula("w[n,n]"), formula("Σ[n](w[n,n])"));
}

TEST(IndexRule, a_function_of_two_reals_is_one_factor) {
    EXPECT_TRUE(says(formula("atan2(φ[i], ψ[i])"), "index `i` occurs once"));
    EXPECT_EQ(formula("exp(-φ[i]*ψ[i])"), formula("exp(-Σ[i](φ[i]*ψ[i]))"));
    EXPECT_EQ(formula("φ[i]*exp(-φ[i]^2)"), formula("Σ[i](φ[i]*exp(-φ[i]^2))"));
}

TEST(IndexRule, an_index_that_occurs_once_is_told_with_the_sum) {
    const std::string error = formula("c*φ[i]");
    EXPECT_TRUE(says(error, "index `i` occurs once in this product and is not on the left")) << error;
    EXPECT_TRUE(says(error, "Σ[i](c*φ[i])")) << error;
    EXPECT_TRUE(says(formula("1/φ[i]"), "occurs once"));
    EXPECT_TRUE(says(formula("tanh(φ[i])"), "Σ[i](φ[i])"));
}

TEST(IndexRule, two_readings_are_told_with_both) {
    const auto expect_readings = [](const std::string& text, const std::string& outside, const std::string& inside) {
        const std::string error = formula(text);
        EXPECT_TRUE(says(error, "has two readings")) << error;
        EXPECT_TRUE(says(error, "`" + outside + "` or `" + inside + "`")) << error;
    };
    expect_readings("(φ[i]^2 - 1)^2", "Σ[i]((φ[i]^2 - 1)^2)", "(Σ[i](φ[i]^2) - 1)^2");
    expect_readings("(w[1,k]*u[k])^2", "Σ[k]((w[1,k]*u[k])^2)", "(Σ[k](w[1,k]*u[k]))^2");
    expect_readings("exp(-φ[i]^2)", "Σ[i](exp(-φ[i]^2))", "exp(-Σ[i](φ[i]^2))");
    expect_readings("1/φ[i]^2", "Σ[i](1/φ[i]^2)", "1/Σ[i](φ[i]^2)");
    expect_readings("1/(1 + φ[i]^2)", "Σ[i](1/(1 + φ[i]^2))", "1/(1 + Σ[i](φ[i]^2))");
}

TEST(IndexRule, what_the_readings_offer_is_accepted) {
    for (const char* text : {"Σ[i]((φ[i]^2 - 1)^2)", "(Σ[i](φ[i]^2) - 1)^2", "Σ[i](exp(-φ[i]^2))", "exp(-Σ[i](φ[i]^2))",
                             "1/(1 + Σ[i](φ[i]^2))"})
        EXPECT_TRUE(says(formula(text), "H = ")) << text;
}

TEST(IndexRule, a_sum_may_not_bind_an_index_again) {
    EXPECT_TRUE(says(formula("Σ[i](φ[i]*Σ[i](ψ[i]))"), "index `i` is bound already"));
}

TEST(IndexRule, other_reductions_bind_too) {
    EXPECT_TRUE(says(formula("max[n](u[n])"), "max"));
    EXPECT_EQ(formula("mean[n](u[n])"), formula("Σ[n](u[n])/9"));
    EXPECT_EQ(formula("prod[a](f[1,a])"), formula("f[1,1]*f[1,2]"));
}

TEST(IndexRule, small_ranges_are_written_out) {
    EXPECT_EQ(formula("f[1,a]^2"), formula("f[1,1]^2 + f[1,2]^2"));
    EXPECT_EQ(formula("δ[a,b]*f[1,a]*f[2,b]"), formula("f[1,1]*f[2,1] + f[1,2]*f[2,2]"));
}

} // namespace
