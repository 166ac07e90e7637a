// let, weight, bias, functions, modules, parameters, data: what is put in, and what is stored.

#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>

#include "compiler/model/builtins.h"
#include "tests/unit/model_support.h"

using nphys::test::Built;
using nphys::test::built;

namespace {

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

const nphys::model::Tensor& tensor(const Built& built, const std::string& name) {
    for (const auto& each : built.model.tensors)
        if (each.name == name)
            return each;
    throw std::runtime_error("no tensor " + name);
}

TEST(Definitions, stand_in_any_order) {
    const auto model = built("model m\nactivation φ ← a*φ\nlet a = 2*b\nneuron φ\nlet b = 3");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->law(0), "φ = 6*φ");
}

TEST(Definitions, an_index_is_bound_where_the_definition_is_used) {
    const auto model = built("model m\nlattice s(x) = periodic(8)\nindex i, j in s\nneuron φ[i]\nlet A[i] = "
                             "0.5*x\nactivation φ[j] ← A[j - e[1]]*φ[j]");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->law(0), "φ[j] = 0.5*x[j-e[1]]*φ[j]");
}

TEST(Definitions, a_weight_of_shifts_becomes_a_stencil) {
    const auto model = built("model m\nlattice s = periodic(8)\nindex i, j in s\nneuron φ[i]\nweight A[i; j] = "
                             "δ[i+e[1], j] - 2*δ[i,j] + δ[i-e[1], j]\nactivation φ[i] ← A[i; j]*φ[j]");
    ASSERT_EQ(model->errors(), "");
    EXPECT_FALSE(tensor(*model, "A").stored);
    EXPECT_EQ(model->law(0), "φ[i] = φ[i+e[1]] - 2*φ[i] + φ[i-e[1]]");
}

TEST(Definitions, a_weight_of_costly_places_and_shifts_is_a_stencil_with_a_stored_field) {
    const auto model = built("model m\nlattice s(x) = periodic(64)\nindex i, j in s\nneuron φ[i]\nlet V[i] = "
                             "exp(-x^2)\nweight A[i; j] = V[i]*δ[i+e[1], j]\nactivation φ[i] ← A[i; j]*φ[j]");
    ASSERT_EQ(model->errors(), "");
    EXPECT_TRUE(tensor(*model, "V").stored);
    EXPECT_FALSE(tensor(*model, "A").stored);
    EXPECT_EQ(model->law(0), "φ[i] = φ[i+e[1]]*V[i]");
}

TEST(Definitions, a_cheap_field_and_a_moving_one_are_put_in) {
    const auto model = built("model m\nlattice s(x) = periodic(64)\nindex i in s\nneuron φ[i]\nlet A[i] = 2*x\nlet "
                             "B[i] = sin(x - t)\nactivation φ[i] ← A[i] + B[i]");
    ASSERT_EQ(model->errors(), "");
    EXPECT_FALSE(tensor(*model, "A").stored);
    EXPECT_FALSE(tensor(*model, "B").stored);
}

TEST(Definitions, couplings_made_of_data_are_stored) {
    auto model = std::make_unique<Built>();
    model->tables.tables["p.csv"] = {2, 5, {1, -1, 1, 1, -1, 1, 1, -1, 1, 1}};
    model->build(
        "model m\ndataset p = csv(\"p.csv\")\nindex n, k in 1..5\nindex r in p\nneuron s[n]\n"
        "weight J[n; k] = p[r,n]*p[r,k]/5*(1 - δ[n,k])\nactivation s[n] ← sign(J[n; k]*s[k])\ninit s[n] = p[1,n]");
    ASSERT_EQ(model->errors(), "");
    EXPECT_TRUE(tensor(*model, "J").stored);
    EXPECT_EQ(model->law(0), "s[n] = sign(Σ[k](s[k]*J[n; k]))");
    EXPECT_EQ(model->model.data.size(), 1u);
}

