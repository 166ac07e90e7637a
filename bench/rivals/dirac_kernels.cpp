#include "bench/rivals/dirac_kernels.h"
#include "bench/rivals/lanes.h"

namespace nphys::bench::RIVAL {

namespace {

#if defined(__clang__)
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define INDEPENDENT _Pragma("GCC ivdep")
#endif

// One number as a vector of one lane, so that the formulas are written once.
template <class Number>
struct Single {
    using Float = Number;
    using Lanes = Number;
    static constexpr std::int64_t lanes = 1;
    static Lanes all(Float value) { return value; }
    static Lanes load(const Float* from) { return *from; }
    static void store(Float* to, Lanes value) { *to = value; }
    static Lanes add(Lanes a, Lanes b) { return a + b; }
    static Lanes subtract(Lanes a, Lanes b) { return a - b; }
    static Lanes multiply(Lanes a, Lanes b) { return a * b; }
    static Lanes fma(Lanes a, Lanes b, Lanes c) { return a * b + c; }
    static Lanes negative_fma(Lanes a, Lanes b, Lanes c) { return c - a * b; }
    static Lanes shifted_right(Lanes, Lanes last) { return last; }
    static Lanes shifted_left(Lanes, Lanes first) { return first; }
};

// Rows of four components, and of their neighbours along the first and second axis.
template <class Float>
struct Rows {
    Float *phi[4], *pi[4];
    const Float *along_first[4], *along_second[4];
};

template <class V>
struct Constants {
    typename V::Lanes dt, drift, cosine, sine;
    explicit Constants(const DiracField<typename V::Float>& f)
        : dt(V::all(f.dt)), drift(V::all(f.dt * f.cosine)), cosine(V::all(f.cosine)), sine(V::all(f.sine)) {}
};

template <class V>
struct Four {
    typename V::Lanes of[4];
    typename V::Lanes& operator[](int a) { return of[a]; }
};

// Σ_μ X (f[neighbour] - f) for the four components f at the site: ahead of it X acts, behind it -Xᵀ = X.
template <class V>
[[gnu::always_inline]] inline Four<V> differences(typename V::Float* const (&here)[4], const Rows<typename V::Float>& r, std::int64_t x,
                                                  Four<V> third) {
    using L = typename V::Lanes;
    const L p1 = V::load(here[0] + x), p2 = V::load(here[1] + x), p3 = V::load(here[2] + x), p4 = V::load(here[3] + x);
    const auto first = [&](int a) { return V::load(r.along_first[a] + x); };
    const auto second = [&](int a) { return V::load(r.along_second[a] + x); };
    return {{V::add(V::add(V::subtract(p2, p3), V::subtract(p4, third[1])), V::subtract(second(2), first(3))),
             V::add(V::subtract(V::subtract(third[0], p1), V::add(p3, p4)), V::add(second(3), first(2))),
             V::subtract(V::add(V::subtract(V::add(p1, p2), p4), third[3]), V::add(second(0), first(1))),
             V::add(V::subtract(V::add(V::subtract(p2, p1), p3), third[2]), V::subtract(first(0), second(1)))}};
}

// π += dt X (φ[behind] - φ)
template <class V>
[[gnu::always_inline]] inline void kick(const Constants<V>& by, const Rows<typename V::Float>& r, std::int64_t x, Four<V> behind) {
    Four<V> sums = differences<V>(r.phi, r, x, behind);
    for (int a = 0; a < 4; ++a)
        V::store(r.pi[a] + x, V::fma(by.dt, sums[a], V::load(r.pi[a] + x)));
}

// φ ← R φ + dt cos(m dt) X (π[ahead] - π)
template <class V>
[[gnu::always_inline]] inline void drift(const Constants<V>& by, const Rows<typename V::Float>& r, std::int64_t x, Four<V> ahead) {
    Four<V> sums = differences<V>(r.pi, r, x, ahead);
    for (int a = 0; a < 4; a += 2) {
        const typename V::Lanes p = V::load(r.phi[a] + x), q = V::load(r.phi[a + 1] + x);
        V::store(r.phi[a] + x, V::fma(by.drift, sums[a], V::fma(by.sine, q, V::multiply(by.cosine, p))));
        V::store(r.phi[a + 1] + x, V::fma(by.drift, sums[a + 1], V::negative_fma(by.sine, p, V::multiply(by.cosine, q))));
    }
}

template <class V>
[[gnu::always_inline]] inline void turn(const Constants<V>& by, const Rows<typename V::Float>& r, std::int64_t x) {
    for (int a = 0; a < 4; a += 2) {
        const typename V::Lanes p = V::load(r.pi[a] + x), q = V::load(r.pi[a + 1] + x);
        V::store(r.pi[a] + x, V::negative_fma(by.sine, q, V::multiply(by.cosine, p)));
        V::store(r.pi[a + 1] + x, V::fma(by.sine, p, V::multiply(by.cosine, q)));
    }
}

template <class V>
[[gnu::always_inline]] inline Four<V> loaded(typename V::Float* const (&rows)[4], std::int64_t x) {
    return {{V::load(rows[0] + x), V::load(rows[1] + x), V::load(rows[2] + x), V::load(rows[3] + x)}};
}

template <class V>
[[gnu::always_inline]] inline void kick_row(const Constants<V>& by, const Rows<typename V::Float>& r, std::int64_t n) {
    Four<V> edge = loaded<V>(r.phi, 0), last = loaded<V>(r.phi, n - V::lanes);
    for (int a = 0; a < 4; ++a)
        edge[a] = V::shifted_right(edge[a], last[a]);
    kick<V>(by, r, 0, edge);
    INDEPENDENT
    for (std::int64_t x = V::lanes; x < n; x += V::lanes)
        kick<V>(by, r, x, loaded<V>(r.phi, x - 1));
}

template <class V>
[[gnu::always_inline]] inline void drift_row(const Constants<V>& by, const Rows<typename V::Float>& r, std::int64_t n) {
    const std::int64_t end = n - V::lanes;
    INDEPENDENT
    for (std::int64_t x = 0; x < end; x += V::lanes)
        drift<V>(by, r, x, loaded<V>(r.pi, x + 1));
    Four<V> edge = loaded<V>(r.pi, 0), last = loaded<V>(r.pi, end);
    for (int a = 0; a < 4; ++a)
        edge[a] = V::shifted_left(last[a], edge[a]);
    drift<V>(by, r, end, edge);
}

template <class V>
[[gnu::always_inline]] inline void turn_row(const Constants<V>& by, const Rows<typename V::Float>& r, std::int64_t n) {
    INDEPENDENT
    for (std::int64_t x = 0; x < n; x += V::lanes)
        turn(by, r, x);
}

// The row y of plane z; neighbours of φ behind it, or of π ahead of it.
template <class Float>
Rows<Float> rows(const DiracField<Float>& f, std::int64_t z, std::int64_t y, bool ahead) {
    const std::int64_t n = f.n, here = (z * n + y) * n;
    const auto moved = [&](std::int64_t place) { return ahead ? (place == n - 1 ? 0 : place + 1) : (place == 0 ? n - 1 : place - 1); };
    Rows<Float> result;
    for (int a = 0; a < 4; ++a) {
        Float* const of = ahead ? f.pi[a] : f.phi[a];
        result.phi[a] = f.phi[a] + here;
        result.pi[a] = f.pi[a] + here;
        result.along_first[a] = of + (moved(z) * n + y) * n;
        result.along_second[a] = of + (z * n + moved(y)) * n;
    }
    return result;
}

// Row by row: kick plane z, drift plane z - 1, turn the rows of it that are not needed any more. Row 0 is needed by the last one.
template <class V>
void drift_and_turn(const Constants<V>& by, const DiracField<typename V::Float>& f, std::int64_t z, std::int64_t y, bool turns) {
    const auto here = rows(f, z, y, true);
    drift_row<V>(by, here, f.n);
    if (turns && y > 0)
        turn_row<V>(by, here, f.n);
    if (turns && y == f.n - 1)
        turn_row<V>(by, rows(f, z, 0, true), f.n);
}

template <class V>
void planes(const DiracField<typename V::Float>& f, std::int64_t begin, std::int64_t end) {
    const Constants<V> by(f);
    for (std::int64_t z = begin; z < end; ++z)
        for (std::int64_t y = 0; y < f.n; ++y) {
            kick_row<V>(by, rows(f, z, y, false), f.n);
            if (z > begin)
                drift_and_turn<V>(by, f, z - 1, y, z - 1 > begin);
        }
}

// The same, one plane after the other instead of row by row.
template <class V>
void whole_planes(const DiracField<typename V::Float>& f, std::int64_t begin, std::int64_t end) {
    const Constants<V> by(f);
    for (std::int64_t z = begin; z < end; ++z) {
        for (std::int64_t y = 0; y < f.n; ++y)
            kick_row<V>(by, rows(f, z, y, false), f.n);
        for (std::int64_t y = 0; z > begin && y < f.n; ++y)
            drift_and_turn<V>(by, f, z - 1, y, z - 1 > begin);
    }
}

template <class V>
void last_plane(const DiracField<typename V::Float>& f, std::int64_t begin, std::int64_t end) {
    const Constants<V> by(f);
    for (std::int64_t y = 0; y < f.n; ++y)
        drift_and_turn<V>(by, f, end - 1, y, end - 1 > begin);
}

// Its turn waited for the drift of the plane behind it, which is another block's.
template <class V>
void first_plane(const DiracField<typename V::Float>& f, std::int64_t begin, std::int64_t) {
    const Constants<V> by(f);
    for (std::int64_t y = 0; y < f.n; ++y)
        turn_row<V>(by, rows(f, begin, y, true), f.n);
}

} // namespace

#if defined(__AVX512F__)
#define KERNELS(Float, Vector)                                                                                          \
    {planes<Single<Float>>, whole_planes<Single<Float>>, last_plane<Single<Float>>, first_plane<Single<Float>>,            \
     planes<Vector>,        whole_planes<Vector>,        last_plane<Vector>,        first_plane<Vector>}
#else
#define KERNELS(Float, Vector)                                                                                          \
    {planes<Single<Float>>, whole_planes<Single<Float>>, last_plane<Single<Float>>, first_plane<Single<Float>>,            \
     nullptr,               nullptr,                     nullptr,                   nullptr}
#endif
DiracKernels<double> dirac_f64() { return KERNELS(double, Vector64); }
DiracKernels<float> dirac_f32() { return KERNELS(float, Vector32); }

} // namespace nphys::bench::RIVAL
