// Modes of lattices, powers of their matrices, and many steps at once against the same steps one by one.
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

#include "runtime/spectral/propagation.h"

namespace nphys::runtime::spectral {
namespace {

// Leapfrog of φ'' = ∇²φ - m²φ + f on a ring of any length: the table, its coefficients, and the steps themselves.
struct Ring {
    std::int64_t sites;
    bool antiperiodic;
    double dt = 0.2, square = 0.3;
    std::vector<double> table, coefficients, source, fields;

    Ring(std::int64_t n, bool turns) : sites(n), antiperiodic(turns) {
        table = {1, 2, 2, 1, 0, 3, static_cast<double>(sites), antiperiodic ? 1.0 : 0.0};
        add_kick();
        table.insert(table.end(), {1, 0, -1, 2, 0, 0, 1, 0});
        coefficients.insert(coefficients.end(), {1, dt});
        add_kick();
        for (std::int64_t i = 0; i < sites; ++i)
            source.push_back(0.1 * static_cast<double>(i));
        for (std::int64_t i = 0; i < 2 * sites; ++i)
            fields.push_back(std::cos(1.3 * static_cast<double>(i)));
    }
    void add_kick() {
        table.insert(table.end(), {1, 1, 0, 4, 1, 0, 0, 1, 0, -1, 0, 0});
        coefficients.insert(coefficients.end(), {dt / 2, 1, dt / 2, dt / 2, -dt / 2 * (2 + square)});
    }
    double at(std::int64_t i) const {
        const std::int64_t inside = (i % sites + sites) % sites;
        const bool is_odd = (i - inside) / sites % 2 != 0;
        return (antiperiodic && is_odd ? -1 : 1) * fields[static_cast<std::size_t>(inside)];
    }
    void kick() {
        for (std::int64_t i = 0; i < sites; ++i)
            fields[static_cast<std::size_t>(sites + i)] +=
                dt / 2 * (at(i + 1) + at(i - 1) - (2 + square) * at(i) + source[static_cast<std::size_t>(i)]);
    }
    void step() {
        kick();
        for (std::int64_t i = 0; i < sites; ++i)
            fields[static_cast<std::size_t>(i)] += dt * fields[static_cast<std::size_t>(sites + i)];
        kick();
    }
};

void leap(const Ring& ring, std::vector<double>& fields, std::vector<double>& kept, std::int64_t steps,
          std::int64_t copies = 1) {
    propagate(ring.table.data(), ring.coefficients.data(), ring.source.data(), fields.data(), kept.data(),
              static_cast<std::int64_t>(kept.size()), copies, steps,
              [](std::int64_t count, auto&& body) { body(std::int64_t{0}, count); });
}

TEST(Spectral, many_steps_at_once_are_the_steps_one_by_one) {
    for (const bool antiperiodic : {false, true})
        for (const std::int64_t sites : {1, 2, 7, 16}) {
            Ring ring(sites, antiperiodic);
            const auto room = static_cast<std::size_t>(12 * sites + 9);
            for (std::vector<double> kept : {std::vector<double>(room), std::vector<double>(1)}) {
                Ring stepped = ring;
                std::vector<double> leapt = ring.fields;
                for (const std::int64_t steps : {100, 100, 37}) { // the second time with what was kept
                    leap(ring, leapt, kept, steps);
                    for (std::int64_t n = 0; n < steps; ++n)
                        stepped.step();
                }
                for (std::size_t n = 0; n < leapt.size(); ++n)
                    EXPECT_NEAR(leapt[n], stepped.fields[n], 1e-12) << sites << " sites, number " << n;
            }
        }
}

TEST(Spectral, copies_side_by_side_are_moved_each_as_if_it_were_alone) {
    constexpr std::size_t copies = 3;
    for (const bool antiperiodic : {false, true}) {
        const Ring ring(8, antiperiodic);
        std::vector<double> together(copies * ring.fields.size());
        std::vector<std::vector<double>> alone;
        for (std::size_t copy = 0; copy < copies; ++copy) {
            alone.push_back(ring.fields);
            for (std::size_t n = 0; n < ring.fields.size(); ++n) {
                alone[copy][n] += static_cast<double>(copy * n);
                together[n * copies + copy] = alone[copy][n];
            }
            std::vector<double> kept(1);
            leap(ring, alone[copy], kept, 50);
        }
        std::vector<double> kept(200);
        leap(ring, together, kept, 50, copies);
        for (std::size_t copy = 0; copy < copies; ++copy)
            for (std::size_t n = 0; n < ring.fields.size(); ++n)
                EXPECT_EQ(together[n * copies + copy], alone[copy][n]);
    }
}

TEST(Spectral, an_exponential_of_a_rotation_turns) {
    for (const double angle : {1e-3, 1.0, 500.0}) {
        std::vector<WideComplex> matrix{0, -angle, angle, 0};
        Matrices(2).exponentiate(matrix);
        EXPECT_NEAR(static_cast<double>(matrix[0].real()), std::cos(angle), 1e-15);
        EXPECT_NEAR(static_cast<double>(matrix[2].real()), std::sin(angle), 1e-15);
    }
}

TEST(Spectral, powers_of_a_matrix_without_eigenvectors_are_exact) {
    std::vector<WideComplex> shear{1, 0.5, 0, 1};
    Matrices(2).raise(shear, 1'000'000);
    EXPECT_EQ(static_cast<double>(shear[1].real()), 500'000);
    EXPECT_EQ(static_cast<double>(shear[0].real()), 1);
}

TEST(Spectral, a_field_comes_back_from_its_modes) {
    for (const bool antiperiodic : {false, true}) {
        const LatticeModes modes({{3, false}, {4, antiperiodic}, {5, false}});
        std::vector<double> field(60), back(60);
        for (std::size_t n = 0; n < field.size(); ++n)
            field[n] = std::sin(static_cast<double>(n * n));
        std::vector<Complex> spectrum(static_cast<std::size_t>(modes.modes()));
        modes.forth(field.data(), spectrum.data());
        modes.back(spectrum.data(), back.data());
        for (std::size_t n = 0; n < field.size(); ++n)
            EXPECT_NEAR(back[n], field[n], 1e-15);
    }
}

} // namespace
} // namespace nphys::runtime::spectral
