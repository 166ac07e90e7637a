// Amplification matrices, limits of stability, growth: against the closed forms of shared/reference, section 3.
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numbers>

#include "compiler/analysis/linear_step.h"
#include "compiler/analysis/stability.h"
#include "compiler/dynamics/derive.h"
#include "tests/unit/hand_made_models.h"
#include "tests/unit/program_stepper.h"

namespace nphys::testing {
namespace {

using analysis::Complex;
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

analysis::SquareMatrix amplification(KleinGordon& kg, Scheme scheme, double dt, const analysis::WaveVector& k) {
    kg.model.run.dt.reset();
    kg.run(scheme, scheme == Scheme::map ? 0 : dt);
    const dynamics::Program program = derived(kg.model);
    const analysis::Fields fields = *analysis::fields_of(program).fields;
    const analysis::Values values(kg.model, program);
    const analysis::LinearStep step(program, fields, values, {4, 4, 4, 0}, dt);
    EXPECT_TRUE(step.nature().constant());
    return step.amplification(k);
}

void expect_matrix(const analysis::SquareMatrix& found, const std::array<double, 4>& expected) {
    for (std::size_t entry = 0; entry < 4; ++entry)
        EXPECT_NEAR(std::abs(found.entries[entry] - expected[entry]), 0, 1e-13) << entry;
}

TEST(Amplification, of_every_scheme_as_in_the_reference) {
    KleinGordon kg({8, 8, 8}, 0.5, 0.7);
    const std::vector<double> k{0.4, 2.1, -1.3};
    const double w = kg.omega(k), dt = 0.3, a = w * w * dt * dt;
    const analysis::WaveVector wave{k[0], k[1], k[2], 0};
    const auto matrix = [&](Scheme scheme) { return amplification(kg, scheme, dt, wave); };
    expect_matrix(amplification(kg, Scheme::map, 1, wave), {1, 1, -w * w, 1});
    expect_matrix(matrix(Scheme::euler), {1, dt, -w * w * dt, 1});
    expect_matrix(matrix(Scheme::symplectic_euler), {1, dt, -w * w * dt, 1 - a});
    expect_matrix(matrix(Scheme::leapfrog), {1 - a / 2, dt, -w * w * dt * (1 - a / 4), 1 - a / 2});
    expect_matrix(matrix(Scheme::drift_kick_drift), {1 - a / 2, dt * (1 - a / 4), -w * w * dt, 1 - a / 2});
    expect_matrix(matrix(Scheme::rk4),
                  {1 - a / 2 + a * a / 24, dt * (1 - a / 6), -w * w * dt * (1 - a / 6), 1 - a / 2 + a * a / 24});
    const double theta = w * dt; // rk45 follows the exact turn to fifth order
    const analysis::SquareMatrix yoshida = matrix(Scheme::yoshida4);
    EXPECT_NEAR((yoshida(0, 0) * yoshida(1, 1) - yoshida(0, 1) * yoshida(1, 0)).real(), 1, 1e-13);
    EXPECT_NEAR(yoshida(0, 0).real(), std::cos(theta), 0.1 * std::pow(theta, 5));
}

analysis::StabilityReport report(ModelMaker& maker, Scheme scheme, double dt) {
    maker.model.run.dt.reset();
    maker.run(scheme, dt);
    return analysis::stability(maker.model, derived(maker.model));
}

TEST(Stability, limits_of_klein_gordon_are_met) {
    for (const std::vector<std::int64_t>& extents : {std::vector<std::int64_t>{64}, {16, 12}, {8, 6, 10}}) {
        KleinGordon kg(extents, 0.4, 0.5);
        const double fastest = kg.omega(std::vector<double>(extents.size(), M_PI));
        const std::pair<Scheme, double> limits[] = {{Scheme::symplectic_euler, 2},
                                                    {Scheme::leapfrog, 2},
                                                    {Scheme::drift_kick_drift, 2},
                                                    {Scheme::rk4, 2 * std::sqrt(2.)},
                                                    {Scheme::yoshida4, 1.5734}};
        for (const auto& [scheme, limit] : limits) {
            const analysis::StabilityReport found = report(kg, scheme, 0.01);
            ASSERT_EQ(found.certainty, analysis::Certainty::exact);
            ASSERT_TRUE(found.limit.has_value());
            EXPECT_NEAR(*found.limit * fastest, limit, scheme == Scheme::yoshida4 ? 1e-4 : 1e-7)
                << static_cast<int>(scheme);
            for (std::size_t axis = 0; axis < extents.size(); ++axis)
                EXPECT_NEAR(found.mode[axis], M_PI, 1e-12);
            EXPECT_LT(found.growth, 1 + 1e-7);
        }
        EXPECT_EQ(report(kg, Scheme::euler, 0.01).limit, 0.0);
        const analysis::StabilityReport literal = report(kg, Scheme::map, 0);
        EXPECT_NEAR(literal.growth, std::sqrt(1 + fastest * fastest), 1e-12); // |λ|² = 1 + ω²
    }
}

TEST(Stability, running_stays_bounded_below_the_limit_and_grows_above_it) {
    for (const Scheme scheme :
         {Scheme::symplectic_euler, Scheme::leapfrog, Scheme::drift_kick_drift, Scheme::yoshida4, Scheme::rk4}) {
        KleinGordon kg({6}, 0.4);
        kg.initial(kg.phi, {kg.at(kg.i)},
                   kg.pool.apply(algebra::Op::sin, {kg.square(kg.pool.coordinate(kg.at(kg.i), 0))}));
        const double limit = *report(kg, scheme, 0.1).limit;
        const auto largest_after = [&](double dt) {
            kg.run(scheme, dt, 400);
            const dynamics::Program program = derived(kg.model);
            ProgramStepper stepper(kg.model, program);
            stepper.advance(400);
            double largest = 0;
            for (const double value : stepper[kg.phi])
                largest = std::max(largest, std::abs(value));
            return largest;
        };
        EXPECT_LT(largest_after(0.995 * limit), 50) << static_cast<int>(scheme);
        EXPECT_GT(largest_after(1.01 * limit), 1e4) << static_cast<int>(scheme);
    }
}

TEST(Stability, odd_and_antiperiodic_lattices_have_other_fastest_modes) {
    KleinGordon odd({7}, 0.4), anti({7}, 0.4, 1, Edge::antiperiodic), even_anti({8}, 0.4, 1, Edge::antiperiodic);
    EXPECT_NEAR(*report(odd, Scheme::leapfrog, 0.1).limit * odd.omega({6 * M_PI / 7}), 2, 1e-9);
    EXPECT_NEAR(*report(anti, Scheme::leapfrog, 0.1).limit * anti.omega({M_PI}), 2, 1e-9);
    EXPECT_NEAR(*report(even_anti, Scheme::leapfrog, 0.1).limit * even_anti.omega({7 * M_PI / 8}), 2, 1e-9);
}

TEST(Stability, of_a_large_lattice_is_that_of_the_closed_form) {
    KleinGordon kg({128, 128, 128});
    kg.run(Scheme::leapfrog, 0.2);
    const dynamics::Program program = derived(kg.model);
    const analysis::StabilityReport found = analysis::stability(kg.model, program);
    EXPECT_NEAR(*found.limit, 2 / std::sqrt(0.25 + 12), 1e-9);
    EXPECT_EQ(found.mode_text, "(π, π, π)");
}

TEST(Stability, a_step_beyond_the_limit_is_refused_and_a_missing_one_chosen) {
    KleinGordon kg({16});
    Diagnostics none, refused, allowed, grows;
    kg.run(Scheme::leapfrog, 0.9);
    dynamics::Program program = derived(kg.model);
    static_cast<void>(analysis::check_stability(kg.model, program, none));
    EXPECT_TRUE(none.empty());
    kg.run(Scheme::leapfrog, 0.98);
    program = derived(kg.model);
    static_cast<void>(analysis::check_stability(kg.model, program, refused));
    ASSERT_EQ(refused.size(), 1u);
    EXPECT_EQ(refused.sorted()[0].code, Code::step_too_large);
    EXPECT_EQ(refused.sorted()[0].helps[0], "dt ≤ 0.970142, fastest mode at k = π");
    kg.model.run.allow_unstable = true;
    static_cast<void>(analysis::check_stability(kg.model, program, allowed));
    EXPECT_TRUE(allowed.empty());
    kg.model.run.allow_unstable = false;
    kg.model.run.dt.reset();
    program = derived(kg.model);
    static_cast<void>(analysis::check_stability(kg.model, program, none));
    EXPECT_NEAR(program.dt, 0.485071, 1e-9);
    EXPECT_EQ(program.remarks.size(), 1u);
    program = derived(kg.run(Scheme::map).model);
    static_cast<void>(analysis::check_stability(kg.model, program, grows));
    ASSERT_EQ(grows.size(), 1u);
    EXPECT_EQ(grows.sorted()[0].code, Code::map_grows);
}

TEST(Stability,
     the_second_representation_is_meaningful_only_as_a_map) { // Eqs. (3.14)-(3.19), one dimension, dt²/dx² = 1/4
    ModelMaker maker;
    const SpaceId space = maker.lattice({12});
    const IndexId i = maker.index("i", space);
    const SymbolId phi = maker.field("φ", Role::neuron, space), beta = maker.field("β", Role::trainable, space);
    const Expr x = maker.pool.element(phi, {maker.at(i)}), b = maker.pool.element(beta, {maker.at(i)});
    maker.map(Dynamics::activation, phi, {maker.at(i)},
              maker.pool.add({maker.pool.multiply({maker.pool.integer(2), x}),
                              maker.pool.multiply({maker.pool.rational(1, 4), maker.laplacian(phi, i)}), b}));
    maker.descends(beta, {maker.at(i)},
                   maker.pool.sum(i, maker.pool.add({maker.half(maker.square(x)), maker.half(maker.square(b))})));
    EXPECT_FALSE(report(maker, Scheme::map, 0).limit_is_another_system);
    EXPECT_NEAR(report(maker, Scheme::map, 0).growth, 1, 1e-7);
    EXPECT_TRUE(report(maker, Scheme::rk4, 0.1).limit_is_another_system);
    KleinGordon first({12});
    EXPECT_FALSE(report(first, Scheme::rk4, 0.1).limit_is_another_system);
}

TEST(Stability, growth_of_the_law_is_not_held_against_the_scheme) {
    ModelMaker maker; // d/dt φ = π, d/dt π = +φ
    const SymbolId phi = maker.tensor("φ", Role::neuron), pi = maker.tensor("π", Role::trainable);
    maker.flow(Dynamics::activation, phi, {}, maker.pool.element(pi, {}));
    maker.flow(Dynamics::learning, pi, {}, maker.pool.element(phi, {}));
    const analysis::StabilityReport found = report(maker, Scheme::rk4, 0.1);
    EXPECT_NEAR(found.law_growth, 1, 1e-12);
    EXPECT_LT(found.growth, 1 + 1e-6);
}

TEST(Stability, euler_of_diffusion_has_its_classical_limit) {
    ModelMaker maker; // d/dt u = D lap u: dt ≤ h²/(2 d D), here with a place-dependent D
    const SpaceId space = maker.lattice({16, 16}, 0.5);
    const IndexId i = maker.index("i", space);
    const SymbolId u = maker.field("u", Role::neuron, space);
    maker.flow(Dynamics::activation, u, {maker.at(i)},
               maker.pool.multiply({maker.pool.real(0.3), maker.laplacian(u, i)}));
    EXPECT_NEAR(*report(maker, Scheme::euler, 0.01).limit, 0.25 / (4 * 0.3), 1e-6);
    EXPECT_NEAR(*report(maker, Scheme::rk4, 0.01).limit, 0.25 / (4 * 0.3) * 2.785293563 / 2, 1e-6);
}

TEST(Stability, nonlinear_laws_are_estimated_around_the_initial_state) {
    KleinGordon kg({16}); // φ⁴ added: d/dt π = lap φ - m² φ - φ³ with φ = 2 at the start
    model::Component& loss = kg.model.laws[1].components[0];
    const Expr x = kg.pool.element(kg.phi, {kg.at(kg.i)});
    loss.value = kg.pool.add({loss.value, kg.pool.sum(kg.i, kg.pool.multiply({kg.pool.rational(1, 4),
                                                                              kg.pool.power(x, kg.pool.integer(4))}))});
    kg.initial(kg.phi, {kg.at(kg.i)}, kg.pool.integer(2));
    const analysis::StabilityReport found = report(kg, Scheme::leapfrog, 0.1);
    EXPECT_EQ(found.certainty, analysis::Certainty::estimate);
    EXPECT_NEAR(*found.limit, 2 / std::sqrt(0.25 + 4 + 3 * 4), 1e-4);
    kg.run(Scheme::leapfrog, 0.6);
    dynamics::Program program = derived(kg.model);
    Diagnostics diagnostics;
    static_cast<void>(analysis::check_stability(kg.model, program, diagnostics));
    ASSERT_EQ(diagnostics.size(), 1u);
    EXPECT_EQ(diagnostics.sorted()[0].code, Code::step_probably_too_large);
}

TEST(Stability, a_dense_linear_law_is_analysed_element_by_element) {
    ModelMaker maker; // dφ/dt = π, dπ[n] = -Σ_k K[n,k] φ[k] with K = n δ + 0.1
    const SpaceId numbers = maker.range(1, 7);
    const IndexId n = maker.index("n", numbers), k = maker.index("k", numbers);
    const SymbolId phi = maker.field("φ", Role::neuron, numbers), pi = maker.field("π", Role::trainable, numbers);
    const SymbolId coupling = maker.tensor("K", Role::data, {{numbers, 1, 7}, {numbers, 1, 7}});
    model::Data data;
    data.symbol = coupling;
    for (int row = 1; row <= 7; ++row)
        for (int column = 1; column <= 7; ++column)
            data.values.push_back(row == column ? row : 0);
    maker.model.data.push_back(data);
    maker.flow(Dynamics::activation, phi, {maker.at(n)}, maker.pool.element(pi, {maker.at(n)}));
    maker.flow(Dynamics::learning, pi, {maker.at(n)},
               maker.pool.negate(
                   maker.pool.sum(k, maker.pool.multiply({maker.pool.element(coupling, {maker.at(n), maker.at(k)}),
                                                          maker.pool.element(phi, {maker.at(k)})}))));
    const analysis::StabilityReport found = report(maker, Scheme::leapfrog, 0.1);
    EXPECT_EQ(found.certainty, analysis::Certainty::exact);
    EXPECT_NEAR(*found.limit, 2 / std::sqrt(7.), 1e-6);
}

TEST(Spectrum, of_small_matrices_has_their_trace_and_the_trace_of_their_square) {
    for (std::size_t n = 3; n <= 24; ++n) {
        analysis::SquareMatrix matrix(n);
        for (std::size_t entry = 0; entry < n * n; ++entry) // dense, some entries zero
            matrix.entries[entry] = {std::sin(1.7 * static_cast<double>(entry * entry % 97)), entry % 3 == 0 ? 0 : std::cos(static_cast<double>(3 * entry))};
        Complex trace = 0, square = 0, sum = 0, squares = 0;
        for (std::size_t row = 0; row < n; ++row) {
            trace += matrix(row, row);
            for (std::size_t column = 0; column < n; ++column)
                square += matrix(row, column) * matrix(column, row);
        }
        const std::vector<Complex> values = analysis::eigenvalues(matrix);
        ASSERT_EQ(values.size(), n);
        for (const Complex& value : values)
            sum += value, squares += value * value;
        EXPECT_LT(std::abs(sum - trace), 1e-13 * static_cast<double>(n * n)) << n;
        EXPECT_LT(std::abs(squares - square), 1e-13 * static_cast<double>(n * n * n)) << n;
    }
}

TEST(Spectrum, of_a_rotation_lies_on_the_unit_circle) {
    analysis::SquareMatrix cycle(8); // a shift by one place: the eighth roots of 1
    for (std::size_t row = 0; row < 8; ++row)
        cycle(row, (row + 1) % 8) = 1;
    for (const Complex& value : analysis::eigenvalues(cycle)) {
        EXPECT_NEAR(std::abs(value), 1, 1e-14);
        EXPECT_NEAR(std::abs(std::pow(value, 8) - 1.0), 0, 1e-13);
    }
}

TEST(Spectrum, of_parts_that_are_not_coupled_is_that_of_each) {
    analysis::SquareMatrix matrix(7); // rows 0, 2, 4: a cycle times 2; 1, 5: a rotation; 3: 5; 6 is driven by 3
    matrix(0, 2) = matrix(2, 4) = matrix(4, 0) = 2;
    matrix(1, 5) = 1, matrix(5, 1) = -1;
    matrix(3, 3) = 5, matrix(6, 3) = 7, matrix(6, 6) = -3;
    std::vector<Complex> values = analysis::eigenvalues(matrix);
    ASSERT_EQ(values.size(), 7);
    const std::vector<Complex> expected{2, std::polar(2., 2 * std::numbers::pi / 3), std::polar(2., -2 * std::numbers::pi / 3), {0, 1}, {0, -1}, 5, -3};
    for (const Complex& one : expected) {
        const auto nearest = std::ranges::min_element(values, {}, [&](const Complex& value) { return std::abs(value - one); });
        EXPECT_LT(std::abs(*nearest - one), 1e-14) << one;
        values.erase(nearest);
    }
}

} // namespace
} // namespace nphys::testing
