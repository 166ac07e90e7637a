// Exact propagation and split steps for compiled code, on the pool; spectra.

#include <algorithm>

#include "runtime/abi.h"
#include "runtime/parallel/pool.h"
#include "runtime/spectral/power.h"
#include "runtime/spectral/propagation.h"
#include "runtime/spectral/turn_modes.h"

namespace nphys::runtime {
namespace {

// body(begin, end) for parts of 0..count, on as many threads as there are.
auto on_threads(void* pool) {
    return [threads = static_cast<Pool*>(pool)](std::int64_t count, auto&& body) {
        if (threads == nullptr)
            return body(std::int64_t{0}, count);
        const auto chunks = static_cast<std::int32_t>(std::min<std::int64_t>(count, threads->threads()));
        threads->for_each(0, count, std::max(chunks, 1),
                          [&](std::int64_t begin, std::int64_t end, std::int32_t) { body(begin, end); });
    };
}

} // namespace
} // namespace nphys::runtime

extern "C" {
using namespace nphys::runtime;

void nphys::runtime::abi::nphys_power_spectrum(pointer fields, i64 rows, i64 n1, i64 n2, i64 n3, i64 n4, i64 antiperiodic,
                                               i64 count, pointer powers) {
    spectral::power_spectrum(static_cast<const double*>(fields), rows, n1, n2, n3, n4, antiperiodic, count,
                             static_cast<double*>(powers));
}

void nphys::runtime::abi::nphys_propagate(pointer pool, pointer table, pointer coefficients, pointer sources,
                                          pointer fields, pointer kept, i64 kept_size, i64 copies,
                                          i64 steps) {
    spectral::propagate(static_cast<const double*>(table), static_cast<const double*>(coefficients),
                        static_cast<const double*>(sources), static_cast<double*>(fields), static_cast<double*>(kept),
                        kept_size, copies, steps, on_threads(pool));
}

void nphys::runtime::abi::nphys_turn_modes(pointer pool, pointer table, pointer angles, pointer parts, pointer room, i64 damps) {
    spectral::turn_modes(static_cast<const double*>(table), static_cast<const double*>(angles), static_cast<double*>(parts),
                         static_cast<double*>(room), damps, on_threads(pool));
}
}
