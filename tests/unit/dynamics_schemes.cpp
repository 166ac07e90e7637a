// What the schemes do: orders, sharing between steps, time, reference numbers.
#include <cmath>
#include <gtest/gtest.h>

#include "compiler/dynamics/derive.h"
#include "compiler/dynamics/print.h"
#include "tests/unit/hand_made_models.h"
#include "tests/unit/program_stepper.h"

namespace nphys::testing {
namespace {

using model::Dynamics;
using model::Role;
using model::Scheme;

dynamics::Program derived(const model::Model& model) {
    Diagnostics diagnostics;
    dynamics::Program program = dynamics::derive(model, diagnostics);
    for (const Diagnostic& diagnostic : diagnostics.sorted())
        ADD_FAILURE() << diagnostic.message;
    return program;
}

// A driven pendulum whose drift depends on time as well: dφ/dt = π + 0.3 cos 2t, dπ/dt = -sin φ + 0.5 sin t.
struct Pendulum : ModelMaker {
    SymbolId phi = tensor("φ", Role::neuron), pi = tensor("π", Role::trainable);
    Pendulum() {
        const auto apply = [&](algebra::Op op, Expr argument) { return pool.apply(op, {argument}); };
        flow(Dynamics::activation, phi, {},
             pool.add({pool.element(pi, {}),
                       pool.multiply(
                           {pool.real(0.3), apply(algebra::Op::cos, pool.multiply({pool.integer(2), pool.time()}))})}));
        flow(Dynamics::learning, pi, {},
             pool.add({pool.negate(apply(algebra::Op::sin, pool.element(phi, {}))),
                       pool.multiply({pool.real(0.5), apply(algebra::Op::sin, pool.time())})}));
        initial(phi, {}, pool.integer(1));
    }
    std::array<double, 2> after(Scheme scheme, double time, std::int64_t steps) {
        run(scheme, time / static_cast<double>(steps), steps);
        const dynamics::Program program = derived(model);
        ProgramStepper stepper(model, program);
        stepper.advance(steps);
        EXPECT_NEAR(stepper.time, time, 1e-12);
        return {stepper[phi][0], stepper[pi][0]};
    }
};

TEST(Schemes, orders_of_convergence_with_laws_that_depend_on_time) {
    Pendulum pendulum;
    const auto exact = pendulum.after(Scheme::rk4, 4, 8000);
    const std::pair<Scheme, double> orders[] = {{Scheme::euler, 1},    {Scheme::symplectic_euler, 1},
                                                {Scheme::leapfrog, 2}, {Scheme::drift_kick_drift, 2},
                                                {Scheme::yoshida4, 4}, {Scheme::rk4, 4}};
    for (const auto& [scheme, order] : orders) {
        const auto error = [&](std::int64_t steps) {
            const auto reached = pendulum.after(scheme, 4, steps);
            return std::hypot(reached[0] - exact[0], reached[1] - exact[1]);
        };
        const std::int64_t steps = order == 1 ? 2000 : order == 2 ? 200 : 80;
        EXPECT_NEAR(std::log2(error(steps) / error(2 * steps)), order, 0.12) << static_cast<int>(scheme);
    }
}

TEST(Schemes, a_trajectory_does_not_depend_on_how_many_steps_are_asked_for) {
    for (const Scheme scheme :
         {Scheme::leapfrog, Scheme::drift_kick_drift, Scheme::yoshida4, Scheme::symplectic_euler, Scheme::rk4}) {
        Pendulum pendulum;
        pendulum.run(scheme, 0.1, 10);
        const dynamics::Program program = derived(pendulum.model);
        ProgramStepper at_once(pendulum.model, program), in_parts(pendulum.model, program);
        at_once.advance(10);
        for (const std::int64_t steps : {1, 4, 2, 3})
            in_parts.advance(steps);
        EXPECT_EQ(at_once[pendulum.phi][0], in_parts[pendulum.phi][0]);
        EXPECT_EQ(at_once[pendulum.pi][0], in_parts[pendulum.pi][0]);
    }
}

TEST(Schemes, dormand_prince_is_of_fifth_order_and_knows_its_error) {
    Pendulum pendulum;
    const auto exact = pendulum.after(Scheme::rk4, 0.5, 4000);
    pendulum.model.run = {};
    pendulum.model.run.scheme = Scheme::rk45;
    pendulum.model.run.tolerance = 1e-6;
    pendulum.model.run.until = 0.5;
    const dynamics::Program program = derived(pendulum.model);
    ASSERT_TRUE(program.adaptive.has_value());
    const auto attempt = [&](int steps) {
        ProgramStepper stepper(pendulum.model, program);
        stepper.dt = 0.5 / steps;
        double largest = 0;
        for (int step = 0; step < steps; ++step, stepper.time += stepper.dt) {
            stepper.run(program.adaptive->attempt);
            largest = std::max(largest, stepper.value(program.adaptive->error_value));
            stepper.run(program.adaptive->accept);
        }
        return std::pair(std::hypot(stepper[pendulum.phi][0] - exact[0], stepper[pendulum.pi][0] - exact[1]), largest);
    };
    const auto [coarse, coarse_estimate] = attempt(2);
    const auto [fine, fine_estimate] = attempt(4);
    EXPECT_NEAR(std::log2(coarse / fine), 5, 0.6);
    EXPECT_NEAR(std::log2(coarse_estimate / fine_estimate), 5, 0.6);
}

TEST(Schemes, stages_carry_the_elements_that_nothing_moves) {
    ModelMaker maker;
    const SpaceId numbers = maker.range(1, 8);
    const SymbolId x = maker.field("x", Role::neuron, numbers);
    const IndexId n = maker.index("n", numbers), moved = maker.pool.add_index({"moved", numbers, 2, 8});
    maker.flow(Dynamics::activation, x, {maker.at(moved)}, maker.pool.element(x, {maker.at(moved, 0, -1)}));
    maker.initial(x, {maker.at(n)}, maker.pool.index_value(maker.at(n), 0));
    maker.run(Scheme::rk4, 0.5, 2);
    const dynamics::Program program = derived(maker.model);
    ProgramStepper stepper(maker.model, program);
    stepper.advance(2);
    EXPECT_EQ(stepper[x][0], 1.0);
    EXPECT_NEAR(stepper[x][1], 3.0, 1e-14); // 2 + t
}

TEST(Schemes,
     sums_within_sums_are_computed_once) { // y descends Σ_n tanh(Σ_k W[n,k] y[k])²/2 and is coupled to its mean
    ModelMaker maker;
    const SpaceId numbers = maker.range(1, 12);
    const IndexId n = maker.index("n", numbers), k = maker.index("k", numbers), m = maker.index("m", numbers);
    const SymbolId y = maker.field("y", Role::trainable, numbers),
                   couplings = maker.tensor("W", Role::data, {{numbers, 1, 12}, {numbers, 1, 12}});
    model::Data data;
    data.symbol = couplings;
    for (int entry = 0; entry < 144; ++entry)
        data.values.push_back(std::sin(0.7 * entry + 0.2));
    maker.model.data.push_back(data);
    const auto inner = maker.pool.sum(k, maker.pool.multiply({maker.pool.element(couplings, {maker.at(n), maker.at(k)}),
                                                              maker.pool.element(y, {maker.at(k)})}));
    const Expr mean = maker.square(maker.pool.sum(m, maker.pool.element(y, {maker.at(m)})));
    const Expr loss =
        maker.pool.add({maker.pool.sum(n, maker.half(maker.square(maker.pool.apply(algebra::Op::tanh, {inner})))),
                        maker.square(mean)});
    const IndexId p = maker.index("p", numbers);
    maker.descends(y, {maker.at(p)}, loss);
    maker.initial(y, {maker.at(p)}, maker.pool.divide(maker.pool.index_value(maker.at(p), 0), maker.pool.integer(40)));
    maker.run(Scheme::euler, 0.01, 1);
    const dynamics::Program program = derived(maker.model);
    EXPECT_EQ(program.temporaries.size(), 2u) << dynamics::print(program);
    EXPECT_EQ(program.cycle.size(), 3u);
    ProgramStepper stepper(maker.model, program);
    const std::vector<double> start = stepper[y];
    stepper.advance(1);
    std::vector<double> slope(12);
    double total = 0;
    for (std::size_t i = 0; i < 12; ++i)
        total += start[i];
    for (std::size_t row = 0; row < 12; ++row) {
        double u = 0;
        for (std::size_t i = 0; i < 12; ++i)
            u += data.values[12 * row + i] * start[i];
        for (std::size_t i = 0; i < 12; ++i)
            slope[i] += std::tanh(u) * (1 - std::tanh(u) * std::tanh(u)) * data.values[12 * row + i];
    }
    for (std::size_t i = 0; i < 12; ++i)
        EXPECT_NEAR(stepper[y][i], start[i] - 0.01 * (slope[i] + 4 * std::pow(total, 3)), 1e-13);
}

TEST(Schemes, klein_gordon_on_a_ring_as_in_the_reference) { // shared/reference kg1d.json: m 0.4, dx 0.5, dt 0.1
    struct Expected {
        Scheme scheme;
        double phi, beta, phi_s1, beta_s1;
    };
    for (const Expected& expected :
         {Expected{Scheme::leapfrog, 3.623590079500522, 2.039478418482655, 0.17194404380146855, 0.27559917389177985},
          Expected{Scheme::symplectic_euler, 3.565407102677277, 2.067331153451475, 0.1647221418785607,
                   0.11848323484906587}}) {
        KleinGordon kg({32}, 0.4, 0.5);
        kg.run(expected.scheme, 0.1, 100);
        const dynamics::Program program = derived(kg.model);
        ProgramStepper stepper(kg.model, program);
        for (int n = 0; n < 32; ++n) {
            const double theta = 2 * M_PI * n / 32, x = 0.5 * n, length = 16;
            stepper[kg.phi][static_cast<std::size_t>(n)] =
                std::cos(theta) + 0.5 * std::cos(theta + 0.3) +
                std::exp(-std::pow(x - length / 2, 2) / (2 * std::pow(length / 8, 2)));
            stepper[kg.pi][static_cast<std::size_t>(n)] = 0.4 * std::sin(2 * theta);
        }
        stepper.advance(100);
        const auto norm = [](const std::vector<double>& values) {
            double sum = 0;
            for (const double value : values)
                sum += value * value;
            return std::sqrt(sum);
        };
        EXPECT_NEAR(norm(stepper[kg.phi]), expected.phi, 1e-11);
        EXPECT_NEAR(norm(stepper[kg.pi]), expected.beta, 1e-11);
        double s1 = 0;
        for (std::size_t n = 0; n < 32; ++n)
            s1 += stepper[kg.phi][n] * std::sin(static_cast<double>(n) + 1);
        EXPECT_NEAR(s1, expected.phi_s1, 1e-11);
    }
}

} // namespace
} // namespace nphys::testing
