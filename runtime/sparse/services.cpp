#include "runtime/abi.h"
#include "runtime/sparse/at_rest.h"
#include "runtime/sparse/rightmost.h"

extern "C" {
using namespace nphys::runtime;

void nphys::runtime::abi::nphys_solve(pointer table, pointer coefficients, pointer kept, pointer values) {
    sparse::solve(static_cast<const double*>(table), static_cast<const double*>(coefficients), static_cast<double*>(kept),
                  static_cast<double*>(values));
}

void nphys::runtime::abi::nphys_rightmost(pointer table, pointer coefficients, pointer kept, i64 count, f64 sign, pointer values) {
    sparse::rightmost(static_cast<const double*>(table), static_cast<const double*>(coefficients),
                      static_cast<double*>(kept), count, sign, static_cast<double*>(values));
}

void nphys::runtime::abi::nphys_stationary(pointer table, pointer coefficients, pointer kept, pointer values) {
    sparse::stationary(static_cast<const double*>(table), static_cast<const double*>(coefficients), static_cast<double*>(kept),
                       static_cast<double*>(values));
}

void nphys::runtime::abi::nphys_ground(pointer table, pointer coefficients, pointer kept, pointer values) {
    sparse::ground(static_cast<const double*>(table), static_cast<const double*>(coefficients), static_cast<double*>(kept),
                   static_cast<double*>(values));
}
}
