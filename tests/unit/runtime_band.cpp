// Linear systems on lattices: the solution put back gives the right side, whatever the edges; what a step of a generator of
// probability keeps.
#include <cmath>
#include <gtest/gtest.h>
#include <random>

#include "runtime/sparse/at_rest.h"

namespace nphys::runtime::sparse {
namespace {

struct System {
    std::vector<double> table, coefficients, kept;
    std::int64_t sites = 1;

    // One field on a lattice of two axes with the five-point stencil and a corner.
    System(std::int64_t rows, std::int64_t columns, Edge first, Edge second) : sites(rows * columns) {
        const bool ring1 = first == Edge::periodic || first == Edge::antiperiodic,
                   ring2 = second == Edge::periodic || second == Edge::antiperiodic;
        const std::int64_t half = columns * (ring1 ? 2 : 1) + (ring2 ? 2 : 1);
        table = {2, 1, 6, static_cast<double>(half), static_cast<double>(rows), static_cast<double>(first),
                 static_cast<double>(columns), static_cast<double>(columns), static_cast<double>(second), 1};
        for (const auto& [down, right] : {std::pair{0, 0}, {-1, 0}, {1, 0}, {0, -1}, {0, 1}, {1, 1}})
            table.insert(table.end(), {0, 0, static_cast<double>(down), static_cast<double>(right)});
        std::mt19937 source(5);
        std::uniform_real_distribution<double> draw(0.5, 1);
        for (std::int64_t term = 0; term < 6; ++term)
            for (std::int64_t site = 0; site < sites; ++site)
                coefficients.push_back(term == 0 ? 6 : -draw(source));
        kept.assign(static_cast<std::size_t>(1 + sites * (2 * half + 1)), 0.0);
    }

    [[nodiscard]] std::vector<double> product(const std::vector<double>& x) const {
        const LatticeMatrix matrix(table.data(), coefficients.data());
        const std::vector<std::int64_t> numbers = matrix.numbers();
        std::vector<double> sorted(x.size()), sums(x.size()), result(x.size());
        for (std::size_t n = 0; n < x.size(); ++n)
            sorted[static_cast<std::size_t>(numbers[n])] = x[n];
        matrix.for_each_entry([&](std::int64_t row, std::int64_t column, double value) {
            sums[static_cast<std::size_t>(row)] += value * sorted[static_cast<std::size_t>(column)];
        });
        for (std::size_t n = 0; n < x.size(); ++n)
            result[n] = sums[static_cast<std::size_t>(numbers[n])];
        return result;
    }
};

TEST(Band, a_solution_put_back_gives_the_right_side_at_every_kind_of_edge) {
    for (const Edge first : {Edge::periodic, Edge::antiperiodic, Edge::open, Edge::reflecting})
        for (const Edge second : {Edge::periodic, Edge::open})
            for (const std::int64_t rows : {7, 8}) {
                System system(rows, 5, first, second);
                std::vector<double> right, x;
                for (std::int64_t n = 0; n < system.sites; ++n)
                    right.push_back(std::cos(1.3 * static_cast<double>(n)));
                x = right;
                for (int again = 0; again < 2; ++again) { // the second time with the factors that were kept
                    x = right;
                    solve(system.table.data(), system.coefficients.data(), system.kept.data(), x.data());
                    const std::vector<double> back = system.product(x);
                    for (std::size_t n = 0; n < back.size(); ++n)
                        EXPECT_NEAR(back[n], right[n], 1e-13) << rows << ' ' << static_cast<int>(first);
                }
            }
}

// What leaves each column comes in elsewhere, so that a weight is at rest.
TEST(Band, of_a_flow_that_loses_nothing_has_a_positive_state_at_rest) {
    for (const Edge second : {Edge::periodic, Edge::open}) {
        System system(7, 5, Edge::open, second);
        const LatticeMatrix given(system.table.data(), system.coefficients.data());
        // The diagonal is chosen so that columns, weighed, add to nothing.
        const std::vector<std::int64_t> numbers = given.numbers();
        std::vector<double> weights(numbers.size()), leaving(numbers.size(), 0.0);
        for (std::size_t n = 0; n < weights.size(); ++n)
            weights[n] = 1 + 0.5 * std::sin(static_cast<double>(n));
        std::vector<double> sorted = in_order_of(numbers, weights.data());
        given.for_each_entry([&](std::int64_t row, std::int64_t column, double value) {
            if (row != column)
                leaving[static_cast<std::size_t>(column)] -= value * sorted[static_cast<std::size_t>(row)] / sorted[static_cast<std::size_t>(column)];
        });
        for (std::size_t n = 0; n < numbers.size(); ++n)
            system.coefficients[n] = leaving[static_cast<std::size_t>(numbers[n])];
        std::vector<double> x = weights;
        stationary(system.table.data(), system.coefficients.data(), system.kept.data(), x.data());
        for (const double left : system.product(x))
            EXPECT_NEAR(left, 0, 1e-14);
        double mass = 0;
        for (std::size_t n = 0; n < x.size(); ++n) {
            EXPECT_GT(x[n], 0);
            mass += weights[n] * x[n];
        }
        EXPECT_NEAR(mass, 1, 1e-14);
    }
}

TEST(Band, neighbours_on_a_ring_are_two_numbers_apart) {
    const std::vector<double> table{1, 1, 2, 2, 9, 0, 1, 0, 0, 1, 0, 0, -1};
    const std::vector<double> ones(18, 1.0);
    const LatticeMatrix matrix(table.data(), ones.data());
    std::int64_t entries = 0;
    matrix.for_each_entry([&](std::int64_t row, std::int64_t column, double) {
        EXPECT_LE(std::abs(row - column), 2);
        ++entries;
    });
    EXPECT_EQ(entries, 18);
}

} // namespace
} // namespace nphys::runtime::sparse
