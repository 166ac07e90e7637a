#pragma once
// The step in 256-bit vectors, AVX2. Included by langevin_kernels.cpp, in the namespace of its compiler.
namespace {

using Words = __m256i; // four numbers of 64 bits, of which the low halves count

struct Block {
    Words w0, w1, w2, w3;
};

[[gnu::always_inline]] inline Words whole(std::int64_t x) { return _mm256_set1_epi64x(x); }

// Four blocks of Philox4x32-10 with neighbouring counters.
[[gnu::always_inline]] inline Block philox(Words pair, std::uint64_t seed, std::uint64_t step) {
    Block c{pair, _mm256_setzero_si256(), whole(static_cast<std::int64_t>(step)), _mm256_setzero_si256()};
    const Words first = whole(0xD2511F53), second = whole(0xCD9E8D57);
    for (unsigned round = 0; round < 10; ++round) {
        const Words left = whole(static_cast<std::uint32_t>(seed) + round * 0x9E3779B9U);
        const Words right = whole(static_cast<std::uint32_t>(seed >> 32U) + round * 0xBB67AE85U);
        const Words a = _mm256_mul_epu32(c.w0, first), b = _mm256_mul_epu32(c.w2, second);
        c = {_mm256_xor_si256(_mm256_srli_epi64(b, 32), _mm256_xor_si256(c.w1, left)), b,
             _mm256_xor_si256(_mm256_srli_epi64(a, 32), _mm256_xor_si256(c.w3, right)), a};
    }
    return c;
}

// The low words of two vectors side by side: those of the first in even lanes.
[[gnu::always_inline]] inline Words side_by_side(Words even, Words odd) {
    return _mm256_blend_epi32(even, _mm256_shuffle_epi32(odd, 0xA0), 0xAA);
}

// ---- f64 --------------------------------------------------------------------------------------------------------------------

[[gnu::always_inline]] inline __m256d number(double x) { return _mm256_set1_pd(x); }
[[gnu::always_inline]] inline __m256d fma(__m256d a, __m256d b, __m256d c) { return _mm256_fmadd_pd(a, b, c); }

[[gnu::always_inline]] inline __m256d uniform(Words high, Words low) {
    const Words mantissa = _mm256_or_si256(_mm256_srli_epi64(side_by_side(low, high), 12), whole(0x3FF0000000000000));
    return _mm256_sub_pd(_mm256_castsi256_pd(mantissa), number(1 - 0x1p-53));
}

[[gnu::always_inline]] inline __m256d logarithm(__m256d u) {
    const Words bits = _mm256_castpd_si256(_mm256_mul_pd(u, number(1.4142135623730951)));
    const Words power = _mm256_sub_epi64(_mm256_srli_epi64(bits, 52), whole(1023));
    const __m256d exponent = _mm256_sub_pd(_mm256_castsi256_pd(_mm256_add_epi64(power, whole(0x4338000000000000))), number(0x1.8p52));
    const __m256d m = _mm256_castsi256_pd(_mm256_sub_epi64(_mm256_castpd_si256(u), _mm256_slli_epi64(power, 52))); // in [√½, √2)
    const __m256d s = _mm256_div_pd(_mm256_sub_pd(m, number(1)), _mm256_add_pd(m, number(1)));
    const __m256d z = _mm256_mul_pd(s, s);
    __m256d p = number(1.479819860511658591e-01);
    for (const double c : {1.531383769920937332e-01, 1.818357216161805012e-01, 2.222219843214978396e-01,
                           2.857142874366239149e-01, 3.999999999940941908e-01, 6.666666666666735130e-01})
        p = fma(p, z, number(c));
    return fma(exponent, number(0.6931471805599453), fma(_mm256_mul_pd(s, z), p, _mm256_add_pd(s, s)));
}

struct Pair {
    __m256d even, odd;
};

[[gnu::always_inline]] inline Pair normals(const Block& c) {
    const __m256d radius = _mm256_sqrt_pd(_mm256_mul_pd(number(-2), logarithm(uniform(c.w0, c.w1))));
    const __m256d quarters = _mm256_mul_pd(number(4), uniform(c.w2, c.w3));
    const __m256d shifted = _mm256_add_pd(quarters, number(0x1.8p52));
    const Words turn = _mm256_castpd_si256(shifted);
    const __m256d r = _mm256_sub_pd(quarters, _mm256_sub_pd(shifted, number(0x1.8p52)));
    const __m256d z = _mm256_mul_pd(r, r);
    __m256d sine = number(6.0669357311061955e-12), cosine = number(6.565963114979473e-11);
    for (const double c : {-6.688035109811468e-10, 5.692172921967927e-08, -3.598843235212085e-06,
                           0.00016044118478735983, -0.004681754135318688, 0.07969262624616705, -0.6459640975062463,
                           1.5707963267948966})
        sine = fma(sine, z, number(c));
    for (const double c : {-6.386603083791852e-09, 4.710874778818172e-07, -2.5202042373060607e-05,
                           0.0009192602748394266, -0.02086348076335296, 0.25366950790104803, -1.2337005501361697, 1.0})
        cosine = fma(cosine, z, number(c));
    sine = _mm256_mul_pd(sine, r);
    const __m256d swap = _mm256_castsi256_pd(_mm256_slli_epi64(turn, 63));
    const auto with_sign = [](__m256d value, Words turns) {
        const Words sign = _mm256_slli_epi64(_mm256_and_si256(turns, whole(2)), 62);
        return _mm256_xor_pd(value, _mm256_castsi256_pd(sign));
    };
    const __m256d even = with_sign(_mm256_blendv_pd(cosine, sine, swap), _mm256_add_epi64(turn, whole(1)));
    const __m256d odd = with_sign(_mm256_blendv_pd(sine, cosine, swap), turn);
    return {_mm256_mul_pd(radius, even), _mm256_mul_pd(radius, odd)};
}

void step_f64(const Particles<double>& particles, std::int64_t begin, std::int64_t end) {
    const Words lanes = _mm256_set_epi64x(3, 2, 1, 0);
    const __m256d force = number(particles.force), width = number(particles.width);
    const auto move = [&](std::int64_t place, __m256d noise) {
        const Words exists = _mm256_cmpgt_epi64(whole(end - place), lanes);
        const __m256d q = end - place >= 4 ? _mm256_loadu_pd(particles.q + place) : _mm256_maskload_pd(particles.q + place, exists);
        const __m256d pull = _mm256_mul_pd(_mm256_mul_pd(force, q), _mm256_fmsub_pd(q, q, number(1)));
        const __m256d next = fma(width, noise, _mm256_add_pd(q, pull));
        if (end - place >= 4)
            _mm256_storeu_pd(particles.q + place, next);
        else
            _mm256_maskstore_pd(particles.q + place, exists, next);
    };
    for (std::int64_t i = begin; i < end; i += 8) {
        const Words pair = _mm256_add_epi64(whole(i >> 1), lanes);
        const Pair noise = normals(philox(pair, particles.seed, particles.step));
        const __m256d first = _mm256_unpacklo_pd(noise.even, noise.odd), second = _mm256_unpackhi_pd(noise.even, noise.odd);
        move(i, _mm256_permute2f128_pd(first, second, 0x20));
        move(i + 4, _mm256_permute2f128_pd(first, second, 0x31));
    }
}

// ---- f32: four numbers of each block ----------------------------------------------------------------------------------------

[[gnu::always_inline]] inline __m256 single(float x) { return _mm256_set1_ps(x); }
[[gnu::always_inline]] inline __m256 fma(__m256 a, __m256 b, __m256 c) { return _mm256_fmadd_ps(a, b, c); }

struct SinglePair {
    __m256 cosine, sine;
};

[[gnu::always_inline]] inline SinglePair normals(Words first, Words second) {
    // There is no conversion of numbers without sign: 31 bits.
    const __m256 u = _mm256_min_ps(fma(_mm256_cvtepi32_ps(_mm256_srli_epi32(first, 1)), single(0x1p-31F), single(0x1p-32F)), single(1 - 0x1p-24F));
    const Words bits = _mm256_castps_si256(_mm256_mul_ps(u, single(1.4142135F)));
    const Words power = _mm256_sub_epi32(_mm256_srli_epi32(bits, 23), _mm256_set1_epi32(127));
    const __m256 exponent = _mm256_cvtepi32_ps(power);
    const __m256 m = _mm256_castsi256_ps(_mm256_sub_epi32(_mm256_castps_si256(u), _mm256_slli_epi32(power, 23)));
    const __m256 s = _mm256_div_ps(_mm256_sub_ps(m, single(1)), _mm256_add_ps(m, single(1)));
    const __m256 z = _mm256_mul_ps(s, s);
    const __m256 p = fma(fma(fma(single(0.2856F), z, single(0.4F)), z, single(0.66666667F)), _mm256_mul_ps(s, z), _mm256_add_ps(s, s));
    const __m256 radius = _mm256_sqrt_ps(_mm256_mul_ps(single(-2), fma(exponent, single(0.69314718F), p)));
    const Words turn = _mm256_srli_epi32(_mm256_add_epi32(second, _mm256_set1_epi32(1 << 29)), 30);
    const Words rest = _mm256_sub_epi32(second, _mm256_slli_epi32(turn, 30));
    const __m256 r = _mm256_mul_ps(_mm256_cvtepi32_ps(rest), single(0x1p-30F));
    const __m256 y = _mm256_mul_ps(r, r);
    const __m256 sine = _mm256_mul_ps(
        r, fma(fma(fma(fma(single(0.00016044118F), y, single(-0.0046817541F)), y, single(0.079692626F)), y,
                   single(-0.64596410F)), y, single(1.5707963F)));
    const __m256 cosine = fma(fma(fma(fma(single(0.00091926027F), y, single(-0.020863481F)), y, single(0.25366951F)), y,
                                  single(-1.2337006F)), y, single(1));
    const __m256 swap = _mm256_castsi256_ps(_mm256_slli_epi32(turn, 31));
    const auto with_sign = [](__m256 value, Words turns) {
        const Words sign = _mm256_slli_epi32(_mm256_and_si256(turns, _mm256_set1_epi32(2)), 30);
        return _mm256_xor_ps(value, _mm256_castsi256_ps(sign));
    };
    return {_mm256_mul_ps(radius, with_sign(_mm256_blendv_ps(cosine, sine, swap), _mm256_add_epi32(turn, _mm256_set1_epi32(1)))),
            _mm256_mul_ps(radius, with_sign(_mm256_blendv_ps(sine, cosine, swap), turn))};
}

void step_f32(const Particles<float>& particles, std::int64_t begin, std::int64_t end) {
    const Words lanes = _mm256_set_epi64x(3, 2, 1, 0);
    const __m256 force = single(particles.force), width = single(particles.width);
    const auto move = [&](std::int64_t place, __m256 noise) {
        const Words exists = _mm256_cmpgt_epi32(_mm256_set1_epi32(end - place >= 8 ? 8 : static_cast<int>(end - place)), _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0));
        const __m256 q = end - place >= 8 ? _mm256_loadu_ps(particles.q + place) : _mm256_maskload_ps(particles.q + place, exists);
        const __m256 pull = _mm256_mul_ps(_mm256_mul_ps(force, q), _mm256_fmsub_ps(q, q, single(1)));
        const __m256 next = fma(width, noise, _mm256_add_ps(q, pull));
        if (end - place >= 8)
            _mm256_storeu_ps(particles.q + place, next);
        else
            _mm256_maskstore_ps(particles.q + place, exists, next);
    };
    for (std::int64_t i = begin; i < end; i += 32) {
        const Words block = _mm256_add_epi64(whole(i >> 2), lanes);
        const Block even = philox(block, particles.seed, particles.step);
        const Block odd = philox(_mm256_add_epi64(block, whole(4)), particles.seed, particles.step);
        const SinglePair a = normals(side_by_side(even.w0, odd.w0), side_by_side(even.w1, odd.w1));
        const SinglePair b = normals(side_by_side(even.w2, odd.w2), side_by_side(even.w3, odd.w3));
        move(i, a.cosine);
        move(i + 8, a.sine);
        move(i + 16, b.cosine);
        move(i + 24, b.sine);
    }
}

} // namespace
