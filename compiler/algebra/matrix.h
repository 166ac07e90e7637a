#pragma once
// Small square matrices of expressions, and their functions where these have a closed form.
//
// Goes in: a matrix, row-major. Comes out: a function of it as a matrix of expressions, or why there is none. What has a
// closed form: diagonal matrices; a 1 + c N, where N is a matrix of numbers with N² = n 1 (a link X0^θ, a rotation, an
// involution; so too every 2×2 matrix of numbers); matrices of numbers alone, by dense.h. Inverse and determinant: of names up
// to 4×4; whole powers: always.
//
// Whole tensors become such matrices where they are local: the entry of rows i and columns j is M(i) δ[i,j] (`local_part`).
//
// Example: with X0² = -1, X0^θ is cos(πθ/2) + sin(πθ/2) X0, and exp(θ X0) is cos(θ) + sin(θ) X0.

#include "compiler/algebra/dense.h"
#include "compiler/algebra/pool.h"

namespace nphys::algebra {

struct SymbolicMatrix {
    std::size_t size = 0;
    std::vector<Expr> entries;

    [[nodiscard]] Expr at(std::size_t row, std::size_t column) const { return entries[row * size + column]; }
    [[nodiscard]] Expr& at(std::size_t row, std::size_t column) { return entries[row * size + column]; }
};

[[nodiscard]] SymbolicMatrix identity_matrix(Pool& pool, std::size_t size, Expr factor);
[[nodiscard]] SymbolicMatrix sum(Pool& pool, const SymbolicMatrix& left, const SymbolicMatrix& right);
[[nodiscard]] SymbolicMatrix scaled(Pool& pool, const SymbolicMatrix& matrix, Expr factor);
[[nodiscard]] SymbolicMatrix product(Pool& pool, const SymbolicMatrix& left, const SymbolicMatrix& right);
[[nodiscard]] Expr trace(Pool& pool, const SymbolicMatrix& matrix);

[[nodiscard]] MatrixResult<Expr> determinant(Pool& pool, const SymbolicMatrix& matrix);
[[nodiscard]] MatrixResult<SymbolicMatrix> inverse(Pool& pool, const SymbolicMatrix& matrix);
[[nodiscard]] MatrixResult<SymbolicMatrix> matrix_function(Pool& pool, Op op, const SymbolicMatrix& matrix);   // exp, log, sqrt, sin …
[[nodiscard]] MatrixResult<SymbolicMatrix> matrix_power(Pool& pool, const SymbolicMatrix& matrix, Expr exponent);
[[nodiscard]] MatrixResult<std::vector<Expr>> eigenvalues(Pool& pool, const SymbolicMatrix& matrix);           // numbers ascend

// The entry of a matrix over index variables with one δ[row, column] taken out: M of M δ[i,j]. nullopt if the entry is not of this
// form; 0 where it is 0.
[[nodiscard]] std::optional<Expr> local_part(Pool& pool, Expr entry, IndexId row, IndexId column);

} // namespace nphys::algebra
