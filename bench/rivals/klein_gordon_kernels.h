#pragma once
// The hand-written rivals: one leapfrog step of the Klein–Gordon field in 3 dimensions on a periodic cube, one pass
// over memory a step. Each compiler makes its own copy of them, under its own name.
//
// Kicks and drifts of neighbouring steps are merged (the half kicks at both ends of a run are no part of a step):
//     in place:         φ += dt β;  β += sides Σ φ[neighbours] + centre φ       sides = dt/h², centre = -dt (6/h² + m²)
//     double-buffered:  β += sides Σ φ[neighbours] + centre φ;  φ⁺ = φ + dt β

#include <cstdint>

namespace nphys::bench {

template <class Float>
struct Field {
    std::int64_t n;         // sites along an edge
    Float *phi, *pi, *next; // next: double-buffered only
    Float dt, sides, centre;
};

template <class Float>
struct Kernels {
    using Sweep = void (*)(const Field<Float>&, std::int64_t begin, std::int64_t end);
    // In place, planes begin … end: `borders` on all blocks, then `planes` on all blocks. Plain C++, vectorized by the
    // compiler, edges peeled; and whole rows in 512-bit vectors by intrinsics (null without AVX-512; n a multiple of
    // 16).
    Sweep borders, planes, vector_planes;
    // Double-buffered: writes next past the caches; the caller exchanges phi and next. Null without AVX-512.
    Sweep vector_streamed;
};

namespace gnu {
Kernels<double> kernels_f64();
Kernels<float> kernels_f32();
} // namespace gnu
namespace clang {
Kernels<double> kernels_f64();
Kernels<float> kernels_f32();
} // namespace clang

} // namespace nphys::bench
