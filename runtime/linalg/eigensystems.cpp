#include "runtime/linalg/eigensystems.h"

#include "runtime/abi.h"
#include "runtime/linalg/single_thread.h"

extern "C" {
using namespace nphys::runtime;

void nphys::runtime::abi::nphys_eigensystems(pointer matrices, pointer values, i64 outer, i64 size, i64 inner) {
    use_one_blas_thread();
    eigensystems(static_cast<double*>(matrices), static_cast<double*>(values), outer, size, inner);
}
}
