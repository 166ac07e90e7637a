#pragma once
// The Model: what a .nphys file says, with every name, index and shape resolved and checked. Formulas are algebra
// expressions in the model's own Pool; definitions (`let`, `weight`, `bias`, losses, functions, operators of modules)
// are already put in where they are used; small ranges are written out, so `φ[i,a]` with a in 1..2 appears as the two
// components φ[i,1] and φ[i,2].
//
// Goes in: syntax trees of the file and of the modules it uses, values for parameters, the run that is asked for.
// Comes out: a Model, complete if no error was reported.
//
// Example: `neuron φ[i]  activation φ[i] ← φ[i] + π[i]` gives the state tensor φ with one slot and a Law{activation,
// map} with one Component{φ, [i], φ[i] + π[i]}.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/algebra/pool.h"
#include "compiler/base/source.h"
#include "compiler/model/evolution.h"
#include "compiler/model/estimate.h"
#include "compiler/model/level.h"
#include "compiler/model/presentation.h"
#include "compiler/model/run.h"
#include "compiler/model/statistic.h"

namespace nphys::model {

struct Range {
    double first, last;
};

struct Parameter {
    SymbolId symbol;
    std::string name;
    double value = 0; // after -p, sweep and run
    std::optional<Range> range;
    bool structural = false; // decides sizes, spacings, exponents or stored matrices: fixed once compiled
    std::string documentation;
    Span span;
};

enum class Role : std::uint8_t { neuron, trainable, weight, bias, let, loss, observable, graph, data };

// A named tensor. State tensors (neuron, trainable) and data have no definition. `stored` says that a definition of
// constants and data is evaluated once into memory; others are put into the formulas that use them and are kept for
// `explain` and `dual`.
struct Tensor {
    SymbolId symbol;
    std::string name;
    Role role = Role::let;
    std::vector<Component> definition;
    bool stored = false;
    std::string documentation;
    Span span;
};

// Numbers that came from a file or from matrix algebra on constants: dense in row-major order over the slots, or, for a
// graph, by rows (row_begin has one entry more than rows; columns count from 0).
struct Data {
    SymbolId symbol;
    std::vector<double> values;
    std::vector<std::int64_t> row_begin, column; // sparse only
};

enum class Dynamics : std::uint8_t { activation, learning };
enum class LawKind : std::uint8_t { map, flow, descent }; // ← and evolves, d/dt, descends

// How the noise of a law is read where it depends on the state; covariant: Geometric learning dynamics, Eq. (2.7).
enum class Calculus : std::uint8_t { none, ito, stratonovich, covariant };

// A metric or a noise of a descent: entries over its components, row-major, with what joins equal places of long indices
// taken out (M of M δ[i,j]), in the indices of the component of the row.
struct MatrixOfLaw {
    std::string name;
    std::vector<Expr> entries;
    Span span;
};

// Of numbers that join places of long indices: for each pair of components, row by row, an entry and the column that it stands in,
// over whose own indices it is summed.
struct JoinedEntry { Expr value; std::vector<Place> column; };
struct JoinedMatrix { std::vector<JoinedEntry> entries; };

// A matrix that joins places of a long range and changes as the run goes; metric and noise are functions of it, given as formulas
// in Pool::eigenvalue().
struct StateMatrix {
    std::string name;
    IndexId row, column;           // in `entry`
    Expr entry, metric;            // g
    std::optional<Expr> amplitude; // g⁻¹√κ
    bool is_noise = false;         // it is κ, so that the metric has regimes
    std::optional<SymbolId> kept;  // its eigenvalues, where observables ask
    Span span;
};

// How the metric of a law follows its given noise: g is `metric`, a formula in the number `covariance`, along each direction of κ.
struct GivenRegimes {
    SymbolId covariance;
    Expr metric;
    MatrixOfLaw noise;          // κ, over the components of the law
    std::vector<double> joined; // its eigenvalues, where it joins places of long indices
};

struct Law {
    Dynamics dynamics = Dynamics::activation;
    LawKind kind = LawKind::map;
    std::vector<Component> components;  // value: right-hand side; of a descent: the loss this component descends
    std::optional<Expr> rate, momentum; // of a descent; without rate: 1
    bool jumps = false;                 // of `evolves`: done once in each step, however long that is
    std::optional<Expr> average, nesterov, shrink; // running mean instead of the gradient; momentum at the place ahead; decay of weights
    std::optional<Estimate> estimate;   // and the metric, a formula in it
    std::optional<Expr> metric;
    std::int64_t backprop = 1;          // steps of the activation that a descent goes back
    Span backprop_span;
    std::optional<MatrixOfLaw> given_metric, given_noise; // a metric that is no formula in an estimate
    std::optional<JoinedMatrix> joined_inverse, joined_amplitude; // g⁻¹ and g⁻¹√κ, where one of them joins places; then constant
    std::optional<StateMatrix> state_matrix; // instead of these
    std::optional<GivenRegimes> regimes;
    Calculus calculus = Calculus::none; // as said
    Span calculus_span;
    Span span;
};

// boundary φ[i] ← value where condition: these elements follow the value, at every time, instead of a law.
struct Drive {
    std::vector<Component> components;
    std::optional<Expr> condition;
    Span span;
};

struct Hamiltonian {
    std::string name;
    std::vector<std::pair<SymbolId, SymbolId>> pairs; // neuron, trainable: dφ/dt = ∂E/∂π, dπ/dt = -∂E/∂φ
    Expr energy;
    Span span;
};

// In `initials` a tensor that another one's initial value refers to stands before it; so each is computed from what was
// set before.
struct Initial {
    std::vector<Component> components;
    Span span;
};

// Random numbers, as a tensor that takes no memory: numbers of a stream of the run's seed, normal with mean 0 and
// deviation 1, or uniform in 0..1; mean, deviation and bounds stand in the formula. Each place of the text has a stream of
// its own, the calls through which a function is reached included. White noise is the rate of a Wiener process: the
// scheme puts numbers for it.
enum class Distribution : std::uint8_t { normal, uniform };
enum class DrawTiming : std::uint8_t { once, each_step, white };
struct Draw {
    SymbolId symbol;
    Distribution distribution = Distribution::normal;
    DrawTiming timing = DrawTiming::once;
    std::uint32_t stream = 0;
    std::vector<Span> place; // calls from the outermost on, then the draw itself

