#pragma once
// Slow modes that only the lattice has: wave vectors at which it is as slow as at k = 0, and the continuum is not.
//
// Goes in: the plane waves of a law. Comes out: their places, one of k and -k. The zone is looked at on a grid that has all
// multiples of π/6, and from each of its hollows downhill. Of a law that is not the same everywhere: of the site in the middle.
//
// Example: the one-sided Dirac lattice in two dimensions is slow at (π/2, -π/2).

#include <string>
#include <vector>

#include "compiler/analysis/law_program.h"

namespace nphys::analysis {

struct SpuriousZero {
    std::string place;    // "(π/2, -π/2, 0)"
    WaveVector k{};
    double frequency = 0; // of the slow mode there
    double continuum = 0; // of the slowest mode of the continuum
    bool on_lattice = true;
};

[[nodiscard]] std::vector<SpuriousZero> spurious_zeros(const LawSpectrum& law);

} // namespace nphys::analysis
