// Products of dense matrices and vectors for compiled code, by OpenBLAS.
//
// OpenBLAS runs each call on the calling thread; we split the result into blocks ourselves and let our pool run them.
// The blocks depend on the shape only, never on the number of threads: so the bits do not either, and no second set
// of threads competes with ours for the cores.

#include <algorithm>
#include <cblas.h>

#include "runtime/abi.h"
#include "runtime/linalg/single_thread.h"
#include "runtime/parallel/pool.h"

namespace nphys::runtime {
namespace {

constexpr std::int64_t most_blocks = 64;         // enough to keep as many threads busy
constexpr std::int64_t vector_block = 64;        // elements of y: a call costs 0.1 µs, such a block much more
constexpr std::int64_t matrix_block = 128;       // rows or columns of C: the other factor is packed anew for each block
constexpr double work_worth_a_thread = 50'000.0; // multiplications, about 10 µs

blasint narrow(std::int64_t size) {
    return static_cast<blasint>(size);
}

// Calls body(begin, end) for the blocks of [0, size), on the pool where the work is worth it.
template <class Body>
void for_blocks(Pool* pool, std::int64_t size, std::int64_t smallest, double work, const Body& body) {
    const std::int64_t even = (size + most_blocks - 1) / most_blocks;
    const std::int64_t block = std::max(smallest, (even + 15) / 16 * 16);
    const std::int64_t blocks = (size + block - 1) / block;
    const auto run = [&](std::int64_t first, std::int64_t last, std::int32_t) {
        for (std::int64_t number = first; number < last; ++number)
            body(number * block, std::min(size, (number + 1) * block));
    };
    const double worth = std::min(work / work_worth_a_thread, static_cast<double>(blocks));
    if (pool == nullptr || worth < 2)
        return run(0, blocks, 0);
    pool->for_each(0, blocks, static_cast<std::int32_t>(std::min(worth, 1e6)), run);
}

void call_gemv(CBLAS_TRANSPOSE form, std::int64_t rows, std::int64_t columns, double alpha, const double* a,
               std::int64_t stride, const double* x, double* y) {
    cblas_dgemv(CblasRowMajor, form, narrow(rows), narrow(columns), alpha, a, narrow(stride), x, 1, 1.0, y, 1);
}
void call_gemv(CBLAS_TRANSPOSE form, std::int64_t rows, std::int64_t columns, float alpha, const float* a,
               std::int64_t stride, const float* x, float* y) {
    cblas_sgemv(CblasRowMajor, form, narrow(rows), narrow(columns), alpha, a, narrow(stride), x, 1, 1.0F, y, 1);
}

// y of length `size`; the other length is summed over.
template <class Real>
void gemv(Pool* pool, CBLAS_TRANSPOSE form, std::int64_t rows, std::int64_t columns, Real alpha, const Real* a,
          std::int64_t stride, const Real* x, Real beta, Real* y) {
    use_one_blas_thread();
    const bool transposed = form == CblasTrans;
    const std::int64_t size = transposed ? columns : rows;
    const double work = static_cast<double>(rows) * static_cast<double>(columns);
    for_blocks(pool, size, vector_block, work, [&](std::int64_t begin, std::int64_t end) {
        // Scaled here, since not every BLAS takes beta = 0 to mean that y holds nothing yet.
        for (std::int64_t place = begin; place < end; ++place)
            y[place] = beta == Real(0) ? Real(0) : beta * y[place];
        if (transposed)
            call_gemv(form, rows, end - begin, alpha, a + begin, stride, x, y + begin);
        else
            call_gemv(form, end - begin, columns, alpha, a + begin * stride, stride, x, y + begin);
    });
}

template <class Real>
struct Operand {
    const Real* data;
    std::int64_t stride;
    bool transposed;

