// Canonical forms, expansion and collection: values are kept, equal things are one node, print is stable.
#include <gtest/gtest.h>

#include "compiler/algebra/print.h"
#include "tests/unit/algebra_random.h"

namespace nphys::algebra::testing {
namespace {

constexpr std::uint64_t cases = 1000;

Environment somewhere(World& world) {
    Environment environment = world.environment();
    environment.places = {{world.i.value, world.literal_site()}, {world.n.value, World::number(world.whole(1, 6))}};
    return environment;
}

TEST(AlgebraForms, expand_and_collect_keep_the_value) {
    for (std::uint64_t seed = 0; seed < cases; ++seed) {
        World world = world_of(seed);
        const Expr expression = world.expression({{world.i, world.n}, seed % 2 == 0}, 4);
        const Environment environment = somewhere(world);
        const auto expected = evaluate(world.pool, expression, environment);
        const Expr expanded = expand(world.pool, expression), collected = collect(world.pool, expression),
                   both = collect(world.pool, expanded);
        for (const Expr form : {expanded, collected, both}) {
            ASSERT_TRUE(close(evaluate(world.pool, form, environment), expected, 1e-7))
                << "seed " << seed << "\nof " << print(world.pool, expression) << "\nis " << print(world.pool, form)
                << "\n"
                << expected << " " << evaluate(world.pool, form, environment);
        }
    }
}

// Every identity that constructors apply, against the operation on the values.
TEST(AlgebraForms, constructors_have_the_value_of_the_operation) {
    for (std::uint64_t seed = 0; seed < 6 * cases; ++seed) {
        World world = world_of(seed);
        Pool& pool = world.pool;
        const Environment environment = somewhere(world);
        const auto argument = [&] {
            const Expr inner =
                world.expression({{world.i, world.n}, seed % 2 == 0}, static_cast<int>(world.whole(0, 2)));
            const Op op = static_cast<Op>(world.whole(0, static_cast<int>(Op::logical_not)));
            return world.chance(0.5) || op_arity(op) == 2 ? inner : pool.apply(op, {inner});
        };
        const Expr x = argument(), y = world.chance(0.2) ? x : argument();
        const auto a = evaluate(pool, x, environment), b = evaluate(pool, y, environment);
        if (!std::isfinite(a.real()) || !std::isfinite(b.real()) || std::abs(a.real()) > 1e6 ||
            std::abs(b.real()) > 1e6)
            continue;
        const double values[] = {a.real(), b.real()};
        const auto expect = [&](Expr expression, double expected, const char* what) {
            if (!std::isfinite(expected))
                return;
            EXPECT_TRUE(close(evaluate(pool, expression, environment), expected, 1e-7))
                << "seed " << seed << " " << what << " of " << print(pool, x) << " and " << print(pool, y) << " is "
                << print(pool, expression) << " expected " << expected << " found "
                << evaluate(pool, expression, environment);
        };
        expect(pool.add({x, y}), values[0] + values[1], "sum");
        expect(pool.multiply({x, y}), values[0] * values[1], "product");
        expect(pool.power(x, pool.integer(seed % 7 - 2)), std::pow(values[0], static_cast<double>(seed % 7) - 2),
               "power");
        expect(pool.power(x, pool.rational(1, 2)), std::sqrt(values[0]), "root");
        for (int number = 0; number <= static_cast<int>(Op::logical_not); ++number) {
            const Op op = static_cast<Op>(number);
            const bool jumps = op == Op::floor || op == Op::sign || op == Op::arg || op >= Op::less;
            // At a jump the last bit decides.
            if (jumps &&
                (std::abs(values[0] - values[1]) < 1e-9 || std::abs(values[0] - std::nearbyint(values[0])) < 1e-9))
                continue;
            expect(op_arity(op) == 1 ? pool.apply(op, {x}) : pool.apply(op, {x, y}), op_value(op, values),
                   op_name(op).data());
        }
    }
}

TEST(AlgebraForms, complex_parts_have_the_value_of_the_operation) {
    for (std::uint64_t seed = 0; seed < cases; ++seed) {
        World world = world_of(seed);
        Pool& pool = world.pool;
        const Expr real = world.expression({{world.i, world.n}, true}, 2),
                   imaginary = world.expression({{world.i, world.n}, true}, 2);
        Expr z = pool.add({real, pool.multiply({pool.imaginary_unit(), imaginary})});
        if (world.chance(0.5))
            z = pool.multiply({z, pool.add({world.leaf({{world.i}}), pool.imaginary_unit()}), world.leaf({{world.i}})});
        if (world.chance(0.3))
            z = pool.power(z, pool.integer(2));
        if (world.chance(0.2))
            z = pool.apply(Op::sin, {z});
        const Environment environment = somewhere(world);
        const auto value = evaluate(pool, z, environment);
        if (std::abs(value) > 1e6)
            continue;
        EXPECT_TRUE(close(evaluate(pool, pool.apply(Op::re, {z}), environment), value.real(), 1e-7)) << print(pool, z);
        EXPECT_TRUE(close(evaluate(pool, pool.apply(Op::im, {z}), environment), value.imag(), 1e-7)) << print(pool, z);
        EXPECT_TRUE(close(evaluate(pool, pool.apply(Op::conj, {z}), environment), std::conj(value), 1e-7))
            << print(pool, z);
    }
}

// Gradients carry the guards of every edge, of which expansion drops those that make no difference.
TEST(AlgebraForms, expanded_gradients_keep_their_values_at_every_site) {
    for (std::uint64_t seed = 0; seed < cases; ++seed) {
        World world = world_of(seed);
        Pool& pool = world.pool;
        std::vector<Expr> terms;
        for (int count = 0; count < 2; ++count) {
            const auto difference = [&] {
                return pool.subtract(pool.element(world.phi, {world.place(world.j)}),
                                     pool.element(world.phi, {world.place(world.j)}));
            };
            terms.push_back(world.chance(0.5) ? pool.power(difference(), pool.integer(2))
                                              : pool.multiply({difference(), pool.apply(Op::sin, {difference()})}));
        }
        const Expr loss = pool.sum(world.j, pool.add(std::move(terms)));
        const Expr gradient = partial(pool, loss, world.phi, {Place{world.i}});
        const Expr expanded = expand(pool, gradient), form = collect(pool, expanded);
        Environment environment = world.environment();
        world.each_place(world.i, [&](const Place& site) {
            environment.places[world.i.value] = site;
            const auto expected = evaluate(pool, gradient, environment);
            ASSERT_TRUE(close(evaluate(pool, expanded, environment), expected)) << "seed " << seed << "\n"
                                                                                << print(pool, gradient) << "\n"
                                                                                << print(pool, expanded);
            ASSERT_TRUE(close(evaluate(pool, form, environment), expected)) << "seed " << seed << "\n"
                                                                            << print(pool, gradient) << "\n"
                                                                            << print(pool, form);
        });
    }
}

TEST(AlgebraForms, rebuilding_a_canonical_expression_changes_nothing) {
    for (std::uint64_t seed = 0; seed < cases; ++seed) {
        World world = world_of(seed);
        const Expr expression = world.expression({{world.i, world.n}, true}, 4);
        if (const auto* sum = world.pool.get<Add>(expression)) {
            EXPECT_EQ(world.pool.add(std::vector<Expr>(sum->terms)), expression) << print(world.pool, expression);
        }
        if (const auto* product = world.pool.get<Multiply>(expression)) {
            EXPECT_EQ(world.pool.multiply(std::vector<Expr>(product->factors)), expression)
                << print(world.pool, expression);
        }
        EXPECT_EQ(rewrite(world.pool, expression, [](Expr node) { return node; }), expression);
    }
}

TEST(AlgebraForms, sums_and_products_do_not_depend_on_the_order_they_were_written_in) {
    for (std::uint64_t seed = 0; seed < cases; ++seed) {
        World world = world_of(seed);
        std::vector<Expr> parts;
        for (int count = 0; count < 5; ++count)
            parts.push_back(world.expression({{world.i, world.n}, true}, 2));
        const Expr sum = world.pool.add(parts), product = world.pool.multiply(parts);
        std::shuffle(parts.begin(), parts.end(), world.random);
        // Rounded constants and terms with Within are joined in the order in which they meet, so it is values that
        // agree.
        const Environment environment = somewhere(world);
        EXPECT_TRUE(
            close(evaluate(world.pool, world.pool.add(parts), environment), evaluate(world.pool, sum, environment)));
        EXPECT_TRUE(close(evaluate(world.pool, world.pool.multiply(parts), environment),
                          evaluate(world.pool, product, environment)));
    }
}

TEST(AlgebraForms, the_same_seed_prints_the_same_text) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        World first = world_of(seed), second = world_of(seed);
        const Expr one = first.expression({{first.i, first.n}, true}, 4),
                   other = second.expression({{second.i, second.n}, true}, 4);
        EXPECT_EQ(print(first.pool, one), print(second.pool, other));
        EXPECT_EQ(print(first.pool, one, Notation::latex), print(second.pool, other, Notation::latex));
    }
}

