#pragma once
// The Program: what is updated from what, in which order, how often. It follows from the laws of a Model and the scheme of its
// run; it still speaks of fields over spaces, not of memory or loops.
//
// What holds: every assignment gives one component of a tensor as an expression in state, temporaries, stored constants, parameters,
// places, Time and Step. Within an Update all right-hand sides are read before anything is written. `Time` is the time of the last
// AdvanceStep plus an explicit multiple of Step where a scheme evaluates in between.
//
// n steps are: opening, then (n-1) times cycle, then closing. So schemes that end as they begin share work between steps, and the
// trajectory does not depend on how many steps are asked for at a time. For leapfrog:
//   opening {π ← π + dt/2 F(φ)}   cycle {φ ← φ + dt G(π); step; π ← π + dt/2 F(φ); π ← π + dt/2 F(φ)}   closing {φ…; step; π ← π + dt/2 F(φ)}

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/algebra/pool.h"
#include "compiler/dynamics/regimes.h"
#include "compiler/model/model.h"

namespace nphys::dynamics {

using algebra::Expr;
using algebra::SymbolId;
using model::Component;

struct Update {
    std::string label;                    // "kick π by dt/2"
    std::vector<Component> assignments;   // simultaneous; or, if sequential, one element after the other in order, in place
    bool sequential = false;
};
struct AdvanceStep {};                    // t ← t + dt
// The columns of the rows of a data set that are shown in this step, or, `kept`, of all that are kept for testing.
struct ShowRows { std::vector<model::ShownColumn> columns; std::int64_t count = 1, rows = 1, training = 1; bool kept = false; std::uint64_t seed = 1; };
// A ring keeps the values of the last `rows` steps. Row `step mod rows` is read into `past` and overwritten by `latest`.
struct Recall {
    SymbolId ring, latest;                // the ring has one more slot, the first
    std::optional<SymbolId> past;
    std::int64_t rows = 1;
    bool operator==(const Recall&) const = default;
};
// A service of the runtime (a row of its abi.def) on tensors that are one array each, and numbers.
struct Service {
    std::string name;
    std::vector<std::variant<SymbolId, std::int64_t, double>> arguments;
    bool operator==(const Service&) const = default;
};
struct Repeat;
using Action = std::variant<Update, AdvanceStep, ShowRows, Recall, Service, Repeat>;
using Procedure = std::vector<Action>;
// Its body until a number is not 0, looked at before each time; `most` times at most.
struct Repeat { std::string label; Procedure body; Expr until; std::int64_t most = 1; };

// Every Update of a procedure, those that are repeated too.
template <class Visit>
void for_each_update(const Procedure& procedure, const Visit& visit) {
    for (const Action& action : procedure) {
        if (const auto* update = std::get_if<Update>(&action))
            visit(*update);
        else if (const auto* repeat = std::get_if<Repeat>(&action))
            for_each_update(repeat->body, visit);
    }
}

// An implicit scheme solves for the new state. What it tells the host are numbers (tensors without slots): iterations of all
// solves and of the longest one; whether one failed, then at which time its step began, and how far it came. Once failed, the
// state stays as it is.
struct Solver {
    struct Report { SymbolId iterations, most, failed, time, residual; std::vector<SymbolId> all() const { return {iterations, most, failed, time, residual}; } };
    Report report;
    std::string equation, method;         // for `explain`
};

// One attempted step of an adaptive scheme. The host calls `attempt`, reads the error (1 is what the tolerance allows), and either
// accepts (runs `accept`, t ← t + dt) or tries again with a smaller step. `attempt` does not assign `error`: after it, error ← error_value.
struct Adaptive { Procedure attempt, accept; SymbolId error; Expr error_value; int order = 5; double tolerance = 1e-6; };

// Any number of steps at once: the fields are gathered in one tensor, moved by the runtime (runtime/spectral/propagation.h), and
// put back. `table` holds the whole numbers `numbers`, `coefficients` and `sources` are constants.
struct Leap {
    SymbolId table, coefficients, sources, fields, kept;
    std::vector<double> numbers;
    Update pack, unpack;
    [[nodiscard]] std::vector<SymbolId> all() const { return {table, coefficients, sources, fields, kept}; }
};

// A law as it was derived, for `explain`: d/dt of (or next value of) each component.
struct DerivedLaw { Component component; bool is_flow = true; model::Dynamics dynamics; std::string source; Span span; };

// A gradient that is to be known before learning moves: of the loss `component.value`, by the elements of `variable` at
// `component.target`, through so many steps of the activation, kept in `component.tensor`.
struct Gradient {
    Component component;
    SymbolId variable;
    std::int64_t steps = 1;
    Span span;
};

// The copies of an ensemble (copies.h): one more slot, over `space`, of each tensor that differs between them.
struct Copies {
    algebra::SpaceId space;
    algebra::IndexId index;
    std::int64_t number = 1;
    std::map<SymbolId, SymbolId> of;      // a tensor of the model: the one that holds it for every copy
};

// A metric that changes while the model runs, and what is positive where it is: the least of its leading minors, or its eigenvalues. It is
// looked at whenever observables are.
struct WatchedMetric { std::string name, variable; SymbolId number; const char* what = "least leading minor"; };

struct Program {
    std::shared_ptr<algebra::Pool> pool;
    std::vector<SymbolId> state;          // neurons and trainables (and velocities of momentum), in order of declaration
    std::vector<SymbolId> temporaries;    // tensors made by the scheme: stages of rk4
    std::vector<SymbolId> stands_for;     // for each temporary: the state tensor whose shape it has; none for a sum that elements share
    std::vector<model::Draw> draws;       // random numbers that the formulas read as tensors
    std::vector<Component> constants;     // stored tensors, in order of dependence, evaluated once when parameters are set
    std::vector<Component> initial;       // values of state at the start, one after the other: each may read what stands before it, and
                                          // a later one wins; what is not named is 0
    std::vector<DerivedLaw> laws;
    std::optional<model::Level> level;    // none: trajectories
    std::vector<Gradient> gradients;      // where the boundary shows rows
    std::vector<Regimes> regimes;         // of metrics of estimated noise
    std::vector<WatchedMetric> metrics;
    std::string gradient_memory;          // what going back through the activation takes, in words
    Procedure opening, cycle, closing;
    Procedure before, observing;          // done once after the initial values; done before observables are read
    std::optional<Adaptive> adaptive;
    std::optional<Solver> solver;
    std::vector<SymbolId> kept;           // what services keep from call to call: their first number is 0 when constants were set
    std::optional<Leap> leap;             // then `opening`, `cycle` and `closing` only say what a step is
    std::optional<model::Scheme> underlying; // of exact propagation: whose step it is; none: of the continuous law
    bool by_modes = false;                // of exact propagation: plane waves are its modes, so that it leaps
    std::string series;                   // of exact propagation without `leap`: how a step is made, in words
    Procedure observe;                    // fills `outputs` from the state as it is
    std::vector<SymbolId> outputs;        // observables, their standard errors, saved fields, and what they are made of; f64
    std::vector<SymbolId> deviations;     // of an ensemble: the standard error of each observable; invalid where it has none
    std::optional<Copies> copies;
    model::Scheme scheme = model::Scheme::map;
    [[nodiscard]] bool is_the_flow() const { return scheme == model::Scheme::exact && !underlying; } // the law itself, not a scheme of it
    [[nodiscard]] model::Scheme stepping() const { return underlying.value_or(scheme); } // the scheme whose steps these are
    double dt = 1;                        // 1 for maps; the first try of adaptive schemes; 0 until analysis has chosen it
    std::int64_t steps = 0;               // 0: adaptive, until `until`
    double until = 0;
    std::optional<double> strong_order;   // of a law with white noise: that of the scheme along single paths
    int refinement = 0;                   // how often the step was halved: paths of white noise are those of the whole step
    bool single_precision = false;
    std::vector<std::string> remarks;     // what was chosen and should be told: "dt = 0.01 chosen: 0.5 of the stability limit"

    // The tensor in which a tensor of the model lies in memory.
    [[nodiscard]] SymbolId in_memory(SymbolId tensor) const {
        if (!copies)
            return tensor;
        const auto found = copies->of.find(tensor);
        return found == copies->of.end() ? tensor : found->second;
    }
};

} // namespace nphys::dynamics
