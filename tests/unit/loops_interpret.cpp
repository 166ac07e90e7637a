#include <cmath>
#include <gtest/gtest.h>

#include "compiler/loops/accumulate.h"
#include "compiler/loops/interpret.h"
#include "compiler/loops/power.h"
#include "compiler/loops/print.h"
#include "compiler/loops/verify.h"
#include "tests/unit/loops_programs.h"

namespace nphys::loops {
namespace {

using namespace test;

std::vector<double> run(const Module& module, const std::vector<BufferId>& wanted, std::int64_t steps,
                        InterpreterOptions options) {
    auto memory = Memory::create(module);
    EXPECT_TRUE(memory.has_value());
    Interpreter interpreter(module, *memory, options);
    std::vector<double> values;
    for (const Function& function : module.functions) {
        const auto wrong = interpreter.run(function.name, function.name == "advance" ? steps : 0);
        EXPECT_FALSE(wrong.has_value()) << *wrong;
    }
    for (const BufferId buffer : wanted) {
        if (memory->type(buffer) == Type::f64) {
            for (const double value : memory->values<double>(buffer))
                values.push_back(value);
        } else {
            for (const float value : memory->values<float>(buffer))
                values.push_back(static_cast<double>(value));
        }
    }
    return values;
}

TEST(Interpreter, a_wave_on_a_ring_is_what_plain_code_computes) {
    const std::int64_t size = 17;
    const Program program = stencil(size, Type::f64);
    const std::vector<double> found = run(program.module, program.state, 10, {});
    std::vector<double> phi(17), pi(17);
    for (std::int64_t x = 0; x < size; ++x) {
        phi[static_cast<std::size_t>(x)] = static_cast<double>(7 * x % size) / 17.0 - 0.4;
        pi[static_cast<std::size_t>(x)] = static_cast<double>(11 * x % size) / 17.0 - 0.4;
    }
    for (int n = 0; n < 10; ++n) {
        for (std::size_t x = 0; x < 17; ++x) {
            pi[x] = std::fma(0.125, std::fma(-2.0, phi[x], phi[(x + 16) % 17] + phi[(x + 1) % 17]), pi[x]);
        }
        for (std::size_t x = 0; x < 17; ++x)
            phi[x] = std::fma(0.125, pi[x], phi[x]);
    }
    for (std::size_t x = 0; x < 17; ++x) {
        EXPECT_EQ(found[x], phi[x]) << x;
        EXPECT_EQ(found[17 + x], pi[x]) << x;
    }
}

TEST(Interpreter, results_do_not_depend_on_threads_or_order) {
    for (const std::int64_t size : {1, 2, 3, 16, 31, 67}) {
        for (const Program& program :
             {stencil(size, Type::f64), matrix_map(size, Type::f32), streamed_lattice(size, 5, Type::f64)}) {
            const std::vector<double> reference = run(program.module, program.state, 3, {});
            for (const std::int64_t threads : {2, 3, 5}) {
                EXPECT_EQ(run(program.module, program.state, 3, {threads, 42, true}), reference)
                    << program.module.name << size;
            }
        }
    }
}

TEST(Interpreter, f32_rounds_after_each_operation) {
    const Program program = stencil(9, Type::f32);
    for (const double value : run(program.module, program.state, 5, {})) {
        EXPECT_EQ(value, static_cast<double>(static_cast<float>(value)));
    }
}

TEST(Interpreter, places_outside_a_buffer_are_told) {
    Program program = new_program("outside");
    const BufferId phi = add_buffer(program, "phi", Type::f64, 4);
    FunctionBuilder build(program.module, "advance");
    build.loop(LoopKind::serial, "x", build.integer(0), build.integer(4),
               [&](IntegerId x) { build.store(phi, build.add(x, 1), build.load(phi, x)); });
    program.module.functions.push_back(build.finish());
    auto memory = Memory::create(program.module);
    const auto wrong = Interpreter(program.module, *memory).run("advance");
    ASSERT_TRUE(wrong.has_value());
    EXPECT_EQ(*wrong, "in `advance`: store at 4 of `phi`, which has 4 elements");
}

TEST(Interpreter, dependences_between_parallel_iterations_are_told) {
    for (const LoopKind kind : {LoopKind::parallel, LoopKind::vector}) {
        Program program = new_program("race");
        const BufferId phi = add_buffer(program, "phi", Type::f64, 5);
        FunctionBuilder build(program.module, "advance");
        build.loop(kind, "x", build.integer(0), build.integer(4),
                   [&](IntegerId x) { build.store(phi, x, build.load(phi, build.add(x, 1))); });
        program.module.functions.push_back(build.finish());
        auto memory = Memory::create(program.module);
        EXPECT_TRUE(Interpreter(program.module, *memory, {.check_races = true}).run("advance").has_value());
        EXPECT_FALSE(Interpreter(program.module, *memory).run("advance").has_value());
    }
}

TEST(Interpreter, a_service_of_the_runtime_is_called_with_the_pool_left_out) {
    Program program = new_program("service");
    const BufferId matrix = add_buffer(program, "W", Type::f64, 4), x = add_buffer(program, "x", Type::f64, 2);
    const BufferId y = add_buffer(program, "y", Type::f64, 2);
    FunctionBuilder build(program.module, "advance");
    const IntegerId two = build.integer(2);
    build.call_service("nphys_gemv_f64", {two, two, build.constant(1), matrix, two, x, build.constant(0), y});
    program.module.functions.push_back(build.finish());
    auto memory = Memory::create(program.module);
    std::int64_t n = 1;
    for (double& value : memory->values<double>(matrix))
        value = static_cast<double>(n++);
    for (double& value : memory->values<double>(x))
        value = static_cast<double>(n++);
    EXPECT_FALSE(Interpreter(program.module, *memory).run("advance").has_value());
    EXPECT_EQ(memory->values<double>(y)[0], 1 * 5 + 2 * 6);
    EXPECT_EQ(memory->values<double>(y)[1], 3 * 5 + 4 * 6);
    program.module.functions[0].body.clear();
}

TEST(Interpreter, a_repetition_ends_when_its_scalar_says_so_or_after_the_most_times) {
    for (const std::int64_t most : {0, 3, 100}) {
        Program program = new_program("root");
        const BufferId root = add_buffer(program, "root", Type::f64, 1), passes = add_buffer(program, "passes", Type::f64, 1);
        program.module.scalars.push_back({"done", "", 0});
        const ScalarId done(3);
        FunctionBuilder build(program.module, "advance");
        const IntegerId first = build.integer(0);
        build.store(root, first, build.constant(2));
        build.repeat(done, build.integer(most), [&] { // Heron: x ← (x + 2/x)/2
            const ValueId x = build.load(root, first);
            const ValueId next = build.multiply(build.constant(0.5), build.add(x, build.divide(build.constant(2), x)));
            build.store(root, first, next);
            build.store(passes, first, build.add(build.load(passes, first), build.constant(1)));
            build.set_scalar(done, build.convert(build.call(algebra::Op::equal, {x, next}), Type::f64));
        });
        program.module.functions.push_back(build.finish());
        ASSERT_TRUE(verify(program.module).empty());
        auto memory = Memory::create(program.module);
        Interpreter interpreter(program.module, *memory, {});
        ASSERT_EQ(interpreter.run("advance", 0), std::nullopt);
        const double counted = memory->values<double>(passes)[0];
        if (most < 100) {
            EXPECT_EQ(counted, static_cast<double>(most));
        } else {
            EXPECT_LT(counted, 10);
            EXPECT_NEAR(memory->values<double>(root)[0], 1.4142135623730951, 1e-15);
        }
    }
}

TEST(Accumulator, lanes_are_combined_in_halves) {
    Accumulator sum(Combine::sum);
    for (int lane = 0; lane < 16; ++lane)
        sum.add(lane, std::ldexp(1.0, 53 - 4 * lane));
    std::array<double, 16> lanes{};
    for (std::size_t lane = 0; lane < 16; ++lane)
        lanes[lane] = std::ldexp(1.0, 53 - 4 * static_cast<int>(lane));
    for (const std::size_t half : {8u, 4u, 2u, 1u}) {
        for (std::size_t lane = 0; lane < half; ++lane)
            lanes[lane] += lanes[lane + half];
    }
    EXPECT_EQ(sum.read(), lanes[0]);
}

TEST(Power, the_order_of_products_is_that_of_squaring) {
    const double x = 1.1;
    EXPECT_EQ(integer_power(x, 0), 1.0);
    EXPECT_EQ(integer_power(x, 3), x * (x * x));
    EXPECT_EQ(integer_power(x, 4), (x * x) * (x * x));
    EXPECT_EQ(integer_power(x, 5), x * ((x * x) * (x * x)));
    EXPECT_EQ(integer_power(x, 6), (x * x) * ((x * x) * (x * x)));
    EXPECT_EQ(integer_power(x, -2), 1.0 / (x * x));
}

TEST(FunctionBuilder, integers_are_folded_and_shared) {
    Module module;
    FunctionBuilder build(module, "f");
    const IntegerId x = build.argument();
    EXPECT_EQ(build.add(build.add(x, 2), -2), x);
    EXPECT_EQ(build.multiply(build.add(x, 3), 4), build.add(build.multiply(x, 4), 12));
    EXPECT_EQ(build.add(x, build.threads()), build.add(build.threads(), x));
    EXPECT_EQ(build.constant_of(build.divide(build.integer(-1), 4)), -1);
    EXPECT_EQ(build.constant_of(build.remainder(build.integer(-1), 4)), 3);
}

TEST(Print, a_function_reads_as_a_small_program) {
    const Program program = streamed_lattice(4, 8, Type::f32);
    EXPECT_EQ(print(program.module, program.module.functions[1]), R"(function advance {
  for n in 0..argument {
    parallel block in 0..threads {
      let block_begin = block*4/threads
      let block_end = (block*4 + 4)/threads
      for y in block_begin..block_end {
        let row = y*8
        let above = (y + 1)%4*8
        vector x in 0..8 {
          v0: f32 = phi[row + x]
          v1: f32 = phi[above + x]
          v2: f32 = v1 - v0
          v3: f32 = 0.25
          v4: f32 = fma(v3, v2, v0)
          phi_next[row + x] = v4 streaming
        }
      }
    }
    swap phi, phi_next
    advance step
  }
}
)");
}

} // namespace
} // namespace nphys::loops
