// Vector versions of transcendental functions: at most 4 units in the last place, and the same wherever a lane lies.
#include <gtest/gtest.h>

#include "tests/unit/llvm_agreement.h"

namespace nphys::test {
namespace {

using namespace loops;
using algebra::Op;

constexpr std::int64_t count = 4096;

struct Case {
    Op op;
    double low, high;
};

// log and pow near 1 and trigonometric functions near their zeros are the hard places.
const std::vector<Case> cases = {
    {Op::exp, -700, 700}, {Op::log, 1e-300, 3},   {Op::sin, -30, 30},  {Op::cos, -30, 30},  {Op::tan, -1.5, 1.5},
    {Op::asin, -1, 1},    {Op::acos, -1, 1},      {Op::atan, -20, 20}, {Op::sinh, -20, 20}, {Op::cosh, -20, 20},
    {Op::tanh, -9, 9},    {Op::sigmoid, -30, 30}, {Op::erf, -5, 5},
};

double units(double found, double exact, Type type) {
    const double size = std::abs(exact);
    const double unit = type == Type::f64 ? std::nextafter(size, HUGE_VAL) - size
                                          : static_cast<double>(std::nextafter(static_cast<float>(size), HUGE_VALF)) -
                                                static_cast<double>(static_cast<float>(size));
    return std::abs(found - exact) / unit;
}

// out[x] = op(in[x]) for x in begin .. end
Module function_of(Op op, Type type) {
    Workshop shop;
    const BufferId in = shop.buffer("in", type, count), out = shop.buffer("out", type, count);
    const ScalarId begin = shop.scalar("begin");
    static_cast<void>(begin);
    shop.function("advance", [&](FunctionBuilder& build) {
        build.loop(LoopKind::vector, "x", build.argument(), build.integer(count),
                   [&](IntegerId x) { build.store(out, x, build.call(op, {build.load(in, x)})); });
    });
    return shop.module;
}

template <class Float>
void expect_accurate(Op op, double low, double high) {
    const Type type = sizeof(Float) == 8 ? Type::f64 : Type::f32;
    const Module module = function_of(op, type);
    const auto compiled = backend::compile(module);
    ASSERT_TRUE(compiled.has_value()) << compiled.error();
    auto memory = Memory::create(module);
    std::mt19937_64 random(7);
    if (type == Type::f32 && op == Op::exp) {
        low = -80;
        high = 80;
    }
    for (Float& value : memory->values<Float>(BufferId{0}))
        value = static_cast<Float>(std::uniform_real_distribution<double>(low, high)(random));
    compiled->function("advance")(&memory->context(), 0);
    const std::vector<Float> first(memory->values<Float>(BufferId{1}).begin(),
                                   memory->values<Float>(BufferId{1}).end());
    for (std::size_t i = 0; i < first.size(); ++i) {
        const double x = static_cast<double>(memory->values<Float>(BufferId{0})[i]);
        // The sum in the sigmoid rounds once more.
        EXPECT_LE(units(static_cast<double>(first[i]), algebra::op_value(op, &x), type), 4.5)
            << algebra::op_name(op) << " of " << x;
    }
    for (const std::int64_t begin : {std::int64_t{1}, std::int64_t{2}, std::int64_t{5}, count - 3}) {
        compiled->function("advance")(&memory->context(), begin);
        const auto now = memory->values<Float>(BufferId{1});
        for (std::size_t i = static_cast<std::size_t>(begin); i < first.size(); ++i)
            ASSERT_TRUE(same(first[i], now[i])) << algebra::op_name(op) << " depends on the lane at " << i;
    }
}

TEST(llvm_math, vector_functions_are_accurate_and_do_not_depend_on_the_lane) {
    for (const Case& each : cases) {
        expect_accurate<double>(each.op, each.low, each.high);
        expect_accurate<float>(each.op, each.op == Op::log ? 1e-30 : each.low, each.high);
    }
}

// In a loop over f32, numbers of f64 are wider than the vectors of the machine, which has no function for them.
TEST(llvm_math, no_function_is_called_that_is_wider_than_the_vectors_of_the_machine) {
    Workshop shop;
    const BufferId a = shop.buffer("a", Type::f32, count);
    shop.function("advance", [&](FunctionBuilder& build) {
        build.loop(LoopKind::vector, "x", build.integer(0), build.integer(count), [&](IntegerId x) {
            const ValueId wide = build.convert(build.load(a, x), Type::f64);
            build.store(a, x, build.convert(build.call(Op::sin, {build.call(Op::sigmoid, {wide})}), Type::f32));
        });
    });
    for (const auto& [bytes, wider] : {std::pair{16, std::vector<std::string>{"_ZGVd", "_ZGVe"}}, std::pair{32, std::vector<std::string>{"_ZGVe"}}}) {
        const auto compiled = backend::compile(shop.module, {.keep_text = true, .vector_bytes = bytes});
        ASSERT_TRUE(compiled.has_value()) << compiled.error();
        for (const std::string& name : wider)
            EXPECT_EQ(compiled->ir().find(name), std::string::npos) << bytes;
    }
}

TEST(llvm_math, powers_and_angles_are_accurate) {
    Workshop shop;
    const BufferId a = shop.buffer("a", Type::f64, count), b = shop.buffer("b", Type::f64, count);
    const BufferId power = shop.buffer("power", Type::f64, count), angle = shop.buffer("angle", Type::f64, count);
    shop.function("advance", [&](FunctionBuilder& build) {
        build.loop(LoopKind::vector, "x", build.integer(0), build.integer(count), [&](IntegerId x) {
            const ValueId base = build.load(a, x), exponent = build.load(b, x);
            build.store(power, x, build.power(build.call(Op::abs, {base}), exponent));
            build.store(angle, x, build.call(Op::atan2, {base, exponent}));
        });
    });
    const auto compiled = backend::compile(shop.module);
    ASSERT_TRUE(compiled.has_value()) << compiled.error();
    auto memory = Memory::create(shop.module);
    fill(shop.module, *memory, {.specials = false});
    compiled->function("advance")(&memory->context(), 0);
    for (std::size_t i = 0; i < count; ++i) {
        const double x = memory->values<double>(a)[i], y = memory->values<double>(b)[i];
        EXPECT_LE(units(memory->values<double>(power)[i], std::pow(std::abs(x), y), Type::f64), 4);
        EXPECT_LE(units(memory->values<double>(angle)[i], std::atan2(x, y), Type::f64), 4);
    }
}

} // namespace
} // namespace nphys::test
