// Real and imaginary parts against std::complex, their derivatives against differences, and functions of matrices by
// eigenvalues against those of numbers.
#include <gtest/gtest.h>

#include <random>

#include "compiler/algebra/complex_parts.h"
#include "compiler/algebra/evaluate.h"
#include "compiler/algebra/matrix.h"
#include "compiler/algebra/matrix_numbers.h"
#include "compiler/algebra/print.h"
#include "compiler/algebra/transform.h"

namespace nphys::algebra {
namespace {

using Complex = std::complex<double>;

// Expressions in two real tensors x and y, and numbers for them.
struct Plane {
    Pool pool;
    std::mt19937_64 random;
    SymbolId x = pool.add_symbol({.name = "x", .slots = {}}), y = pool.add_symbol({.name = "y", .slots = {}});
    double x_value = 0, y_value = 0;

    explicit Plane(std::uint64_t seed) : random(seed) {
        x_value = number(-1.5, 1.5);
        y_value = number(-1.5, 1.5);
    }

    double number(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random); }
    int below(int bound) { return static_cast<int>(random() % static_cast<std::uint64_t>(bound)); }
    Expr i(Expr value) { return pool.multiply({pool.imaginary_unit(), value}); }
    Expr real() { return pool.element(below(2) == 0 ? x : y, {}); }
    Expr z() { return pool.add({pool.element(x, {}), i(pool.element(y, {}))}); }

    Expr leaf() {
        switch (below(4)) {
        case 0:
            return pool.add({pool.real(number(-1, 1)), i(pool.real(number(-1, 1)))});
        case 1:
            return pool.add({pool.real(0.25), i(real())}); // beside the branch cuts
        default:
            return z();
        }
    }

    Expr expression(int depth) {
        if (depth == 0)
            return leaf();
        const auto inner = [&] { return expression(depth - 1); };
        constexpr Op functions[] = {Op::exp,  Op::log,  Op::sin,     Op::cos,  Op::tan,  Op::sinh, Op::cosh, Op::tanh,
                                    Op::asin, Op::acos, Op::atan,    Op::conj, Op::re,   Op::im,   Op::abs,  Op::arg,
                                    Op::sqrt, Op::conj, Op::sigmoid, Op::exp};
        switch (below(8)) {
        case 0:
            return pool.power(inner(), pool.integer(below(7) - 3));
        case 1:
            return pool.power(inner(), pool.real(number(-2, 2)));
        case 2:
            return pool.power(inner(), leaf());
        case 3:
            return pool.multiply({inner(), inner()});
        case 4:
            return pool.add({inner(), inner()});
        case 5:
            return pool.select(pool.apply(Op::less, {real(), pool.real(0.1)}), inner(), inner());
        default:
            return pool.apply(functions[below(static_cast<int>(std::size(functions)))], {inner()});
        }
    }

    Complex value(Expr expression) {
        Environment environment;
        environment.element = [&](SymbolId symbol, std::span<const std::int64_t>) -> Complex {
            return symbol == x ? x_value : y_value;
        };
        return evaluate(pool, expression, environment);
    }
};

bool is_moderate(Complex value) {
    return std::abs(value) < 1e4 && std::abs(value) > 1e-4;
}

// Where a small change of x and y changes little: not across a branch cut, and not beside a pole.
bool is_smooth(Plane& plane, Expr expression) {
    const Complex before = plane.value(expression);
    const double x = plane.x_value, y = plane.y_value;
    bool smooth = is_moderate(before);
    for (const auto& [dx, dy] : {std::pair{1e-6, 0.0}, {-1e-6, 0.0}, {0.0, 1e-6}, {0.0, -1e-6}}) {
        plane.x_value = x + dx;
        plane.y_value = y + dy;
        smooth = smooth && std::abs(plane.value(expression) - before) < 1e-3 * std::abs(before);
    }
    plane.x_value = x;
    plane.y_value = y;
    return smooth;
}

TEST(AlgebraComplex, parts_have_the_value_of_complex_arithmetic) {
    int compared = 0;
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
        Plane plane(seed);
        const Expr expression = plane.expression(1 + plane.below(3));
        if (!is_smooth(plane, expression))
            continue;
        const auto parts = complex_parts(plane.pool, expression);
        ASSERT_TRUE(parts) << print(plane.pool, expression);
        EXPECT_FALSE(plane.pool.facts(parts->real).is_complex || plane.pool.facts(parts->imaginary).is_complex);
        const Complex value = plane.value(expression);
        const Complex found(plane.value(parts->real).real(), plane.value(parts->imaginary).real());
        EXPECT_LE(std::abs(found - value), 1e-8 * (1 + std::abs(value)))
            << print(plane.pool, expression) << " at x = " << plane.x_value << ", y = " << plane.y_value;
        ++compared;
    }
    EXPECT_GT(compared, 1500);
}

