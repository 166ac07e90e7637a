#pragma once
// What is done with a model: the settings of a run, what it records and saves, what it sweeps.
//
// Example: `run { scheme = leapfrog  dt = 0.1  steps = 100  observe energy every 10 }` is a Run with these settings and
// one Record.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/algebra/pool.h"
#include "compiler/base/source.h"

namespace nphys::model {

using algebra::Expr;
using algebra::IndexId;
using algebra::Place;
using algebra::SpaceId;
using algebra::SymbolId;

// One component of a left-hand side: a tensor at index variables (one for each lattice or long range, each once, all
// free) and literals (places of small ranges, or those the user wrote), with what stands on the right.
struct Component {
    SymbolId tensor;
    std::vector<Place> target;
    Expr value;
};

enum class Scheme : std::uint8_t {
#define NPHYS_SCHEME(name, spelling, order, symplectic, description) name,
#include "compiler/model/schemes.def"
#undef NPHYS_SCHEME
};

// Neither: the default.
struct Cadence {
    std::optional<std::int64_t> steps;
    std::optional<double> time;
};

struct Record {
    std::vector<std::size_t> observables; // of Model::observables
    Cadence cadence;
    Span span;
};

struct Save {
    SymbolId tensor;
    std::vector<Component> components; // of a let field; of state, stored tensors, data: none
    Cadence cadence;
    Span span;
};

struct Sweep {
    std::string parameter;
    std::vector<double> values;
    Span span;
};

struct Run {
    std::string name;                // empty: the unnamed run
    std::optional<Scheme> scheme;    // left out: chosen by dynamics, and told
    std::optional<double> tolerance; // rk45(tol)
    std::optional<Scheme> underlying; // exact(leapfrog): the powers of whose step are taken
    std::optional<double> dt;
    std::optional<std::int64_t> steps;
    std::optional<double> until;
    std::optional<std::int64_t> epochs; // of rows shown
    std::optional<double> test;         // the share of the rows that is kept for testing
    int refinement = 0; // how often dt was halved, for the error of a run: white noise keeps its path
    bool single_precision = false;
    std::uint64_t seed = 1;
    std::int64_t copies = 1; // of an ensemble
    bool allow_unstable = false;
    bool allow_merging = false; // of updates that follow one another, at the cost of the last bits
    std::vector<Record> records;
    std::vector<Save> saves;
    std::vector<Sweep> sweeps;
    Span span, scheme_span, dt_span, epochs_span, test_span;
};

} // namespace nphys::model
