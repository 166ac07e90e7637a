// Functions of matrices against their definitions: products, series, numbers.
#include <gtest/gtest.h>

#include <random>

#include "compiler/algebra/evaluate.h"
#include "compiler/algebra/matrix.h"
#include "compiler/algebra/print.h"

namespace nphys::algebra {
namespace {

struct Algebra {
    Pool pool;
    SymbolId theta = pool.add_symbol({"θ", SymbolKind::parameter, {}, 0, false, false});
    SymbolId mass = pool.add_symbol({"m", SymbolKind::parameter, {}, 0, false, false});
    std::mt19937_64 random{7};

    SymbolicMatrix of(std::size_t size, const std::vector<int>& numbers) {
        SymbolicMatrix matrix{size, {}};
        for (const int number : numbers)
            matrix.entries.push_back(pool.integer(number));
        return matrix;
    }
    // The first factor of Emergent field theories, Eq. (4.35): its square is -1.
    SymbolicMatrix x0() { return of(4, {0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0}); }

    SymbolicMatrix random_numbers(std::size_t size) {
        SymbolicMatrix matrix{size, {}};
        for (std::size_t entry = 0; entry < size * size; ++entry)
            matrix.entries.push_back(pool.rational(static_cast<std::int64_t>(random() % 11) - 5,
                                                   static_cast<std::int64_t>(random() % 3) + 1));
        return matrix;
    }

