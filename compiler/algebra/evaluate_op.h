#pragma once
// Values of primitive functions, products and powers of complex numbers; where all are real, exactly those of op_value.

#include <complex>
#include <vector>

#include "compiler/algebra/ops.h"

namespace nphys::algebra {

[[nodiscard]] std::complex<double> evaluate_op(Op op, const std::vector<std::complex<double>>& arguments);

// A real base has a real power or none (NaN), unless the expression is complex.
[[nodiscard]] std::complex<double> evaluate_power(std::complex<double> base, std::complex<double> exponent,
                                                  bool is_complex);
[[nodiscard]] std::complex<double> multiply(std::complex<double> left, std::complex<double> right);

} // namespace nphys::algebra