TEST(AlgebraForms, definitions_put_in_are_the_tensor_continued_at_every_edge) {
    for (std::uint64_t seed = 0; seed < cases; ++seed) {
        World world = world_of(seed);
        Pool& pool = world.pool;
        // φ[j] := value(j), put into an expression, against φ stored as the value.
        const Expr value = world.expression({{world.j}, false, true, false}, 2);
        const Expr expression = world.expression({{world.i}, true, true, true}, 3);
        const Expr inlined = inline_definitions(pool, expression, world.phi, {{{Place{world.j}}, value}});
        Environment environment = somewhere(world);
        const auto found = evaluate(pool, inlined, environment);
        std::map<std::vector<std::int64_t>, std::complex<double>> stored;
        world.each_place(world.j, [&](const Place& site) {
            environment.places[world.j.value] = site;
            stored[std::vector<std::int64_t>(site.offset, site.offset + world.axes)] =
                evaluate(pool, value, environment);
        });
        const auto read = environment.element;
        environment.element = [&](SymbolId tensor, std::span<const std::int64_t> places) {
            return tensor == world.phi ? stored.at({places.begin(), places.end()}) : read(tensor, places);
        };
        ASSERT_TRUE(close(found, evaluate(pool, expression, environment)))
            << "seed " << seed << "\nφ := " << print(pool, value) << "\nin " << print(pool, expression) << "\nis "
            << print(pool, inlined);
    }
}

