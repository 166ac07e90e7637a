#pragma once
// Where quadratic forms are looked for: wave vectors at which they must be conserved, and displacements.
//
// Goes in: a lattice and how far the laws reach on it. Holds: along an axis on which the law reaches around the whole
// lattice (two sites, φ[i+e] and φ[i-e] are one) only the lattice's own waves are modes, and places that are the same
// one have the same displacement; along others wave vectors are in general position, so that a form holds on a lattice of
// any size.
//
// Example: on periodic(64, 2) with neighbours the second component of k is 0 or π, the first any number.

#include <array>
#include <vector>

#include "compiler/analysis/linear_step.h"

namespace nphys::analysis {

class FormGround {
public:
    FormGround(const algebra::Space* lattice, const std::vector<Shift>& reach); // null: one wave, k = 0

    [[nodiscard]] const std::vector<WaveVector>& waves() const { return waves_; }
    [[nodiscard]] Shift least(Shift shift) const;
    // All sums of two, the site itself first.
    [[nodiscard]] std::vector<Shift> sums(const std::vector<Shift>& left, const std::vector<Shift>& right) const;
    // The displacements of the laws, in both directions, and none.
    [[nodiscard]] std::vector<Shift> neighbours() const;
    [[nodiscard]] bool has_places() const { return lattice_ != nullptr; }

private:
    void make_waves();

    const algebra::Space* lattice_;
    std::vector<Shift> reach_;
    std::array<bool, algebra::max_axes> is_around_{};
    std::vector<WaveVector> waves_;
};

} // namespace nphys::analysis
