// Which scheme is refused for which law, and what is chosen where nothing is written.
#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "compiler/dynamics/derive.h"
#include "compiler/dynamics/explain.h"
#include "compiler/dynamics/print.h"
#include "tests/unit/hand_made_models.h"
#include "tests/unit/program_stepper.h"

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

constexpr Scheme splittings[] = {Scheme::symplectic_euler, Scheme::leapfrog, Scheme::drift_kick_drift,
                                 Scheme::yoshida4};

// dφ/dt = π, dπ/dt = -φ + what is added.
Codes with_addition(const std::function<Expr(Pair&)>& added, Scheme scheme) {
    Pair pair;
    pair.flow(Dynamics::activation, pair.phi, {}, pair.p);
    pair.flow(Dynamics::learning, pair.pi, {}, pair.pool.add({pair.pool.negate(pair.x), added(pair)}));
    return codes(pair.run(scheme, 0.1).model);
}

TEST(Fitness, a_splitting_refuses_a_law_that_moves_itself) {
    const std::pair<const char*, std::function<Expr(Pair&)>> additions[] = {
        {"p²", [](Pair& pair) { return pair.square(pair.p); }},
        {"x p",
         [](Pair& pair) {
             return pair.pool.multiply({pair.x, pair.p});
         }},
        {"floor p", [](Pair& pair) { return pair.pool.apply(algebra::Op::floor, {pair.p}); }},
        {"p if p > 0 else 0", [](Pair& pair) {
             const Expr positive = pair.pool.apply(algebra::Op::greater, {pair.p, pair.pool.integer(0)});
             return pair.pool.select(positive, pair.p, pair.pool.integer(0));
         }}};
    for (const auto& [name, addition] : additions)
        for (const Scheme scheme : splittings) {
            EXPECT_EQ(with_addition(addition, scheme), Codes{Code::law_does_not_split}) << name;
            EXPECT_EQ(with_addition(addition, Scheme::rk4), Codes{}) << name;
        }
}

TEST(Fitness, a_splitting_takes_local_linear_parts_but_for_symplectic_euler) {
    const auto damping = [](Pair& pair) { return pair.pool.multiply({pair.pool.real(-0.1), pair.p}); };
    for (const Scheme scheme : splittings)
        EXPECT_EQ(with_addition(damping, scheme),
                  scheme == Scheme::symplectic_euler ? Codes{Code::law_does_not_split} : Codes{});
}

TEST(Fitness, a_part_that_reaches_other_sites_is_not_local) {
    for (const int steps : {0, 1}) {
        ModelMaker maker;
        const SpaceId ring = maker.lattice({8});
        const SymbolId phi = maker.field("φ", Role::neuron, ring);
        const IndexId i = maker.index("i", ring);
        maker.flow(Dynamics::activation, phi, {maker.at(i)}, maker.pool.element(phi, {maker.at(i, 0, steps)}));
        EXPECT_EQ(codes(maker.run(Scheme::leapfrog, 0.1).model),
                  steps == 0 ? Codes{} : Codes{Code::law_does_not_split});
    }
}

// d/dt f[i,j] = f[j,i] joins two sites.
TEST(Fitness, a_transposed_field_is_not_local) {
    ModelMaker maker;
    const SpaceId numbers = maker.range(1, 8);
    const SymbolId f = maker.tensor("f", Role::neuron, {{numbers, 1, 8}, {numbers, 1, 8}});
    const IndexId i = maker.index("i", numbers), j = maker.index("j", numbers);
    maker.flow(Dynamics::activation, f, {maker.at(i), maker.at(j)}, maker.pool.element(f, {maker.at(j), maker.at(i)}));
    EXPECT_EQ(codes(maker.run(Scheme::leapfrog, 0.1).model), Codes{Code::law_does_not_split});
}

// Laws of the same site may name it differently: dφ[i]/dt = χ[i], dχ[j]/dt = -φ[j].
TEST(LocalParts, of_laws_with_indices_of_their_own_are_one_block) {
    ModelMaker maker;
    const SpaceId ring = maker.lattice({4});
    const SymbolId phi = maker.field("φ", Role::neuron, ring), chi = maker.field("χ", Role::neuron, ring);
    const IndexId i = maker.index("i", ring), j = maker.index("j", ring);
    maker.flow(Dynamics::activation, phi, {maker.at(i)}, maker.pool.element(chi, {maker.at(i)}));
    maker.flow(Dynamics::activation, chi, {maker.at(j)}, maker.pool.negate(maker.pool.element(phi, {maker.at(j)})));
    maker.run(Scheme::leapfrog, 0.5, 1);
    Diagnostics diagnostics;
    const dynamics::Program program = dynamics::derive(maker.model, diagnostics);
    ASSERT_FALSE(diagnostics.has_errors());
    const std::string text = dynamics::print(program);
    EXPECT_NE(text.find("local part of φ and χ by dt/2, exactly"), std::string::npos) << text;
    ProgramStepper stepper(maker.model, program);
    stepper[phi][2] = 1;
    stepper.advance(1);
    EXPECT_NEAR(stepper[phi][2], std::cos(0.5), 1e-15);
    EXPECT_NEAR(stepper[chi][2], -std::sin(0.5), 1e-15);
    EXPECT_EQ(stepper[chi][1], 0);
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
