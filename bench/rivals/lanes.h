#pragma once
// 512-bit vectors for hand-written rivals. Included by the kernels of each compiler, in its own namespace.
//
// Neighbours across the edge of a periodic row come by shifting lanes in from the other end of the row.

#include <cstdint>
#include <immintrin.h>

namespace nphys::bench::RIVAL {

#if defined(__AVX512F__)

struct Vector64 {
    using Float = double;
    using Lanes = __m512d;
    static constexpr std::int64_t lanes = 8;
    static Lanes all(double value) { return _mm512_set1_pd(value); }
    static Lanes load(const double* from) { return _mm512_loadu_pd(from); }
    static void store(double* to, Lanes value) { _mm512_store_pd(to, value); }
    static void stream(double* to, Lanes value) { _mm512_stream_pd(to, value); }
    static Lanes add(Lanes a, Lanes b) { return _mm512_add_pd(a, b); }
    static Lanes subtract(Lanes a, Lanes b) { return _mm512_sub_pd(a, b); }
    static Lanes multiply(Lanes a, Lanes b) { return _mm512_mul_pd(a, b); }
    static Lanes fma(Lanes a, Lanes b, Lanes c) { return _mm512_fmadd_pd(a, b, c); }
    static Lanes negative_fma(Lanes a, Lanes b, Lanes c) { return _mm512_fnmadd_pd(a, b, c); } // c - a b
    static Lanes shifted_right(Lanes first, Lanes last) {
        return _mm512_castsi512_pd(_mm512_alignr_epi64(_mm512_castpd_si512(first), _mm512_castpd_si512(last), 7));
    }
    static Lanes shifted_left(Lanes last, Lanes first) {
        return _mm512_castsi512_pd(_mm512_alignr_epi64(_mm512_castpd_si512(first), _mm512_castpd_si512(last), 1));
    }
};

struct Vector32 {
    using Float = float;
    using Lanes = __m512;
    static constexpr std::int64_t lanes = 16;
    static Lanes all(float value) { return _mm512_set1_ps(value); }
    static Lanes load(const float* from) { return _mm512_loadu_ps(from); }
    static void store(float* to, Lanes value) { _mm512_store_ps(to, value); }
    static void stream(float* to, Lanes value) { _mm512_stream_ps(to, value); }
    static Lanes add(Lanes a, Lanes b) { return _mm512_add_ps(a, b); }
    static Lanes subtract(Lanes a, Lanes b) { return _mm512_sub_ps(a, b); }
    static Lanes multiply(Lanes a, Lanes b) { return _mm512_mul_ps(a, b); }
    static Lanes fma(Lanes a, Lanes b, Lanes c) { return _mm512_fmadd_ps(a, b, c); }
    static Lanes negative_fma(Lanes a, Lanes b, Lanes c) { return _mm512_fnmadd_ps(a, b, c); }
    static Lanes shifted_right(Lanes first, Lanes last) {
        return _mm512_castsi512_ps(_mm512_alignr_epi32(_mm512_castps_si512(first), _mm512_castps_si512(last), 15));
    }
    static Lanes shifted_left(Lanes last, Lanes first) {
        return _mm512_castsi512_ps(_mm512_alignr_epi32(_mm512_castps_si512(first), _mm512_castps_si512(last), 1));
    }
};

#endif

} // namespace nphys::bench::RIVAL
