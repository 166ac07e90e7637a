#pragma once
// Functions of symmetric matrices of formulas, f(A) = V f(Λ) Vᵀ, with their derivatives (Daleckii and Krein).
//
// Goes in: a matrix and f as a formula in the number pool.eigenvalue(). Comes out: the entries as spectral nodes, which can be
// differentiated; and what such a node is in terms of eigenvalues and eigenvectors:
//   ∂f(A)_ij along symmetric E = Σ_kl V_ik V_jl f[λ_k, λ_l] (VᵀEV)_kl, with divided differences f[a, b] = (f(a) - f(b))/(a - b).
// Differences of sums, products, powers, exp and log follow by rules that lose no digits where a and b are near.
//
// Example: √[[a, b], [b, c]] has four entries; that of the first row by `b` is a node with the direction 1.

#include <complex>
#include <functional>
#include <optional>
#include <span>

#include "compiler/algebra/matrix.h"

namespace nphys::algebra {

[[nodiscard]] bool is_symmetric(Pool& pool, const SymbolicMatrix& matrix);
[[nodiscard]] SymbolicMatrix symmetric_function(Pool& pool, const SymbolicMatrix& matrix, Expr function);

// What a matrix is a function of, if all its entries are those of one function.
struct FunctionOfSymmetric {
    Expr function;
    SymbolicMatrix argument;
};
[[nodiscard]] std::optional<FunctionOfSymmetric> as_symmetric_function(Pool& pool, const SymbolicMatrix& matrix);

// f[a, b] of a function of pool.eigenvalue().
[[nodiscard]] Expr divided_difference(Pool& pool, Expr function, Expr a, Expr b);

// An entry, in eigenvalues and components of eigenvectors.
using EigenPart = std::function<Expr(SpectralPart part, std::size_t row, std::size_t column)>;
[[nodiscard]] Expr spectral_sum(Pool& pool, const Spectral& node, const EigenPart& part);

// The number that a node is. Derivatives of second order and beyond are differences of those before.
using NumberFunction = std::function<std::complex<double>(std::complex<double>)>;
[[nodiscard]] double spectral_number(const Spectral& node, std::span<const double> entries, const NumberFunction& function);

} // namespace nphys::algebra
