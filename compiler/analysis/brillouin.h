#pragma once
// The plane waves that a lattice carries, and the search for the one where a function is largest.
//
// Holds: modes are counted along each axis; periodic k = 2πn/N, antiperiodic k = 2π(n+½)/N. An axis with edges has the
// sine modes of open edges, k = π(n+1)/(N+1), or the cosine modes of reflecting ones, k = πn/N, where the law is even
// along it; else its k = πn/N up to π are a guess. A search looks at a coarse grid with its corners (k = π where N is even) and climbs from the best of them to
// neighbouring modes.
//
// Example: on 64 periodic sites, -|cos k - cos 1| is largest at n = 10.

#include <functional>
#include <optional>
#include <string>

#include "compiler/algebra/spaces.h"
#include "compiler/analysis/linear_step.h"

namespace nphys::analysis {

using Mode = std::array<std::int64_t, algebra::max_axes>;

class Brillouin {
public:
    using Axes = std::array<bool, algebra::max_axes>;
    explicit Brillouin(const algebra::Space* lattice, const Axes& even = {}); // null: one mode, k = 0

    [[nodiscard]] WaveVector wave_vector(const Mode& mode) const;
    [[nodiscard]] const std::vector<Mode>& coarse() const { return coarse_; }
    // Climbs from a mode to the largest value in its neighbourhood.
    [[nodiscard]] Mode climbed(Mode mode, const std::function<double(const Mode&)>& value) const;
    [[nodiscard]] bool exact() const { return exact_; }      // these are the modes
    [[nodiscard]] std::string print(const Mode& mode) const; // "(π, 0.5π)"

private:
    std::int64_t count(std::size_t axis) const;
    bool wraps(std::size_t axis) const;

    std::vector<algebra::Axis> axes_;
    std::vector<Mode> coarse_;
    Axes even_{};
    bool exact_ = true;
};

} // namespace nphys::analysis
