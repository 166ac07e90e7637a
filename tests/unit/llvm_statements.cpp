// Statements outside vector loops, the interface of compiled modules, and what goes wrong.
#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/llvm_agreement.h"

namespace nphys::test {
namespace {

using namespace loops;
using algebra::Op;

TEST(llvm_statements, one_neuron_steps_in_registers_as_in_the_interpreter) {
    Workshop shop;
    const BufferId phi = shop.buffer("phi", Type::f64, 1), pi = shop.buffer("pi", Type::f64, 1);
    const ScalarId k = shop.scalar("k");
    shop.function("advance", [&](FunctionBuilder& build) {
        build.loop(LoopKind::serial, "s", build.integer(0), build.argument(), [&](IntegerId) {
            const IntegerId zero = build.integer(0);
            const ValueId q = build.load(phi, zero), dt = build.scalar(shop.module.step_size);
            const ValueId force = build.multiply(build.scalar(k), build.call(Op::sin, {q}));
            const ValueId p = build.fma(build.negate(dt), force, build.load(pi, zero));
            build.store(pi, zero, p);
            build.store(phi, zero, build.fma(dt, p, q));
            build.advance_step();
        });
    });
    EXPECT_EQ(disagreement(shop.module, {.argument = 1000, .specials = false}), std::nullopt);
}

TEST(llvm_statements, every_function_at_single_sites) {
    for (const Type type : {Type::f64, Type::f32}) {
        Workshop shop;
        const BufferId in = shop.buffer("in", type, 200), out = shop.buffer("out", type, 60 * 200);
        shop.function("advance", [&](FunctionBuilder& build) {
            build.loop(LoopKind::serial, "i", build.integer(0), build.integer(199), [&](IntegerId i) {
                std::int64_t row = 0;
                const ValueId a = build.load(in, i), b = build.load(in, build.add(i, 1));
                const auto keep = [&](ValueId value) {
                    build.store(out, build.add(i, 200 * row++), build.convert(value, type));
                };
                for (int op = 0; op <= static_cast<int>(Op::logical_not); ++op) {
                    if (algebra::op_arity(static_cast<Op>(op)) == 1)
                        keep(build.call(static_cast<Op>(op), {a}));
                    else
                        keep(build.call(static_cast<Op>(op), {a, b}));
                }
                keep(build.power(build.call(Op::abs, {a}), b));
                keep(build.power(a, -3));
                keep(build.select(build.call(Op::less, {a, b}), a, b));
                keep(build.from_integer(i, type));
            });
        });
        EXPECT_EQ(disagreement(shop.module, {}), std::nullopt);
    }
}

TEST(llvm_statements, parallel_blocks_capture_what_they_use) {
    Workshop shop;
    const BufferId a = shop.buffer("a", Type::f64, 1000), b = shop.buffer("b", Type::f64, 1000);
    const BufferId partial = shop.buffer("partial", Type::f64, 16);
    const ScalarId total = shop.scalar("total");
    shop.function("advance", [&](FunctionBuilder& build) {
        build.loop(LoopKind::serial, "s", build.integer(0), build.argument(), [&](IntegerId s) {
            const ValueId weight = build.multiply(build.from_integer(s), build.constant(0.25));
            const ValueId above = build.call(Op::greater, {build.load(a, s), build.constant(0)});
            const IntegerId offset = build.let("offset", build.remainder(s, 7));
            build.blocks(build.integer(900), [&](IntegerId begin, IntegerId end) {
                build.loop(LoopKind::vector, "x", begin, end, [&](IntegerId x) {
                    const ValueId value = build.load(a, build.add(x, offset));
                    build.store(b, x, build.select(above, build.fma(weight, value, value), value));
                });
            });
            build.loop(LoopKind::parallel, "block", build.integer(0), build.integer(3), [&](IntegerId block) {
                const AccumulatorId sum = build.open(Combine::sum);
                build.loop(LoopKind::vector, "x", build.multiply(block, 300), build.multiply(build.add(block, 1), 300),
                           [&](IntegerId x) { build.accumulate(sum, build.load(b, x)); });
                build.store(partial, block, build.read(sum));
            });
            const AccumulatorId sum = build.open(Combine::sum);
            build.loop(LoopKind::serial, "i", build.integer(0), build.integer(3),
                       [&](IntegerId i) { build.accumulate(sum, build.load(partial, i)); });
            build.set_scalar(total, build.read(sum));
            build.swap(a, b);
        });
    });
    for (const std::int32_t threads : {1, 2, 3, 4})
        EXPECT_EQ(disagreement(shop.module, {.threads = threads, .argument = 5}), std::nullopt);
}

// Two buffers that change places must never be taken for separate memory.
TEST(llvm_statements, swapped_buffers_are_the_same_memory_at_different_times) {
    Workshop shop;
    const BufferId a = shop.buffer("a", Type::f64, 2), b = shop.buffer("b", Type::f64, 2);
    const BufferId c = shop.buffer("c", Type::f64, 2);
    shop.function("advance", [&](FunctionBuilder& build) {
        build.loop(LoopKind::serial, "s", build.integer(0), build.argument(), [&](IntegerId) {
            const IntegerId zero = build.integer(0);
            build.store(a, zero, build.add(build.load(a, zero), build.constant(1)));
            build.store(c, zero, build.multiply(build.load(b, zero), build.load(a, zero)));
            build.swap(a, b);
            build.store(b, build.integer(1), build.load(a, zero));
            build.swap(b, c);
        });
    });
    EXPECT_EQ(disagreement(shop.module, {.argument = 7, .specials = false}), std::nullopt);
}

TEST(llvm_statements, graphs_row_by_row) {
    Workshop shop;
    const BufferId begins = shop.buffer("row_begin", Type::i64, 41), columns = shop.buffer("column", Type::i64, 500);
    const BufferId weights = shop.buffer("weight", Type::f64, 500), x = shop.buffer("x", Type::f64, 40);
    const BufferId y = shop.buffer("y", Type::f64, 40);
    shop.function("prepare", [&](FunctionBuilder& build) {
        build.loop(LoopKind::serial, "r", build.integer(0), build.integer(41), [&](IntegerId r) {
            const IntegerId begin = build.divide(build.multiply(build.multiply(r, r), 300), 41 * 41);
            build.store(begins, r, build.from_integer(begin, Type::i64));
        });
    });
    shop.function("advance", [&](FunctionBuilder& build) {
        build.blocks(build.integer(40), [&](IntegerId begin, IntegerId end) {
            build.loop(LoopKind::serial, "r", begin, end, [&](IntegerId r) {
                const AccumulatorId sum = build.open(Combine::sum);
                build.loop(LoopKind::vector, "e", build.load_integer(begins, r),
                           build.load_integer(begins, build.add(r, 1)), [&](IntegerId e) {
                               const IntegerId column = build.let("column", build.load_integer(columns, e));
                               build.accumulate(sum, build.multiply(build.load(weights, e), build.load(x, column)));
                           });
                build.store(y, r, build.read(sum));
            });
        });
    });
    for (const std::int32_t threads : {1, 2})
        EXPECT_EQ(disagreement(shop.module, {.threads = threads, .indices = 40, .specials = false}), std::nullopt);
}

TEST(llvm_statements, services_of_the_runtime) {
    Workshop shop;
    const BufferId matrix = shop.buffer("matrix", Type::f64, 12 * 9), x = shop.buffer("x", Type::f64, 9);
    const BufferId y = shop.buffer("y", Type::f64, 12);
    shop.function("advance", [&](FunctionBuilder& build) {
        const ValueId one = build.constant(1), half = build.constant(0.5);
        build.call_service("nphys_gemv_f64",
                           {build.integer(12), build.integer(9), one, matrix, build.integer(9), x, half, y});
    });
    EXPECT_EQ(disagreement(shop.module, {.specials = false}), std::nullopt);
}

// ---- The interface

loops::Module counting_module() {
    Workshop shop;
    const BufferId a = shop.buffer("a", Type::f64, 100);
    shop.function("advance", [&](FunctionBuilder& build) {
        build.blocks(build.integer(100), [&](IntegerId begin, IntegerId end) {
            build.loop(LoopKind::vector, "x", begin, end, [&](IntegerId x) {
                build.store(a, x, build.add(build.load(a, x), build.from_integer(build.argument())));
            });
        });
    });
    return shop.module;
}

TEST(llvm_statements, many_modules_live_in_many_threads) {
    const loops::Module module = counting_module();
    std::vector<std::thread> threads;
    std::vector<double> results(4);
    for (std::size_t i = 0; i < results.size(); ++i) {
        threads.emplace_back([&, i] {
            for (int round = 0; round < 5; ++round) {
                auto memory = Memory::create(module);
                const auto compiled = backend::compile(module);
                if (compiled)
                    compiled->function("advance")(&memory->context(), static_cast<std::int64_t>(i) + 1);
                results[i] += memory->values<double>(BufferId{0})[99];
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(results, (std::vector<double>{5, 10, 15, 20}));
}

TEST(llvm_statements, texts_are_there_when_asked_for) {
    const auto plain = backend::compile(counting_module());
    ASSERT_TRUE(plain.has_value());
    EXPECT_TRUE(plain->ir().empty());
    EXPECT_EQ(plain->function("retreat"), nullptr);
    EXPECT_GT(plain->timings().total(), 0);
    const auto told = backend::compile(counting_module(), {.keep_text = true});
    ASSERT_TRUE(told.has_value());
    EXPECT_NE(told->ir().find("@model_advance.block"), std::string::npos);
    EXPECT_NE(told->assembly("advance").find("ret"), std::string::npos);
    EXPECT_TRUE(told->assembly("retreat").empty());
}

TEST(llvm_statements, what_cannot_be_compiled_is_told) {
    Workshop shop;
    shop.function("advance", [](FunctionBuilder& build) { build.call_service("nphys_teleport", {}); });
    const auto none = backend::compile(shop.module);
    ASSERT_FALSE(none.has_value());
    EXPECT_EQ(none.error(), "there is no service `nphys_teleport`");

    Workshop other;
    const BufferId a = other.buffer("a", Type::f64, 4);
    other.function("advance", [&](FunctionBuilder& build) { build.call_service("nphys_gemv_f64", {a}); });
    const auto wrong = backend::compile(other.module);
    ASSERT_FALSE(wrong.has_value());
    EXPECT_EQ(wrong.error(), "service `nphys_gemv_f64` is called with arguments that it does not take");
}

} // namespace
} // namespace nphys::test
