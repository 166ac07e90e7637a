// Compiled by each compiler under its own name, RIVAL.
#include "bench/rivals/densities_kernels.h"

namespace nphys::bench::RIVAL {

namespace {

// Coefficients are 0 at the last row and column, and arrays have a row and a column around them that hold 0.
void step(const Plane& plane, std::int64_t begin, std::int64_t end) {
    const std::int64_t n = plane.columns;
    for (std::int64_t row = begin; row < end; ++row) {
        const std::int64_t here = row * n;
        const double* __restrict p = plane.density + here;
        const double* __restrict up_x = plane.up_x + here;
        const double* __restrict down_x = plane.down_x + here;
        const double* __restrict up_y = plane.up_y + here;
        const double* __restrict down_y = plane.down_y + here;
        double* __restrict next = plane.next + here;
        for (std::int64_t j = 0; j < n; ++j) {
            const double out_x = up_x[j] * p[j] - down_x[j] * p[j + n], in_x = up_x[j - n] * p[j - n] - down_x[j - n] * p[j];
            const double out_y = up_y[j] * p[j] - down_y[j] * p[j + 1], in_y = up_y[j - 1] * p[j - 1] - down_y[j - 1] * p[j];
            next[j] = p[j] + (in_x - out_x) + (in_y - out_y);
        }
    }
}

} // namespace

DensityStep density_step() { return step; }

} // namespace nphys::bench::RIVAL
