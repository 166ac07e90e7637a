#pragma once
// Dispersion: the frequencies of plane waves, of the law, of its scheme, and of its continuum limit.
//
// Goes in: a Model and its Program. Comes out: along a path through the Brillouin zone the frequencies ω of waves
// e^(i(k x - ω t)) and their growth; the wave vectors at which the lattice has a slow mode that the continuum has not
// (spurious zeros). k in radians per site. Of a map there is no law but the map itself, with a step for a unit of time.
//
// Example: Klein-Gordon on a line has ω = sqrt(m² + 4 sin²(k/2)), leapfrog 2/dt asin(ω dt/2), the continuum
// sqrt(m² + k²). The one-sided Dirac lattice in two dimensions has ω = m again at k = (π/2, -π/2).

#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/spurious.h"

namespace nphys::analysis {

struct Branches {
    std::vector<double> frequency; // of all modes, descending; the same number everywhere
    std::vector<double> growth;    // rates, in the same order
};

struct DispersionPoint {
    WaveVector k{};
    double length = 0; // along the path
    Branches law, scheme, continuum;
    std::vector<double> group_velocity; // of the law's branches along the path: sites per unit of time
};

struct Corner {
    double length = 0;
    std::string name; // "Γ", "X", "M", "R"
    std::string place;
};

struct Dispersion {
    std::string obstacle; // not empty: nothing else holds
    bool exact = true;
    std::string reason; // why not
    std::size_t axes = 0;
    double dt = 0;
    bool is_map = false;
    std::vector<Corner> corners;
    std::vector<DispersionPoint> path;
    double gap = 0; // the lowest frequency at k = 0
    std::vector<SpuriousZero> spurious;
    // Of two axes: log of the largest growth factor in a step at each wave vector from -π to π, row by row.
    std::size_t zone_points = 0;
    std::vector<double> zone_growth;
};

[[nodiscard]] Dispersion dispersion(const model::Model& model, const dynamics::Program& program);

} // namespace nphys::analysis
