#pragma once
// OpenBLAS would start threads of its own inside each call. After use_one_blas_thread() it runs each call on the thread
// that makes it, which any number of our threads may do at once.

namespace nphys::runtime {

void use_one_blas_thread();

} // namespace nphys::runtime
