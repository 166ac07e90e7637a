#pragma once
// Whether the expectations of a model hold: at each record, or at the end for those about the end.
//
// Goes in: the model, and the values of all observables at the start and now. Comes out: the expectations that do not hold,
// with the values of both sides of what is compared.
//
// Example: `abs(energy/initial(energy) - 1) < 1e-6` fails with "left side 3.2e-06, right side 1e-06".

#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/driver/simulation.h"

namespace nphys::driver {

struct Failure {
    std::size_t expectation = 0;
    std::int64_t step = 0;
    double time = 0;
    std::string values;
};

class Expectations {
public:
    // The observables of the simulation must be up to date, at the start of the run.
    explicit Expectations(Simulation& simulation);

    // Checks with the observables as they are now; an expectation that has failed once is not told again.
    void check(Simulation& simulation, bool at_end);
    [[nodiscard]] const std::vector<Failure>& failures() const { return failures_; }

    // The first values, so that a resumed run knows them.
    [[nodiscard]] const std::vector<std::vector<double>>& start() const { return start_; }
    void set_start(std::vector<std::vector<double>> start) { start_ = std::move(start); }

private:
    using Values = std::vector<std::vector<double>>;
    [[nodiscard]] double value(Simulation& simulation, algebra::Expr expression, const Values& now, double time) const;
    [[nodiscard]] double element(algebra::SymbolId symbol, std::span<const std::int64_t> places, const Values& values) const;
    [[nodiscard]] std::string sides(Simulation& simulation, algebra::Expr condition, const Values& now, double time) const;
    [[nodiscard]] static Values values_now(Simulation& simulation);

    const Compilation& compilation_;
    std::unordered_map<std::uint32_t, std::size_t> observable_of_;     // by symbol
    Values start_;
    std::vector<bool> failed_;
    std::vector<Failure> failures_;
};

} // namespace nphys::driver
