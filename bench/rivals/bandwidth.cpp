#include "bench/rivals/bandwidth.h"

#include <algorithm>
#include <chrono>
#include <immintrin.h>

#include "runtime/parallel/memory.h"

namespace nphys::bench {

namespace {

// The best of a few repetitions, each of about 50 ms.
template <class Pass>
double best_rate(runtime::Pool& pool, std::int64_t bytes, std::int64_t elements, Pass&& pass) {
    const std::int64_t passes = std::max<std::int64_t>(1, (std::int64_t{1} << 31) / bytes);
    double best = 0;
    for (int repetition = 0; repetition < 7; ++repetition) {
        const auto start = std::chrono::steady_clock::now();
        for (std::int64_t i = 0; i < passes; ++i)
            pool.for_each(0, elements / 8, pool.threads(),
                          [&](std::int64_t begin, std::int64_t end, std::int32_t) { pass(begin * 8, end * 8); });
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        best = std::max(best, static_cast<double>(bytes * passes) / seconds * 1e-9);
    }
    return best;
}

} // namespace

double update_in_place(runtime::Pool& pool, std::int64_t bytes) {
    const std::int64_t count = bytes / 8;
    auto block = runtime::allocate(static_cast<std::size_t>(bytes));
    if (!block)
        return 0;
    auto* a = block->as<double>();
    return best_rate(pool, 2 * bytes, count, [=](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i)
            a[i] = a[i] * 0.999 + 0.001;
    });
}

double streaming_copy(runtime::Pool& pool, std::int64_t bytes) {
    const std::int64_t count = bytes / 16;
    auto from = runtime::allocate(static_cast<std::size_t>(bytes / 2), 0);
    auto to = runtime::allocate(static_cast<std::size_t>(bytes / 2), 1);
    if (!from || !to)
        return 0;
    const double* a = from->as<double>();
    double* b = to->as<double>();
    pool.for_each(0, count, pool.threads(), [&](std::int64_t begin, std::int64_t end, std::int32_t) {
        std::fill(from->as<double>() + begin, from->as<double>() + end, 1.0);
    });
    return best_rate(pool, bytes, count, [=](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; i += 2)
            _mm_stream_pd(b + i, _mm_load_pd(a + i));
        _mm_sfence();
    });
}

} // namespace nphys::bench
