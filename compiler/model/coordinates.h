#pragma once
// Coordinates, spacings, and which lattice they are of.
//
// Example: `x` is the coordinate of the one site in sight, `x[j]` that of j, `space.x` tells lattices apart, `h[μ]` is
// a spacing.

#include "compiler/model/places.h"

namespace nphys::model {

[[nodiscard]] bool is_coordinate(Context& context, const syntax::Indexed& indexed, const Environment& environment);
[[nodiscard]] Value coordinate(Context& context, const syntax::Name& name, const Environment& environment);
[[nodiscard]] Value coordinate_at(Context& context, const syntax::Indexed& indexed, const Environment& environment);
[[nodiscard]] Value spacing(Context& context, const syntax::Indexed& indexed, const UnitVector& base,
                            const Environment& environment);
[[nodiscard]] Value member_of_lattice(Context& context, Declaration& lattice, const syntax::Member& member,
                                      const Environment& environment);

} // namespace nphys::model
