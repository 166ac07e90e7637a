// Lattices, ranges, places and coordinates.

#include <gtest/gtest.h>

#include "tests/unit/model_support.h"

using nphys::test::built;

namespace {

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

const nphys::algebra::Space& space_of(const nphys::test::Built& built, const std::string& tensor) {
    for (const auto& each : built.model.tensors)
        if (each.name == tensor)
            return built.model.pool->space(built.model.pool->symbol(each.symbol).slots.front().space);
    throw std::runtime_error("no tensor " + tensor);
}

TEST(Spaces, sites_lie_at_left_ends_where_periodic_else_at_centres) {
    const auto model =
        built("model m\nlattice s(x, y) = periodic(4) × open(4) over (-1..1, -1..1)\nindex i in s\nneuron φ[i]");
    ASSERT_EQ(model->errors(), "");
    const auto& space = space_of(*model, "φ");
    EXPECT_EQ(space.axes[0].spacing, 0.5);
    EXPECT_EQ(space.axes[0].origin, -1);
    EXPECT_EQ(space.axes[1].origin, -0.75);
}

TEST(Spaces, without_over_coordinates_count_from_zero) {
    const auto model =
        built("model m\nlattice s(x) = reflecting(5)\nindex i in s\nneuron φ[i]\nlet f[i] = x\nlet g = x[3]");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->definition("f"), "f[i] = x[i]");
    EXPECT_EQ(model->definition("g"), "g = 2");
}

TEST(Spaces, a_unit_vector_moves_along_its_axis) {
    const auto model =
        built("model m\nlattice s(x, y) = periodic(8, 5)\nindex i in s\nindex μ in axes(s)\nneuron φ[i]\n"
              "activation φ[i] ← φ[i - 2*e[1]] + φ[i + s.e[2]] + Σ[μ](h[μ]*μ)");
    ASSERT_EQ(model->errors(), "");
    EXPECT_TRUE(says(model->law(0), "φ[i-2*e[1]]")) << model->law(0);
    EXPECT_TRUE(says(model->law(0), "φ[i+e[2]]"));
    EXPECT_TRUE(says(model->law(0), "3"));
}

TEST(Spaces, a_site_is_a_number_or_its_coordinates) {
    const auto model =
        built("model m\nlattice s = periodic(4, 5)\nindex i in s\nneuron φ[i]\nlet a = φ[7]\nlet b = φ[(2,2)]");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(model->definition("a").substr(4), model->definition("b").substr(4));
}

TEST(Spaces, coordinates_of_two_lattices_are_told_apart_by_the_site) {
    const auto model =
        built("model m\nlattice a(x) = periodic(4)\nlattice b(x) = periodic(4) over 0..1\nindex i in a\nindex j in b\n"
              "neuron φ[i], ψ[j]\nactivation φ[i] ← x*φ[i]\nactivation ψ[j] ← x*ψ[j] + b.h[1]");
    EXPECT_EQ(model->errors(), "");
    EXPECT_TRUE(says(model->law(1), "0.25") || says(model->law(1), "1/4")) << model->law(1);
}

TEST(Spaces, a_lattice_has_the_sizes_that_parameters_say) {
    auto model = std::make_unique<nphys::test::Built>();
    model->request.parameters["N"] = 128;
    model->build("model m\nparam N = 64\nlattice s(x) = periodic(N)\nindex i in s\nneuron φ[i]");
    ASSERT_EQ(model->errors(), "");
    EXPECT_EQ(space_of(*model, "φ").axes[0].extent, 128);
    EXPECT_TRUE(model->model.parameters.front().structural);
}

TEST(Spaces, a_range_within_a_range_fits) {
    const auto model = built("model m\nindex n in 1..138\nindex out in 129..138\nneuron x[n]\nobserve s = x[out]^2");
    EXPECT_EQ(model->errors(), "");
}

TEST(Spaces, a_shift_leads_out_of_a_range_only_where_it_is_told) {
    EXPECT_TRUE(says(built("model m\nindex n in 1..9\nneuron x[n]\nactivation x[n] ← x[n+1]")->errors(), "no place"));
    EXPECT_EQ(built("model m\nindex n, k in 1..9\nneuron x[n]\nactivation x[n] ← δ[n,k+1]*x[k]")->errors(), "");
}

TEST(Spaces, an_index_is_a_number_too) {
    const auto model = built("model m\nindex a in 1..3\nindex n in 1..9\nneuron q[a], x[n]\nactivation q[a] ← "
                             "10^a*q[a]\nactivation x[n] ← n*x[n]\ninit x[n] = 1 if n == 4 else 0");
    ASSERT_EQ(model->errors(), "");
    EXPECT_TRUE(says(model->law(0), "1000*q[3]")) << model->law(0);
    EXPECT_TRUE(says(model->law(1), "n*x[n]")) << model->law(1);
}

TEST(Spaces, a_size_beyond_memory_is_estimated_without_making_it) {
    const auto model =
        built("model m\nlattice s = periodic(4000, 4000, 4000)\nindex i in s\nneuron φ[i]\nactivation φ[i] ← φ[i]");
    ASSERT_EQ(model->errors(), "");
    EXPECT_NEAR(nphys::model::estimate_bytes(model->model), 8 * 6.4e10, 1);
}

} // namespace
