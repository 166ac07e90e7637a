// The place of the first NaN or infinity in an array. x - x is zero exactly for finite x, so a block is scanned with
// no branch and vectorizes; only a block that holds one is looked at again.

#include <algorithm>
#include <atomic>

#include "runtime/abi.h"
#include "runtime/parallel/pool.h"

namespace nphys::runtime {
namespace {

constexpr std::int64_t block_size = 2048;

template <class Real>
bool all_finite(const Real* values, std::int64_t count) {
    unsigned bad = 0;
    for (std::int64_t place = 0; place < count; ++place)
        bad |= static_cast<unsigned>(!(values[place] - values[place] == Real(0)));
    return bad == 0;
}

template <class Real>
std::int64_t first_nonfinite(const Real* values, std::int64_t begin, std::int64_t end) {
    for (std::int64_t start = begin; start < end; start += block_size) {
        const std::int64_t count = std::min(block_size, end - start);
        if (all_finite(values + start, count))
            continue;
        for (std::int64_t place = start;; ++place)
            if (!(values[place] - values[place] == Real(0)))
                return place;
    }
    return -1;
}

template <class Real>
std::int64_t first_nonfinite(Pool* pool, const Real* values, std::int64_t count) {
    if (pool == nullptr || count < 16 * block_size)
        return first_nonfinite(values, 0, count);
    std::atomic<std::int64_t> first{count};
    pool->for_each(0, count, pool->threads(), [&](std::int64_t begin, std::int64_t end, std::int32_t) {
        const std::int64_t found = first_nonfinite(values, begin, end);
        std::int64_t known = first.load();
        while (found >= 0 && found < known && !first.compare_exchange_weak(known, found)) {
        }
    });
    return first.load() == count ? -1 : first.load();
}

} // namespace
} // namespace nphys::runtime

extern "C" {
using namespace nphys::runtime::abi;

i64 nphys::runtime::abi::nphys_first_nonfinite_f64(pointer pool, pointer data, i64 count) {
    return first_nonfinite(static_cast<Pool*>(pool), static_cast<const double*>(data), count);
}

i64 nphys::runtime::abi::nphys_first_nonfinite_f32(pointer pool, pointer data, i64 count) {
    return first_nonfinite(static_cast<Pool*>(pool), static_cast<const float*>(data), count);
}
}
