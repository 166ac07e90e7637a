#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "runtime/abi.h"
#include "runtime/linalg/matrix.h"
#include "runtime/parallel/pool.h"

namespace nphys::runtime {
namespace {

Matrix random_matrix(std::int64_t size, unsigned seed, bool complex = false) {
    std::mt19937 source(seed);
    std::normal_distribution<double> draw;
    Matrix a(size, size);
    for (Complex& value : a.values)
        value = {draw(source), complex ? draw(source) : 0.0};
    return a;
}

Matrix matrix(std::int64_t size, std::vector<Complex> values) {
    Matrix a(size, size);
    a.values = std::move(values);
    return a;
}

double distance(const Matrix& a, const Matrix& b) {
    return norm(sum(a, b, -1.0));
}

TEST(Linalg, inverse_times_matrix_is_the_identity) {
    for (const bool complex : {false, true})
        for (const std::int64_t size : {1, 2, 5, 40}) {
            const Matrix a = random_matrix(size, 1, complex);
            const Result<Matrix> inverted = inverse(a);
            ASSERT_TRUE(inverted);
            EXPECT_EQ(inverted->real(), !complex);
            EXPECT_LT(distance(product(a, *inverted), identity(size)), 1e-11);
        }
}

TEST(Linalg, a_singular_matrix_is_told_with_its_condition) {
    const Matrix a = matrix(2, {1, 2, 2, 4});
    const Result<Matrix> inverted = inverse(a);
    ASSERT_FALSE(inverted);
    EXPECT_EQ(inverted.error().kind, ErrorKind::mathematics);
    EXPECT_EQ(inverted.error().message, "the matrix is singular (reciprocal condition 0)");
    EXPECT_FALSE(power(a, -1.0));
    EXPECT_FALSE(power(a, -0.5));
    EXPECT_FALSE(logarithm(a));
    EXPECT_EQ(determinant(a), 0.0);
    EXPECT_DOUBLE_EQ(reciprocal_condition(identity(3)), 1.0);
}

TEST(Linalg, determinant_is_the_product_of_the_eigenvalues) {
    for (const bool complex : {false, true}) {
        const Matrix a = random_matrix(7, 2, complex);
        const auto values = eigenvalues(a);
        ASSERT_TRUE(values);
        Complex all = 1;
        for (const Complex& value : *values)
            all *= value;
        EXPECT_LT(std::abs(determinant(a) - all), 1e-11 * std::abs(all));
    }
    EXPECT_EQ(determinant(matrix(2, {0, 1, 1, 0})), -1.0);
}

TEST(Linalg, eigenvalues_are_sorted_and_real_where_they_must_be) {
    const auto symmetric = eigenvalues(matrix(2, {2, 1, 1, 2}));
    ASSERT_TRUE(symmetric);
    EXPECT_NEAR((*symmetric)[0].real(), 1, 1e-14);
    EXPECT_NEAR((*symmetric)[1].real(), 3, 1e-14);
    EXPECT_EQ((*symmetric)[0].imag(), 0);
    const auto rotation = eigenvalues(matrix(2, {0, -1, 1, 0}));
    ASSERT_TRUE(rotation);
    EXPECT_NEAR(std::abs((*rotation)[0] - Complex(0, -1)), 0, 1e-14);
    EXPECT_NEAR(std::abs((*rotation)[1] - Complex(0, 1)), 0, 1e-14);
}

// Emergent field theories, Eq. (5.1): X0^θ = cos(πθ/2) + sin(πθ/2) X0 = exp(½ π θ X0)
TEST(Linalg, eq_5_1_powers_of_an_antisymmetric_factor_rotate) {
    const Matrix x0 = matrix(2, {0, -1, 1, 0});
    for (const double theta : {-1.7, -0.5, 0.25, 1.0 / 3, 0.9, 1.5}) {
        const double angle = std::numbers::pi * theta / 2;
        const Matrix expected = sum(scaled(identity(2), std::cos(angle)), x0, std::sin(angle));
        const Result<Matrix> powered = power(x0, theta);
        ASSERT_TRUE(powered);
        EXPECT_TRUE(powered->real());
        EXPECT_LT(distance(*powered, expected), 1e-14);
        EXPECT_LT(distance(*exponential(scaled(x0, angle)), expected), 1e-14);
    }
    EXPECT_EQ(distance(*power(x0, 3.0), scaled(x0, -1.0)), 0); // whole powers are exact
}

TEST(Linalg, the_square_root_squared_is_the_matrix) {
    for (const bool complex : {false, true})
        for (const std::int64_t size : {1, 3, 12}) {
            const Matrix a = random_matrix(size, 3, complex);
            const Matrix positive = product(a, adjoint(a));
            for (const Matrix& m : {positive, sum(scaled(a, 0.2), identity(size), 3.0)}) {
                const Result<Matrix> root = square_root(m);
                ASSERT_TRUE(root);
                EXPECT_TRUE(complex || root->real());
                EXPECT_LT(distance(product(*root, *root), m), 1e-12 * norm(m));
            }
        }
    const Result<Matrix> jordan = square_root(matrix(2, {1, 1, 0, 1})); // no basis of eigenvectors
    ASSERT_TRUE(jordan);
    EXPECT_LT(distance(*jordan, matrix(2, {1, 0.5, 0, 1})), 1e-15);
    EXPECT_FALSE(square_root(matrix(2, {0, 1, 0, 0}))); // there is none
}

TEST(Linalg, exponential_and_logarithm_are_inverse_to_each_other) {
    for (const bool complex : {false, true}) {
        const Matrix a = scaled(random_matrix(6, 4, complex), 0.3);
        const Result<Matrix> e = exponential(a);
        ASSERT_TRUE(e);
        const Result<Matrix> back = logarithm(*e);
        ASSERT_TRUE(back);
        EXPECT_EQ(back->real(), !complex);
        EXPECT_LT(distance(*back, a), 1e-12);
    }
    const Result<Matrix> large = exponential(matrix(2, {0, -20, 20, 0}));
    ASSERT_TRUE(large);
    EXPECT_NEAR((*large)(0, 0).real(), std::cos(20.0), 1e-12);
}

TEST(Linalg, powers_add_up) {
    for (const unsigned seed : {5U, 6U}) {
        const Matrix a = random_matrix(5, seed);
        const Matrix general = sum(scaled(a, 0.3), identity(5), 2.0);
        const Matrix symmetric = sum(product(a, transpose(a)), identity(5), 0.1);
        for (const Matrix& m : {general, symmetric}) {
            const Result<Matrix> product_of_powers = power(m, 0.3).and_then([&](const Matrix& first) {
                return power(m, 0.7).map([&](const Matrix& second) { return product(first, second); });
            });
            ASSERT_TRUE(product_of_powers);
            EXPECT_LT(distance(*product_of_powers, m), 1e-11 * norm(m));
            EXPECT_LT(distance(*power(m, -0.5), *power(m, 0.5).and_then(inverse)), 1e-11);
        }
    }
}

// Geometric learning dynamics: κ^α with a direction without fluctuations
TEST(Linalg, a_positive_power_of_a_singular_covariance_exists) {
    const Matrix kappa = matrix(2, {1, 1, 1, 1});
    const Result<Matrix> metric = power(kappa, 0.5);
    ASSERT_TRUE(metric);
    EXPECT_LT(distance(product(*metric, *metric), kappa), 1e-14);
}

TEST(Linalg, any_function_acts_on_the_eigenvalues) {
    const Matrix a = sum(scaled(random_matrix(5, 8), 0.2), identity(5), 1.0);
    const Result<Matrix> exponent = apply(a, [](Complex value) { return std::exp(value); });
    ASSERT_TRUE(exponent);
    EXPECT_LT(distance(*exponent, *exponential(a)), 1e-12);
    const Result<Matrix> none = apply(matrix(2, {1, 1, 0, 1}), [](Complex value) { return std::exp(value); });
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().message, "the matrix has no basis of eigenvectors to working precision");
}

TEST(Linalg, matrices_with_nan_are_refused) {
    const Matrix bad = matrix(2, {1, NAN, 0, 1});
    EXPECT_FALSE(inverse(bad));
    EXPECT_FALSE(square_root(bad));
    EXPECT_FALSE(exponential(bad));
    EXPECT_FALSE(eigenvalues(bad));
    EXPECT_FALSE(power(bad, 0.5));
    EXPECT_TRUE(std::isnan(determinant(bad).real()));
}

TEST(Linalg, compiled_code_gets_nan_and_one_where_there_is_no_such_matrix) {
    const std::vector<double> a{4, 0, 0, 9};
    std::vector<double> out(4);
    auto* const in = const_cast<double*>(a.data());
    EXPECT_EQ(abi::nphys_matrix_sqrt(out.data(), in, 2), 0);
    EXPECT_EQ(out, (std::vector<double>{2, 0, 0, 3}));
    EXPECT_EQ(abi::nphys_matrix_power(out.data(), in, 2, -1), 0);
    EXPECT_DOUBLE_EQ(out[3], 1.0 / 9);
    EXPECT_EQ(abi::nphys_matrix_determinant(in, 2), 36);
    EXPECT_EQ(abi::nphys_matrix_eigenvalues(out.data(), in, 2), 0);
    EXPECT_DOUBLE_EQ(out[1], 9);
    std::vector<double> singular{1, 1, 1, 1};
    EXPECT_EQ(abi::nphys_matrix_inverse(out.data(), singular.data(), 2), 1);
    EXPECT_TRUE(std::isnan(out[0]));
}

// Plain loops as the judge of the blocked products.
struct Product {
    std::int64_t m, n, k;
    bool a_transposed, b_transposed;
};

class Products : public testing::TestWithParam<Product> {};

TEST_P(Products, agree_with_plain_loops_and_have_the_same_bits_at_any_number_of_threads) {
    const auto [m, n, k, a_transposed, b_transposed] = GetParam();
    std::mt19937 source(9);
    std::uniform_real_distribution<double> draw(-1, 1);
    std::vector<double> a(static_cast<std::size_t>(m * k));
    std::vector<double> b(static_cast<std::size_t>(k * n));
    std::vector<double> c(static_cast<std::size_t>(m * n));
    for (std::vector<double>* values : {&a, &b, &c})
        for (double& value : *values)
            value = draw(source);
    std::vector<double> plain = c;
    for (std::int64_t row = 0; row < m; ++row)
        for (std::int64_t column = 0; column < n; ++column) {
            double total = 0;
            for (std::int64_t inner = 0; inner < k; ++inner)
                total += a[static_cast<std::size_t>(a_transposed ? inner * m + row : row * k + inner)] *
                         b[static_cast<std::size_t>(b_transposed ? column * k + inner : inner * n + column)];
            double& value = plain[static_cast<std::size_t>(row * n + column)];
            value = 2 * total + 0.5 * value;
        }
    std::vector<std::vector<double>> results;
    for (const std::int32_t threads : {1, 2, 3}) {
        Pool pool({.threads = threads});
        results.push_back(c);
        abi::nphys_gemm_f64(&pool, m, n, k, 2, a.data(), a_transposed ? m : k, a_transposed, b.data(),
                            b_transposed ? k : n, b_transposed, 0.5, results.back().data(), n);
        EXPECT_EQ(results.back(), results.front());
    }
    for (std::size_t place = 0; place < plain.size(); ++place)
        ASSERT_NEAR(results[0][place], plain[place], 1e-12);
}

INSTANTIATE_TEST_SUITE_P(Blas, Products,
                         testing::Values(Product{1, 1, 1, false, false}, Product{7, 5, 3, false, true},
                                         Product{300, 17, 130, false, false}, Product{300, 17, 130, true, true},
                                         Product{13, 400, 60, true, false}, Product{13, 400, 60, false, true}));

template <class Real, class Gemv>
void expect_gemv_agrees(Gemv gemv, bool transposed, double tolerance) {
    constexpr std::int64_t rows = 300;
    constexpr std::int64_t columns = 333;
    const std::int64_t size = transposed ? columns : rows;
    const std::int64_t summed = transposed ? rows : columns;
    std::mt19937 source(10);
    std::uniform_real_distribution<Real> draw(-1, 1);
    std::vector<Real> a(rows * columns);
    std::vector<Real> x(static_cast<std::size_t>(summed));
    for (Real& value : a)
        value = draw(source);
    for (Real& value : x)
        value = draw(source);
    std::vector<std::vector<Real>> results;
    for (const std::int32_t threads : {1, 2, 5}) {
        Pool pool({.threads = threads});
        results.emplace_back(static_cast<std::size_t>(size), std::numeric_limits<Real>::quiet_NaN()); // not read
        gemv(&pool, rows, columns, Real(2), a.data(), columns, x.data(), Real(0), results.back().data());
        EXPECT_EQ(results.back(), results.front());
    }
    for (std::int64_t place = 0; place < size; ++place) {
        double total = 0;
        for (std::int64_t inner = 0; inner < summed; ++inner)
            total += static_cast<double>(
                         a[static_cast<std::size_t>(transposed ? inner * columns + place : place * columns + inner)]) *
                     static_cast<double>(x[static_cast<std::size_t>(inner)]);
        ASSERT_NEAR(static_cast<double>(results[0][static_cast<std::size_t>(place)]), 2 * total, tolerance);
    }
}

TEST(Blas, matrix_times_vector_agrees_with_plain_loops) {
    expect_gemv_agrees<double>(abi::nphys_gemv_f64, false, 1e-12);
    expect_gemv_agrees<double>(abi::nphys_gemv_transposed_f64, true, 1e-12);
    expect_gemv_agrees<float>(abi::nphys_gemv_f32, false, 1e-4);
    expect_gemv_agrees<float>(abi::nphys_gemv_transposed_f32, true, 1e-4);
}

} // namespace
} // namespace nphys::runtime