    [[nodiscard]] Span span() const { return place.back(); }
};

// A named quantity that can be recorded (`observe`), scalar or with ranges/sites of its own.
// always: recorded by every run, whether or not a list of the run names it; fields (over a lattice, or of more than
// 1000 numbers) are not. hidden: made up for an expectation, not for series.csv.
struct Observable {
    SymbolId symbol;
    std::string name;
    std::vector<Component> components;
    bool always = true;
    bool hidden = false;
    Span span;
};

// `abs(energy/initial(energy) - 1) < 1e-6`: AtStart/AtEnd mark values of the first and last record. Elements of
// observables stay elements; everything else in it that depends on state or time is a hidden observable.
struct Expectation {
    Expr condition;
    bool at_end_only = false;
    std::string text;
    Span span;
};

struct Model {
    std::string name, title;
    bool is_module = false;
    std::shared_ptr<algebra::Pool> pool;
    std::vector<Parameter> parameters;
    std::vector<Tensor> tensors; // in order of declaration; state tensors among them
    std::vector<Data> data;
    std::vector<Law> laws;
    std::vector<Drive> drives;
    std::vector<Hamiltonian> hamiltonians;
    std::optional<Expr> activation_time, learning_time; // timescale
    std::optional<Presentation> presentation;           // of rows of a data set, or of a boundary held for a time
    std::vector<Initial> initials;                      // of one tensor: those of the run come last and win
    std::vector<Draw> draws;
    std::vector<Statistic> statistics;                  // that formulas of observables still read; so memories
    std::vector<Memory> memories;
    std::vector<Evolution> evolutions;
    std::vector<Observable> observables;
    std::vector<Expectation> expectations;
    std::vector<std::string> run_names;
    Run run; // the run that was asked for (or a default one if the file has none)
    std::optional<Level> level;                         // of that run, unless it is one of trajectories
    std::vector<std::string> levels;                    // of that run, all that `as` names
    bool has_run = false;

    [[nodiscard]] const Tensor* tensor(SymbolId symbol) const;
    [[nodiscard]] const Parameter* parameter(SymbolId symbol) const;
    [[nodiscard]] const Draw* draw(SymbolId symbol) const;
    [[nodiscard]] double parameter_value(SymbolId symbol) const;
};

} // namespace nphys::model
