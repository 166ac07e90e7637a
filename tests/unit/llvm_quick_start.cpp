// Code that is made in a hurry, and the better code that takes its place.

#include <chrono>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "tests/unit/llvm_agreement.h"
#include "tests/unit/loops_programs.h"

using namespace nphys;

namespace {

loops::Memory after_three_steps(const loops::Module& module, const backend::CompiledModule& compiled) {
    auto memory = loops::Memory::create(module);
    test::fill(module, *memory, {.specials = false});
    for (const loops::Function& function : module.functions)
        compiled.function(function.name)(&memory->context(), 3);
    return std::move(*memory);
}

void wait_for_better_code(const backend::CompiledModule& compiled) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (compiled.preliminary() && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST(QuickStart, better_code_computes_the_same_bits_and_the_first_stays_valid) {
    const loops::Module module = test::drawing_program(loops::Distribution::normal).module;
    const std::string name = module.functions.back().name;
    // On a busy machine the better code may be there before it is asked for.
    auto compiled = backend::compile(module, {.quick_start = true});
    nphys_function first_code = nullptr;
    bool began_preliminary = false;
    for (int attempt = 0; attempt < 20 && !began_preliminary; ++attempt) {
        if (attempt > 0)
            compiled = backend::compile(module, {.quick_start = true});
        ASSERT_TRUE(compiled) << compiled.error();
        first_code = compiled->function(name);
        began_preliminary = compiled->preliminary();
    }
    loops::Memory first = after_three_steps(module, *compiled);
    wait_for_better_code(*compiled);
    EXPECT_TRUE(began_preliminary);
    EXPECT_FALSE(compiled->preliminary());
    EXPECT_NE(compiled->function(name), first_code);
    loops::Memory second = after_three_steps(module, *compiled);
    EXPECT_EQ(test::difference(module, first, second), std::nullopt);
    first_code(&first.context(), 3);
    compiled->function(name)(&second.context(), 3);
    EXPECT_EQ(test::difference(module, first, second), std::nullopt);
    EXPECT_EQ(compiled->function("none"), nullptr);
}

TEST(QuickStart, code_that_is_quickly_made_well_needs_none) {
    const loops::Module module = test::single_neuron().module;
    const auto compiled = backend::compile(module, {.quick_start = true});
    ASSERT_TRUE(compiled) << compiled.error();
    EXPECT_FALSE(compiled->preliminary());
}

TEST(QuickStart, agrees_with_the_interpreter) {
    for (const auto& program : {test::all_operations(53, loops::Type::f64), test::all_operations(19, loops::Type::f32),
                                test::drawing_program(loops::Distribution::normal),
                                test::streamed_lattice(11, 37, loops::Type::f64)}) {
        const auto wrong = test::disagreement(
            program.module, {.threads = 2, .argument = 3, .indices = 11, .options = {.quick_start = true, .vector_math = false}});
        EXPECT_EQ(wrong, std::nullopt) << program.module.name;
    }
}

} // namespace