TEST(AlgebraComplex, derivatives_of_parts_agree_with_differences) {
    int compared = 0;
    for (std::uint64_t seed = 0; seed < 1500; ++seed) {
        Plane plane(seed + 10000);
        const Expr expression = plane.expression(1 + plane.below(2));
        if (!is_smooth(plane, expression))
            continue;
        const auto parts = complex_parts(plane.pool, expression);
        ASSERT_TRUE(parts);
        for (const Expr part : {parts->real, parts->imaginary}) {
            const double derivative = plane.value(partial(plane.pool, part, plane.x, {})).real();
            const double at = plane.x_value, step = 1e-4;
            const auto moved = [&](double distance) {
                plane.x_value = at + distance;
                const double value = plane.value(part).real();
                plane.x_value = at;
                return value;
            };
            const double fine = (moved(step / 2) - moved(-step / 2)) / step,
                         coarse = (moved(step) - moved(-step)) / (2 * step);
            const double error = std::abs(fine - coarse) + 1e-9;
            if (error > 1e-3 * (1 + std::abs(fine)))
                continue; // a branch cut or a pole is near
            EXPECT_NEAR(derivative, (4 * fine - coarse) / 3, 20 * error + 1e-7 * std::abs(derivative))
                << print(plane.pool, part) << " at x = " << plane.x_value << ", y = " << plane.y_value;
            ++compared;
        }
    }
    EXPECT_GT(compared, 1000);
}

TEST(AlgebraComplex, identities_hold_exactly) {
    Plane plane(1);
    Pool& p = plane.pool;
    const Expr x = p.element(plane.x, {}), y = p.element(plane.y, {}), z = plane.z(), two = p.integer(2);
    EXPECT_EQ(p.power(p.apply(Op::abs, {z}), two), p.add({p.power(x, two), p.power(y, two)}));
    EXPECT_EQ(p.apply(Op::abs, {p.multiply({p.apply(Op::exp, {plane.i(x)}), z})}), p.apply(Op::abs, {z}));
    EXPECT_EQ(p.apply(Op::im, {p.multiply({z, p.apply(Op::conj, {z})})}), p.integer(0));
    EXPECT_EQ(p.apply(Op::re, {p.apply(Op::exp, {plane.i(x)})}), p.apply(Op::cos, {x}));
    EXPECT_EQ(p.apply(Op::arg, {p.imaginary_unit()}), p.multiply({p.rational(1, 2), p.pi()}));
    // i^θ = cos(πθ/2) + i sin(πθ/2), as Emergent field theories, Eq. (5.1), has it for X0.
    const Expr quarter = p.multiply({p.rational(1, 2), p.pi(), x});
    EXPECT_EQ(p.apply(Op::re, {p.power(p.imaginary_unit(), x)}), p.apply(Op::cos, {quarter}));
    EXPECT_EQ(p.apply(Op::im, {p.power(p.imaginary_unit(), x)}), p.apply(Op::sin, {quarter}));
}

TEST(AlgebraComplex, what_has_no_meaning_has_no_parts) {
    Plane plane(2);
    Pool& p = plane.pool;
    for (const Op op : {Op::floor, Op::sign, Op::erf})
        EXPECT_FALSE(complex_parts(p, p.apply(op, {plane.z()}))) << op_name(op);
    EXPECT_FALSE(complex_parts(p, p.apply(Op::max, {plane.z(), p.integer(1)})));
}

// Functions of a variable times a matrix, and powers with a variable exponent, by eigenvalues.
struct Matrices {
    Pool pool;
    SymbolId theta = pool.add_symbol({.name = "θ", .kind = SymbolKind::parameter, .slots = {}});
    std::mt19937_64 random{11};

    Expr angle() { return pool.parameter(theta); }
    SymbolicMatrix of(std::size_t size, const std::vector<Complex>& values) {
        return from_numbers(pool, DenseMatrix{size, size, values});
    }
    SymbolicMatrix random_matrix(std::size_t size, bool complex) {
        std::vector<Complex> values;
        const auto draw = [&] { return static_cast<double>(random() % 9) - 4; };
        for (std::size_t entry = 0; entry < size * size; ++entry)
            values.emplace_back(draw(), complex ? draw() : 0.0);
        return of(size, values);
    }
    DenseMatrix numbers(const SymbolicMatrix& matrix, double value) {
        DenseMatrix result{matrix.size, matrix.size, {}};
        for (const Expr entry : matrix.entries) {
            const auto parts = complex_parts(pool, entry);
            const auto number = [&](Expr part) { return constant_value(pool, part, [&](SymbolId) { return value; })->real(); };
            result.values.emplace_back(number(parts->real), number(parts->imaginary));
        }
        return result;
    }
    static double distance(const DenseMatrix& a, const DenseMatrix& b) {
        double largest = 0, scale = 1;
        for (std::size_t k = 0; k < a.values.size(); ++k) {
            largest = std::max(largest, std::abs(a.values[k] - b.values[k]));
            scale = std::max(scale, std::abs(b.values[k]));
        }
        return largest / scale;
    }
};

