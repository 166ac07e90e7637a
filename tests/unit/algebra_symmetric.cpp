// Functions of symmetric matrices: values, derivatives by entries, and divided differences where eigenvalues are near.
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

#include "compiler/algebra/evaluate.h"
#include "compiler/algebra/jacobi.h"
#include "compiler/algebra/symmetric.h"
#include "compiler/algebra/transform.h"

namespace nphys::algebra::testing {
namespace {

// A matrix whose entries are names of numbers.
struct Named {
    Pool pool;
    std::vector<SymbolId> names;
    std::vector<double> numbers;
    SymbolicMatrix matrix;

    // With these eigenvalues, in a random basis.
    Named(std::uint64_t seed, const std::vector<double>& eigenvalues) {
        const std::size_t size = eigenvalues.size();
        std::mt19937_64 random(seed);
        std::normal_distribution<double> normal;
        std::vector<double> triangle(size * (size + 1) / 2);
        for (double& entry : triangle)
            entry = normal(random);
        PlainNumbers arithmetic;
        const std::vector<double> v = Jacobi<double, PlainNumbers>(triangle, arithmetic).run().vectors;
        matrix = identity_matrix(pool, size, pool.integer(0));
        for (std::size_t row = 0; row < size; ++row)
            for (std::size_t column = 0; column <= row; ++column) {
                double entry = 0;
                for (std::size_t k = 0; k < size; ++k)
                    entry += v[row * size + k] * eigenvalues[k] * v[column * size + k];
                names.push_back(pool.add_symbol({.name = "a", .kind = SymbolKind::tensor, .slots = {}}));
                numbers.push_back(entry);
                matrix.at(row, column) = matrix.at(column, row) = pool.element(names.back(), {});
            }
    }

    double value(Expr expression, std::size_t moved = 0, double by = 0) {
        Environment environment;
        environment.element = [&](SymbolId symbol, std::span<const std::int64_t>) {
            const auto place = static_cast<std::size_t>(std::ranges::find(names, symbol) - names.begin());
            return std::complex<double>(numbers[place] + (by != 0 && place == moved ? by : 0));
        };
        return evaluate(pool, expression, environment).real();
    }

    // The node by its eigenvalues and eigenvectors, as loops compute it.
    double by_eigenvectors(Expr entry) {
        const Spectral node = *pool.get<Spectral>(entry);
        PlainNumbers arithmetic;
        const auto [values, vectors] = Jacobi<double, PlainNumbers>(numbers, arithmetic).run();
        const auto part = [&, &values = values, &vectors = vectors](SpectralPart what, std::size_t row, std::size_t column) {
            return pool.real(what == SpectralPart::value ? values[row] : vectors[row * matrix.size + column]);
        };
        return value(spectral_sum(pool, node, part));
    }
};

std::vector<Expr> functions(Pool& pool) {
    const Expr x = pool.eigenvalue(), two = pool.integer(2);
    return {pool.power(x, pool.rational(1, 2)),
            pool.power(x, pool.rational(-1, 2)),
            pool.power(x, pool.rational(1, 4)),
            pool.power(x, pool.real(0.3)),
            pool.power(x, pool.integer(-1)),
            pool.power(x, pool.integer(3)),
            pool.apply(Op::exp, {x}),
            pool.apply(Op::log, {x}),
            pool.power(pool.add({pool.real(0.04), x, pool.multiply({pool.real(0.49), pool.power(x, two)})}), pool.rational(1, 2)),
            pool.apply(Op::tanh, {x})};
}

TEST(FunctionsOfSymmetricMatrices, squares_of_roots_are_the_matrix) {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        Named named(seed, seed % 2 == 0 ? std::vector{0.3, 1.0, 2.5} : std::vector{1e-6, 1.0, 1.0, 40.0});
        const SymbolicMatrix root = symmetric_function(named.pool, named.matrix, functions(named.pool)[0]);
        const SymbolicMatrix square = product(named.pool, root, root);
        for (std::size_t place = 0; place < square.entries.size(); ++place)
            EXPECT_NEAR(named.value(square.entries[place]), named.value(named.matrix.entries[place]), 1e-13) << seed;
    }
}

// Daleckii and Krein, against central differences.
TEST(FunctionsOfSymmetricMatrices, derivatives_by_entries_are_those_of_small_changes) {
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        Named named(seed, seed % 2 == 0 ? std::vector{0.3, 1.0, 2.5} : std::vector{0.7, 1.9});
        for (const Expr function : functions(named.pool)) {
            const SymbolicMatrix image = symmetric_function(named.pool, named.matrix, function);
            for (const Expr entry : {image.at(0, 0), image.at(1, 0)})
                for (std::size_t name = 0; name < named.names.size(); ++name) {
                    constexpr double width = 1e-4;
                    const double expected = (8 * (named.value(entry, name, width) - named.value(entry, name, -width)) -
                                             (named.value(entry, name, 2 * width) - named.value(entry, name, -2 * width))) / (12 * width);
                    EXPECT_NEAR(named.value(partial(named.pool, entry, named.names[name], {})), expected, 1e-9) << seed;
                }
        }
    }
}

