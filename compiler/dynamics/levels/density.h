#pragma once
// The law of a density on a grid, and numbers made of the density.
//
// Goes in: a Landscape and the cells. Comes out: d/dt of P at a cell, the weight of a cell in integrals, entropy and its
// kin. Fluxes are fitted exponentially (Scharfetter and Gummel): along an axis between two cells, with Δ = ∫ w dq between
// them and B(x) = x/(e^x - 1),
//
//   F = ½ √g D/h (B(Δ) P[i] - B(-Δ) P[i+e]),    d/dt P[i] = (F[i-e] - F[i])/(√g h)
//
// Holds: Σ √g P never changes, but by what leaves through absorbing ends; without off-diagonal diffusion what is on the diagonal of the law is negative and the rest is
// not, so that P stays positive; P ∝ e^{-Φ} stays as it is where w = ∂Φ and Δ is a difference of Φ. Off-diagonal fluxes are
// means of the four differences around a face, of a form that vanishes for e^{-Φ}.

#include "compiler/base/diagnostics.h"
#include "compiler/dynamics/levels/fields.h"
#include "compiler/dynamics/levels/landscape.h"

namespace nphys::dynamics {

// Nothing where the density at the start is not known (told).
[[nodiscard]] std::optional<LevelFields> density_fields(Cells& cells, model::Model& model, const Landscape& landscape,
                                                        Diagnostics& diagnostics);

// x/(e^x - 1), to round-off relative to itself for every x.
[[nodiscard]] Expr bernoulli(Pool& pool, Expr x);

} // namespace nphys::dynamics
