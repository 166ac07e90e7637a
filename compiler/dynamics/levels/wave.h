#pragma once
// The wave of a law on a grid: Geometric learning dynamics, (3.6) and (3.10)-(3.13).
//
// Goes in: a Landscape with κ = c g, β, the cells. Comes out: iħ ∂ψ/∂t = Hψ at a cell with
//
//   H = -(ħ²/2M) Δ + V,   ħ² = 2γc/β,   M = 1/(2γ),   V = γ g^{μν}∂_μU∂_νU - (γ/β) ΔU,   Δ = 1/√g ∂_μ √g g^{μν} ∂_ν
//
// Holds: H is symmetric with respect to √g h, so that Σ √g |ψ|² stays what it is under every unitary scheme. Fluxes stand on the
// faces, those across on the corners; nothing goes through a closed end.
//
// Example: U = k q²/2 is the oscillator of ω = 2γk with the levels ħω(n + ½) - γk/β.

#include <functional>

#include "compiler/base/diagnostics.h"
#include "compiler/dynamics/levels/fields.h"
#include "compiler/dynamics/levels/landscape.h"

namespace nphys::dynamics {

// Nothing where κ is no constant multiple of g (told).
[[nodiscard]] std::optional<LevelFields> wave_fields(Cells& cells, model::Model& model, const Landscape& landscape,
                                                     Diagnostics& diagnostics);

// V in the variables, and as people read it.
[[nodiscard]] Expr potential_of(Pool& pool, const model::Level& level, const Landscape& landscape);
[[nodiscard]] model::Level::Line potential_line(Pool& pool, const model::Level& level, const Landscape& landscape);

// H applied to a real field over the cells.
class Hamiltonian {
public:
    Hamiltonian(Cells& cells, model::Model& model, const Landscape& landscape, Expr planck);

    [[nodiscard]] Expr on(const std::function<Expr(const Place&)>& field) const;
    [[nodiscard]] Expr potential() const { return potential_; }
    [[nodiscard]] Expr volume() const { return volume_; } // √g at the cell; a constant where it is one

private:
    [[nodiscard]] Expr laplacian(const std::function<Expr(const Place&)>& field) const;

    Cells& cells_;
    Pool& pool_;
    std::vector<std::vector<Expr>> stiffness_; // √g g^{μν} on faces, off the diagonal on corners
    Expr kinetic_, potential_, volume_;
    bool is_flat_;
};

} // namespace nphys::dynamics
