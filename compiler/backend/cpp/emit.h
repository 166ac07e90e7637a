// Standalone C++20 from a module of the loop IR: needs no nphysc and no LLVM, only a C++ compiler.
// Goes in: a verified module and what its parts are called by the user. Comes out: files for one folder: <model>.hpp
// and .cpp with the class `<model>::Model`, numeric.hpp, parallel.hpp, main.cpp, CMakeLists.txt; or why it cannot be
// written. Holds: the files compile without warnings under g++ and clang++ (-Wall -Wextra -Wpedantic), and compute what
// the interpreter computes, to the last bit where no transcendental function and no dense product is involved.
//
//   klein_gordon::Model model({.m = 0.3});
//   model.initialize();
//   model.step(100);
//   double first = model.phi()[0];
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "compiler/loops/loops.h"

namespace nphys::backend::cpp {

struct Parameter {
    std::string name; // the user's: "γ"
    double value = 0;
    std::optional<double> low, high; // the range it may take
    std::string doc;
    loops::ScalarId slot;
};
struct StateField {
    std::string name;                        // "φ"
    std::vector<loops::BufferId> components; // one, or one for each place of its ranges
    std::vector<std::int64_t> extents;       // of one component, row-major; empty: one number
    std::string doc;
};
struct Observable {
    std::string name;
    loops::BufferId buffer;
    std::int64_t offset = 0;           // first element in the buffer
    std::vector<std::int64_t> extents; // empty: one number
    std::string doc;
};
// Constant buffers that the host fills: sparse and dense data. `integers` for i64 buffers, `numbers` otherwise.
struct Data {
    loops::BufferId buffer;
    std::vector<double> numbers;
    std::vector<std::int64_t> integers;
};
// An adaptive scheme: `attempt` leaves its error (1 is what the tolerance allows) in the scalar `error`; `accept` takes
// the step over. Module::step_size is the step that is tried.
struct Adaptive {
    loops::ScalarId error;
    int order = 5;
    double until = 0;
};
// An implicit scheme: `failed` is not 0 once a solve did not converge; then the time and the residual of that step.
struct Solver {
    loops::BufferId failed, time, residual;
};
struct Interface {
    std::string model; // ASCII: names the files and the namespace
    std::string doc;   // "Klein–Gordon field as a learning system"
    std::vector<Parameter> parameters;
    std::vector<StateField> fields;
    std::vector<Observable> observables;
    std::vector<Data> data;
    std::uint64_t seed = 1; // of random numbers, where some are drawn
    std::int64_t copies = 1; // of an ensemble; the last axis of each field
    std::optional<Adaptive> adaptive;
    std::optional<Solver> solver;
    std::int64_t steps = 0; // of the run that main.cpp does
    std::int64_t every = 1; // steps between two records of its series.csv
    std::string source;     // file name of the model, for the comment at the top; may be empty
};

struct File {
    std::string path; // relative to the folder
    std::string text;
};

[[nodiscard]] tl::expected<std::vector<File>, std::string> emit(const loops::Module& module,
                                                                const Interface& interface);

} // namespace nphys::backend::cpp
