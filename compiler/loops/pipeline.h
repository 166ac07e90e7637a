// Several sweeps in one pass: stage k works at unit p - lag_k (a plane, or a chunk of a line) when the pass is at p.
//
// Goes in: stages over the same domain, to run one after the other. Comes out: lags, and how the units are shared out. Holds:
//   Distance. If a later stage reads, at distances low..high along the outermost axis, what an earlier one writes, it lags at
//             least `high` behind; if it overwrites what the earlier one reads at such distances, at least `-low`.
//   Blocks.   The units are cut into blocks [b, e), one for each thread (one block if there is one thread; a periodic edge is
//             then a border like any other). First each block does stage k in [b + low_k, e - high_k), the trapezoid that
//             depends on nothing outside of it. After a barrier each border b is closed: stage k in [b - high_k, b + low_k),
//             stages in order. So no unit is done twice.
//   Steps.    A cycle that is one pipeline can be repeated with more lag each time: several steps in one pass over memory.
//   Rows.     So that what is in flight stays in the nearest cache, such a pass can go through the planes in strips of rows, one
//             strip after the other: a stage that lags by l rows does the strip moved back by l rows. The borders of the
//             second axis are closed like those of the first, after all strips.
//
// Example: kick reads φ at distances -1..1 that drift writes: lags 0, 1; drift in [b, e), kick in [b + 1, e - 1), then at b - 1, b.
#pragma once

#include <optional>

#include "compiler/loops/sweeps.h"

namespace nphys::loops {

// Nothing if the dependences are not of this kind, or if there are too few units.
[[nodiscard]] std::optional<Pipeline> pipeline_of(const Workshop& shop, std::vector<Sweep> stages, std::int32_t steps);

// How many units a sweep is done in: planes of its outermost axis, or chunks of its only one.
struct Units { std::int64_t count = 1, chunk = 0; };
[[nodiscard]] Units units_of(const Workshop& shop, const Sweep& sweep);

// How a cycle that is one pipeline is repeated.
struct Tiling {
    std::int64_t steps = 1;   // in one pass
    std::int64_t strip = 0;   // rows; 0: whole planes
};
[[nodiscard]] Tiling tiling_of(const Workshop& shop, const Pipeline& pipeline);

} // namespace nphys::loops
