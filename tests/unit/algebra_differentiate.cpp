// Derivatives against complex steps, on lattices of every edge.
#include <gtest/gtest.h>

#include "compiler/algebra/print.h"
#include "tests/unit/algebra_random.h"

namespace nphys::algebra::testing {
namespace {

constexpr std::uint64_t cases = 1500;

// Im f(x + iε)/ε: exact to rounding, for ε far below it (Squire and Trapp, 1998).
std::complex<double> complex_step(World& world, Expr expression, const Environment& environment,
                                  std::complex<double>& variable) {
    const std::complex<double> value = variable;
    variable += std::complex<double>(0, 1e-30);
    const double slope = evaluate(world.pool, expression, environment).imag() / 1e-30;
    variable = value;
    return slope;
}

TEST(AlgebraDifferentiate, partial_equals_complex_step) {
    for (std::uint64_t seed = 0; seed < cases; ++seed) {
        World world = world_of(seed);
        World::Shape shape{{world.j, world.n}, seed % 2 == 0};
        const Expr expression =
            seed % 3 == 0 ? world.expression(shape, 3) : world.pool.sum(world.j, world.expression(shape, 3));
        const Expr derivative = partial(world.pool, expression, world.phi, {Place{world.i}});
        Environment environment = world.environment();
        environment.places = {{world.n.value, World::number(world.whole(1, 6))}, {world.j.value, world.literal_site()}};
        world.each_place(world.i, [&](const Place& site) {
            environment.places[world.i.value] = site;
            const std::vector<std::int64_t> numbers(site.offset, site.offset + world.axes);
            const auto expected = complex_step(world, expression, environment, world.element(world.phi, numbers));
            const auto found = evaluate(world.pool, derivative, environment);
            ASSERT_TRUE(close(found, expected, 1e-8))
                << "seed " << seed << "\nof " << print(world.pool, expression) << "\nis "
                << print(world.pool, derivative) << "\nfound " << found << " expected " << expected;
            const Expr literal = partial(world.pool, expression, world.phi, {site});
            ASSERT_TRUE(close(evaluate(world.pool, literal, environment), expected, 1e-8)) << "seed " << seed;
        });
    }
}

TEST(AlgebraDifferentiate, partial_by_a_dense_matrix_equals_complex_step) {
    for (std::uint64_t seed = 0; seed < cases; ++seed) {
        World world = world_of(seed);
        const IndexId row = world.pool.fresh_index(world.n), column = world.pool.fresh_index(world.late);
        const Expr expression = world.pool.sum(world.n, world.expression({{world.n, world.p}, true}, 3));
        const Expr derivative = partial(world.pool, expression, world.weights, {Place{row}, Place{column}});
        Environment environment = world.environment();
        environment.places = {{world.p.value, World::number(world.whole(1, 6))}};
        for (int count = 0; count < 6; ++count) {
            const std::vector<std::int64_t> numbers = {world.whole(1, 6), world.whole(4, 6)};
            environment.places[row.value] = World::number(numbers[0]);
            environment.places[column.value] = World::number(numbers[1]);
            const auto expected = complex_step(world, expression, environment, world.element(world.weights, numbers));
            ASSERT_TRUE(close(evaluate(world.pool, derivative, environment), expected, 1e-8))
                << "seed " << seed << "\nof " << print(world.pool, expression) << "\nis "
                << print(world.pool, derivative);
        }
    }
}

// A loss that is even in its field has a law that reads the same at every edge which continues the field, also through
// the activation map.
TEST(AlgebraDifferentiate, laws_of_even_losses_read_the_same_at_every_edge) {
    for (const Edge edge : {Edge::periodic, Edge::antiperiodic, Edge::reflecting}) {
        World world(3, edge, Edge::periodic, 64, 1, 1);
        Pool& pool = world.pool;
        const SymbolId momentum = pool.add_symbol({"π", SymbolKind::tensor, {{world.lattice, 1, 1}}, 1, false, false});
        const auto phi = [&](std::int64_t shift) {
            return pool.element(world.phi, {Place{world.j, {shift, 0, 0, 0}}});
        };
        const Expr difference = pool.subtract(phi(1), phi(0));
        const Expr loss =
            pool.sum(world.j, pool.subtract(pool.power(difference, pool.integer(2)), pool.apply(Op::cos, {phi(0)})));
        const Expr after =
            pool.add({pool.element(world.phi, {Place{world.k}}), pool.element(momentum, {Place{world.k}})});
        const Expr through = inline_definitions(pool, loss, world.phi, {{{Place{world.k}}, after}});
        const Expr gradient = collect(pool, expand(pool, partial(pool, through, momentum, {Place{world.i}})));
        EXPECT_EQ(print(pool, gradient),
                  "4*(φ[i] + π[i]) + sin(φ[i] + π[i]) - 2*(φ[i+e[1]] + φ[i-e[1]] + π[i+e[1]] + π[i-e[1]])");
        EXPECT_FALSE(pool.facts(gradient).structure);
    }
}

TEST(AlgebraDifferentiate, products_over_places_need_no_division) {
    World world(3, Edge::periodic, Edge::periodic, 5, 1, 1);
    Pool& pool = world.pool;
    const Expr product = pool.reduce(Reduction::product, world.j, pool.element(world.phi, {Place{world.j}}));
    const Expr derivative = partial(pool, product, world.phi, {World::number(2)});
    Environment environment = world.environment();
    for (std::int64_t site = 1; site <= 5; ++site)
        world.element(world.phi, std::vector{site}) = site == 2 ? 0.0 : static_cast<double>(site);
    EXPECT_DOUBLE_EQ(evaluate(pool, derivative, environment).real(), 1.0 * 3 * 4 * 5);
}

TEST(AlgebraDifferentiate, the_maximum_moves_with_the_largest) {
    World world(3, Edge::periodic, Edge::periodic, 5, 1, 1);
    Pool& pool = world.pool;
    const Expr largest = pool.reduce(Reduction::maximum, world.j,
                                     pool.power(pool.element(world.phi, {Place{world.j}}), pool.integer(2)));
    const Expr derivative = partial(pool, largest, world.phi, {Place{world.i}});
    Environment environment = world.environment();
    for (std::int64_t site = 1; site <= 5; ++site)
        world.element(world.phi, std::vector{site}) = site == 4 ? -3.0 : 0.1 * static_cast<double>(site);
    for (std::int64_t site = 1; site <= 5; ++site) {
        environment.places[world.i.value] = World::number(site);
        EXPECT_DOUBLE_EQ(evaluate(pool, derivative, environment).real(), site == 4 ? -6.0 : 0.0);
    }
}

TEST(AlgebraDifferentiate, every_primitive_has_its_derivative) {
    World world(3, Edge::periodic, Edge::periodic, 5, 1, 1);
    Pool& pool = world.pool;
    const Expr x = pool.element(world.phi, {World::number(1)}), y = pool.element(world.phi, {World::number(2)});
    Environment environment = world.environment();
    const double step = 1e-6;
    for (int number = 0; number <= static_cast<int>(Op::max); ++number) {
        const Op op = static_cast<Op>(number);
        world.element(world.phi, std::vector<std::int64_t>{1}) = 0.41;
        world.element(world.phi, std::vector<std::int64_t>{2}) = 0.83;
        const Expr value = op_arity(op) == 1 ? pool.apply(op, {x}) : pool.apply(op, {x, y});
        const double found = evaluate(pool, partial(pool, value, world.phi, {World::number(1)}), environment).real();
        world.element(world.phi, std::vector<std::int64_t>{1}) = 0.41 + step;
        const double above = evaluate(pool, value, environment).real();
        world.element(world.phi, std::vector<std::int64_t>{1}) = 0.41 - step;
        const double below = evaluate(pool, value, environment).real();
        EXPECT_NEAR(found, (above - below) / (2 * step), 1e-8) << op_name(op);
    }
}

} // namespace
} // namespace nphys::algebra::testing
