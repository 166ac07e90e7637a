// Random numbers in compiled loops, against the interpreter: the same bits wherever a row begins, in vectors and alone.
#include <gtest/gtest.h>

#include "tests/unit/llvm_agreement.h"

namespace nphys::test {
namespace {

using namespace loops;

struct Range {
    std::int64_t begin, end;
};

Draw draw_of(Distribution distribution, IntegerId row, IntegerId column, IntegerId step) {
    return {distribution, 5, row, column, step};
}

// One row after the other, columns along the vector; and, below, rows along the vector.
Workshop drawing(Distribution distribution, Type type, Range range, bool streaming = false) {
    Workshop shop;
    const BufferId across = shop.buffer("across", type, 3 * range.end), down = shop.buffer("down", type, range.end),
                   single = shop.buffer("single", type, 1);
    shop.function("advance", [&](FunctionBuilder& build) {
        build.loop(LoopKind::serial, "n", build.integer(0), build.argument(), [&](IntegerId) {
            build.loop(LoopKind::serial, "y", build.integer(0), build.integer(3), [&](IntegerId y) {
                const IntegerId row = build.let("row", build.multiply(y, range.end));
                build.loop(LoopKind::vector, "x", build.integer(range.begin), build.integer(range.end), [&](IntegerId x) {
                    build.store(across, build.add(row, x), build.draw(type, draw_of(distribution, y, x, build.step())), streaming);
                });
            });
            build.loop(LoopKind::vector, "x", build.integer(range.begin), build.integer(range.end), [&](IntegerId x) {
                const Draw two = draw_of(distribution, x, build.integer(1), build.add(build.step(), 7));
                const Draw shifted = draw_of(distribution, build.integer(2), build.add(x, 1), build.integer(0));
                build.store(down, x, build.add(build.draw(type, two), build.draw(type, shifted)));
            });
            build.store(single, build.integer(0),
                        build.draw(type, draw_of(distribution, build.integer(0), build.integer(3), build.step())));
            build.advance_step();
        });
    });
    return shop;
}

TEST(CompiledDraws, are_those_of_the_interpreter_to_the_last_bit) {
    for (const Distribution distribution : {Distribution::normal, Distribution::uniform})
        for (const Type type : {Type::f64, Type::f32})
            for (const Range range : {Range{0, 1}, Range{0, 64}, Range{1, 61}, Range{2, 40}, Range{0, 203}}) {
                const Workshop shop = drawing(distribution, type, range);
                EXPECT_EQ(disagreement(shop.module, {.argument = 3, .specials = false}).value_or(""), "")
                    << range.begin << " " << range.end;
            }
}

// Stores past the caches begin at aligned places, which blocks of random numbers know nothing of.
TEST(CompiledDraws, are_the_same_in_rows_that_are_streamed) {
    for (const Distribution distribution : {Distribution::normal, Distribution::uniform})
        for (const Type type : {Type::f64, Type::f32})
            for (const Range range : {Range{0, 64}, Range{0, 67}, Range{0, 203}, Range{1, 61}, Range{2, 45}}) {
                const Workshop shop = drawing(distribution, type, range, true);
                EXPECT_EQ(disagreement(shop.module, {.argument = 2, .specials = false}).value_or(""), "")
                    << range.begin << " " << range.end;
            }
}

TEST(CompiledDraws, do_not_depend_on_the_number_of_threads) {
    Workshop shop;
    const BufferId row = shop.buffer("row", Type::f64, 1001);
    shop.function("advance", [&](FunctionBuilder& build) {
        build.blocks(build.integer(1001), [&](IntegerId begin, IntegerId end) {
            build.loop(LoopKind::vector, "x", begin, end, [&](IntegerId x) {
                build.store(row, x,
                            build.draw(Type::f64, draw_of(Distribution::normal, build.integer(0), x, build.step())));
            });
        });
        build.advance_step();
    });
    for (const std::int32_t threads : {1, 2, 3})
        EXPECT_EQ(disagreement(shop.module, {.threads = threads, .specials = false}).value_or(""), "") << threads;
}

} // namespace
} // namespace nphys::test
