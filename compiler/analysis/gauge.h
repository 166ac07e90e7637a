#pragma once
// Whether the laws of a model are covariant under a local transformation of its variables.
//
// Goes in: a LearningSystem whose model defines, for variables X, what they become as `let X'[…] = …` (of the variables,
// of free functions such as `neuron α[i]`, which have no law). Comes out: for each variable whether d/dt X' follows from
// X' as d/dt X from X: exactly, or with a residual that falls like a power of the wavelength in sites, measured on random sums of waves; for each scalar
// observable whether it is invariant. The transformation does not change in time.
//
// Example: with links exp(-h A X0), φ' = exp(α X0)φ and A'[i,μ] = A[i,μ] + (α[i+e[μ]] - α[i])/h[μ] the Dirac law is
// covariant exactly; with the linearised A of (5.5) to first order.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/learning_system.h"

namespace nphys::analysis {

struct Covariance {
    std::string what; // "d/dt φ[i,1]", "charge"
    Agreement agreement = Agreement::exact;
    std::string residual;        // the formula, where it is short
    std::optional<double> order; // in the spacing, beside terms with one derivative
    std::vector<double> sizes;   // of the residual, root of the mean square, for waves of `wave_lengths` sites
};

inline constexpr std::array wave_lengths{32.0, 64.0, 128.0, 256.0};

struct GaugeReport {
    std::vector<std::string> transformed; // the variables that have a primed form
    std::vector<Covariance> laws, observables;
};

// The seed is that of the smooth random fields on which the order is measured.
[[nodiscard]] GaugeReport gauge_covariance(LearningSystem& system, std::uint64_t seed = 1);

} // namespace nphys::analysis
