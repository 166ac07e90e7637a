#pragma once
// The local quadratic forms that a family of matrices, one for each wave vector, conserves.
//
// Goes in: a function that gives for a wave vector the linear condition on Q(k), the number of fields, displacements.
// Comes out: coefficients q of Σ x_a[i] x_b[i+d], a basis with as many zeros as elimination makes.
//
// Example: of the rotation {{0, 1}, {-1, 0}} at every k the only form on the site is x₁² + x₂².

#include <functional>
#include <vector>

#include "compiler/analysis/linear_step.h"

namespace nphys::analysis {

struct FormTerm {
    std::size_t first, second; // fields
    Shift shift;               // of the second
    double coefficient = 0;
};
using Form = std::vector<FormTerm>;

// The Hermitian matrix of a form at a wave vector.
[[nodiscard]] SquareMatrix matrix_of(const Form& form, std::size_t size, const WaveVector& k);

using Defect = std::function<SquareMatrix(const SquareMatrix& form, std::size_t wave)>; // 0 if it is conserved

struct FormProblem {
    std::size_t fields = 0;
    std::vector<WaveVector> waves;
    Defect defect;
};

// All terms with displacements from `shifts` (which contains -d with d); of places that are the same one `least` is the
// same.
[[nodiscard]] std::vector<FormTerm> terms_for(std::size_t fields, const std::vector<Shift>& shifts,
                                              const std::function<Shift(const Shift&)>& least);
[[nodiscard]] std::vector<Form> conserved_forms(const FormProblem& problem, const std::vector<FormTerm>& terms);

inline constexpr std::size_t most_terms = 360; // more take too long for a check

} // namespace nphys::analysis
