#pragma once
// What the law of a level says, in the variables themselves: forces, geometry, diffusion.
//
// Goes in: a Model with a Level. Comes out: one Landscape, its vectors and matrices in the order of the axes of the grid, or
// nothing where the law has no such level (told). With it the density P obeys Geometric learning dynamics, (2.7),
//
//   ∂P/∂t = 1/√g ∂_μ(½ √g D^{μν} (∂_νP + w_ν P)),   D = γ² g⁻¹κg⁻¹,   w = 2/γ gκ⁻¹ ∂U
//
// Example: U = q²/2, g = κ = 1, γ = ½: D = ¼, w = 4q.

#include <optional>

#include "compiler/algebra/matrix.h"
#include "compiler/base/diagnostics.h"
#include "compiler/model/model.h"

namespace nphys::dynamics {

using algebra::Expr;
using algebra::Pool;
using algebra::SymbolId;
using algebra::SymbolicMatrix;

struct Landscape {
    std::size_t law = 0;               // of Model::laws
    Expr rate;                         // γ
    std::vector<Expr> loss, force;     // U and ∂_μU; each axis may descend a loss of its own
    SymbolicMatrix inverse, diffusion; // g⁻¹, D
    SymbolicMatrix pull;               // 2/γ gκ⁻¹
    Expr volume;                       // √det g

    [[nodiscard]] std::size_t axes() const { return force.size(); }
};

[[nodiscard]] std::optional<Landscape> landscape(const model::Model& model, Diagnostics& diagnostics);

// ∂_ν by the variable of an axis.
[[nodiscard]] Expr by_axis(Pool& pool, const model::Level& level, Expr value, std::size_t axis);
// w_ν, and whether it is the gradient of a potential: then detailed balance holds.
[[nodiscard]] Expr pull_along(Pool& pool, const Landscape& landscape, std::size_t axis);
[[nodiscard]] bool has_detailed_balance(Pool& pool, const model::Level& level, const Landscape& landscape);
// c where w = c ∂U for one loss U: the stationary law is exp(-c U).
[[nodiscard]] std::optional<Expr> inverse_temperature(Pool& pool, const Landscape& landscape);

// What people read: the equation with its coefficients.
[[nodiscard]] std::vector<model::Level::Line> lines_of(Pool& pool, const model::Level& level, const Landscape& landscape);

} // namespace nphys::dynamics
