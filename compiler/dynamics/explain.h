#pragma once
// The derived laws and the update formulas of the scheme, for people.
//
// Goes in: a Program. Comes out: sections of formulas, each as text in the notation of the language and as LaTeX.
//
// Example: {"laws", {{"learning, π descends its loss", "d/dt π[i] = -m^2*φ[i]", "\\frac{d}{dt} \\pi_{i} = …"}}}.

#include <string>
#include <vector>

#include "compiler/dynamics/program.h"

namespace nphys::dynamics {

struct Formula {
    std::string title, text, latex;
};
struct Section {
    std::string title;
    std::vector<Formula> formulas;
};

[[nodiscard]] std::vector<Section> explain(const Program& program);
// Of each law with a metric of estimated noise: the power that g is of κ, and where it passes 1/4, 1/2 and 3/4.
[[nodiscard]] std::vector<Section> explain_regimes(const Program& program);

} // namespace nphys::dynamics
