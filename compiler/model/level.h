#pragma once
// The level at which a law is run: `as = density on grid(q[1]: -3..3 by 256, q[2]: periodic(0..2*pi by 64))`.
//
// The model stage makes the grid, a lattice with an axis for each component of the variables, and declares the names that
// the level gives a meaning: fields over the grid and numbers made of them. What the law says of them is derived in
// dynamics/levels; formulas in the variables then become formulas of place.
//
// Example: `mean(q[1]^2)` becomes the integral of √g P x[1]^2 over the cells.

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/algebra/pool.h"
#include "compiler/base/source.h"
#include "compiler/model/run.h"

namespace nphys::model {

enum class LevelKind : std::uint8_t { ensemble, density, wave, hydrodynamic };

struct Level {
    struct Line { std::string title, text, latex; };
    struct Axis {
        algebra::SymbolId variable;
        std::vector<algebra::Place> place;
        std::string name; // as written: `q[1]`
        Span span;
        bool absorbs = false; // what comes to an end of it is gone
    };
    // A hidden observable that should stay small: beyond `most` the run tells it, once.
    struct Watch {
        algebra::SymbolId number;
        double most;
        std::string text, help;
    };
    // What a wave is for a scheme that splits it: V/ħ at a cell, and for each axis how fast its modes turn, over the squares of
    // their numbers. None where the metric differs from cell to cell.
    struct Split {
        algebra::Expr phase;
        std::vector<algebra::Expr> turns;
    };
    // A linear map of one field, whose eigenvalues (times the sign) are observed.
    struct Spectrum {
        algebra::SymbolId field;
        algebra::Expr rate;
        double sign = 1;
    };
    // The state at rest, where a formula or the run names it: `stationary` of a density, `ground` of a wave. It is found from the
    // Spectrum before the run begins. Where the run begins with what is made of it, these are the values, one after the other.
    struct Rest {
        algebra::SymbolId field;
        algebra::Expr measure;
        const char* service;
        std::vector<std::vector<Component>> begin;
    };
    // What names[…] has for the turns of a phase along an axis, where there are several: no text can spell it.
    static std::string winding_along(std::size_t axis) { return "winding along axis " + std::to_string(axis + 1); }

    LevelKind kind = LevelKind::density;
    std::optional<algebra::Expr> beta;
    algebra::SpaceId grid;
    algebra::IndexId cell;                          // a place of the grid, in all formulas of the level
    std::vector<Axis> axes;
    std::map<std::string, algebra::SymbolId> names; // of `P`, `entropy` and their kin
    std::vector<std::pair<algebra::SymbolId, std::int64_t>> eigenvalues; // observed: how many of them
    std::optional<algebra::Expr> weight;            // once derived: of a cell in integrals, √g P h
    std::vector<Line> law;                          // once derived: for people
    std::vector<Watch> watches;
    std::optional<Split> split;
    std::optional<Spectrum> spectrum;
    std::optional<Rest> rest;
    Span span;

    [[nodiscard]] const Axis* axis(algebra::SymbolId variable) const {
        const auto found = std::ranges::find(axes, variable, &Axis::variable);
        return found == axes.end() ? nullptr : &*found;
    }
    [[nodiscard]] const char* noun() const {
        switch (kind) {
        case LevelKind::ensemble:
            return "ensemble";
        case LevelKind::density:
            return "density";
        case LevelKind::wave:
            return "wave";
        case LevelKind::hydrodynamic:
            return "hydrodynamic pair";
        }
        return "";
    }
};

} // namespace nphys::model