class Arithmetic : public ::testing::Test {
protected:
    Pool p;
    Expr x = p.parameter(p.add_symbol({"x", SymbolKind::parameter, {}, 0, false, false}));
    Expr y = p.parameter(p.add_symbol({"y", SymbolKind::parameter, {}, 0, false, false}));
    Expr n(std::int64_t value) { return p.integer(value); }
};

TEST_F(Arithmetic, like_terms_and_equal_bases_are_collected) {
    EXPECT_EQ(p.add({x, x}), p.multiply({n(2), x}));
    EXPECT_EQ(p.subtract(x, x), n(0));
    EXPECT_EQ(p.multiply({x, x}), p.power(x, n(2)));
    EXPECT_EQ(p.divide(x, x), n(1));
    EXPECT_EQ(p.multiply({p.power(x, p.rational(1, 2)), p.power(x, p.rational(1, 2))}), x);
    EXPECT_EQ(p.power(p.power(x, y), n(3)), p.power(x, p.multiply({n(3), y})));
    EXPECT_EQ(p.power(p.multiply({n(2), x}), n(3)), p.multiply({n(8), p.power(x, n(3))}));
    EXPECT_EQ(p.power(p.multiply({n(4), x}), p.rational(1, 2)), p.multiply({n(2), p.power(x, p.rational(1, 2))}));
    EXPECT_EQ(p.divide(p.add({x, y}), p.add({y, x})), n(1));
}

TEST_F(Arithmetic, rationals_stay_exact_until_they_overflow) {
    EXPECT_EQ(p.add({p.rational(1, 3), p.rational(1, 6)}), p.rational(1, 2));
    EXPECT_EQ(p.power(p.rational(-2, 3), n(-3)), p.rational(-27, 8));
    EXPECT_EQ(p.power(n(4), p.rational(3, 2)), n(8));
    EXPECT_EQ(print(p, p.power(n(2), p.rational(1, 2))), "sqrt(2)");
    const Expr big = p.integer(4'000'000'000'000'000'000);
    ASSERT_TRUE(p.get<Real>(p.add({big, big, big})));
    EXPECT_DOUBLE_EQ(*p.number(p.multiply({big, big})), 1.6e37);
    EXPECT_EQ(p.rational(6, -4), p.rational(-3, 2));
}

TEST_F(Arithmetic, functions_fold_what_is_exact) {
    EXPECT_EQ(p.apply(Op::sin, {n(0)}), n(0));
    EXPECT_EQ(p.apply(Op::exp, {n(0)}), n(1));
    EXPECT_EQ(p.apply(Op::cos, {p.pi()}), n(-1));
    EXPECT_EQ(p.apply(Op::sin, {p.multiply({p.rational(5, 6), p.pi()})}), p.rational(1, 2));
    EXPECT_EQ(p.apply(Op::cos, {p.multiply({p.rational(1, 3), p.pi()})}), p.rational(1, 2));
    EXPECT_EQ(p.apply(Op::sin, {p.negate(x)}), p.negate(p.apply(Op::sin, {x})));
    EXPECT_EQ(p.apply(Op::exp, {p.apply(Op::log, {x})}), x);
    EXPECT_EQ(p.apply(Op::sqrt, {p.rational(9, 4)}), p.rational(3, 2));
    EXPECT_EQ(p.select(p.apply(Op::less, {n(1), n(2)}), x, y), x);
}

