#pragma once
// Poisson numbers by inversion: the least k with P(X <= k) >= u. One uniform number makes one Poisson number, so nothing is
// rejected, and numbers of neighbouring means come from the same u side by side.
//
// In: u in (0, 1), the mean. Out: a whole number. Holds: below a mean of 40 probabilities are added up from 0; above, the search
// begins at the quantile of Cornish and Fisher, with a distribution function that is right to 1e-13 of the smaller
// tail: the uniform expansion of Temme (1979) about the middle, sums of probabilities further out. Beyond 2^50 it is the former alone.
//
//     poisson_quantile(0.5, 3) == 3;   poisson_quantile(0.999, 1e6) == 1003092

#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>

namespace nphys::runtime {

// Coefficients, highest power first.
struct PoissonSeries {
    // Q(a, x) - erfc(η √(a/2))/2 = exp(-a η²/2)/√(2πa) Σ_k a^-k Σ_n d(k,n) η^n, DLMF 8.12.
    static constexpr double power0[] = {1.1004392031956135e-13, -5.0276692801141755e-12, 2.4361948020667415e-11,
        -5.830772132550426e-11, -2.5514193994946248e-11, 9.14769958223679e-10, -4.382036018453353e-09,
        1.0261809784240309e-08, 6.707853543401498e-09, -1.7665952736826078e-07, 8.296711340953087e-07,
        -1.85406221071516e-06, -2.185448510679992e-06, 3.919263178522438e-05, -0.0001787551440329218,
        0.0003527336860670194, 0.0011574074074074073, -0.014814814814814815, 0.08333333333333333,
        -0.3333333333333333};
    static constexpr double power1[] = {-8.56390702649298e-11, 4.162792991842583e-10, -1.0091543710600413e-09,
        -1.7543241719747647e-11, 1.1951628599778148e-08, -5.752545603517705e-08, 1.378633446915721e-07,
        4.647127802807434e-09, -1.6120900894563446e-06, 7.64916091608111e-06, -1.8098550334489977e-05,
        -4.018775720164609e-07, 0.00020576131687242798, -0.0009902263374485596, 0.0026455026455026454,
        -0.003472222222222222, -0.001851851851851852};
    static constexpr double power2[] = {6.228974084922022e-09, -1.409252991086752e-08, -2.0477098421990866e-10,
        1.4280614206064242e-07, -6.298992138380055e-07, 1.3721957309062934e-06, 3.423578734096138e-08,
        -1.2760635188618728e-05, 5.2923448829120125e-05, -0.0001073665322636516, 2.0093878600823047e-06,
        0.0007716049382716049, -0.0026813271604938273, 0.004133597883597883};
    static constexpr double power3[] = {-1.6958404091930278e-07, -2.7861080291528143e-11, 1.4230900732435883e-06,
        -5.6749528269915965e-06, 1.1082654115347302e-05, -2.396505113867297e-07, -7.561801671883977e-05,
        0.00026772063206283885, -0.0004691894943952557, 0.00022947209362139917, 0.0006494341563786008};
    static constexpr double power4[] = {-1.6954149536558305e-06, 2.507497226237533e-10, 1.1375726970678419e-05,
        -3.968365047179435e-05, 6.641498215465122e-05, -1.4638452578843418e-06, -0.0002990724803031902,
        0.0007840392217200666, -0.0008618882909167117};
    static constexpr double power5[] = {-1.3594048189768693e-05, 1.419062920643967e-07, 6.797780477937208e-05,
        -0.00019932570516188847, 0.0002772753244959392, -6.972813758365857e-05, -0.00033679855336635813};
    static constexpr double power6[] = {-8.153969367561969e-05, 7.902353232660328e-07, 0.0002708782096718045,
        -0.0005921664373536939, 0.0005313079364639922};
    // The normal quantile to 1e-9 (Acklam 2003).
    static constexpr double middle[] = {-3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
                                        1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
    static constexpr double below_middle[] = {-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
                                              6.680131188771972e+01,  -1.328068155288572e+01, 1};
    static constexpr double tail[] = {-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                                      -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00};
    static constexpr double below_tail[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                                            3.754408661907416e+00, 1};
};

template <std::size_t terms>
[[nodiscard]] inline double polynomial(const double (&coefficients)[terms], double x) {
    double value = coefficients[0];
    for (std::size_t k = 1; k < terms; ++k)
        value = value * x + coefficients[k];
    return value;
}

[[nodiscard]] inline double normal_quantile(double u) {
    using S = PoissonSeries;
    if (u < 0.02425 || u > 1 - 0.02425) {
        const double q = std::sqrt(-2 * std::log(u < 0.5 ? u : 1 - u));
        const double size = polynomial(S::tail, q) / polynomial(S::below_tail, q);
        return u < 0.5 ? size : -size;
    }
    const double q = u - 0.5, r = q * q;
    return q * polynomial(S::middle, r) / polynomial(S::below_middle, r);
}

// m - log(1 + m), without loss where m is small: with s = m/(2 + m) it is m s - 2 (s³/3 + s⁵/5 + …).
[[nodiscard]] inline double logarithm_gap(double m) {
    if (m < -0.45 || m > 0.8)
        return m - std::log1p(m);
    const double s = m / (2 + m), z = s * s;
    double sum = 0;
    for (int n = 35; n >= 3; n -= 2)
        sum = sum * z + 1.0 / n;
    return m * s - 2 * s * z * sum;
}

// P(X = k).
[[nodiscard]] inline double poisson_probability(double k, double mean) {
    if (k < 16)
        return std::exp(k * std::log(mean) - mean) / std::tgamma(k + 1);
    const double z = 1 / (k * k);
    const double stirling = (1.0 / 12 - z * (1.0 / 360 - z * (1.0 / 1260 - z / 1680))) / k;
    return std::exp(-k * logarithm_gap((mean - k) / k) - stirling) / std::sqrt(2 * std::numbers::pi * k);
}

// Sums of probabilities from k downwards, from k upwards.
[[nodiscard]] inline double poisson_down_from(double k, double mean) {
    double term = poisson_probability(k, mean), sum = term;
    for (; k > 0 && term > 1e-17 * sum; k -= 1)
        sum += term *= k / mean;
    return sum;
}
[[nodiscard]] inline double poisson_up_from(double k, double mean) {
    double term = poisson_probability(k, mean), sum = term;
    while (term > 1e-17 * sum) {
        k += 1;
        sum += term *= mean / k;
    }
    return sum;
}

// P(X <= k) = Q(k + 1, mean), or P(X > k).
[[nodiscard]] inline double poisson_distribution(double k, double mean, bool above = false) {
    using S = PoissonSeries;
    const double a = k + 1, ratio = mean / a;
    if (ratio > 1.6)
        return above ? 1 - poisson_down_from(k, mean) : poisson_down_from(k, mean);
    if (ratio < 0.62)
        return above ? poisson_up_from(a, mean) : 1 - poisson_up_from(a, mean);
    const double gap = logarithm_gap((mean - a) / a), eta = std::copysign(std::sqrt(2 * gap), mean - a);
    double series = polynomial(S::power6, eta);
    series = series / a + polynomial(S::power5, eta);
    series = series / a + polynomial(S::power4, eta);
    series = series / a + polynomial(S::power3, eta);
    series = series / a + polynomial(S::power2, eta);
    series = series / a + polynomial(S::power1, eta);
    series = series / a + polynomial(S::power0, eta);
    const double rest = std::exp(-a * gap) / std::sqrt(2 * std::numbers::pi * a) * series, x = eta * std::sqrt(a / 2);
    return above ? 0.5 * std::erfc(-x) - rest : 0.5 * std::erfc(x) + rest;
}

[[nodiscard]] inline double poisson_from_zero(double u, double mean) {
    double k = 0, probability = std::exp(-mean), sum = probability;
    while (sum < u) {
        k += 1;
        probability *= mean / k;
        const double next = sum + probability;
        if (next == sum && k > mean) // u is closer to 1 than the sum comes
            break;
        sum = next;
    }
    return k;
}

[[nodiscard]] inline double poisson_from_middle(double u, double mean) {
    const double w = normal_quantile(u), root = std::sqrt(mean);
    double k = std::floor(mean + root * w + (w * w - 1) / 6 + (w - w * w * w) / (72 * root));
    k = k < 0 ? 0 : k;
    if (mean > 0x1p50)
        return k;
    const bool above = u > 0.5; // the smaller tail has all its digits
    double tail = poisson_distribution(k, mean, above), probability = poisson_probability(k, mean);
    while ((above ? tail > 1 - u : tail < u) && probability > 1e-17 * tail) {
        k += 1;
        probability *= mean / k;
        tail += above ? -probability : probability;
    }
    while (k > 0 && (above ? tail + probability <= 1 - u : tail - probability >= u)) {
        tail += above ? probability : -probability;
        probability *= k / mean;
        k -= 1;
    }
    return k;
}

[[nodiscard]] inline double poisson_quantile(double u, double mean) {
    if (!(mean >= 0) || !(u >= 0 && u <= 1))
        return std::numeric_limits<double>::quiet_NaN();
    if (u == 0 || mean == 0)
        return 0;
    if (u == 1 || mean == std::numeric_limits<double>::infinity())
        return std::numeric_limits<double>::infinity();
    return mean < 40 ? poisson_from_zero(u, mean) : poisson_from_middle(u, mean);
}

} // namespace nphys::runtime
