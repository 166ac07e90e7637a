#pragma once
// Random models for the differential test: texts in the language, drawn from a seed, that compile and stay bounded.
//
// Goes in: a seed. Comes out: a Spec (what was drawn) and its text. A Spec can be made smaller in many ways, so that a failing
// model can be shrunk to the smallest one that still fails.
//
// Example: random_spec(42).text() is the same model on every machine.

#include <cstdint>
#include <string>
#include <vector>

namespace nphys::test {

// descends under splittings; d/dt; ←; dense neurons on a range; the same shown rows of a data set, with dense trainable weights; d/dt, linear, the same at
// every site; jump and selection
enum class Family { loss, flow, map, network, presented, linear, evolution };

struct Axis { int extent = 4; std::string edge = "periodic"; };

struct Spec {
    std::uint64_t seed = 0;
    Family family = Family::flow;
    std::vector<Axis> axes;             // of the lattice; of a network: only the number of neurons
    bool spaced = false;                // `over`, with other spacings than 1
    int types = 1;                      // components φ[i,a]
    std::vector<std::string> first, second;     // terms of the law of φ, of the law (or loss) of π
    std::vector<std::string> waves;     // terms of the law of a complex ψ[i], which the real fields see; none: there is no ψ
    std::vector<std::string> initial;
    std::string scheme = "rk4";
    bool single_precision = false;
    int steps = 10;
    std::string function;               // of a network
    std::string noise;                  // of a flow: a term; of a descent: options
    std::string metric;                 // of a descent with types: a full metric of place, and its noise
    int rows = 1, held = 1, back = 1;   // of a presented one: rows of a batch, steps for each, steps that gradients go back
    bool carry = false, test = false;
    std::string estimated;              // what is kept of the covariance of its gradients; empty: nothing

    [[nodiscard]] bool is_network() const { return family == Family::network || family == Family::presented; }
    bool stored = false;                // its couplings are stored and learn too: products of matrices
    int batch = 0;                      // it is shown so many vectors at once
    int copies = 1;                     // of an ensemble, with statistics over them
    bool uneven = false;                // linear, but not the same at every site, with edges
    bool merging = false;               // steps may be multiplied out
    bool remembers = false;             // first times, delays, averages among the observables
    bool transforms = false;            // a spectrum among them
    std::string jump, accept;           // of jump and selection

    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool splits() const;                  // the scheme needs a separable law
    [[nodiscard]] bool exact() const;                   // no transcendental function: results must agree to the last bit
    [[nodiscard]] std::vector<Spec> smaller() const;    // each simpler by one thing
};

[[nodiscard]] Spec random_spec(std::uint64_t seed);

} // namespace nphys::test
