#pragma once
// The local quadratic forms that a motion of plane waves conserves.
//
// Goes in: probes, states before and after a motion of a wave, and terms. Comes out: coefficients q of Σ x_a[i] x_b[i+d]
// whose sums are the same before and after; a basis with as many zeros as elimination makes.
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

// A wave before and after a step. Of a flow G: u - a G u and u + a G u, for whose forms d/dt x†Qx = 2 Re u†Q G u says the same.
struct Probe {
    WaveVector k{};
    std::vector<Complex> before, after;
};
[[nodiscard]] Probe probe_of_step(const SquareMatrix& step, const WaveVector& k, std::size_t number);
[[nodiscard]] Probe probe_of_flow(const SquareMatrix& generator, const WaveVector& k, std::size_t number);

// All terms with displacements from `shifts` (which contains -d with d); of places that are the same one `least` is the
// same.
[[nodiscard]] std::vector<FormTerm> terms_for(std::size_t fields, const std::vector<Shift>& shifts,
                                              const std::function<Shift(const Shift&)>& least);
[[nodiscard]] std::vector<Form> conserved_forms(const std::vector<Probe>& probes, const std::vector<FormTerm>& terms);
// The largest change of a form beside its largest value; infinite for a form that is 0 everywhere.
[[nodiscard]] double change_of(const Form& form, const std::vector<Probe>& probes);

[[nodiscard]] inline std::size_t probes_for(std::size_t terms) { return 2 * terms + 32; }
inline constexpr std::size_t most_terms = 360; // more take too long for a check

} // namespace nphys::analysis
