// What compiled code sees of an execution. Functions of a compiled module are `void f(nphys_context*, int64_t
// argument)`.
//
// buffers[i] is the array of buffer i of the loop module, 64-byte aligned and padded to whole multiples of 64 bytes;
// `swap` exchanges the pointers, so they are read anew at the start of each function. scalars[i] is scalar slot i.
// `pool` is what nphys_parallel_for expects; it may be null where threads is 1. `seed` is that of all draws.
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct nphys_context {
    void** buffers;
    double* scalars;
    int64_t step;
    int64_t threads;
    void* pool;
    uint64_t seed;
};

typedef void (*nphys_function)(struct nphys_context* context, int64_t argument); // NOLINT(modernize-use-using): C

#ifdef __cplusplus
}
#endif
