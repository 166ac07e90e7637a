#pragma once
// What the flow of a model conserves, and what its scheme conserves in its place.
//
// Goes in: a Model and its Program. Comes out: for each scalar observable whether the flow conserves it, from its
// gradient along the law (also where the law is not linear), and whether the scheme does; and the quadratic forms that each of
// the two conserves, of linear laws: where they are the same at every site Σ x[i] q y[i+d] with the same q for all wave
// vectors, the solutions of G†Q + QG = 0 and M†QM = Q; else sums of products of fields and their rates (whole_forms.h).
//
// Example: Klein-Gordon conserves Σ(½π² + …), (3.5); its leapfrog Σ(π² + ω²(1 - ω²dt²/4)φ²) instead, a form that reaches
// two sites; a Dirac field Σ(φ² + π²), its drift-kick-drift Σ(φ² + π² - dt²/4 (Bπ)²).

#include <string>
#include <vector>

#include "compiler/analysis/conserved_form.h"
#include "compiler/analysis/flow_fate.h"

namespace nphys::analysis {

struct ObservableFate {
    std::string name;
    Kept by_flow = Kept::undecided, by_scheme = Kept::undecided;
    double drift = 0; // largest relative change in a step of the scheme
    std::string flow_reason = {}, reason = {}; // of undecided ones
};

struct Conservation {
    std::vector<ObservableFate> observables;
    FormSearch flow, scheme;
};

[[nodiscard]] Conservation conservation(const model::Model& model, const dynamics::Program& program);

} // namespace nphys::analysis