    [[nodiscard]] CBLAS_TRANSPOSE form() const { return transposed ? CblasTrans : CblasNoTrans; }
    [[nodiscard]] const Real* from_row(std::int64_t row) const { return data + (transposed ? row : row * stride); }
    [[nodiscard]] const Real* from_column(std::int64_t column) const {
        return data + (transposed ? column * stride : column);
    }
};

void call_gemm(std::int64_t m, std::int64_t n, std::int64_t k, double alpha, Operand<double> a, Operand<double> b,
               double beta, double* c, std::int64_t stride) {
    cblas_dgemm(CblasRowMajor, a.form(), b.form(), narrow(m), narrow(n), narrow(k), alpha, a.data, narrow(a.stride),
                b.data, narrow(b.stride), beta, c, narrow(stride));
}
void call_gemm(std::int64_t m, std::int64_t n, std::int64_t k, float alpha, Operand<float> a, Operand<float> b,
               float beta, float* c, std::int64_t stride) {
    cblas_sgemm(CblasRowMajor, a.form(), b.form(), narrow(m), narrow(n), narrow(k), alpha, a.data, narrow(a.stride),
                b.data, narrow(b.stride), beta, c, narrow(stride));
}

// The longer side of C is split.
template <class Real>
void gemm(Pool* pool, std::int64_t m, std::int64_t n, std::int64_t k, Real alpha, Operand<Real> a, Operand<Real> b,
          Real beta, Real* c, std::int64_t stride) {
    use_one_blas_thread();
    const double work = static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k) / 4;
    if (m >= n)
        return for_blocks(pool, m, matrix_block, work, [&](std::int64_t begin, std::int64_t end) {
            call_gemm(end - begin, n, k, alpha, {a.from_row(begin), a.stride, a.transposed}, b, beta,
                      c + begin * stride, stride);
        });
    for_blocks(pool, n, matrix_block, work, [&](std::int64_t begin, std::int64_t end) {
        call_gemm(m, end - begin, k, alpha, a, {b.from_column(begin), b.stride, b.transposed}, beta, c + begin, stride);
    });
}

} // namespace
} // namespace nphys::runtime

#define NPHYS_PRODUCTS(suffix, Real)                                                                                   \
    extern "C" void nphys::runtime::abi::nphys_gemv_##suffix(pointer pool, i64 rows, i64 columns, Real alpha,          \
                                                             pointer a, i64 stride, pointer x, Real beta, pointer y) { \
        gemv(static_cast<Pool*>(pool), CblasNoTrans, rows, columns, alpha, static_cast<const Real*>(a), stride,        \
             static_cast<const Real*>(x), beta, static_cast<Real*>(y));                                                \
    }                                                                                                                  \
    extern "C" void nphys::runtime::abi::nphys_gemv_transposed_##suffix(                                               \
        pointer pool, i64 rows, i64 columns, Real alpha, pointer a, i64 stride, pointer x, Real beta, pointer y) {     \
        gemv(static_cast<Pool*>(pool), CblasTrans, rows, columns, alpha, static_cast<const Real*>(a), stride,          \
             static_cast<const Real*>(x), beta, static_cast<Real*>(y));                                                \
    }                                                                                                                  \
    extern "C" void nphys::runtime::abi::nphys_gemm_##suffix(pointer pool, i64 m, i64 n, i64 k, Real alpha, pointer a, \
                                                             i64 a_stride, i32 a_transposed, pointer b, i64 b_stride,  \
                                                             i32 b_transposed, Real beta, pointer c, i64 c_stride) {   \
        gemm<Real>(static_cast<Pool*>(pool), m, n, k, alpha,                                                           \
                   {static_cast<const Real*>(a), a_stride, a_transposed != 0},                                         \
                   {static_cast<const Real*>(b), b_stride, b_transposed != 0}, beta, static_cast<Real*>(c), c_stride); \
    }

NPHYS_PRODUCTS(f64, double)
NPHYS_PRODUCTS(f32, float)
