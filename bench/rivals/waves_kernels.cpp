// Compiled by each compiler under its own name, RIVAL.
#include "bench/rivals/waves_kernels.h"

namespace nphys::bench::RIVAL {

namespace {

void turn(double* __restrict wave, const double* __restrict phases, std::int64_t begin, std::int64_t end) {
    for (std::int64_t n = begin; n < end; ++n) {
        const double re = wave[2 * n], im = wave[2 * n + 1], c = phases[2 * n], s = phases[2 * n + 1];
        wave[2 * n] = re * c - im * s;
        wave[2 * n + 1] = re * s + im * c;
    }
}

void turn_modes(double* __restrict wave, const double* __restrict rows, const double* __restrict columns, std::int64_t size,
                std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
        const double a = rows[2 * row], b = rows[2 * row + 1];
        double* __restrict line = wave + 2 * row * size;
        for (std::int64_t n = 0; n < size; ++n) {
            const double c = a * columns[2 * n] - b * columns[2 * n + 1], s = a * columns[2 * n + 1] + b * columns[2 * n];
            const double re = line[2 * n], im = line[2 * n + 1];
            line[2 * n] = re * c - im * s;
            line[2 * n + 1] = re * s + im * c;
        }
    }
}

} // namespace

WaveKernels wave_kernels() { return {turn, turn_modes}; }

} // namespace nphys::bench::RIVAL
