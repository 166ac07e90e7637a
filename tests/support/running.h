#pragma once
// For tests: a model from its text to a simulation in memory, in one call.
//
// Example: Running kg = running("model m … run { scheme = leapfrog dt = 0.1 steps = 10 }"); kg->advance(10); kg->field("φ")

#include <memory>
#include <string>
#include <vector>

#include "compiler/driver/simulation.h"

namespace nphys::test {

struct How {
    driver::EngineKind engine = driver::EngineKind::jit;
    int threads = 1;
    loops::LowerOptions lowering{};
    model::Request request{};
    std::string folder = ".";       // where data files are
};

struct Running {
    std::unique_ptr<driver::Compilation> compilation;
    std::unique_ptr<driver::Simulation> simulation;
    std::string error;              // rendered diagnostics, or what went wrong; empty if all is well

    [[nodiscard]] bool good() const { return error.empty(); }
    driver::Simulation* operator->() const { return simulation.get(); }

    // Steps on, and brings observables up to date.
    void advance(std::int64_t steps);
    void to_the_end();
};

// Compiled, initialized and observed at step 0.
[[nodiscard]] Running running(const std::string& text, const How& how = {});

// The diagnostics of a text as the user sees them.
[[nodiscard]] std::string diagnostics_of(const std::string& text, const How& how = {});

// max |a - b| / max |b|; infinite where sizes differ.
[[nodiscard]] double distance(const std::vector<double>& a, const std::vector<double>& b);

} // namespace nphys::test
