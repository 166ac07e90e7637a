#pragma once
// Runs a function of a module through the interpreter and through compiled code, from equal memory, and compares.
//
// In: a module. Out: the first difference as text, or nothing. Holds: numbers are equal when their bits are, except
// that one NaN is as good as another.

#include <cmath>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <optional>
#include <random>
#include <string>

#include "compiler/backend/llvm/compile.h"
#include "compiler/loops/build.h"
#include "compiler/loops/interpret.h"
#include "compiler/loops/memory.h"
#include "compiler/loops/print.h"
#include "runtime/parallel/pool.h"

namespace nphys::test {

struct Trial {
    std::uint64_t seed = 1;
    std::int32_t threads = 1;
    std::int64_t argument = 1;
    std::int64_t indices = 0; // i64 buffers hold numbers in [0, indices)
    bool specials = true;     // some ±0, infinities, NaN, subnormals among the data
    bool check_races = false;
    backend::CompileOptions options = {};
};

inline double random_number(std::mt19937_64& random, bool specials) {
    if (specials && random() % 40 == 0) {
        static constexpr double rare[] = {0.0, -0.0, HUGE_VAL, -HUGE_VAL, NAN, 4.9e-324, -1e-310, 1e300, 1.0, -1.0};
        return rare[random() % std::size(rare)];
    }
    return std::uniform_real_distribution<double>(-2, 2)(random);
}

inline void fill(const loops::Module& module, loops::Memory& memory, const Trial& trial) {
    std::mt19937_64 random(trial.seed);
    for (std::uint32_t i = 0; i < module.buffers.size(); ++i) {
        const loops::BufferId buffer{i};
        const auto limit = static_cast<std::uint64_t>(trial.indices == 0 ? module.buffers[i].size : trial.indices);
        if (memory.type(buffer) == loops::Type::f64)
            for (double& value : memory.values<double>(buffer))
                value = random_number(random, trial.specials);
        else if (memory.type(buffer) == loops::Type::f32)
            for (float& value : memory.values<float>(buffer))
                value = static_cast<float>(random_number(random, trial.specials));
        else
            for (std::int64_t& value : memory.values<std::int64_t>(buffer))
                value = static_cast<std::int64_t>(random() % limit);
    }
    for (double& value : memory.scalars())
        value = random_number(random, false);
}

template <class Float>
bool same(Float a, Float b) {
    return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, sizeof a) == 0;
}

inline std::optional<std::string> difference(const loops::Module& module, loops::Memory& expected,
                                             loops::Memory& found) {
    const auto compare = [&](loops::BufferId id, auto left, auto right) -> std::optional<std::string> {
        for (std::size_t i = 0; i < left.size(); ++i) {
            if (!same(static_cast<double>(left[i]), static_cast<double>(right[i])))
                return fmt::format("{}[{}] is {} where the interpreter has {}", module.buffers[id.index()].name, i,
                                   right[i], left[i]);
        }
        return std::nullopt;
    };
    for (std::uint32_t i = 0; i < module.buffers.size(); ++i) {
        const loops::BufferId id{i};
        const auto wrong = expected.type(id) == loops::Type::f64
                               ? compare(id, expected.values<double>(id), found.values<double>(id))
                           : expected.type(id) == loops::Type::f32
                               ? compare(id, expected.values<float>(id), found.values<float>(id))
                               : compare(id, expected.values<std::int64_t>(id), found.values<std::int64_t>(id));
        if (wrong)
            return wrong;
    }
    for (std::size_t i = 0; i < expected.scalars().size(); ++i) {
        if (!same(expected.scalars()[i], found.scalars()[i]))
            return fmt::format("scalar {} is {} where the interpreter has {}", module.scalars[i].name,
                               found.scalars()[i], expected.scalars()[i]);
    }
    if (expected.step() != found.step())
        return fmt::format("step is {} where the interpreter has {}", found.step(), expected.step());
    return std::nullopt;
}

inline std::optional<std::string> disagreement(const loops::Module& module, const Trial& trial) {
    auto expected = loops::Memory::create(module);
    auto found = loops::Memory::create(module);
    fill(module, *expected, trial);
    fill(module, *found, trial);
    const auto compiled = backend::compile(module, trial.options);
    if (!compiled)
        return compiled.error();
    runtime::Pool pool({.threads = trial.threads});
    found->context().threads = trial.threads;
    found->context().pool = &pool;
    for (const loops::Function& function : module.functions) {
        loops::Interpreter interpreter(module, *expected, {.threads = trial.threads, .check_races = trial.check_races});
        if (auto wrong = interpreter.run(function.name, trial.argument))
            return "interpreter: " + *wrong;
        compiled->function(function.name)(&found->context(), trial.argument);
        if (auto wrong = difference(module, *expected, *found))
            return function.name + ": " + *wrong;
    }
    return std::nullopt;
}

// A module with buffers and scalars to write functions for.
struct Workshop {
    loops::Module module;

    Workshop() {
        module.name = "workshop";
        module.time = scalar("t");
        module.step_size = scalar("dt", 0.125);
        module.start_time = scalar("t_start");
    }
    loops::BufferId buffer(std::string name, loops::Type type, std::int64_t size) {
        module.buffers.push_back({std::move(name), type, loops::BufferRole::state, size, {}});
        return loops::BufferId{static_cast<std::uint32_t>(module.buffers.size() - 1)};
    }
    loops::ScalarId scalar(std::string name, double initial = 0) {
        module.scalars.push_back({std::move(name), {}, initial});
        return loops::ScalarId{static_cast<std::uint32_t>(module.scalars.size() - 1)};
    }
    template <class Write>
    void function(const std::string& name, Write&& write) {
        loops::FunctionBuilder build(module, name);
        write(build);
        module.functions.push_back(build.finish());
    }
};

} // namespace nphys::test
