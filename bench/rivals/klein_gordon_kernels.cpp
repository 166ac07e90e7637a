#include "bench/rivals/klein_gordon_kernels.h"

#include <immintrin.h>

namespace nphys::bench::RIVAL {

namespace {

#if defined(__clang__)
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define INDEPENDENT _Pragma("GCC ivdep")
#endif

template <class Float>
void drift_plane(const Field<Float>& f, std::int64_t z) {
    const std::int64_t plane = f.n * f.n;
    Float* __restrict phi = f.phi + z * plane;
    const Float* __restrict pi = f.pi + z * plane;
    INDEPENDENT
    for (std::int64_t i = 0; i < plane; ++i)
        phi[i] += f.dt * pi[i];
}

// One row: drifts the row of the next plane (unless that is done) and kicks this one.
template <bool drifts, class Float>
void row(const Field<Float>& f, const Float* __restrict here, const Float* __restrict below,
         const Float* __restrict above, const Float* __restrict before, Float* __restrict after,
         const Float* __restrict after_pi, Float* __restrict pi) {
    const std::int64_t n = f.n;
    const Float dt = f.dt, sides = f.sides, centre = f.centre;
    const auto kick = [&](std::int64_t x, std::int64_t left, std::int64_t right) {
        if constexpr (drifts)
            after[x] += dt * after_pi[x];
        const Float sum = ((here[left] + here[right]) + (below[x] + above[x])) + (before[x] + after[x]);
        pi[x] += sides * sum + centre * here[x];
    };
    kick(0, n - 1, 1);
    INDEPENDENT
    for (std::int64_t x = 1; x < n - 1; ++x)
        kick(x, x - 1, x + 1);
    kick(n - 1, n - 2, 0);
}

template <bool drifts, class Float>
void kick_plane(const Field<Float>& f, std::int64_t z) {
    const std::int64_t n = f.n, plane = n * n;
    Float* here = f.phi + z * plane;
    Float* before = f.phi + (z == 0 ? n - 1 : z - 1) * plane;
    const std::int64_t next = (z == n - 1 ? 0 : z + 1) * plane;
    for (std::int64_t y = 0; y < n; ++y) {
        const std::int64_t down = (y == 0 ? n - 1 : y - 1) * n, up = (y == n - 1 ? 0 : y + 1) * n;
        row<drifts>(f, here + y * n, here + down, here + up, before + y * n, f.phi + next + y * n, f.pi + next + y * n,
                    f.pi + z * plane + y * n);
    }
}

template <class Float>
void borders(const Field<Float>& f, std::int64_t begin, std::int64_t end) {
    drift_plane(f, begin);
    if (end - 1 > begin)
        drift_plane(f, end - 1);
}

// A lag of one plane: plane z + 1 drifts, then z is kicked. The first and last planes of all blocks have drifted.
template <class Float>
void planes(const Field<Float>& f, std::int64_t begin, std::int64_t end) {
    for (std::int64_t z = begin; z < end; ++z) {
        if (z + 1 < end - 1)
            kick_plane<true>(f, z);
        else
            kick_plane<false>(f, z);
    }
}

inline void stream(double* to, __m512d value) { _mm512_stream_pd(to, value); }
inline void stream(float* to, __m512 value) { _mm512_stream_ps(to, value); }

// Rows are aligned (n is a multiple of the vector): the new row is collected in the first cache and streamed from there.
template <class Float>
void streamed_row(const Field<Float>& f, const Float* __restrict here, const Float* __restrict below,
                  const Float* __restrict above, const Float* __restrict before, const Float* __restrict after,
                  Float* __restrict pi, Float* __restrict next) {
    const std::int64_t n = f.n;
    const Float dt = f.dt, sides = f.sides, centre = f.centre;
    constexpr std::int64_t lanes = 64 / sizeof(Float);
    alignas(64) Float first[lanes], last[lanes];
    const auto kick = [&](std::int64_t x, std::int64_t left, std::int64_t right) {
        const Float sum = ((here[left] + here[right]) + (below[x] + above[x])) + (before[x] + after[x]);
        pi[x] += sides * sum + centre * here[x];
        return here[x] + dt * pi[x];
    };
    first[0] = kick(0, n - 1, 1);
    for (std::int64_t x = 1; x < lanes; ++x)
        first[x] = kick(x, x - 1, x + 1);
    for (std::int64_t x = n - lanes; x < n - 1; ++x)
        last[x - (n - lanes)] = kick(x, x - 1, x + 1);
    last[lanes - 1] = kick(n - 1, n - 2, 0);
    if constexpr (sizeof(Float) == 8) {
        stream(next, _mm512_load_pd(first));
        const __m512d vdt = _mm512_set1_pd(dt), vsides = _mm512_set1_pd(sides), vcentre = _mm512_set1_pd(centre);
        for (std::int64_t x = lanes; x < n - lanes; x += lanes) {
            const __m512d middle = _mm512_loadu_pd(here + x);
            const __m512d sum =
                _mm512_add_pd(_mm512_add_pd(_mm512_add_pd(_mm512_loadu_pd(here + x - 1), _mm512_loadu_pd(here + x + 1)),
                                            _mm512_add_pd(_mm512_loadu_pd(below + x), _mm512_loadu_pd(above + x))),
                              _mm512_add_pd(_mm512_loadu_pd(before + x), _mm512_loadu_pd(after + x)));
            const __m512d kicked =
                _mm512_fmadd_pd(vsides, sum, _mm512_fmadd_pd(vcentre, middle, _mm512_loadu_pd(pi + x)));
            _mm512_storeu_pd(pi + x, kicked);
            stream(next + x, _mm512_fmadd_pd(vdt, kicked, middle));
        }
        stream(next + n - lanes, _mm512_load_pd(last));
    } else {
        stream(next, _mm512_load_ps(first));
        const __m512 vdt = _mm512_set1_ps(dt), vsides = _mm512_set1_ps(sides), vcentre = _mm512_set1_ps(centre);
        for (std::int64_t x = lanes; x < n - lanes; x += lanes) {
            const __m512 middle = _mm512_loadu_ps(here + x);
            const __m512 sum =
                _mm512_add_ps(_mm512_add_ps(_mm512_add_ps(_mm512_loadu_ps(here + x - 1), _mm512_loadu_ps(here + x + 1)),
                                            _mm512_add_ps(_mm512_loadu_ps(below + x), _mm512_loadu_ps(above + x))),
                              _mm512_add_ps(_mm512_loadu_ps(before + x), _mm512_loadu_ps(after + x)));
            const __m512 kicked =
                _mm512_fmadd_ps(vsides, sum, _mm512_fmadd_ps(vcentre, middle, _mm512_loadu_ps(pi + x)));
            _mm512_storeu_ps(pi + x, kicked);
            stream(next + x, _mm512_fmadd_ps(vdt, kicked, middle));
        }
        stream(next + n - lanes, _mm512_load_ps(last));
    }
}

template <class Float>
void streamed(const Field<Float>& f, std::int64_t begin, std::int64_t end) {
    const std::int64_t n = f.n, plane = n * n;
    for (std::int64_t z = begin; z < end; ++z) {
        const Float* here = f.phi + z * plane;
        const Float* before = f.phi + (z == 0 ? n - 1 : z - 1) * plane;
        const Float* after = f.phi + (z == n - 1 ? 0 : z + 1) * plane;
        for (std::int64_t y = 0; y < n; ++y) {
            const std::int64_t down = (y == 0 ? n - 1 : y - 1) * n, up = (y == n - 1 ? 0 : y + 1) * n, at = y * n;
            streamed_row(f, here + at, here + down, here + up, before + at, after + at, f.pi + z * plane + at,
                         f.next + z * plane + at);
        }
    }
    _mm_sfence();
}

template <class Float>
Kernels<Float> kernels() {
    return {borders<Float>, planes<Float>, streamed<Float>};
}

} // namespace

Kernels<double> kernels_f64() { return kernels<double>(); }
Kernels<float> kernels_f32() { return kernels<float>(); }

} // namespace nphys::bench::RIVAL
