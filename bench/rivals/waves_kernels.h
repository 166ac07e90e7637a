#pragma once
// What a hand-written split step does between the transforms of FFTW: complex numbers by turns, times the phases of half of the
// potential, kept for each cell, or of the kinetic part, which is a product of one phase for each row and one for each column.

#include <cstdint>

namespace nphys::bench {

using Turn = void (*)(double* wave, const double* phases, std::int64_t begin, std::int64_t end);
using TurnModes = void (*)(double* wave, const double* rows, const double* columns, std::int64_t size, std::int64_t begin, std::int64_t end);

struct WaveKernels {
    Turn turn;
    TurnModes turn_modes;
};

namespace gnu {
WaveKernels wave_kernels();
}
namespace clang {
WaveKernels wave_kernels();
}

} // namespace nphys::bench
