#include <gtest/gtest.h>

#include "compiler/loops/cost.h"
#include "compiler/loops/integer_facts.h"
#include "compiler/loops/verify.h"
#include "tests/unit/loops_programs.h"

namespace nphys::loops {
namespace {

using namespace test;

struct Small {
    Program program = new_program("small");
    BufferId phi = add_buffer(program, "phi", Type::f64, 8), pi = add_buffer(program, "pi", Type::f64, 8);
    BufferId single = add_buffer(program, "single", Type::f32, 8);
    FunctionBuilder build{program.module, "advance"};

    std::vector<std::string> verified() {
        program.module.functions.push_back(build.finish());
        return verify(program.module);
    }
    void expect(const std::string& message) {
        const std::vector<std::string> wrongs = verified();
        ASSERT_EQ(wrongs.size(), 1u) << (wrongs.size() > 1 ? wrongs[1] : "nothing found");
        EXPECT_EQ(wrongs[0], message);
    }
};

TEST(Verify, programs_that_run_are_well_formed) {
    for (const std::int64_t size : {1, 2, 3, 5, 64}) {
        for (const Type type : {Type::f64, Type::f32}) {
            for (const Program& program : {stencil(size, type), matrix_map(size, type), all_operations(size, type),
                                           sparse_map(size), streamed_lattice(size, 7, type), single_neuron()}) {
                for (const std::string& wrong : verify(program.module))
                    ADD_FAILURE() << program.module.name << " " << wrong;
            }
        }
    }
}

TEST(Verify, a_place_outside_its_buffer_is_found_before_running) {
    Small small;
    small.build.blocks(small.build.integer(8), [&](IntegerId begin, IntegerId end) {
        small.build.loop(LoopKind::vector, "x", begin, end, [&](IntegerId x) {
            small.build.store(small.pi, x, small.build.load(small.phi, small.build.add(x, 1)));
        });
    });
    small.expect("in `advance`: `phi` has 8 elements and is loaded at x + 1, which is 1..8");
}

TEST(Verify, a_place_that_a_condition_guards_is_not_accused) {
    Small small;
    small.build.loop(LoopKind::serial, "x", small.build.integer(0), small.build.integer(8), [&](IntegerId x) {
        small.build.when(small.build.less(x, small.build.integer(7)),
                         [&] { small.build.store(small.pi, x, small.build.load(small.phi, small.build.add(x, 1))); });
    });
    EXPECT_TRUE(small.verified().empty());
}

TEST(Verify, triangles_are_not_accused) {
    Small small;
    small.build.loop(LoopKind::serial, "y", small.build.integer(0), small.build.integer(8), [&](IntegerId y) {
        small.build.loop(LoopKind::serial, "x", y, small.build.integer(8), [&](IntegerId x) {
            small.build.store(small.pi, small.build.subtract(x, y), small.build.load(small.phi, x));
        });
    });
    EXPECT_TRUE(small.verified().empty());
}

TEST(Verify, a_vector_loop_with_a_recurrence_is_found) {
    Small small;
    small.build.loop(LoopKind::vector, "x", small.build.integer(1), small.build.integer(8), [&](IntegerId x) {
        small.build.store(small.phi, x, small.build.load(small.phi, small.build.subtract(x, 1)));
    });
    small.expect("in `advance`: iterations of a vector loop over `x` are not independent: `phi[x]` is stored and "
                 "`phi[x - 1]` touched");
}

TEST(Verify, interleaved_halves_are_independent) {
    Small small;
    small.build.loop(LoopKind::vector, "x", small.build.integer(0), small.build.integer(4), [&](IntegerId x) {
        const IntegerId twice = small.build.multiply(x, 2);
        small.build.store(small.phi, twice, small.build.load(small.phi, small.build.add(twice, 1)));
        small.build.store(small.pi, x, small.build.load(small.pi, small.build.add(x, 4)));
    });
    EXPECT_TRUE(small.verified().empty());
}

TEST(Verify, numbers_keep_to_their_types) {
    Small small;
    const IntegerId zero = small.build.integer(0);
    small.build.store(small.single, zero, small.build.load(small.phi, zero));
    small.expect("in `advance`: v0, which is f64, is stored in `single`, which holds f32");
}

TEST(Verify, numbers_of_a_block_stay_in_it) {
    Small small;
    ValueId inner;
    small.build.loop(LoopKind::serial, "x", small.build.integer(0), small.build.integer(2),
                     [&](IntegerId x) { inner = small.build.load(small.phi, x); });
    small.build.store(small.pi, small.build.integer(0), inner);
    small.expect("in `advance`: v0 is used where it is not defined");
}

TEST(Verify, parallel_loops_hold_nothing_that_concerns_the_whole_model) {
    Small small;
    small.build.loop(LoopKind::parallel, "b", small.build.integer(0), small.build.threads(),
                     [&](IntegerId) { small.build.swap(small.phi, small.pi); });
    small.expect("in `advance`: a swap inside a parallel loop");
}

TEST(Verify, a_repetition_is_not_inside_a_parallel_loop) {
    Small small;
    const ScalarId stop = small.program.module.step_size;
    small.build.blocks(small.build.integer(8), [&](IntegerId, IntegerId) {
        small.build.repeat(stop, small.build.integer(3), [] {});
    });
    small.expect("in `advance`: a repetition inside a parallel loop");
}

TEST(Verify, numbers_of_a_repetition_stay_in_it) {
    Small small;
    FunctionBuilder& build = small.build;
    ValueId inside;
    build.repeat(small.program.module.step_size, build.integer(3),
                 [&] { inside = build.load(small.phi, build.integer(0)); });
    build.store(small.phi, build.integer(1), inside);
    small.expect("in `advance`: v" + std::to_string(inside.value) + " is used where it is not defined");
}

TEST(Verify, swapped_buffers_are_alike) {
    Small small;
    small.build.swap(small.phi, small.single);
    small.expect("in `advance`: `phi` and `single` are swapped, but are not alike");
}

TEST(Verify, an_accumulator_is_not_shared_by_threads) {
    Small small;
    const AccumulatorId sum = small.build.open(Combine::sum);
    small.build.loop(LoopKind::parallel, "b", small.build.integer(0), small.build.threads(),
                     [&](IntegerId b) { small.build.accumulate(sum, small.build.from_integer(b)); });
    small.expect("in `advance`: iterations of a parallel loop share accumulator 0");
}

TEST(IntegerFacts, blocks_cover_their_range) {
    Small small;
    IntegerId place;
    small.build.blocks(small.build.integer(64), [&](IntegerId begin, IntegerId end) {
        small.build.loop(LoopKind::vector, "x", begin, end, [&](IntegerId x) { place = small.build.add(x, 1); });
    });
    const Function function = small.build.finish();
    const Range range = IntegerFacts(function).range(place);
    EXPECT_EQ(range.low, 1);
    EXPECT_EQ(range.high, 64);
    EXPECT_TRUE(range.attained);
}

TEST(Cost, a_stencil_counts_each_stream_once) {
    const Program program = stencil(1000, Type::f64);
    const std::vector<KernelCost> kernels = costs(program.module, program.module.functions[1]);
    ASSERT_EQ(kernels.size(), 2u);
    EXPECT_EQ(kernels[0].name, "kick π");
    EXPECT_EQ(kernels[0].elements, 1000);
    EXPECT_EQ(kernels[0].flops, 5000);
    EXPECT_EQ(kernels[0].bytes_read(), 16000);
    EXPECT_EQ(kernels[0].bytes_written(), 8000);
    EXPECT_EQ(kernels[0].bytes_allocated(), 0);
    EXPECT_EQ(print_costs(kernels),
              "  advance\n"
              "    kick π      1000 elements,     5 flops and    24 bytes each (16 read, 8 written)\n"
              "    drift φ     1000 elements,     2 flops and    24 bytes each (16 read, 8 written)\n");
}

TEST(Cost, what_is_repeated_counts_once_and_says_so) {
    Small small;
    FunctionBuilder& build = small.build;
    build.repeat(small.program.module.step_size, build.integer(100), [&] {
        build.loop(LoopKind::vector, "x", build.integer(0), build.integer(8),
                   [&](IntegerId x) { build.store(small.phi, x, build.load(small.pi, x)); });
    });
    ASSERT_TRUE(small.verified().empty());
    const std::vector<KernelCost> kernels = costs(small.program.module);
    ASSERT_EQ(kernels.size(), 1u);
    EXPECT_TRUE(kernels[0].repeated);
    EXPECT_EQ(kernels[0].elements, 8);
}

TEST(Cost, streaming_stores_fetch_nothing) {
    const Program streamed = streamed_lattice(10, 100, Type::f32);
    const KernelCost kernel = costs(streamed.module, streamed.module.functions[1]).at(0);
    EXPECT_EQ(kernel.bytes(), 8000);
    EXPECT_EQ(kernel.elements, 1000);
}

} // namespace
} // namespace nphys::loops