TEST_F(Arithmetic, complex_parts_follow_their_rules) {
    const Expr i = p.imaginary_unit();
    EXPECT_EQ(p.multiply({i, i}), n(-1));
    EXPECT_EQ(p.power(i, n(-1)), p.negate(i));
    const Expr z = p.add({x, p.multiply({i, y})});
    EXPECT_EQ(p.apply(Op::re, {z}), x);
    EXPECT_EQ(p.apply(Op::im, {z}), y);
    EXPECT_EQ(p.apply(Op::conj, {p.apply(Op::conj, {z})}), z);
    EXPECT_EQ(expand(p, p.multiply({z, p.apply(Op::conj, {z})})), p.add({p.power(x, n(2)), p.power(y, n(2))}));
}

TEST_F(Arithmetic, prints_as_people_write) {
    const Expr half = p.rational(1, 2);
    EXPECT_EQ(print(p, p.multiply({half, p.power(x, n(2)), y})), "1/2*x^2*y");
    EXPECT_EQ(print(p, p.subtract(p.power(x, n(2)), n(1))), "x^2 - 1");
    EXPECT_EQ(print(p, p.divide(p.add({x, n(1)}), p.multiply({n(2), y}))), "1/2*(1 + x)/y");
    EXPECT_EQ(print(p, p.divide(n(1), p.multiply({n(2), y, y}))), "1/(2*y^2)");
    EXPECT_EQ(print(p, p.negate(p.power(p.negate(x), y))), "-(-x)^y");
    EXPECT_EQ(print(p, p.power(x, p.rational(-1, 2))), "1/sqrt(x)");
    EXPECT_EQ(print(p, p.multiply({p.real(0.25), x})), "0.25*x");
    EXPECT_EQ(print(p, p.select(p.apply(Op::less, {x, y}), n(1), p.negate(x))), "1 if x < y else -x");
    EXPECT_EQ(print(p, p.multiply({n(2), p.select(p.apply(Op::less, {x, y}), n(1), x)})), "2*(1 if x < y else x)");
    EXPECT_EQ(print(p, p.divide(x, y), Notation::latex), "\\frac{x}{y}");
    EXPECT_EQ(print(p, p.multiply({half, x, x}), Notation::latex), "\\frac{1}{2} x^{2}");
    EXPECT_EQ(print(p, p.apply(Op::sqrt, {p.add({x, y})}), Notation::latex), "\\sqrt{x + y}");
}

TEST(AlgebraPrint, a_sum_takes_a_name_that_is_free) {
    World world(1, Edge::open, Edge::open, 64, 1, 1);
    Pool& p = world.pool;
    const auto square = [&](IndexId index) { return p.power(p.element(world.phi, {Place{index}}), p.integer(2)); };
    EXPECT_EQ(print(p, p.sum(world.i, square(world.i))), "Σ[i](φ[i]^2)");
    const Expr far =
        p.apply(Op::sin, {p.add({p.element(world.phi, {Place{world.i}}), p.element(world.phi, {Place{world.j}})})});
    EXPECT_EQ(print(p, p.sum(world.j, far)), "Σ[j](sin(φ[i] + φ[j]))");
    EXPECT_EQ(print(p, p.sum(world.i, far)), "Σ[i](sin(φ[j] + φ[i]))");
    EXPECT_EQ(print(p, p.sum(world.i, far), Notation::latex), "\\sum_{i} \\sin\\left(\\phi_{j} + \\phi_{i}\\right)");
}

TEST(AlgebraPrint, the_klein_gordon_law_reads_as_in_the_paper) {
    World world(1, Edge::open, Edge::open, 64, 1, 1);
    Pool& p = world.pool;
    const auto phi = [&](std::int64_t shift) { return p.element(world.phi, {Place{world.i, {shift, 0, 0, 0}}}); };
    const Expr laplacian = p.divide(p.add({phi(1), p.multiply({p.integer(-2), phi(0)}), phi(-1)}),
                                    p.power(p.parameter(world.mass), p.integer(2)));
    EXPECT_EQ(print(p, laplacian), "(φ[i+e[1]] - 2*φ[i] + φ[i-e[1]])/m^2");
    EXPECT_EQ(print(p, laplacian, Notation::latex), "\\frac{\\phi_{i+e_1} - 2 \\phi_{i} + \\phi_{i-e_1}}{m^{2}}");
    const Expr loss = p.sum(world.i, p.multiply({p.rational(-1, 2), phi(0), laplacian}));
    const Expr gradient = partial(p, loss, world.phi, {Place{world.j}});
    EXPECT_EQ(print(p, collect(p, expand(p, gradient))), "(2*φ[j] - φ[j+e[1]] - φ[j-e[1]])/m^2");
}

} // namespace
} // namespace nphys::algebra::testing
