#pragma once
// What memory gives, in GB/s, counting each byte that is read or written by the program once: the limit that a pass
// over memory is held against. Measured beside the rest, since machines differ and neighbours disturb.

#include <cstdint>

#include "runtime/parallel/pool.h"

namespace nphys::bench {

// a[i] = a[i] * c + d over `bytes` of f64.
[[nodiscard]] double update_in_place(runtime::Pool& pool, std::int64_t bytes);
// b[i] = a[i], stored past the caches; both arrays together have `bytes`.
[[nodiscard]] double streaming_copy(runtime::Pool& pool, std::int64_t bytes);

} // namespace nphys::bench
