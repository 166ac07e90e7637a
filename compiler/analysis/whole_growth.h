#pragma once
// How fast a linear map of all numbers of a model lets them grow.
//
// Goes in: the law or a step as sparse rows. Comes out: the growth, and how it was found: proved from the entries, from
// all eigenvalues where they are few, else by following random fields, which misses what grows too slowly.
//
// Example: π' = div(c(x) grad φ), φ' = π is proved not to grow: d²φ/dt² = -K φ with K symmetric and not negative.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/sparse_rows.h"

namespace nphys::analysis {

// Why no mode of x' = L x grows, in words, if that can be read off the entries by Gershgorin's circles: L + Lᵀ is nowhere
// positive, or x' = b y, y' = -K x - d y with b > 0, d >= 0 and K symmetric and nowhere negative.
[[nodiscard]] std::optional<std::string> proof_of_no_growth(const SparseRows& law, std::size_t size);

// The logarithm of what a random field of `size` numbers grows by in the second half of so many steps, beside the half of
// what came before it. Fields that stay bounded give about 0, those that grow like the time log 2.
using Move = std::function<void(std::vector<double>&)>;
[[nodiscard]] double followed(const Move& move, std::size_t size, std::size_t state, std::size_t steps);
inline constexpr double seen = 1.0986; // log 3: more than this is growth

// The largest |rate| of x' = L x, by powers.
[[nodiscard]] double speed_of(const SparseRows& law, std::size_t size);

// x ← exp(h L) x for h |L| of about 1.
[[nodiscard]] Move exponential(const SparseRows& law, double h);
inline constexpr std::size_t exponential_order = 12;

} // namespace nphys::analysis
