#pragma once
// The hand-written rivals: one step of the Dirac field in 3+1 dimensions (four types, mass turned exactly) on a periodic cube, one
// pass over memory a step. Each compiler makes its own copy of them, under its own name.
//
// Steps of drift_kick_drift are merged: since the factors of the differences commute with that of the mass, and R + R⁻¹ = 2 cos(m dt),
// the turn of φ and π and the two half drifts around it are one drift,
//     π -= dt Bᵀ φ;   φ ← R φ + dt cos(m dt) B π;   π ← R⁻¹ π         R = exp(m dt X0)
// so that a rival has two stencils a step where the scheme, as written, has three.

#include <cstdint>

namespace nphys::bench {

template <class Float>
struct DiracField {
    std::int64_t n; // sites along an edge
    Float *phi[4], *pi[4];
    Float dt, cosine, sine; // of the angle m dt
};

template <class Float>
struct DiracKernels {
    using Sweep = void (*)(const DiracField<Float>&, std::int64_t begin, std::int64_t end);
    // In place, planes begin … end, on all blocks one phase after the other: `planes` with a lag of one plane, row by row or plane
    // by plane, the drift of the last plane, the turn of π in the first one. Plain C++, vectorized by the compiler, edges peeled; and whole rows in 512-bit
    // vectors by intrinsics (null without AVX-512; n a multiple of 16).
    Sweep planes, whole_planes, last_plane, first_plane;
    Sweep vector_planes, vector_whole_planes, vector_last_plane, vector_first_plane;
};

namespace gnu {
DiracKernels<double> dirac_f64();
DiracKernels<float> dirac_f32();
} // namespace gnu
namespace clang {
DiracKernels<double> dirac_f64();
DiracKernels<float> dirac_f32();
} // namespace clang

} // namespace nphys::bench
