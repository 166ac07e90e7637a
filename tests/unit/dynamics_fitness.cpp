// Which scheme is refused for which law, and what is chosen where nothing is written.
#include <gtest/gtest.h>

#include "compiler/dynamics/derive.h"
#include "compiler/dynamics/explain.h"
#include "compiler/dynamics/print.h"
#include "tests/unit/hand_made_models.h"

namespace nphys::testing {
namespace {

using model::Dynamics;
using model::Role;
using model::Scheme;

std::vector<Code> codes(const model::Model& model) {
    Diagnostics diagnostics;
    static_cast<void>(dynamics::derive(model, diagnostics));
    std::vector<Code> result;
    for (const Diagnostic& diagnostic : diagnostics.sorted())
        result.push_back(diagnostic.code);
    return result;
}

using Codes = std::vector<Code>;

struct Pair : ModelMaker {
    SymbolId phi = tensor("φ", Role::neuron), pi = tensor("π", Role::trainable);
    Expr x = pool.element(phi, {}), p = pool.element(pi, {});
};

TEST(Fitness, a_splitting_refuses_a_law_that_moves_itself) {
    for (const Scheme scheme :
         {Scheme::symplectic_euler, Scheme::leapfrog, Scheme::drift_kick_drift, Scheme::yoshida4}) {
        Pair pair;
        pair.flow(Dynamics::activation, pair.phi, {}, pair.p);
        pair.flow(Dynamics::learning, pair.pi, {},
                  pair.pool.add({pair.pool.negate(pair.x), pair.pool.multiply({pair.pool.real(-0.1), pair.p})}));
        EXPECT_EQ(codes(pair.run(scheme, 0.1).model), Codes{Code::law_does_not_split});
        EXPECT_EQ(codes(pair.run(Scheme::rk4, 0.1).model), Codes{});
    }
}

TEST(Fitness, a_map_scheme_refuses_flows_and_steps) {
    Pair pair;
    pair.flow(Dynamics::activation, pair.phi, {}, pair.p);
    EXPECT_EQ(codes(pair.run(Scheme::map).model), Codes{Code::map_of_a_flow});
    Pair map;
    map.map(Dynamics::activation, map.phi, {}, map.p);
    EXPECT_EQ(codes(map.run(Scheme::map, 0.1).model), Codes{Code::map_has_unit_step});
    EXPECT_EQ(codes(map.run(Scheme::sequential, 1).model), Codes{});
    map.model.run.dt.reset(), map.model.run.steps.reset(), map.model.run.until = 2.5;
    EXPECT_EQ(codes(map.model), Codes{Code::map_ends_between_steps});
}

TEST(Fitness, momentum_is_a_map) {
    Pair pair;
    pair.descends(pair.pi, {}, pair.square(pair.p)).momentum = pair.pool.real(0.9);
    EXPECT_EQ(codes(pair.run(Scheme::rk4, 0.1).model), Codes{Code::momentum_needs_map});
    pair.model.run.dt.reset();
    EXPECT_EQ(codes(pair.run(Scheme::map).model), Codes{});
}

TEST(Fitness, a_run_has_one_end) {
    Pair pair;
    pair.flow(Dynamics::activation, pair.phi, {}, pair.p);
    pair.run(Scheme::rk4, 0.1, 10).model.run.until = 1;
    EXPECT_EQ(codes(pair.model), Codes{Code::steps_and_until});
    pair.model.run.steps.reset(), pair.model.run.until.reset();
    EXPECT_EQ(codes(pair.model), Codes{Code::run_without_end});
    EXPECT_EQ(codes(pair.run(Scheme::rk45).model), Codes{Code::steps_of_adaptive_scheme});
}

TEST(Fitness, an_element_has_one_law) {
    Pair pair;
    pair.flow(Dynamics::activation, pair.phi, {}, pair.p);
    pair.flow(Dynamics::activation, pair.phi, {}, pair.x);
    EXPECT_EQ(codes(pair.run(Scheme::rk4, 0.1).model), Codes{Code::second_law});
}

TEST(Fitness, a_loss_without_its_variable_is_told) {
    Pair pair;
    pair.flow(Dynamics::activation, pair.phi, {}, pair.x);
    pair.descends(pair.pi, {}, pair.square(pair.x));
    EXPECT_EQ(codes(pair.run(Scheme::rk4, 0.1).model), Codes{Code::loss_without_variable});
}

TEST(Clock, schemes_and_steps_are_chosen_and_told) {
    const auto program_of = [](const model::Model& model) {
        Diagnostics diagnostics;
        return dynamics::derive(model, diagnostics);
    };
    KleinGordon kg({8});
    kg.model.run.steps = 10, kg.model.run.dt = 0.1;
    EXPECT_EQ(program_of(kg.model).scheme, Scheme::leapfrog);
    kg.model.run.dt.reset();
    EXPECT_EQ(program_of(kg.model).scheme, Scheme::map);
    EXPECT_EQ(program_of(kg.model).remarks.size(), 1u);
    kg.run(Scheme::leapfrog, 0.3).model.run.until = 1;
    kg.model.run.steps.reset();
    const dynamics::Program program = program_of(kg.model);
    EXPECT_EQ(program.steps, 4);
    EXPECT_DOUBLE_EQ(program.dt, 0.25);
    kg.model.run.dt = 0.1, kg.model.run.until = 0.3;
    EXPECT_EQ(program_of(kg.model).steps, 3);
    EXPECT_DOUBLE_EQ(program_of(kg.model).dt, 0.1);
}

TEST(Explain, leapfrog_of_klein_gordon_reads_well) {
    KleinGordon kg({8, 8});
    kg.run(Scheme::leapfrog, 0.1, 10);
    Diagnostics diagnostics;
    const dynamics::Program program = dynamics::derive(kg.model, diagnostics);
    const std::vector<dynamics::Section> sections = dynamics::explain(program);
    ASSERT_EQ(sections.size(), 4u);
    EXPECT_EQ(sections[0].formulas[0].text, "d/dt φ[i] = π[i]");
    EXPECT_TRUE(sections[0].formulas[1].text.starts_with("d/dt π[i] = "));
    EXPECT_NE(sections[0].formulas[1].text.find(" - (4 + m^2)*φ[i]"), std::string::npos)
        << sections[0].formulas[1].text;
    EXPECT_EQ(sections[2].formulas[0].text, "φ[i] ← φ[i] + dt*π[i]");
    EXPECT_NE(dynamics::print(program).find("kick π by dt/2"), std::string::npos) << dynamics::print(program);
}

} // namespace
} // namespace nphys::testing