// The rules for divided differences against the mean of the slope, also where eigenvalues are one or nearly so.
TEST(FunctionsOfSymmetricMatrices, derivatives_keep_their_digits_where_eigenvalues_meet) {
    for (const double gap : {0.0, 1e-13, 1e-9, 1e-5, 1e-3, 0.1, 1.0}) {
        Named named(3, {0.8, 0.8 + gap, 2.0});
        for (const Expr function : functions(named.pool)) {
            const Expr entry = symmetric_function(named.pool, named.matrix, function).at(2, 1);
            EXPECT_NEAR(named.by_eigenvectors(entry), named.value(entry), 2e-14) << gap;
            for (const SymbolId name : named.names) {
                const Expr slope = partial(named.pool, entry, name, {});
                const bool has_rule = named.pool.get<Apply>(function) == nullptr || named.pool.get<Apply>(function)->op != Op::tanh;
                EXPECT_NEAR(named.by_eigenvectors(slope), named.value(slope), has_rule ? 2e-13 : 1e-10) << gap;
            }
        }
    }
}

TEST(FunctionsOfSymmetricMatrices, second_derivatives_are_symmetric_and_those_of_small_changes) {
    Named named(5, {0.5, 1.5});
    for (const Expr function : functions(named.pool)) {
        const Expr entry = symmetric_function(named.pool, named.matrix, function).at(1, 0);
        const Expr first = partial(named.pool, entry, named.names[0], {}), other = partial(named.pool, entry, named.names[1], {});
        const Expr second = partial(named.pool, first, named.names[1], {});
        EXPECT_EQ(second, partial(named.pool, other, named.names[0], {}));
        constexpr double width = 1e-4;
        const double expected = (named.value(first, 1, width) - named.value(first, 1, -width)) / (2 * width);
        EXPECT_NEAR(named.by_eigenvectors(second), expected, 1e-6);
    }
}

TEST(FunctionsOfSymmetricMatrices, what_needs_no_eigenvalues_takes_none) {
    Pool pool;
    const SymbolId a = pool.add_symbol({.name = "a", .slots = {}}), b = pool.add_symbol({.name = "b", .slots = {}});
    const Expr x = pool.element(a, {}), y = pool.element(b, {});
    const Expr root = pool.power(pool.eigenvalue(), pool.rational(1, 2));
    EXPECT_EQ(symmetric_function(pool, {2, {x, pool.integer(0), pool.integer(0), y}}, root).at(1, 1), pool.power(y, pool.rational(1, 2)));
    EXPECT_EQ(symmetric_function(pool, {2, {x, y, y, x}}, pool.eigenvalue()).at(0, 1), y);
    EXPECT_EQ(symmetric_function(pool, {2, {x, y, y, x}}, pool.integer(3)).at(0, 1), pool.integer(0));
    EXPECT_FALSE(depends_on(pool, symmetric_function(pool, {2, {x, y, y, x}}, root).at(0, 1), pool.eigenvalue_symbol()));
}

} // namespace
} // namespace nphys::algebra::testing
