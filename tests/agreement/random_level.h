#pragma once
// Random laws at the level of their densities, waves, hydrodynamic pairs and ensembles on grids, for the differential test.
//
// Goes in: a seed. Comes out: what was drawn, and its text. Losses hold the variables inside of the grid or go round with its rings;
// metrics and noises are positive.
//
// Example: random_level(7).text() is the same model on every machine.

#include <cstdint>
#include <string>
#include <vector>

namespace nphys::test {

enum class RandomKind { density, wave, pair, ensemble };
// Of metric and noise: numbers; κ = c g with a g of place; numbers off the diagonal too.
enum class Geometry { numbers, curved, full };

struct LevelSpec {
    std::uint64_t seed = 0;
    RandomKind kind = RandomKind::density;
    Geometry geometry = Geometry::numbers;
    std::vector<bool> rings;            // for each variable, whether its axis is one
    bool absorbs = false;               // at the ends of those that are none
    std::vector<int> cells;
    std::vector<std::string> loss;      // terms
    std::string metric, noise, begin, scheme;
    double dt = 0.01;
    int steps = 5;
    bool spectral = false, rests = false; // eigenvalues are observed; the state at rest is where it begins

    [[nodiscard]] bool adapts() const { return scheme.ends_with(')'); }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string law() const;                   // the part before the run
    [[nodiscard]] std::string grid() const;
    [[nodiscard]] std::vector<LevelSpec> smaller() const;    // each simpler by one thing
};

[[nodiscard]] LevelSpec random_level(std::uint64_t seed);

} // namespace nphys::test
