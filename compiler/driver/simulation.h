#pragma once
// One execution of a compiled model in memory: made, initialized, stepped and read. It writes nothing.
//
// Goes in: a complete Compilation (which must outlive it), an engine, a number of threads. Holds: after initialize() the state
// is that of step 0; observe() brings the values of the observables up to date with the state.
//
//   auto simulation = Simulation::create(*compilation, {.threads = 2});
//   (*simulation)->initialize();  (*simulation)->advance(100);  (*simulation)->observe();
//   (*simulation)->field("φ")          // values in the axes as declared: sites, then ranges

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/engine.h"
#include "compiler/driver/pipeline.h"
#include "runtime/parallel/pool.h"

namespace nphys::driver {

struct SimulationOptions {
    EngineKind engine = EngineKind::jit;
    int threads = 1;
};

// The place of the first number that is no number.
struct Breakdown { std::string where; };

// A metric that has no inverse any more, or is no longer positive: the first place, and its least leading minor or eigenvalue there.
struct SingularMetric { std::string metric, where, what; double number = 0; };

// What the solves of an implicit scheme took since initialize(). After one that failed the state stays as it was before that step.
struct Solves { double iterations = 0, most = 0; bool failed = false; double time = 0, residual = 0; };

class Simulation {
public:
    static runtime::Result<std::unique_ptr<Simulation>> create(const Compilation& compilation, const SimulationOptions& options);

    [[nodiscard]] runtime::Status initialize();
    [[nodiscard]] runtime::Status advance(std::int64_t steps);
    // With an adaptive scheme: exactly to `time`, or to `most_steps` accepted steps.
    [[nodiscard]] runtime::Status advance_to(double time, std::int64_t most_steps);
    [[nodiscard]] runtime::Status observe();

    [[nodiscard]] bool adaptive() const { return compilation_.program.adaptive.has_value(); }
    [[nodiscard]] std::int64_t step() { return memory_.step(); }
    [[nodiscard]] double time();
    [[nodiscard]] double step_size();
    [[nodiscard]] std::optional<Breakdown> breakdown();
    [[nodiscard]] std::optional<SingularMetric> singular_metric();         // after observe()
    [[nodiscard]] std::optional<Solves> solves();                          // of a scheme that solves
    // Whether the adaptive step became so small that time stands still.
    [[nodiscard]] bool stalled() const { return stalled_; }
    [[nodiscard]] bool preliminary() const { return engine_->preliminary(); } // better code is on its way

    // Values in the axes as declared: lattice axes, then ranges, then copies. Of a state tensor, a stored one, or a saved field (after observe()).
    [[nodiscard]] std::vector<double> field(algebra::SymbolId tensor);
    [[nodiscard]] std::vector<double> field(const std::string& name);
    [[nodiscard]] const std::vector<double>& observable(std::size_t index) const { return observed_[index]; }
    [[nodiscard]] double observable(const std::string& name) const;       // of a scalar
    // The standard error of each number of an observable over the copies of an ensemble; empty where there is none.
    [[nodiscard]] const std::vector<double>& deviation(std::size_t index) const { return deviations_[index]; }

    // The state as it stands in memory, for checkpoints: name, type, elements.
    struct StateArray { std::string name; loops::Type type; void* data; std::int64_t count; };
    [[nodiscard]] std::vector<StateArray> state();
    void restore(std::int64_t step, double time, double step_size);

    [[nodiscard]] const Compilation& compilation() const { return compilation_; }

private:
    Simulation(const Compilation& compilation, loops::Memory memory, int threads);
    void load_data();
    [[nodiscard]] double element(loops::BufferId buffer, std::int64_t index);
    [[nodiscard]] runtime::Status attempt(double end);

    const Compilation& compilation_;
    loops::Memory memory_;
    std::unique_ptr<runtime::Pool> pool_;
    std::unique_ptr<Engine> engine_;
    std::vector<std::vector<double>> observed_, deviations_;
    bool stalled_ = false;
};

} // namespace nphys::driver
