#pragma once
// What a level puts in the place of the variables: fields over the grid with their laws, and what is made of them.
//
// Example: of a wave the two parts of ψ have laws, P = |ψ|² is made of them, and `norm` is the integral of √g P.

#include <map>
#include <string>
#include <vector>

#include "compiler/dynamics/levels/cells.h"

namespace nphys::dynamics {

struct LevelFields {
    std::vector<model::Component> rates;              // d/dt, at the cell
    std::vector<std::pair<SymbolId, Expr>> derived;   // fields made of others, at the cell
    std::map<std::string, Expr> numbers;              // by the names that the level declares
    Expr measure, weight;                             // of a cell: √g h, and in integrals √g P h
    std::vector<model::Component> begin;              // as given
    std::vector<model::Component> normalized;         // and in terms of `mass`, the integral of what was given
    SymbolId mass;
    std::vector<model::Level::Line> lines;
};

} // namespace nphys::dynamics
