// Compiled by each compiler under its own name, RIVAL.
#include "bench/rivals/langevin_kernels.h"

#include <initializer_list>

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace nphys::bench::RIVAL {

#if defined(__AVX512F__) && defined(__AVX512DQ__)

#include "bench/rivals/langevin_512.h"

LangevinStep<double> langevin_f64() { return step_f64; }
LangevinStep<float> langevin_f32() { return step_f32; }

#elif defined(__AVX2__) && defined(__FMA__)

#include "bench/rivals/langevin_256.h"

LangevinStep<double> langevin_f64() { return step_f64; }
LangevinStep<float> langevin_f32() { return step_f32; }

#else

LangevinStep<double> langevin_f64() { return nullptr; }
LangevinStep<float> langevin_f32() { return nullptr; }

#endif

} // namespace nphys::bench::RIVAL
