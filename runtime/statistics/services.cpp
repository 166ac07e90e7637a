#include "runtime/abi.h"
#include "runtime/statistics/samples.h"

extern "C" {
using namespace nphys::runtime;

void nphys::runtime::abi::nphys_quantile(pointer samples, i64 rows, i64 count, f64 p, pointer values,
                                         pointer sparsities) {
    quantile(static_cast<const double*>(samples), rows, count, p, static_cast<double*>(values),
             static_cast<double*>(sparsities));
}

void nphys::runtime::abi::nphys_histogram(pointer samples, i64 rows, i64 count, i64 bins, f64 low, f64 high,
                                          pointer densities) {
    histogram(static_cast<const double*>(samples), rows, count, bins, low, high, static_cast<double*>(densities));
}
}
