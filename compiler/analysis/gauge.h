#pragma once
// Whether the laws of a model are covariant under a local transformation of its variables.
//
// Goes in: a LearningSystem whose model defines, for variables X, what they become as `let X'[…] = …` (of the variables,
// of free functions such as `neuron α[i]`, which have no law). Comes out: for each variable whether d/dt X' follows from
// X' as d/dt X from X: exactly, or with a residual that falls like a power of the wavelength in sites; for each scalar
// observable whether it is invariant. The transformation does not change in time.
//
// Example: with links exp(-h A X0), φ' = exp(α X0)φ and A'[i,μ] = A[i,μ] + (α[i+e[μ]] - α[i])/h[μ] the Dirac law is
// covariant exactly; with the linearised A of (5.5) to first order.

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
    std::vector<double> sizes;   // of the residual, for waves of 16, 32, 64 sites
};

struct GaugeReport {
    std::vector<std::string> transformed; // the variables that have a primed form
    std::vector<Covariance> laws, observables;
};

[[nodiscard]] GaugeReport gauge_covariance(LearningSystem& system);

} // namespace nphys::analysis
