#pragma once
// Order statistics of samples: quantiles and histograms.
//
// In: `rows` lists of `count` samples, one after the other. Out: a number, or a list of densities, for each. Holds: the same bits
// at any number of threads, and in emitted C++.
//
//     quantile({3, 1, 2}, p = 0.5) is 2;   histogram({0.1, 0.2, 0.9}, 2 bins of 0..1) is {4/3, 2/3}

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace nphys::runtime {

// Between the two samples around (count - 1) p, linearly. `sparsity` is the inverse of the density there: a difference of
// quantiles over the difference of their orders, one standard deviation of the order to each side.
inline void quantile(const double* samples, std::int64_t rows, std::int64_t count, double p, double* values,
                     double* sparsities) {
    std::vector<double> sorted(static_cast<std::size_t>(count));
    const auto last = static_cast<double>(count - 1);
    const auto at = [&](double order) {
        const double place = order * last, low = std::floor(place);
        const auto below = static_cast<std::size_t>(low);
        const std::size_t above = std::min(below + 1, sorted.size() - 1);
        return sorted[below] + (place - low) * (sorted[above] - sorted[below]);
    };
    for (std::int64_t row = 0; row < rows; ++row) {
        std::copy(samples + row * count, samples + (row + 1) * count, sorted.begin());
        std::sort(sorted.begin(), sorted.end());
        values[row] = at(p);
        const double deviation = std::sqrt(p * (1 - p) / static_cast<double>(count));
        const double low = std::max(0.0, p - deviation), high = std::min(1.0, p + deviation);
        sparsities[row] = (at(high) - at(low)) / (high - low);
    }
}

// Densities in `bins` equal bins of low..high; samples outside count for none of them.
inline void histogram(const double* samples, std::int64_t rows, std::int64_t count, std::int64_t bins, double low,
                      double high, double* densities) {
    const double scale = static_cast<double>(bins) / (high - low);
    for (std::int64_t row = 0; row < rows; ++row) {
        double* own = densities + row * bins;
        std::fill(own, own + bins, 0.0);
        for (std::int64_t n = 0; n < count; ++n) {
            const double place = std::floor((samples[row * count + n] - low) * scale);
            if (place >= 0 && place < static_cast<double>(bins))
                own[static_cast<std::int64_t>(place)] += 1;
        }
        for (std::int64_t bin = 0; bin < bins; ++bin)
            own[bin] *= scale / static_cast<double>(count);
    }
}

} // namespace nphys::runtime
