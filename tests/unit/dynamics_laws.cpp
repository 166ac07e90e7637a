// The laws that are derived: gradients, Hamiltonians, time scales, momentum, drives.
#include <cmath>
#include <gtest/gtest.h>

#include "compiler/dynamics/derive.h"
#include "compiler/dynamics/simplify.h"
#include "tests/unit/hand_made_models.h"
#include "tests/unit/program_stepper.h"

namespace nphys::testing {
namespace {

using model::Dynamics;
using model::Role;
using model::Scheme;

Expr law_of(const dynamics::Program& program, SymbolId tensor) {
    for (const dynamics::DerivedLaw& law : program.laws)
        if (law.component.tensor == tensor)
            return law.component.value;
    return {};
}

dynamics::Program derived(const model::Model& model) {
    Diagnostics diagnostics;
    dynamics::Program program = dynamics::derive(model, diagnostics);
    EXPECT_FALSE(diagnostics.has_errors());
    for (const Diagnostic& diagnostic : diagnostics.sorted())
        ADD_FAILURE() << diagnostic.message;
    return program;
}

TEST(Laws, klein_gordon_follows_from_its_loss) { // Emergent field theories, Eqs. (3.10), (3.11)
    KleinGordon kg({8, 6, 5});
    kg.run(Scheme::leapfrog, 0.1);
    const dynamics::Program program = derived(kg.model);
    const Expr expected =
        kg.pool.add({kg.laplacian(kg.phi, kg.i),
                     kg.pool.negate(kg.pool.multiply({kg.square(kg.m), kg.pool.element(kg.phi, {kg.at(kg.i)})}))});
    EXPECT_EQ(law_of(program, kg.pi), dynamics::simplified(kg.pool, expected));
    EXPECT_EQ(law_of(program, kg.phi), kg.pool.element(kg.pi, {kg.at(kg.i)}));
}

struct Neuron : ModelMaker { // Eqs. (2.1)-(2.5)
    SymbolId phi = tensor("φ", Role::neuron), beta = tensor("β", Role::trainable);
    Expr x = pool.element(phi, {}), b = pool.element(beta, {});
    explicit Neuron(const std::function<Expr(Neuron&)>& loss, bool adds_function_of_difference = false) {
        Expr total = loss(*this);
        if (adds_function_of_difference) {
            const Expr u = pool.subtract(x, b);
            total = pool.add({total, pool.multiply({pool.rational(3, 10), pool.power(u, pool.integer(3))}),
                              pool.apply(algebra::Op::sin, {u})});
        }
        map(Dynamics::activation, phi, {}, pool.add({x, b}));
        descends(beta, {}, total);
        initial(phi, {}, pool.real(0.2));
        initial(beta, {}, pool.real(0.15));
    }
};

Expr harmonic(Neuron& n) {
    return n.pool.multiply({n.pool.rational(1, 2), n.pool.rational(1, 4), n.square(n.x)});
}
Expr pendulum(Neuron& n) {
    return n.pool.multiply({n.pool.real(-0.4), n.pool.apply(algebra::Op::cos, {n.x})});
}

TEST(Laws, a_function_of_the_difference_drops_out) { // Eqs. (2.8), (2.9)
    Neuron plain(harmonic), with_more(harmonic, true);
    plain.run(Scheme::map), with_more.run(Scheme::map);
    const dynamics::Program first = derived(plain.model), second = derived(with_more.model);
    EXPECT_EQ(algebra::depends_on(with_more.pool, with_more.pool.subtract(law_of(second, with_more.beta), with_more.b),
                                  with_more.beta),
              false);
    const Expr expected =
        with_more.pool.add({with_more.b, with_more.pool.multiply({with_more.pool.rational(-1, 4), with_more.x})});
    EXPECT_EQ(dynamics::simplified(with_more.pool, law_of(second, with_more.beta)),
              dynamics::simplified(with_more.pool, expected));
}

void expect_neuron(const std::function<Expr(Neuron&)>& loss, Scheme scheme, double phi, double beta) {
    Neuron neuron(loss);
    neuron.run(scheme, 0, 20);
    const dynamics::Program program = derived(neuron.model);
    ProgramStepper stepper(neuron.model, program);
    stepper.advance(20);
    EXPECT_NEAR(stepper[neuron.phi][0], phi, 1e-12);
    EXPECT_NEAR(stepper[neuron.beta][0], beta, 1e-12);
}

TEST(Laws, single_neuron_literal_and_sequential_as_in_the_reference) { // shared/reference neuron.json
    expect_neuron(harmonic, Scheme::map, -1.418649864196777, -1.5217699527740478);
    expect_neuron(harmonic, Scheme::sequential, -0.38318630542180454, -0.026843332387079505);
    expect_neuron(pendulum, Scheme::map, -0.11537529860436324, -1.515138368100062);
    expect_neuron(pendulum, Scheme::sequential, 0.25545916455109463, 0.11374649396770792);
}

TEST(Laws, a_hamiltonian_moves_neuron_and_trainable) { // Eqs. (2.6), (2.7)
    ModelMaker maker;
    const SymbolId phi = maker.tensor("φ", Role::neuron), pi = maker.tensor("π", Role::trainable);
    const Expr omega = maker.parameter("ω", 1.3), x = maker.pool.element(phi, {}), p = maker.pool.element(pi, {});
    const Expr energy = maker.pool.add(
        {maker.half(maker.square(p)), maker.half(maker.pool.multiply({maker.square(omega), maker.square(x)}))});
    maker.model.hamiltonians.push_back({"E", {{phi, pi}}, energy, {}});
    maker.run(Scheme::leapfrog, 0.1);
    const dynamics::Program program = derived(maker.model);
    EXPECT_EQ(law_of(program, phi), p);
    EXPECT_EQ(law_of(program, pi), maker.pool.negate(maker.pool.multiply({maker.square(omega), x})));
}

TEST(Laws, each_type_descends_its_own_loss) { // H[a] = 1/2 Σ_b φ[b]² + a π[a]²
    ModelMaker maker;
    const SpaceId types = maker.range(1, 2);
    const SymbolId phi = maker.tensor("φ", Role::neuron, {{types, 1, 2}}),
                   pi = maker.tensor("π", Role::trainable, {{types, 1, 2}});
    const auto f = [&](int a) { return maker.pool.element(phi, {maker.number(a)}); };
    const auto p = [&](int a) { return maker.pool.element(pi, {maker.number(a)}); };
    model::Law activation, learning;
    activation.kind = model::LawKind::map;
    learning.dynamics = Dynamics::learning, learning.kind = model::LawKind::descent;
    for (int a = 1; a <= 2; ++a) {
        activation.components.push_back({phi, {maker.number(a)}, maker.pool.add({f(a), p(3 - a)})});
        const Expr loss = maker.pool.add({maker.half(maker.square(f(1))), maker.half(maker.square(f(2))),
                                          maker.pool.multiply({maker.pool.integer(a), maker.square(p(a))})});
        learning.components.push_back({pi, {maker.number(a)}, loss});
    }
    maker.model.laws = {activation, learning};
    maker.run(Scheme::rk4, 0.1);
    const dynamics::Program program = derived(maker.model);
    EXPECT_EQ(program.laws[2].component.value,
              dynamics::simplified(maker.pool, maker.pool.add({maker.pool.negate(f(2)),
                                                               maker.pool.multiply({maker.pool.integer(-2), p(1)})})));
    EXPECT_EQ(program.laws[3].component.value,
              dynamics::simplified(maker.pool, maker.pool.add({maker.pool.negate(f(1)),
                                                               maker.pool.multiply({maker.pool.integer(-4), p(2)})})));
}

TEST(Laws, momentum_keeps_a_velocity) { // v ← μ v - γ d, q ← q + v
    ModelMaker maker;
    const SymbolId q = maker.tensor("q", Role::trainable);
    const Expr x = maker.pool.element(q, {});
    model::Law& law = maker.descends(q, {}, maker.half(maker.square(x)));
    law.rate = maker.pool.real(0.1), law.momentum = maker.pool.real(0.9);
    maker.initial(q, {}, maker.pool.integer(1));
    maker.run(Scheme::map, 0, 30);
    const dynamics::Program program = derived(maker.model);
    ProgramStepper stepper(maker.model, program);
    double position = 1, velocity = 0;
    for (int step = 0; step < 30; ++step)
        velocity = 0.9 * velocity - 0.1 * position, position += velocity;
    stepper.advance(30);
    EXPECT_NEAR(stepper[q][0], position, 1e-14);
    ASSERT_EQ(program.state.size(), 2u);
    EXPECT_NEAR(stepper[program.state[1]][0], velocity, 1e-14);
    const dynamics::Program sequential = derived(maker.run(Scheme::sequential, 0, 30).model);
    ProgramStepper in_place(maker.model, sequential);
    in_place.advance(30);
    EXPECT_NEAR(in_place[q][0], position, 1e-14);
}

TEST(Laws, a_timescale_divides_a_flow_and_spaces_a_map) {
    ModelMaker maker;
    const SymbolId q = maker.tensor("q", Role::trainable);
    const Expr x = maker.pool.element(q, {});
    maker.descends(q, {}, maker.half(maker.square(x)));
    maker.model.learning_time = maker.pool.integer(4);
    maker.initial(q, {}, maker.pool.integer(1));
    maker.model.laws.back().rate = maker.pool.rational(1, 2);
    maker.run(Scheme::euler, 0.5);
    EXPECT_EQ(law_of(derived(maker.model), q), maker.pool.multiply({maker.pool.rational(-1, 8), x}));
    maker.model.run.dt.reset();
    maker.run(Scheme::map, 0, 11);
    const dynamics::Program program = derived(maker.model);
    ProgramStepper stepper(maker.model, program);
    stepper.advance(11);
    EXPECT_DOUBLE_EQ(stepper[q][0], 0.25); // after the steps 4 and 8
}

TEST(Laws, a_drive_holds_its_elements_at_every_time) {
    for (const Scheme scheme : {Scheme::euler, Scheme::leapfrog, Scheme::drift_kick_drift, Scheme::yoshida4,
                                Scheme::rk4, Scheme::symplectic_euler}) {
        KleinGordon kg({9}, 0.3);
        const Expr condition =
            kg.pool.apply(algebra::Op::less, {kg.pool.coordinate(kg.at(kg.i), 0), kg.pool.integer(2)});
        kg.model.drives.push_back(
            {{{kg.phi, {kg.at(kg.i)}, kg.pool.apply(algebra::Op::sin, {kg.pool.time()})}}, condition, {}});
        kg.run(scheme, 0.25, 6);
        const dynamics::Program program = derived(kg.model);
        ProgramStepper stepper(kg.model, program);
        EXPECT_EQ(stepper[kg.phi][0], 0.0);
        stepper.advance(6);
        EXPECT_DOUBLE_EQ(stepper[kg.phi][0], std::sin(1.5));
        EXPECT_DOUBLE_EQ(stepper[kg.phi][1], std::sin(1.5));
        EXPECT_NE(stepper[kg.phi][2], 0.0);
        EXPECT_NE(stepper[kg.phi][2], std::sin(1.5));
    }
}

TEST(Laws, a_drive_of_a_part_of_a_range_leaves_the_rest_to_the_law) {
    ModelMaker maker;
    const SpaceId numbers = maker.range(1, 9);
    const SymbolId x = maker.field("x", Role::neuron, numbers);
    const IndexId n = maker.index("n", numbers), input = maker.pool.add_index({"input", numbers, 1, 3});
    maker.map(Dynamics::activation, x, {maker.at(n)},
              maker.pool.add({maker.pool.element(x, {maker.at(n)}), maker.pool.integer(1)}));
    maker.model.drives.push_back(
        {{{x,
           {maker.at(input)},
           maker.pool.multiply({maker.pool.integer(10), maker.pool.index_value(maker.at(input), 0)})}},
         {},
         {}});
    maker.run(Scheme::map, 0, 2);
    const dynamics::Program program = derived(maker.model);
    ProgramStepper stepper(maker.model, program);
    stepper.advance(2);
    EXPECT_EQ(stepper[x], (std::vector<double>{10, 20, 30, 2, 2, 2, 2, 2, 2}));
}

TEST(Laws, a_drive_reaches_beyond_the_elements_that_have_a_law) {
    ModelMaker maker;
    const SpaceId numbers = maker.range(1, 9);
    const SymbolId x = maker.field("x", Role::neuron, numbers);
    const IndexId middle = maker.pool.add_index({"n", numbers, 3, 7}),
                  input = maker.pool.add_index({"input", numbers, 1, 8});
    maker.map(Dynamics::activation, x, {maker.at(middle)},
              maker.pool.add({maker.pool.element(x, {maker.at(middle)}), maker.pool.integer(1)}));
    const Expr odd = maker.pool.apply(
        algebra::Op::greater,
        {maker.pool.apply(algebra::Op::sin, {maker.pool.multiply({maker.pool.index_value(maker.at(input), 0),
                                                                  maker.pool.real(M_PI / 2)})}),
         maker.pool.rational(1, 2)});
    maker.model.drives.push_back({{{x, {maker.at(input)}, maker.pool.integer(5)}}, odd, {}}); // 1 and 5
    maker.run(Scheme::map, 0, 2);
    const dynamics::Program program = derived(maker.model);
    ProgramStepper stepper(maker.model, program);
    stepper.advance(2);
    EXPECT_EQ(stepper[x], (std::vector<double>{5, 0, 2, 2, 5, 2, 2, 0, 0}));
}

TEST(Laws, driven_neurons_need_no_law) {
    ModelMaker maker;
    const SpaceId numbers = maker.range(1, 6);
    const SymbolId x = maker.field("x", Role::neuron, numbers);
    const IndexId low = maker.pool.add_index({"low", numbers, 1, 2}),
                  high = maker.pool.add_index({"high", numbers, 3, 6});
    maker.flow(Dynamics::activation, x, {maker.at(high)}, maker.pool.element(x, {maker.at(high, 0, -2)}));
    maker.model.drives.push_back({{{x, {maker.at(low)}, maker.pool.time()}}, {}, {}});
    maker.run(Scheme::rk4, 0.5, 2);
    const dynamics::Program program = derived(maker.model);
    ProgramStepper stepper(maker.model, program);
    stepper.advance(2);
    EXPECT_DOUBLE_EQ(stepper[x][0], 1);
    EXPECT_NEAR(stepper[x][2], 1. / 2, 1e-14); // ∫ t dt
    EXPECT_NEAR(stepper[x][4], 1. / 6, 1e-14);
}

} // namespace
} // namespace nphys::testing