TEST(Definitions, a_graph_is_sparse) {
    auto model = std::make_unique<Built>();
    model->tables.graphs["net.csv"] = {3, {0, 1, 2, 2}, {1, 0}, {0.5, 0.25}};
    model->build("model m\ngraph G = edges(\"net.csv\")\nindex i, j in G\nneuron s[i]\nactivation s[i] ← G[i,j]*s[j]");
    ASSERT_EQ(model->errors(), "");
    ASSERT_EQ(model->model.data.size(), 1u);
    EXPECT_EQ(model->model.data[0].row_begin.size(), 4u);
    EXPECT_TRUE(model->model.pool->symbol(model->model.data[0].symbol).is_sparse);
}

TEST(Functions, of_numbers_are_put_in) {
    const auto model = built("model m\nparam k = 2\nneuron φ\nlet V(x) = 1/2*k*x^2\nactivation φ ← V(φ + 1)");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->law(0), "φ = 1/2*k*(1 + φ)^2");
}

TEST(Functions, of_tensors_take_wholes_and_slices) {
    const std::string head =
        "model m\nuse lattice\nlattice s = periodic(8)\nindex i, j in s\nindex a in 1..2\nneuron φ[i], χ[i,a]\n";
    const auto whole = built(head + "activation φ[i] ← laplacian(φ)[i]");
    ASSERT_EQ(whole->errors(), "");
    EXPECT_EQ(whole->law(0), "φ[i] = φ[i+e[1]] - 2*φ[i] + φ[i-e[1]]");
    const auto slice = built(head + "activation χ[i,a] ← laplacian(χ[j,a])[i]");
    ASSERT_EQ(slice->errors(), "");
    EXPECT_TRUE(says(slice->law(0), "χ[i,2] = χ[i+e[1],2] - 2*χ[i,2] + χ[i-e[1],2]")) << slice->law(0);
    const auto formula = built(head + "activation φ[i] ← laplacian(φ[j]^3)[i]");
    EXPECT_EQ(formula->law(0), "φ[i] = φ[i+e[1]]^3 - 2*φ[i]^3 + φ[i-e[1]]^3");
}

TEST(Functions, nest) {
    const auto model = built("model m\nuse lattice\nlattice s = periodic(16)\nindex i in s\nneuron φ[i]\nactivation "
                             "φ[i] ← laplacian(laplacian(φ))[i]");
    ASSERT_EQ(model->errors(), "");
    EXPECT_TRUE(says(model->law(0), "φ[i+2*e[1]]")) << model->law(0);
}

TEST(Functions, a_slice_of_a_range_is_counted_from_one) {
    const auto model =
        built("model m\nuse losses\nindex n in 1..20\nindex output in 17..20\nindex wide in 11..20\nneuron x[n]\n"
              "observe best = argmax(x[output])\nobserve worst = cross_entropy(x[wide], 3)");
    ASSERT_EQ(model->errors(), "");
    EXPECT_TRUE(says(model->definition("best"), "x[17]")) << model->definition("best");
    EXPECT_TRUE(says(model->definition("worst"), "x[13]")) << model->definition("worst");
}

TEST(Modules, bring_names_but_no_indices) {
    const auto model = built("model m\nuse dirac\nneuron φ\nactivation φ ← X0[1,2]*φ + dirac.X[1,1,4]\nlet f[a] = 2");
    EXPECT_TRUE(says(model->errors(), "indices are not imported")) << model->errors();
}

TEST(Modules, own_names_win_over_imported_ones) {
    const auto model = built("model m\nuse potentials\nneuron φ\nlet harmonic(x) = 7*x\nactivation φ ← harmonic(φ)");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->law(0), "φ = 7*φ");
}

TEST(Modules, may_be_files_beside_the_model) {
    auto model = std::make_unique<Built>();
    model->files["./mine.nphys"] = "module mine\nparam k = 3\nlet f(x) = k*x";
    model->build("model m\nuse \"./mine.nphys\"\nneuron φ\nactivation φ ← f(φ)");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->law(0), "φ = k*φ");
}

