#include "bench/rivals/klein_gordon_kernels.h"
#include "bench/rivals/lanes.h"

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

#if defined(__AVX512F__)

// Whole rows in aligned vectors, n being a multiple of their lanes: nothing is peeled.
template <class Float>
struct Row {
    const Float *here, *below, *above, *before;
    Float* after;
    const Float* after_pi;
    Float *pi, *next;
};

enum class Way { kicks, drifts_and_kicks, streams };

template <Way way, class V>
[[gnu::always_inline]] inline void vectors(const Field<typename V::Float>& f, const Row<typename V::Float>& row) {
    const typename V::Lanes dt = V::all(f.dt), sides = V::all(f.sides), centre = V::all(f.centre);
    const std::int64_t n = f.n;
    const auto kick = [&](std::int64_t x, typename V::Lanes middle, typename V::Lanes left, typename V::Lanes right) {
        typename V::Lanes after = V::load(row.after + x);
        if constexpr (way == Way::drifts_and_kicks) {
            after = V::fma(dt, V::load(row.after_pi + x), after);
            V::store(row.after + x, after);
        }
        const typename V::Lanes sum =
            V::add(V::add(V::add(left, right), V::add(V::load(row.below + x), V::load(row.above + x))),
                   V::add(V::load(row.before + x), after));
        const typename V::Lanes pi = V::fma(sides, sum, V::fma(centre, middle, V::load(row.pi + x)));
        V::store(row.pi + x, pi);
        if constexpr (way == Way::streams)
            V::stream(row.next + x, V::fma(dt, pi, middle));
    };
    const std::int64_t end = n - V::lanes;
    const typename V::Lanes first = V::load(row.here), last = V::load(row.here + end);
    if (end == 0)
        return kick(0, first, V::shifted_right(first, last), V::shifted_left(last, first));
    kick(0, first, V::shifted_right(first, last), V::load(row.here + 1));
    for (std::int64_t x = V::lanes; x < end; x += V::lanes)
        kick(x, V::load(row.here + x), V::load(row.here + x - 1), V::load(row.here + x + 1));
    kick(end, last, V::load(row.here + end - 1), V::shifted_left(last, first));
}

template <Way way, class V>
void vector_plane(const Field<typename V::Float>& f, std::int64_t z) {
    using Float = typename V::Float;
    const std::int64_t n = f.n, plane = n * n;
    Float* here = f.phi + z * plane;
    Float* before = f.phi + (z == 0 ? n - 1 : z - 1) * plane;
    const std::int64_t next = (z == n - 1 ? 0 : z + 1) * plane;
    for (std::int64_t y = 0, at = 0; y < n; ++y, at += n) {
        const std::int64_t down = (y == 0 ? n - 1 : y - 1) * n, up = (y == n - 1 ? 0 : y + 1) * n;
        vectors<way, V>(f, {here + at, here + down, here + up, before + at, f.phi + next + at, f.pi + next + at,
                            f.pi + z * plane + at, f.next + z * plane + at});
    }
}

template <class V>
void vector_planes(const Field<typename V::Float>& f, std::int64_t begin, std::int64_t end) {
    for (std::int64_t z = begin; z < end; ++z) {
        if (z + 1 < end - 1)
            vector_plane<Way::drifts_and_kicks, V>(f, z);
        else
            vector_plane<Way::kicks, V>(f, z);
    }
}

template <class V>
void vector_streamed(const Field<typename V::Float>& f, std::int64_t begin, std::int64_t end) {
    for (std::int64_t z = begin; z < end; ++z)
        vector_plane<Way::streams, V>(f, z);
    _mm_sfence();
}

#endif

} // namespace

#if defined(__AVX512F__)
Kernels<double> kernels_f64() {
    return {borders<double>, planes<double>, vector_planes<Vector64>, vector_streamed<Vector64>};
}
Kernels<float> kernels_f32() {
    return {borders<float>, planes<float>, vector_planes<Vector32>, vector_streamed<Vector32>};
}
#else
Kernels<double> kernels_f64() {
    return {borders<double>, planes<double>, nullptr, nullptr};
}
Kernels<float> kernels_f32() {
    return {borders<float>, planes<float>, nullptr, nullptr};
}
#endif

} // namespace nphys::bench::RIVAL
