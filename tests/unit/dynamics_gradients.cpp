// The gradient that `descends` derives is the derivative of the loss through the activation map: random losses and
// random nonlinear maps on small lattices of every edge, against complex steps.
#include <complex>
#include <gtest/gtest.h>
#include <random>

#include "compiler/algebra/evaluate.h"
#include "compiler/dynamics/derive.h"
#include "tests/unit/hand_made_models.h"

namespace nphys::testing {
namespace {

using Complex = std::complex<double>;

struct RandomModel : ModelMaker {
    std::mt19937 random;
    SpaceId space;
    IndexId i;
    std::int64_t extent;
    std::vector<SymbolId> fields; // two neurons, then two trainables
    Expr loss;
    std::vector<Expr> maps;

    RandomModel(std::uint32_t seed, Edge edge) : random(seed), space(), extent(pick(1, 5)) {
        space = lattice({extent}, 1, edge);
        i = index("i", space);
        for (const auto& [name, role] : {std::pair{"φ", model::Role::neuron},
                                         {"χ", model::Role::neuron},
                                         {"π", model::Role::trainable},
                                         {"ρ", model::Role::trainable}})
            fields.push_back(field(name, role, space));
        for (int neuron = 0; neuron < 2; ++neuron) {
            maps.push_back(expression(3));
            map(model::Dynamics::activation, fields[static_cast<std::size_t>(neuron)], {at(i)}, maps.back());
        }
        loss = pool.sum(i, expression(3));
        if (pick(0, 3) == 0)
            loss = pool.add({loss, square(pool.sum(i, expression(1)))});
        model::Law& law = descends(fields[2], {at(i)}, loss);
        law.components.push_back({fields[3], {at(i)}, loss});
        run(model::Scheme::rk4, 0.1);
    }

    std::int64_t pick(std::int64_t first, std::int64_t last) {
        return std::uniform_int_distribution<std::int64_t>(first, last)(random);
    }
    double number() { return std::uniform_real_distribution<double>(-1, 1)(random); }

    Expr leaf() {
        switch (pick(0, 8)) {
        case 0:
            return pool.real(number());
        case 1:
            return pool.rational(pick(-3, 3), 2);
        case 2:
            return pool.coordinate(at(i), 0);
        default:
            return pool.element(fields[static_cast<std::size_t>(pick(0, 3))], {at(i, 0, pick(-2, 2))});
        }
    }
    Expr expression(int depth) {
        if (depth == 0)
            return leaf();
        switch (pick(0, 6)) {
        case 0:
            return pool.add({expression(depth - 1), expression(depth - 1), leaf()});
        case 1:
            return pool.multiply({expression(depth - 1), leaf()});
        case 2:
            return pool.power(expression(depth - 1), pool.integer(pick(2, 3)));
        case 3:
            return pool.apply(algebra::Op::sin, {expression(depth - 1)});
        case 4:
            return pool.apply(algebra::Op::tanh, {expression(depth - 1)});
        case 5:
            return pool.divide(expression(depth - 1), pool.add({pool.integer(2), square(leaf())}));
        default:
            return pool.add({expression(depth - 1), pool.multiply({pool.real(number()), expression(depth - 1)})});
        }
    }
};

struct State {
    const RandomModel& maker;
    std::vector<std::vector<Complex>> values;

    Complex of(Expr expression, std::int64_t site) const {
        algebra::Environment environment;
        environment.parameter = [](SymbolId) { return 0.0; };
        environment.element = [this](SymbolId tensor, std::span<const std::int64_t> place) {
            const auto field = static_cast<std::size_t>(std::find(maker.fields.begin(), maker.fields.end(), tensor) -
                                                        maker.fields.begin());
            return values[field][static_cast<std::size_t>(place[0] - 1)];
        };
        if (site > 0)
            environment.places[maker.i.value] = ModelMaker::number(site);
        return algebra::evaluate(maker.pool, expression, environment);
    }
};

// Im H(φ + F(φ, π + iε) - F(φ, π), π + iε)/ε
double complex_step(const State& state, std::size_t trainable, std::int64_t site) {
    constexpr double epsilon = 1e-30;
    State moved = state, result = state;
    moved.values[trainable][static_cast<std::size_t>(site - 1)] += Complex(0, epsilon);
    result.values[trainable] = moved.values[trainable];
    for (std::size_t neuron = 0; neuron < 2; ++neuron)
        for (std::int64_t q = 1; q <= state.maker.extent; ++q)
            result.values[neuron][static_cast<std::size_t>(q - 1)] +=
                Complex(0, moved.of(state.maker.maps[neuron], q).imag());
    return result.of(state.maker.loss, 0).imag() / epsilon;
}

TEST(Gradients, random_losses_through_random_activations_agree_with_complex_steps) {
    constexpr Edge edges[] = {Edge::periodic, Edge::antiperiodic, Edge::open, Edge::reflecting};
    for (std::uint32_t seed = 1; seed <= 600; ++seed) {
        RandomModel maker(seed, edges[seed % 4]);
        Diagnostics diagnostics;
        const dynamics::Program program = dynamics::derive(maker.model, diagnostics);
        ASSERT_FALSE(diagnostics.has_errors());
        State state{maker, {}};
        for (std::size_t field = 0; field < 4; ++field) {
            state.values.emplace_back();
            for (std::int64_t site = 1; site <= maker.extent; ++site)
                state.values.back().emplace_back(maker.number());
        }
        for (const dynamics::DerivedLaw& law : program.laws) {
            if (law.dynamics != model::Dynamics::learning)
                continue;
            const std::size_t trainable = law.component.tensor == maker.fields[2] ? 2 : 3;
            for (std::int64_t site = 1; site <= maker.extent; ++site) {
                const double expected = -complex_step(state, trainable, site),
                             found = state.of(law.component.value, site).real();
                ASSERT_NEAR(found, expected, 1e-10 * (1 + std::abs(expected)))
                    << "seed " << seed << ", extent " << maker.extent << ", site " << site;
            }
        }
    }
}

} // namespace
} // namespace nphys::testing
