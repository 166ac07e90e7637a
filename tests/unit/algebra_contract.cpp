// Contraction, δ and moved places against their definitions, on lattices of every edge.
#include <gtest/gtest.h>

#include "compiler/algebra/edges.h"
#include "compiler/algebra/print.h"
#include "tests/unit/algebra_random.h"

namespace nphys::algebra::testing {
namespace {

constexpr std::uint64_t cases = 1500;

// δ by its definition: the field that is 1 at the actual place of one argument, continued to the other.
int delta_by_definition(const Space& space, const Place& left, const Place& right) {
    int sign = 1;
    for (std::size_t axis = 0; axis < space.axes.size(); ++axis) {
        const ActualPlace a = actual_place(space.axes[axis], left.offset[axis]),
                          b = actual_place(space.axes[axis], right.offset[axis]);
        if (!a.exists || !b.exists || a.number != b.number)
            return 0;
        sign *= a.sign * b.sign;
    }
    return sign;
}

Place at(Place displaced, const Place& actual) {
    for (int axis = 0; axis < max_axes; ++axis)
        displaced.offset[axis] += actual.offset[axis];
    displaced.index = IndexId{};
    return displaced;
}

TEST(AlgebraContract, delta_in_canonical_form_has_the_value_of_its_definition) {
    for (std::uint64_t seed = 0; seed < cases; ++seed) {
        World world = world_of(seed);
        const Place left = world.place(world.i, 4),
                    right = seed % 5 == 0 ? world.place(world.i, 4) : world.place(world.j, 4);
        const Expr delta = world.pool.delta(world.lattice, left, right);
        world.each_place(world.i, [&](const Place& i) {
            world.each_place(world.j, [&](const Place& j) {
                Environment environment = world.environment();
                environment.places = {{world.i.value, i}, {world.j.value, j}};
                const int expected = delta_by_definition(world.pool.space(world.lattice), at(left, i),
                                                         at(right, right.index == world.i ? i : j));
                ASSERT_EQ(evaluate(world.pool, delta, environment).real(), expected)
                    << "seed " << seed << ": " << print(world.pool, delta);
            });
        });
    }
}

TEST(AlgebraContract, sum_equals_the_sum_over_all_places) {
    for (std::uint64_t seed = 0; seed < cases; ++seed) {
        World world = world_of(seed);
        const IndexId summed = world.one_of<IndexId>({world.k, world.k, world.p, world.late});
        World::Shape shape{{world.i, world.n, summed, summed}, true};
        const Expr body = world.expression(shape, 3);
        const Expr sum = world.pool.sum(summed, body);
        EXPECT_FALSE(world.pool.has_index(sum, summed));
        Environment environment = world.environment();
        environment.places = {{world.i.value, world.literal_site()}, {world.n.value, World::number(world.whole(1, 6))}};
        std::complex<double> expected = 0;
        world.each_place(summed, [&](const Place& place) {
            environment.places[summed.value] = place;
            expected += evaluate(world.pool, body, environment);
        });
        ASSERT_TRUE(close(evaluate(world.pool, sum, environment), expected))
            << "seed " << seed << "\nbody " << print(world.pool, body) << "\nsum " << print(world.pool, sum)
            << "\nexpected " << expected << " found " << evaluate(world.pool, sum, environment);
    }
}

TEST(AlgebraContract, contraction_of_a_matrix_product_is_the_product_of_matrices) {
    for (std::uint64_t seed = 0; seed < cases; ++seed) {
        World world = world_of(seed);
        Pool& pool = world.pool;
        const auto map = [&](IndexId row, IndexId column) {
            std::vector<Expr> terms;
            for (int count = 0; count < 3; ++count)
                terms.push_back(pool.multiply({pool.rational(world.whole(-3, 3), 2),
                                               pool.delta(world.lattice, world.place(row), world.place(column))}));
            return pool.add(std::move(terms));
        };
        const Expr first = map(world.i, world.k), second = map(world.k, world.j);
        const Expr product = pool.sum(world.k, pool.multiply({first, second}));
        world.each_place(world.i, [&](const Place& i) {
            world.each_place(world.j, [&](const Place& j) {
                Environment environment = world.environment();
                environment.places = {{world.i.value, i}, {world.j.value, j}};
                const auto found = evaluate(pool, product, environment);
                std::complex<double> expected = 0;
                world.each_place(world.k, [&](const Place& k) {
                    environment.places[world.k.value] = k;
                    expected += evaluate(pool, first, environment) * evaluate(pool, second, environment);
                });
                ASSERT_TRUE(close(found, expected)) << "seed " << seed << "\n"
                                                    << print(pool, first) << "\n"
                                                    << print(pool, second) << "\n"
                                                    << print(pool, product);
            });
        });
    }
}

TEST(AlgebraContract, substitution_is_evaluation_at_the_moved_place) {
    for (std::uint64_t seed = 0; seed < cases; ++seed) {
        World world = world_of(seed);
        const Expr body = world.expression({{world.i, world.n}}, 3);
        const Place target = world.place(world.j);
        const Expr moved = substitute(world.pool, body, {{world.i, target}});
        EXPECT_FALSE(world.pool.has_index(moved, world.i));
        Environment environment = world.environment();
        const Place j = world.literal_site();
        environment.places = {
            {world.i.value, at(target, j)}, {world.j.value, j}, {world.n.value, World::number(world.whole(1, 6))}};
        ASSERT_TRUE(close(evaluate(world.pool, moved, environment), evaluate(world.pool, body, environment)))
            << "seed " << seed << "\n"
            << print(world.pool, body);
    }
}

TEST(AlgebraContract, bound_indices_do_not_capture) {
    World world(1, Edge::periodic, Edge::periodic, 5, 1, 1);
    Pool& pool = world.pool;
    const Expr inner = pool.sum(
        world.k, pool.multiply({pool.element(world.phi, {Place{world.k}}),
                                pool.apply(Op::sin, {pool.add({pool.element(world.phi, {Place{world.i}}),
                                                               pool.element(world.phi, {Place{world.k}})})})}));
    const IndexId bound = pool.get<Reduce>(inner)->index;
    const Expr moved = substitute(pool, inner, {{world.i, Place{bound}}});
    EXPECT_TRUE(pool.has_index(moved, bound));
    EXPECT_NE(moved, inner);
    EXPECT_EQ(substitute(pool, moved, {{bound, Place{world.i}}}), inner);
}

TEST(AlgebraContract, sums_that_differ_in_the_name_of_the_index_are_one_node) {
    World world(1, Edge::periodic, Edge::periodic, 5, 1, 1);
    Pool& pool = world.pool;
    const auto square = [&](IndexId index) {
        return pool.sum(index, pool.power(pool.element(world.phi, {Place{index}}), pool.integer(2)));
    };
    EXPECT_EQ(square(world.i), square(world.j));
}

} // namespace
} // namespace nphys::algebra::testing
