#pragma once
// Whether a map between variables of one shape has an inverse: by its matrix at a site where it is local, by its
// Fourier modes where it is the same at every site, by its numbers where there are few.
//
// Example: the difference to the next site on a ring has the zero mode k = 0; φ ← φ + 2π has B = 2 and the inverse 1/2.

#include "compiler/algebra/matrix.h"
#include "compiler/analysis/learning_system.h"

namespace nphys::analysis {

struct Invertibility {
    bool decided = false, invertible = false;
    bool symbolic = false; // for any values of the parameters that do not make the determinant vanish
    double smallest = 0;   // smallest singular value beside the largest
    std::string text;      // "zero mode at k = 0", "det B = g^2", or why it is not decided
};
[[nodiscard]] Invertibility invertibility(LearningSystem& system, const LinearMap& map);

// The matrix of a map that couples components at one site only, in the index variables of its rows.
[[nodiscard]] std::optional<algebra::SymbolicMatrix> matrix_at_site(MapAlgebra& maps, const LinearMap& map);

} // namespace nphys::analysis