    std::vector<std::complex<double>> values(const SymbolicMatrix& matrix) {
        std::vector<std::complex<double>> result;
        for (const Expr entry : matrix.entries)
            result.push_back(
                *constant_value(pool, entry, [&](SymbolId symbol) { return symbol == theta ? 0.37 : 0.8; }));
        return result;
    }
    void expect_equal(const SymbolicMatrix& left, const SymbolicMatrix& right, double tolerance = 1e-11) {
        const auto a = values(left), b = values(right);
        ASSERT_EQ(a.size(), b.size());
        double scale = 1;
        for (const auto value : b)
            scale = std::max(scale, std::abs(value));
        for (std::size_t entry = 0; entry < a.size(); ++entry)
            EXPECT_LE(std::abs(a[entry] - b[entry]), tolerance * scale) << entry << ": " << a[entry] << " " << b[entry];
    }
    // Σ Mⁿ/n!
    SymbolicMatrix exponential_series(const SymbolicMatrix& matrix) {
        SymbolicMatrix total = identity_matrix(pool, matrix.size, pool.integer(1)), term = total;
        for (int n = 1; n < 40; ++n) {
            term = scaled(pool, product(pool, term, matrix), pool.real(1.0 / n));
            total = sum(pool, total, term);
        }
        return total;
    }
};

// exp((m - 3θ) X₀) = cos(m - 3θ) + sin(m - 3θ) X₀, and so for other multiples of a sum.
TEST(AlgebraMatrix, a_sum_of_names_is_a_factor_as_well) {
    Algebra a;
    const Expr triple = a.pool.multiply({a.pool.integer(-3), a.pool.parameter(a.theta)});
    const Expr sum = a.pool.add({a.pool.parameter(a.mass), triple});
    const SymbolicMatrix matrix = scaled(a.pool, a.of(2, {1, -2, 3, -1}), sum); // N² = -5
    const auto found = matrix_function(a.pool, Op::exp, matrix);
    ASSERT_TRUE(found);
    a.expect_equal(*found, a.exponential_series(matrix));
    const auto turned = matrix_function(a.pool, Op::exp, scaled(a.pool, a.x0(), sum));
    ASSERT_TRUE(turned);
    a.expect_equal(*turned, a.exponential_series(scaled(a.pool, a.x0(), sum)));
    const auto* function = a.pool.get<Apply>(turned->at(0, 0));
    ASSERT_NE(function, nullptr);
    EXPECT_EQ(function->op, Op::cos);
}

TEST(AlgebraMatrix, inverse_times_matrix_is_the_identity) {
    Algebra a;
    for (int count = 0; count < 200; ++count) {
        const SymbolicMatrix matrix = a.random_numbers(1 + static_cast<std::size_t>(count) % 6);
        const auto found = inverse(a.pool, matrix);
        if (!found) {
            EXPECT_EQ(found.error(), MatrixTrouble::singular);
            continue;
        }
        a.expect_equal(product(a.pool, *found, matrix), identity_matrix(a.pool, matrix.size, a.pool.integer(1)), 1e-9);
    }
}

TEST(AlgebraMatrix, singular_matrices_are_told) {
    Algebra a;
    EXPECT_EQ(inverse(a.pool, a.of(2, {1, 2, 2, 4})).error(), MatrixTrouble::singular);
    EXPECT_EQ(
        inverse(a.pool, a.of(5, {1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1})).error(),
        MatrixTrouble::singular);
}

TEST(AlgebraMatrix, symbolic_inverse_is_exact) {
    Algebra a;
    Pool& p = a.pool;
    const Expr m = p.parameter(a.mass), t = p.parameter(a.theta);
    const SymbolicMatrix matrix{2, {m, t, p.negate(t), m}};
    EXPECT_EQ(print(p, *determinant(p, matrix)), "θ^2 + m^2");
    a.expect_equal(product(p, *inverse(p, matrix), matrix), identity_matrix(p, 2, p.integer(1)));
}

TEST(AlgebraMatrix, real_power_of_a_square_root_of_minus_one_is_a_rotation) {
    Algebra a;
    Pool& p = a.pool;
    const auto power = matrix_power(p, a.x0(), p.parameter(a.theta));
    ASSERT_TRUE(power);
    EXPECT_EQ(print(p, power->at(0, 0)), "cos(1/2*pi*θ)");
    EXPECT_EQ(print(p, power->at(0, 1)), "-sin(1/2*pi*θ)");
    EXPECT_EQ(power->at(0, 2), p.integer(0));
}

TEST(AlgebraMatrix, exponential_equals_its_series) {
    Algebra a;
    Pool& p = a.pool;
    const Expr t = p.parameter(a.theta), m = p.parameter(a.mass);
    const SymbolicMatrix turn = sum(p, identity_matrix(p, 4, m), scaled(p, a.x0(), t));
    a.expect_equal(*matrix_function(p, Op::exp, turn), a.exponential_series(turn));
    const SymbolicMatrix stretch = scaled(p, a.of(2, {0, 2, 3, 0}), t);
    a.expect_equal(*matrix_function(p, Op::exp, stretch), a.exponential_series(stretch));
    const SymbolicMatrix nilpotent = sum(p, identity_matrix(p, 2, m), scaled(p, a.of(2, {0, 1, 0, 0}), t));
    a.expect_equal(*matrix_function(p, Op::exp, nilpotent), a.exponential_series(nilpotent));
    for (int count = 0; count < 50; ++count) {
        const SymbolicMatrix numbers = scaled(p, a.random_numbers(3), p.rational(1, 5));
        a.expect_equal(*matrix_function(p, Op::exp, numbers), a.exponential_series(numbers), 1e-12);
    }
}

TEST(AlgebraMatrix, square_root_squared_is_the_matrix) {
    Algebra a;
    Pool& p = a.pool;
    for (int count = 0; count < 60; ++count) {
        const SymbolicMatrix root = a.random_numbers(2 + static_cast<std::size_t>(count) % 3);
        SymbolicMatrix symmetric{root.size, {}};
        for (std::size_t row = 0; row < root.size; ++row) {
            for (std::size_t column = 0; column < root.size; ++column) {
                std::vector<Expr> terms = {p.integer(row == column ? 1 : 0)};
                for (std::size_t k = 0; k < root.size; ++k)
                    terms.push_back(p.multiply({root.at(row, k), root.at(column, k)}));
                symmetric.entries.push_back(p.add(terms));
            }
        }
        const auto found = matrix_function(p, Op::sqrt, symmetric);
        ASSERT_TRUE(found);
        a.expect_equal(product(p, *found, *found), symmetric, 1e-10);
        const auto logarithm = matrix_function(p, Op::log, symmetric);
        ASSERT_TRUE(logarithm);
        a.expect_equal(*matrix_function(p, Op::exp, *logarithm), symmetric, 1e-9);
    }
}

TEST(AlgebraMatrix, power_of_an_involution_is_principal) {
    Algebra a;
    Pool& p = a.pool;
    const SymbolicMatrix swap = a.of(2, {0, 1, 1, 0});
    const auto root = matrix_power(p, swap, p.rational(1, 2));
    ASSERT_TRUE(root);
    a.expect_equal(product(p, *root, *root), swap);
}

TEST(AlgebraMatrix, local_part_takes_out_the_delta) {
    Pool p;
    const SpaceId line = p.add_space({"line", SpaceKind::lattice, {{"x", 1, 8, Edge::periodic, 0, 1}}});
    const IndexId i = p.add_index({"i", line, 1, 1}), j = p.add_index({"j", line, 1, 1});
    const Expr delta = p.delta(line, Place{i}, Place{j}), x = p.coordinate(Place{i}, 0);
    EXPECT_EQ(local_part(p, p.add({p.multiply({delta, x}), p.multiply({p.integer(2), delta})}), i, j),
              p.add({x, p.integer(2)}));
    EXPECT_EQ(local_part(p, p.multiply({delta, p.coordinate(Place{j}, 0)}), i, j), x);
    EXPECT_EQ(local_part(p, p.add({delta, x}), i, j), std::nullopt);
    EXPECT_EQ(local_part(p, p.delta(line, Place{i, {1, 0, 0, 0}}, Place{j}), i, j), std::nullopt);
}

TEST(AlgebraMatrix, eigenvalues_ascend) {
    Algebra a;
    const auto found = eigenvalues(a.pool, a.of(3, {2, 0, 0, 0, 0, -1, 0, 1, 0}));
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 3U);
    EXPECT_NEAR(constant_value(a.pool, (*found)[2], {})->real(), 2, 1e-12);
    EXPECT_NEAR(std::abs(constant_value(a.pool, (*found)[0], {})->imag()), 1, 1e-12);
}

} // namespace
} // namespace nphys::algebra
