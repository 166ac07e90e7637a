#pragma once
// A quadratic form that is conserved, as a formula and in words; what a search for them has found.

#include <string>
#include <vector>

#include "compiler/algebra/pool.h"

namespace nphys::analysis {

struct ConservedForm {
    algebra::Expr value; // Σ[i](…)
    std::string text;
};

struct FormSearch {
    std::string obstacle = {}; // not empty: there was no search
    std::vector<ConservedForm> forms = {};
    std::size_t reach = 0; // in units of the reach of the laws: 0 is on the site
};

} // namespace nphys::analysis
