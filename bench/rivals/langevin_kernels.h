#pragma once
// The hand-written rivals: one Euler–Maruyama step of independent particles in the double well (q² - 1)²,
//     q += force q (q² - 1) + width N,       force = -4 γ dt, width = √(2 γ T dt),
// with the numbers N of a counter-based generator, Philox4x32-10, vectorized by hand in 512-bit vectors (AVX-512: eight
// or sixteen blocks at a time) or 256-bit ones (AVX2: half as many), logarithm, sine and cosine by polynomials, neighbours from one block (two in f64, four in f32).

#include <cstdint>

namespace nphys::bench {

template <class Float>
struct Particles {
    Float* q;
    Float force, width;
    std::uint64_t seed, step;
};

// begin is a multiple of 64; null without AVX2.
template <class Float>
using LangevinStep = void (*)(const Particles<Float>&, std::int64_t begin, std::int64_t end);

namespace gnu {
LangevinStep<double> langevin_f64();
LangevinStep<float> langevin_f32();
} // namespace gnu
namespace clang {
LangevinStep<double> langevin_f64();
LangevinStep<float> langevin_f32();
} // namespace clang

} // namespace nphys::bench