TEST(AlgebraComplex, an_exponential_of_a_variable_times_a_matrix_is_that_of_the_numbers) {
    for (const bool complex : {false, true})
        for (const std::size_t size : {2, 3, 4}) {
            Matrices m;
            for (int repeat = 0; repeat < 10; ++repeat) {
                const SymbolicMatrix matrix = m.random_matrix(size, complex);
                const auto found = matrix_function(m.pool, Op::exp, scaled(m.pool, matrix, m.angle()));
                ASSERT_TRUE(found) << static_cast<int>(found.error());
                const double value = 0.3;
                const auto expected = matrix_function(Op::exp, m.numbers(scaled(m.pool, matrix, m.angle()), value));
                EXPECT_LE(Matrices::distance(m.numbers(*found, value), *expected), 1e-9);
            }
        }
}

TEST(AlgebraComplex, a_power_with_a_variable_exponent_is_that_of_the_numbers) {
    for (const bool complex : {false, true})
        for (const std::size_t size : {2, 3, 4}) {
            Matrices m;
            for (int repeat = 0; repeat < 10; ++repeat) {
                const SymbolicMatrix matrix = m.random_matrix(size, complex);
                const auto found = matrix_power(m.pool, matrix, m.angle());
                if (!found && found.error() == MatrixTrouble::no_principal_value)
                    continue; // an eigenvalue is 0
                ASSERT_TRUE(found) << static_cast<int>(found.error());
                const auto expected = matrix_power(m.numbers(matrix, 0), 0.7);
                ASSERT_TRUE(expected);
                EXPECT_LE(Matrices::distance(m.numbers(*found, 0.7), *expected), 1e-8);
            }
        }
}

// Emergent field theories, Eq. (5.1), for any antisymmetric factor; and for one with eigenvalues 0, ±i.
TEST(AlgebraComplex, powers_and_exponentials_of_rotations_are_exact) {
    Matrices m;
    Pool& p = m.pool;
    const auto power = matrix_power(p, m.of(2, {0, -1, 1, 0}), m.angle());
    ASSERT_TRUE(power);
    EXPECT_EQ(print(p, power->at(0, 0)), "cos(1/2*pi*θ)");
    EXPECT_EQ(print(p, power->at(0, 1)), "-sin(1/2*pi*θ)");
    const SymbolicMatrix turn = m.of(3, {0, -1, 0, 1, 0, 0, 0, 0, 0});
    const auto rotation = matrix_function(p, Op::exp, scaled(p, turn, m.angle()));
    ASSERT_TRUE(rotation);
    EXPECT_EQ(print(p, rotation->at(0, 0)), "cos(θ)");
    EXPECT_EQ(print(p, rotation->at(1, 0)), "sin(θ)");
    EXPECT_EQ(print(p, rotation->at(2, 2)), "1");
    // With phases: diag(1, -1, i)^θ.
    const auto phases = matrix_power(p, m.of(3, {0, 1, 0, 1, 0, 0, 0, 0, {0, 1}}), m.angle());
    ASSERT_TRUE(phases);
    EXPECT_EQ(print(p, p.apply(Op::re, {phases->at(2, 2)})), "cos(1/2*pi*θ)");
}

TEST(AlgebraComplex, a_matrix_with_too_few_eigenvectors_is_refused) {
    Matrices m;
    const SymbolicMatrix jordan = m.of(3, {1, 1, 0, 0, 1, 0, 0, 0, 2});
    const auto found = matrix_function(m.pool, Op::exp, scaled(m.pool, jordan, m.angle()));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error(), MatrixTrouble::not_diagonalizable);
    // Nilpotent ones have a series of two terms.
    const auto shear = matrix_function(m.pool, Op::exp, scaled(m.pool, m.of(2, {0, 1, 0, 0}), m.angle()));
    ASSERT_TRUE(shear);
    EXPECT_EQ(print(m.pool, shear->at(0, 1)), "θ");
}

} // namespace
} // namespace nphys::algebra
