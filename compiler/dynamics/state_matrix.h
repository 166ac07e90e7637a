#pragma once
// A descent whose metric and noise are functions of one matrix M that changes as the run goes, over the places of a long range.
//
// Goes in: the law, with the gradient of the component that it moves. Comes out: the direction g⁻¹ ∂H, the amplitude A = g⁻¹√κ and, where M
// depends on what noise moves, the drifts between the readings, as elements of tensors; the actions that compute them from the state are added
// to the motion (Motion::before_rates). With M = V Λ Vᵀ, g = f(M) and A = s(M) it takes, after Daleckii and Krein,
//   R_ab = Σ_ν V_νb (Vᵀ ∂_νM V)_ab,  u_a = Σ_ν V_νa ∂_ν log √g,
//   E = ½ V (s_a (Σ_b s[a,b] R_ab + s_a u_a))   covariant to Stratonovich,    C = ½ V (Σ_b s[a,b] s_b R_ab)   Stratonovich to Itô.
//
// Example: `noise κ[n,k] = δ[n,k] + q[n]*q[k]`, `metric g = κ^0.5`: f = √λ and s = 1, so that E is half of ∂ log √g.

#include "compiler/dynamics/motion.h"

namespace nphys::dynamics {

struct StateGeometry {
    SymbolId direction;                // [n]
    std::optional<SymbolId> amplitude; // [n,k]
    std::optional<SymbolId> covariant, ito; // E and C, [n]; none: they are 0
};
// Whether the matrix is symmetric, and alone in what the noise depends on; told where not.
[[nodiscard]] bool check_state_matrix(const model::Model& model, const model::Law& law, Diagnostics& diagnostics);
[[nodiscard]] StateGeometry state_geometry(Motion& motion, const model::Model& model, const model::Law& law, Expr gradient);

} // namespace nphys::dynamics
