// Dense products, row by row, in a fixed order: the same numbers at any number of threads. Matrices are row-major.
#ifndef NPHYS_DENSE_HPP
#define NPHYS_DENSE_HPP

#include "numeric.hpp"
#include "parallel.hpp"

namespace numeric {

// y[rows] = alpha A x + beta y; with beta = 0 nothing is read from y.
template <class Number>
void gemv(ThreadPool& pool, std::int64_t rows, std::int64_t columns, Number alpha, const Number* a, std::int64_t stride,
          const Number* x, Number beta, Number* y) {
    pool.for_each(0, rows, [&](std::int64_t row) {
        const Number* line = a + row * stride;
        Reduction<Sum> sum;
        for_lanes(0, columns, [&](std::int64_t column, int lane) {
            sum.add(static_cast<double>(line[column]) * static_cast<double>(x[column]), lane);
        });
        const Number product = alpha * static_cast<Number>(sum.value());
        y[row] = beta == Number(0) ? product : product + beta * y[row];
    });
}

// y[columns] = alpha Aᵀ x + beta y.
template <class Number>
void gemv_transposed(ThreadPool& pool, std::int64_t rows, std::int64_t columns, Number alpha, const Number* a,
                     std::int64_t stride, const Number* x, Number beta, Number* y) {
    const std::int64_t blocks = pool.threads();
    pool.for_each(0, blocks, [&](std::int64_t block) {
        const std::int64_t begin = columns * block / blocks, end = columns * (block + 1) / blocks;
        for (std::int64_t column = begin; column < end; ++column) y[column] = beta == Number(0) ? Number(0) : beta * y[column];
        for (std::int64_t row = 0; row < rows; ++row) {
            const Number factor = alpha * x[row];
            const Number* line = a + row * stride;
            VECTOR_LOOP
            for (std::int64_t column = begin; column < end; ++column) y[column] += factor * line[column];
        }
    });
}

// C[m, n] = alpha op(A)[m, k] op(B)[k, n] + beta C, where op transposes if the flag after its stride is 1.
template <class Number>
void gemm(ThreadPool& pool, std::int64_t m, std::int64_t n, std::int64_t k, Number alpha, const Number* a,
          std::int64_t a_stride, std::int64_t a_transposed, const Number* b, std::int64_t b_stride,
          std::int64_t b_transposed, Number beta, Number* c, std::int64_t c_stride) {
    pool.for_each(0, m, [&](std::int64_t row) {
        Number* out = c + row * c_stride;
        for (std::int64_t column = 0; column < n; ++column) out[column] = beta == Number(0) ? Number(0) : beta * out[column];
        for (std::int64_t inner = 0; inner < k; ++inner) {
            const Number factor = alpha * (a_transposed != 0 ? a[inner * a_stride + row] : a[row * a_stride + inner]);
            const Number* line = b + (b_transposed != 0 ? inner : inner * b_stride);
            const std::int64_t step = b_transposed != 0 ? b_stride : 1;
            VECTOR_LOOP
            for (std::int64_t column = 0; column < n; ++column) out[column] += factor * line[column * step];
        }
    });
}

} // namespace numeric

#endif
