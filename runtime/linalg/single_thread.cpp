#include "runtime/linalg/single_thread.h"

// Present in OpenBLAS only; any other BLAS leaves it null.
extern "C" void openblas_set_num_threads(int threads) __attribute__((weak));

namespace nphys::runtime {

void use_one_blas_thread() {
    static const bool once = [] {
        if (openblas_set_num_threads != nullptr)
            openblas_set_num_threads(1);
        return true;
    }();
    (void)once;
}

} // namespace nphys::runtime
