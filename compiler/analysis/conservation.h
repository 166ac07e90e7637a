#pragma once
// What the flow of a model conserves, and what its scheme conserves in its place.
//
// Goes in: a Model and its Program. Comes out: for each scalar observable whether the flow conserves it, from its
// gradient along the law (also where the law is not linear), and whether the scheme does; and the local quadratic forms
// Σ x[i] q y[i+d] that each of the two conserves (linear laws that are the same at every site): the solutions of
// G†Q + QG = 0 and M†QM = Q, the same q for all wave vectors.
//
// Example: Klein-Gordon conserves Σ(½π² + …), (3.5); its leapfrog Σ(π² + ω²(1 - ω²dt²/4)φ²) instead, a form that reaches
// two sites; a Dirac field Σ(φ² + π²), its drift-kick-drift Σ(φ² + π² - dt²/4 (Bπ)²).

#include <string>
#include <vector>

#include "compiler/analysis/learning_system.h"

namespace nphys::analysis {

enum class Kept : std::uint8_t { exactly, to_round_off, not_kept, undecided };

struct ObservableFate {
    std::string name;
    Kept by_flow = Kept::undecided, by_scheme = Kept::undecided;
    double drift = 0; // largest relative change in a step of the scheme
    std::string reason; // of undecided ones
};

struct ConservedForm {
    Expr value; // Σ[i](…)
    std::string text;
};

struct FormSearch {
    std::string obstacle; // not empty: there was no search
    std::vector<ConservedForm> forms;
    std::size_t reach = 0; // in units of the reach of the laws: 0 is on the site
};

struct Conservation {
    std::vector<ObservableFate> observables;
    FormSearch flow, scheme;
};

[[nodiscard]] Conservation conservation(const model::Model& model, const dynamics::Program& program);

} // namespace nphys::analysis
