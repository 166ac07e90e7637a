#pragma once
// The step in 512-bit vectors, AVX-512. Included by langevin_kernels.cpp, in the namespace of its compiler.
namespace {

using Words = __m512i; // eight numbers of 64 bits, of which the low halves count

struct Block {
    Words w0, w1, w2, w3;
};

// Eight blocks of Philox4x32-10 with neighbouring counters.
[[gnu::always_inline]] inline Block philox(Words pair, std::uint64_t seed, std::uint64_t step) {
    Block c{pair, _mm512_setzero_si512(), _mm512_set1_epi64(static_cast<long long>(step)), _mm512_setzero_si512()};
    const Words first = _mm512_set1_epi64(0xD2511F53), second = _mm512_set1_epi64(0xCD9E8D57);
    for (unsigned round = 0; round < 10; ++round) {
        const Words left = _mm512_set1_epi64(static_cast<std::uint32_t>(seed) + round * 0x9E3779B9U);
        const Words right = _mm512_set1_epi64(static_cast<std::uint32_t>(seed >> 32U) + round * 0xBB67AE85U);
        const Words a = _mm512_mul_epu32(c.w0, first), b = _mm512_mul_epu32(c.w2, second);
        c = {_mm512_ternarylogic_epi64(_mm512_srli_epi64(b, 32), c.w1, left, 0x96), b,
             _mm512_ternarylogic_epi64(_mm512_srli_epi64(a, 32), c.w3, right, 0x96), a};
    }
    return c;
}

// ---- f64 --------------------------------------------------------------------------------------------------------------------

[[gnu::always_inline]] inline __m512d number(double x) { return _mm512_set1_pd(x); }
[[gnu::always_inline]] inline __m512d fma(__m512d a, __m512d b, __m512d c) { return _mm512_fmadd_pd(a, b, c); }

[[gnu::always_inline]] inline __m512d uniform(Words high, Words low) {
    const Words both = _mm512_mask_shuffle_epi32(low, 0xAAAA, high, _MM_PERM_CCAA); // high words above low ones
    const Words mantissa = _mm512_or_si512(_mm512_srli_epi64(both, 12), _mm512_set1_epi64(0x3FF0000000000000));
    return _mm512_sub_pd(_mm512_castsi512_pd(mantissa), number(1 - 0x1p-53));
}

[[gnu::always_inline]] inline __m512d logarithm(__m512d u) {
    const __m512d exponent = _mm512_getexp_pd(_mm512_mul_pd(u, number(1.4142135623730951)));
    const __m512d m = _mm512_scalef_pd(u, _mm512_sub_pd(number(0), exponent)); // in [√½, √2)
    const __m512d f = _mm512_sub_pd(m, number(1));
    const __m512d s = _mm512_div_pd(f, _mm512_add_pd(m, number(1)));
    const __m512d z = _mm512_mul_pd(s, s);
    __m512d p = number(1.479819860511658591e-01);
    for (const double c : {1.531383769920937332e-01, 1.818357216161805012e-01, 2.222219843214978396e-01,
                           2.857142874366239149e-01, 3.999999999940941908e-01, 6.666666666666735130e-01})
        p = fma(p, z, number(c));
    const __m512d t = _mm512_mul_pd(s, z);
    // log m = 2 s + s z p
    return fma(exponent, number(0.6931471805599453), fma(t, p, _mm512_add_pd(s, s)));
}

struct Pair {
    __m512d even, odd;
};

[[gnu::always_inline]] inline Pair normals(const Block& c) {
    const __m512d radius = _mm512_sqrt_pd(_mm512_mul_pd(number(-2), logarithm(uniform(c.w0, c.w1))));
    const __m512d quarters = _mm512_mul_pd(number(4), uniform(c.w2, c.w3));
    const __m512d shifted = _mm512_add_pd(quarters, number(0x1.8p52));
    const Words turn = _mm512_castpd_si512(shifted);
    const __m512d r = _mm512_sub_pd(quarters, _mm512_sub_pd(shifted, number(0x1.8p52)));
    const __m512d z = _mm512_mul_pd(r, r);
    __m512d sine = number(6.0669357311061955e-12), cosine = number(6.565963114979473e-11);
    for (const double c : {-6.688035109811468e-10, 5.692172921967927e-08, -3.598843235212085e-06,
                           0.00016044118478735983, -0.004681754135318688, 0.07969262624616705, -0.6459640975062463,
                           1.5707963267948966})
        sine = fma(sine, z, number(c));
    for (const double c : {-6.386603083791852e-09, 4.710874778818172e-07, -2.5202042373060607e-05,
                           0.0009192602748394266, -0.02086348076335296, 0.25366950790104803, -1.2337005501361697, 1.0})
        cosine = fma(cosine, z, number(c));
    sine = _mm512_mul_pd(sine, r);
    const __mmask8 swap = _mm512_test_epi64_mask(turn, _mm512_set1_epi64(1));
    const auto with_sign = [](__m512d value, Words turns) {
        const Words sign = _mm512_slli_epi64(_mm512_and_si512(turns, _mm512_set1_epi64(2)), 62);
        return _mm512_xor_pd(value, _mm512_castsi512_pd(sign));
    };
    const __m512d even = with_sign(_mm512_mask_blend_pd(swap, cosine, sine), _mm512_add_epi64(turn, _mm512_set1_epi64(1)));
    const __m512d odd = with_sign(_mm512_mask_blend_pd(swap, sine, cosine), turn);
    return {_mm512_mul_pd(radius, even), _mm512_mul_pd(radius, odd)};
}

void step_f64(const Particles<double>& particles, std::int64_t begin, std::int64_t end) {
    const Words lanes = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
    const Words low = _mm512_set_epi64(11, 3, 10, 2, 9, 1, 8, 0), high = _mm512_set_epi64(15, 7, 14, 6, 13, 5, 12, 4);
    const __m512d force = number(particles.force), width = number(particles.width);
    const auto move = [&](std::int64_t place, __m512d noise) {
        const std::int64_t left = end - place;
        const __mmask8 exists = left >= 8 ? 0xFF : left <= 0 ? 0 : static_cast<__mmask8>((1U << left) - 1);
        const __m512d q = _mm512_maskz_loadu_pd(exists, particles.q + place);
        const __m512d pull = _mm512_mul_pd(_mm512_mul_pd(force, q), _mm512_fmsub_pd(q, q, number(1)));
        _mm512_mask_storeu_pd(particles.q + place, exists, fma(width, noise, _mm512_add_pd(q, pull)));
    };
    for (std::int64_t i = begin; i < end; i += 16) {
        const Words pair = _mm512_add_epi64(_mm512_set1_epi64(i >> 1), lanes);
        const Pair noise = normals(philox(pair, particles.seed, particles.step));
        move(i, _mm512_permutex2var_pd(noise.even, low, noise.odd));
        move(i + 8, _mm512_permutex2var_pd(noise.even, high, noise.odd));
    }
}

// ---- f32: four numbers of each block ----------------------------------------------------------------------------------------

[[gnu::always_inline]] inline __m512 single(float x) { return _mm512_set1_ps(x); }
[[gnu::always_inline]] inline __m512 fma(__m512 a, __m512 b, __m512 c) { return _mm512_fmadd_ps(a, b, c); }

// The low words of sixteen blocks side by side: those of the first eight in even lanes.
[[gnu::always_inline]] inline Words side_by_side(Words even, Words odd) {
    return _mm512_mask_shuffle_epi32(even, 0xAAAA, odd, _MM_PERM_CCAA);
}

struct SinglePair {
    __m512 cosine, sine;
};

[[gnu::always_inline]] inline SinglePair normals(Words first, Words second) {
    const auto uniform = [](Words bits) {
        return fma(_mm512_cvtepu32_ps(bits), single(0x1p-32F), single(0x1p-33F));
    };
    const __m512 u = _mm512_min_ps(uniform(first), single(1 - 0x1p-24F));
    const __m512 exponent = _mm512_getexp_ps(_mm512_mul_ps(u, single(1.4142135F)));
    const __m512 m = _mm512_scalef_ps(u, _mm512_sub_ps(single(0), exponent));
    const __m512 s = _mm512_div_ps(_mm512_sub_ps(m, single(1)), _mm512_add_ps(m, single(1)));
    const __m512 z = _mm512_mul_ps(s, s);
    const __m512 p = fma(fma(fma(single(0.2856F), z, single(0.4F)), z, single(0.66666667F)), _mm512_mul_ps(s, z),
                         _mm512_add_ps(s, s));
    const __m512 radius = _mm512_sqrt_ps(_mm512_mul_ps(single(-2), fma(exponent, single(0.69314718F), p)));
    const Words turn = _mm512_srli_epi32(_mm512_add_epi32(second, _mm512_set1_epi32(1 << 29)), 30);
    const Words rest = _mm512_sub_epi32(second, _mm512_slli_epi32(turn, 30));
    const __m512 r = _mm512_mul_ps(_mm512_cvtepi32_ps(rest), single(0x1p-30F));
    const __m512 y = _mm512_mul_ps(r, r);
    const __m512 sine = _mm512_mul_ps(
        r, fma(fma(fma(fma(single(0.00016044118F), y, single(-0.0046817541F)), y, single(0.079692626F)), y,
                   single(-0.64596410F)), y, single(1.5707963F)));
    const __m512 cosine = fma(fma(fma(fma(single(0.00091926027F), y, single(-0.020863481F)), y, single(0.25366951F)), y,
                                  single(-1.2337006F)), y, single(1));
    const __mmask16 swap = _mm512_test_epi32_mask(turn, _mm512_set1_epi32(1));
    const auto with_sign = [](__m512 value, Words turns) {
        const Words sign = _mm512_slli_epi32(_mm512_and_si512(turns, _mm512_set1_epi32(2)), 30);
        return _mm512_xor_ps(value, _mm512_castsi512_ps(sign));
    };
    return {_mm512_mul_ps(radius, with_sign(_mm512_mask_blend_ps(swap, cosine, sine),
                                            _mm512_add_epi32(turn, _mm512_set1_epi32(1)))),
            _mm512_mul_ps(radius, with_sign(_mm512_mask_blend_ps(swap, sine, cosine), turn))};
}

void step_f32(const Particles<float>& particles, std::int64_t begin, std::int64_t end) {
    const Words lanes = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
    const __m512 force = single(particles.force), width = single(particles.width);
    const auto move = [&](std::int64_t place, __m512 noise) {
        const std::int64_t left = end - place;
        const __mmask16 exists = left >= 16 ? 0xFFFF : left <= 0 ? 0 : static_cast<__mmask16>((1U << left) - 1);
        const __m512 q = _mm512_maskz_loadu_ps(exists, particles.q + place);
        const __m512 pull = _mm512_mul_ps(_mm512_mul_ps(force, q), _mm512_fmsub_ps(q, q, single(1)));
        _mm512_mask_storeu_ps(particles.q + place, exists, fma(width, noise, _mm512_add_ps(q, pull)));
    };
    for (std::int64_t i = begin; i < end; i += 64) {
        const Words block = _mm512_add_epi64(_mm512_set1_epi64(i >> 2), lanes);
        const Block even = philox(block, particles.seed, particles.step);
        const Block odd = philox(_mm512_add_epi64(block, _mm512_set1_epi64(8)), particles.seed, particles.step);
        const SinglePair a = normals(side_by_side(even.w0, odd.w0), side_by_side(even.w1, odd.w1));
        const SinglePair b = normals(side_by_side(even.w2, odd.w2), side_by_side(even.w3, odd.w3));
        move(i, a.cosine);
        move(i + 16, a.sine);
        move(i + 32, b.cosine);
        move(i + 48, b.sine);
    }
}

} // namespace
