#pragma once
// The hand-written rival: one step of explicit Euler for a density over a plane, by fluxes between neighbouring cells,
//     next = P + (gain from the left) - (loss to the right) + …,   flux to the right = up P - down P(right),
// with four coefficients at each cell, already times dt/h; nothing passes the edges. One pass over memory.

#include <cstdint>

namespace nphys::bench {

struct Plane {
    const double *up_x, *down_x, *up_y, *down_y; // between a cell and the next one along x (rows), y (columns)
    const double* density;
    double* next;
    std::int64_t rows, columns;
};

using DensityStep = void (*)(const Plane&, std::int64_t begin, std::int64_t end); // of rows

namespace gnu {
DensityStep density_step();
}
namespace clang {
DensityStep density_step();
}

} // namespace nphys::bench