TEST(Parameters, take_the_value_of_request_run_and_text_in_this_order) {
    const std::string text = "model m\nparam γ = 1\nparam κ₀ = 2\nparam d = 2*γ\nneuron φ\nactivation φ ← "
                             "γ*κ₀*d*φ\nrun { param κ₀ = 5  param γ = 7  steps = 1 }";
    auto model = std::make_unique<Built>();
    model->request.parameters["gamma"] = 9;
    model->build(text);
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->model.parameters[0].value, 9);
    EXPECT_EQ(model->model.parameters[1].value, 5);
    EXPECT_EQ(model->model.parameters[2].value, 18);
}

TEST(Parameters, in_exponents_become_numbers) {
    const auto model = built("model m\nparam n = 3\nneuron φ\nactivation φ ← φ^n");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->law(0), "φ = φ^3");
    EXPECT_TRUE(model->model.parameters[0].structural);
}

TEST(Matrices, algebra_of_whole_maps_keeps_stencils) {
    const auto model = built("model m\nlattice s = periodic(8)\nindex i, j in s\nneuron φ[i]\nweight W[i; j] = δ[i,j] "
                             "+ 0.5*δ[i+e[1], j]\nweight V = 2 - W\nweight T = transpose(W)*W\n"
                             "activation φ ← V*φ\nobserve a = φ[i]*T[i; j]*φ[j]");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->law(0), "φ[i] = φ[i] - 0.5*φ[i+e[1]]");
    EXPECT_FALSE(tensor(*model, "T").stored);
}

TEST(Matrices, of_numbers_are_worked_out) {
    auto model = std::make_unique<Built>();
    model->tables.tables["b.csv"] = {5, 5, {2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 4}};
    model->build("model m\ndataset d = csv(\"b.csv\", B = 1..5)\nindex i, j in 1..5\nneuron φ[i]\nbias B[i; j] = "
                 "d.B[i,j]\nweight V = 2 - inv(B)*B*B\nactivation φ ← V*φ");
    ASSERT_EQ(model->errors(), "");
    const auto symbol = tensor(*model, "V").symbol;
    const auto data = std::ranges::find(model->model.data, symbol, &nphys::model::Data::symbol);
    ASSERT_NE(data, model->model.data.end());
    EXPECT_EQ(data->values[0], 0);
    EXPECT_EQ(data->values[24], -2);
}

TEST(Matrices, powers_of_a_factor_are_links) {
    const auto model = built("model m\nuse dirac\nlattice s(x) = periodic(16)\nindex i in s\nindex a, b in "
                             "1..4\nneuron φ[i,a]\nlet θ[i] = 0.1*x\nactivation φ[i,a] ← (X0^θ[i])[a,b]*φ[i,b]");
    ASSERT_EQ(model->errors(), "");
    EXPECT_TRUE(says(model->law(0), "cos(")) << model->law(0);
    EXPECT_TRUE(says(model->law(0), "sin("));
}

TEST(Matrices, lists_and_products_of_kronecker) {
    const auto model = built("model m\nuse dirac\nneuron φ\nlet a = det(X0)\nlet b = trace(X0*X0)\nlet c = "
                             "X0[2,1]\nlet d = eigenvalues([[2, 1], [1, 2]])[2]");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->definition("a"), "a = 1");
    EXPECT_EQ(model->definition("b"), "b = -4");
    EXPECT_EQ(model->definition("c"), "c = -1");
    EXPECT_EQ(model->definition("d"), "d = 3");
}

TEST(StandardLibrary, every_file_of_it_is_looked_at_for_a_name_that_is_not_known) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(NPHYS_SOURCE_DIR "/stdlib"))
        if (entry.path().extension() == ".nphys")
            files.push_back(entry.path().stem().string());
    std::ranges::sort(files);
    EXPECT_EQ(files, std::vector<std::string>(nphys::model::standard_modules.begin(), nphys::model::standard_modules.end()));
}

} // namespace
