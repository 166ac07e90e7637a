#pragma once
// What the laws of a model say about its motion, before any scheme: for each component that moves, its rate (the
// generator of a flow, F - identity of a map) and its next value where it is a map.
//
// Goes in: a Model. Comes out: a Motion with one Moved for each component of each law, in the order neurons,
// trainables; gradients are taken, time scales are in. No two components move the same element.
//
// Example: `activation φ ← φ + π  learning π descends 1/2*φ^2` gives {φ, rate π, next φ + π}, {π, rate -φ, next π - φ}.

#include <optional>
#include <string>
#include <vector>

#include "compiler/base/diagnostics.h"
#include "compiler/dynamics/program.h"
#include "compiler/model/model.h"

namespace nphys::dynamics {

using algebra::Place;
using algebra::Pool;

// Where the noise of a rate is an amplitude that was computed before: what its readings differ by.
struct Drifts {
    Expr covariant; // from the covariant reading to that of Stratonovich
    Expr ito;       // from Stratonovich to Itô
};

struct Moved {
    SymbolId tensor;
    std::vector<Place> target;
    Expr rate;                         // d/dt of the component
    std::optional<Expr> next;          // its value one step later, where the law is a map
    std::optional<Expr> next_in_place; // the same in a sequential sweep, where it differs: q + v with the v just made
    model::Dynamics dynamics = model::Dynamics::activation;
    bool with_momentum = false;
    std::string source; // "from `β descends H`", for `explain`
    Span span;
    bool resting = false; // it has no law: it is driven
    model::Calculus calculus = model::Calculus::none; // in which the noise of the rate is read; none: not said
    std::optional<Expr> log_volume = {};                 // ∂ log √g by this component, where the metric is curved
    std::optional<Drifts> drifts = {};
};

struct Motion {
    std::vector<Moved> moved;
    std::vector<Gradient> gradients;  // where the boundary shows rows
    std::vector<SymbolId> velocities; // of momentum: state that the laws have added
    std::vector<model::Draw> draws;   // of noise that the laws have added
    std::vector<SymbolId> white;      // tensors of white noise that some rate reads
    Procedure before_learning;        // what laws compute from the state before learning moves, in each step of a map
    Procedure before_rates;           // what rates read beside the state: computed wherever they are
    Procedure watching;               // what is computed wherever observables are, to look at
    std::vector<WatchedMetric> metrics;
    std::vector<SymbolId> temporaries; // what that is kept in, beside velocities
};

[[nodiscard]] Motion motion(const model::Model& model, Diagnostics& diagnostics);

[[nodiscard]] inline Component component(const Moved& moved, Expr value) {
    return {moved.tensor, moved.target, value};
}

} // namespace nphys::dynamics
