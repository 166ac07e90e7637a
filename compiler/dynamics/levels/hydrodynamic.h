#pragma once
// The hydrodynamic pair of a law on a grid: continuity (3.7) with the quantum (3.8)-(3.9) or neural (5.2)-(5.4)
// Hamilton-Jacobi equation of Geometric learning dynamics, in l = ln P and S = ⟨φ⟩, of which -∂S is the momentum:
//
//   ∂P/∂t = 2γ/√g ∂_μ(√g g^{μν} P ∂_νS)
//   ∂S/∂t = γ g^{μν}∂_μS ∂_νS + V - 2γ²/β 1/√P 1/√g ∂_μ(√g κ^{μν} ∂_ν√P),   κ^{μν} = g⁻¹κg⁻¹
//
// Holds: on the grid both follow from one energy, so that Σ √g P and the energy change only by the error of the steps. P
// stays positive, being e^l; where a wave would have a node l goes to -∞ and the equation ends.
//
// Example: g = κ = 1 is the fluid of Madelung; g = κ^½ spreads with ħ_i = √(2γ/β) κ_i^¼ along each axis.

#include "compiler/base/diagnostics.h"
#include "compiler/dynamics/levels/fields.h"
#include "compiler/dynamics/levels/landscape.h"

namespace nphys::dynamics {

// Nothing where the metric or the noise joins two axes (told).
[[nodiscard]] std::optional<LevelFields> hydrodynamic_fields(Cells& cells, model::Model& model, const Landscape& landscape,
                                                             Diagnostics& diagnostics);

} // namespace nphys::dynamics
