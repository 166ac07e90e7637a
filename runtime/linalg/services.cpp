// Matrix functions for compiled code: real square matrices in, real ones out, 1 and NaN where there is none.

#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/abi.h"
#include "runtime/linalg/matrix.h"

namespace nphys::runtime {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

Matrix matrix_at(const void* values, std::int64_t size) {
    Matrix result(size, size);
    std::copy_n(static_cast<const double*>(values), size * size, result.values.begin());
    return result;
}

std::int32_t store(const Result<Matrix>& result, void* out, std::int64_t count) {
    auto* const values = static_cast<double*>(out);
    if (!result || !result->real()) {
        std::fill_n(values, count, not_a_number);
        return 1;
    }
    std::ranges::transform(result->values, values, [](const Complex& value) { return value.real(); });
    return 0;
}

} // namespace
} // namespace nphys::runtime

extern "C" {
using namespace nphys::runtime;

nphys::runtime::abi::i32 nphys::runtime::abi::nphys_matrix_inverse(pointer out, pointer in, i64 size) {
    return store(inverse(matrix_at(in, size)), out, size * size);
}

nphys::runtime::abi::i32 nphys::runtime::abi::nphys_matrix_sqrt(pointer out, pointer in, i64 size) {
    return store(square_root(matrix_at(in, size)), out, size * size);
}

nphys::runtime::abi::i32 nphys::runtime::abi::nphys_matrix_exp(pointer out, pointer in, i64 size) {
    return store(exponential(matrix_at(in, size)), out, size * size);
}

nphys::runtime::abi::i32 nphys::runtime::abi::nphys_matrix_power(pointer out, pointer in, i64 size, f64 exponent) {
    return store(power(matrix_at(in, size), exponent), out, size * size);
}

nphys::runtime::abi::f64 nphys::runtime::abi::nphys_matrix_determinant(pointer in, i64 size) {
    return determinant(matrix_at(in, size)).real();
}

nphys::runtime::abi::i32 nphys::runtime::abi::nphys_matrix_eigenvalues(pointer out, pointer in, i64 size) {
    const Result<std::vector<Complex>> values = eigenvalues(matrix_at(in, size));
    if (!values) {
        std::fill_n(static_cast<double*>(out), size, not_a_number);
        return 1;
    }
    return store(values.map([&](const std::vector<Complex>& list) {
        Matrix row(1, size);
        row.values = list;
        return row;
    }),
                 out, size);
}
}
