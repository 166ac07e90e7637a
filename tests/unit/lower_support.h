#pragma once
// Runs a Program three ways: straight from its formulas, and as loops with different options, threads and orders.

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "compiler/dynamics/observation.h"
#include "compiler/loops/interpret.h"
#include "compiler/loops/lower.h"
#include "compiler/loops/print.h"
#include "compiler/loops/verify.h"
#include "tests/unit/hand_made_models.h"
#include "tests/unit/program_stepper.h"

namespace nphys::testing {

// A model with a Program that is written by hand.
struct ProgramMaker : ModelMaker {
    dynamics::Program program;

    ProgramMaker() { program.pool = model.pool; }
    SymbolId state(const std::string& name, std::vector<algebra::Slot> slots = {}) {
        const SymbolId id = tensor(name, model::Role::neuron, std::move(slots));
        program.state.push_back(id);
        return id;
    }
    SymbolId state_over(const std::string& name, SpaceId space) {
        const algebra::Axis& axis = pool.space(space).axes[0];
        return state(name, {{space, axis.first, axis.last()}});
    }
    dynamics::Update& update(dynamics::Procedure& procedure, std::vector<model::Component> assignments) {
        procedure.emplace_back(dynamics::Update{"update", std::move(assignments), false});
        return std::get<dynamics::Update>(procedure.back());
    }
    void step(dynamics::Procedure& procedure) { procedure.emplace_back(dynamics::AdvanceStep{}); }
    void start(SymbolId tensor, std::vector<Place> target, Expr value) { program.initial.push_back({tensor, std::move(target), value}); }
    SymbolId observable(const std::string& name, Expr value) {
        algebra::Symbol symbol;
        symbol.name = name;
        const SymbolId id = pool.add_symbol(symbol);
        model::Observable& observable = model.observables.emplace_back();
        observable.symbol = id;
        observable.name = name;
        observable.components.push_back({id, {}, value});
        return id;
    }
};

// The program with the observables of its model.
inline dynamics::Program observed(const ProgramMaker& maker) {
    dynamics::Program program = maker.program;
    dynamics::observe(maker.model, program);
    return program;
}

// The loops of a program in memory.
class Execution {
public:
    Execution(const ProgramMaker& maker, const loops::LowerOptions& options, loops::InterpreterOptions how = {})
        : maker_(maker), lowered_(loops::lower(maker.model, observed(maker), options)),
          memory_(*loops::Memory::create(lowered_.module)), interpreter_(lowered_.module, memory_, how) {
        for (const std::string& wrong : loops::verify(lowered_.module))
            ADD_FAILURE() << wrong << "\n" << loops::print(lowered_.module);
        for (const loops::Filling& filling : lowered_.layout.fillings) {
            if (filling.integers.empty())
                std::copy(filling.numbers.begin(), filling.numbers.end(), memory_.values<double>(filling.buffer).begin());
            else
                std::copy(filling.integers.begin(), filling.integers.end(), memory_.values<std::int64_t>(filling.buffer).begin());
        }
    }
    Execution(const Execution&) = delete;

    void run(const std::string& function, std::int64_t argument = 0) {
        const auto wrong = interpreter_.run(function, argument);
        EXPECT_FALSE(wrong.has_value()) << *wrong << "\n" << loops::print(lowered_.module);
    }
    void start() {
        run("constants");
        run("initialize");
    }
    // In the order of the slots, as the formulas see them.
    std::vector<double> values(SymbolId symbol) {
        const loops::TensorLayout& tensor = *lowered_.layout.find(symbol);
        std::vector<double> result;
        for (const loops::ComponentLayout& component : tensor.components) {
            const auto append = [&](const auto& span) { result.insert(result.end(), span.begin(), span.end()); };
            if (lowered_.module.buffers[component.buffer.index()].type == loops::Type::f32)
                append(memory_.values<float>(component.buffer));
            else
                append(memory_.values<double>(component.buffer));
        }
        return result;
    }
    double time() { return memory_.scalar(lowered_.module.time); }
    const loops::Lowered& lowered() const { return lowered_; }
    loops::Memory& memory() { return memory_; }

private:
    const ProgramMaker& maker_;
    loops::Lowered lowered_;
    loops::Memory memory_;
    loops::Interpreter interpreter_;
};

inline void expect_close(const std::vector<double>& a, const std::vector<double>& b, double tolerance, const std::string& what) {
    ASSERT_EQ(a.size(), b.size()) << what;
    double scale = 1e-300;
    for (const double x : b)
        scale = std::max(scale, std::abs(x));
    for (std::size_t n = 0; n < a.size(); ++n)
        ASSERT_NEAR(a[n], b[n], tolerance * scale) << what << " element " << n;
}

inline void expect_same_bits(const std::vector<double>& a, const std::vector<double>& b, const std::string& what) {
    ASSERT_EQ(a.size(), b.size()) << what;
    for (std::size_t n = 0; n < a.size(); ++n)
        ASSERT_TRUE(a[n] == b[n] || (std::isnan(a[n]) && std::isnan(b[n]))) << what << " element " << n << ": " << a[n] << " and " << b[n];
}

// Loops against formulas, then every way of running the loops against the plain one, to the last bit.
inline void compare_all(const ProgramMaker& maker, std::int64_t steps, double tolerance, const std::string& what) {
    ProgramStepper formulas(maker.model, maker.program);
    Execution plain(maker, {.fuse = false, .whole_rows = false}, {.threads = 1, .check_races = true});
    plain.start();
    formulas.advance(steps);
    plain.run("advance", steps);
    for (const SymbolId symbol : maker.program.state)
        expect_close(plain.values(symbol), formulas[symbol], tolerance, what + maker.pool.symbol(symbol).name);
    plain.run("observe");
    for (const model::Observable& observable : maker.model.observables)
        for (const model::Component& component : observable.components)
            formulas.for_each_place(component.target, component.tensor, [&](const auto& places, std::size_t flat) {
                const double wanted = formulas.value(component.value, places);
                EXPECT_NEAR(plain.values(observable.symbol).at(flat), wanted, 1e-11 * (1 + std::abs(wanted))) << what << observable.name;
            });
    for (const bool fused : {false, true}) {
        for (const std::int64_t threads : {1, 2, 3, 5}) {
            const loops::LowerOptions options{.fuse = fused, .time_steps = threads, .smallest_parallel = 1, .chunk = 64};
            Execution other(maker, options, {.threads = threads, .shuffle = static_cast<std::uint64_t>(threads), .check_races = true});
            other.start();
            other.run("advance", steps);
            other.run("observe");
            const std::string how = what + (fused ? "fused" : "unfused") + " threads " + std::to_string(threads) + " ";
            for (const SymbolId symbol : maker.program.state)
                expect_same_bits(other.values(symbol), plain.values(symbol), how + maker.pool.symbol(symbol).name);
        }
    }
}

} // namespace nphys::testing
