// Vector loops, compiled: each kind of access and operation at every length around the width of the vectors.
#include <gtest/gtest.h>

#include "tests/unit/llvm_agreement.h"

namespace nphys::test {
namespace {

using namespace loops;
using algebra::Op;

constexpr std::int64_t longest = 67;

// Every length, from two places, at all widths of vectors.
void expect_agreement(const Module& module, Trial trial = {}) {
    for (const int bytes : {0, 32, 16}) {
        trial.options.vector_bytes = bytes;
        const auto wrong = disagreement(module, trial);
        EXPECT_EQ(wrong, std::nullopt) << "vectors of " << bytes << " bytes\n" << print(module);
    }
    trial.options.vector_bytes = 0;
#if defined(__x86_64__)
    // Older processors: without masks, gathers and 512 bits; without fused multiply-add.
    for (const char* processor : {"x86-64-v3", "x86-64"}) {
        trial.options.processor = processor;
        EXPECT_EQ(disagreement(module, trial), std::nullopt) << processor << "\n" << print(module);
    }
    trial.options.processor.clear();
#endif
}

template <class Write>
void at_every_length(FunctionBuilder& build, std::int64_t margin, Write&& write) {
    build.loop(LoopKind::serial, "length", build.integer(0), build.integer(longest + 1), [&](IntegerId length) {
        build.loop(LoopKind::vector, "x", build.integer(margin), build.add(length, margin),
                   [&](IntegerId x) { write(x); });
    });
}

TEST(llvm_vector_loops, stencil_in_f64) {
    Workshop shop;
    const BufferId phi = shop.buffer("phi", Type::f64, longest + 2), next = shop.buffer("next", Type::f64, longest + 2);
    const ScalarId c = shop.scalar("c", 0.3);
    shop.function("advance", [&](FunctionBuilder& build) {
        at_every_length(build, 1, [&](IntegerId x) {
            const ValueId sides = build.add(build.load(phi, build.add(x, -1)), build.load(phi, build.add(x, 1)));
            build.store(next, x, build.fma(build.scalar(c), sides, build.load(next, x)));
        });
    });
    expect_agreement(shop.module);
}

TEST(llvm_vector_loops, stencil_in_f32_and_mixed) {
    Workshop shop;
    const BufferId a = shop.buffer("a", Type::f32, longest + 2), b = shop.buffer("b", Type::f32, longest + 2);
    const BufferId d = shop.buffer("d", Type::f64, longest + 2);
    shop.function("narrow", [&](FunctionBuilder& build) {
        at_every_length(build, 1, [&](IntegerId x) {
            const ValueId sides = build.add(build.load(a, build.add(x, -1)), build.load(a, build.add(x, 1)));
            build.store(b, x, build.multiply(sides, build.constant(0.1, Type::f32)));
        });
    });
    shop.function("mixed", [&](FunctionBuilder& build) {
        at_every_length(build, 1, [&](IntegerId x) {
            const ValueId wide = build.multiply(build.convert(build.load(a, x), Type::f64), build.load(d, x));
            build.store(b, x, build.convert(wide, Type::f32));
            build.store(d, x, build.square_root(wide));
        });
    });
    expect_agreement(shop.module);
}

TEST(llvm_vector_loops, every_operation_in_both_precisions) {
    for (const Type type : {Type::f64, Type::f32}) {
        Workshop shop;
        std::vector<BufferId> in, out;
        for (const char* name : {"a", "b", "c"})
            in.push_back(shop.buffer(name, type, longest));
        const auto result = [&](FunctionBuilder& build, IntegerId x, ValueId value) {
            out.push_back(shop.buffer(fmt::format("out{}", out.size()), type, longest));
            build.store(out.back(), x, build.convert(value, type));
        };
        // The builder keeps a reference to the module, whose buffers grow while it is used.
        shop.module.buffers.reserve(100);
        shop.function("advance", [&](FunctionBuilder& build) {
            at_every_length(build, 0, [&](IntegerId x) {
                const ValueId a = build.load(in[0], x), b = build.load(in[1], x), c = build.load(in[2], x);
                for (const ValueId value :
                     {build.add(a, b), build.subtract(a, b), build.multiply(a, b), build.divide(a, b), build.negate(a),
                      build.fma(a, b, c), build.square_root(a)})
                    result(build, x, value);
                for (const Op op : {Op::abs, Op::sign, Op::floor, Op::sqrt, Op::re, Op::im, Op::conj, Op::arg})
                    result(build, x, build.call(op, {a}));
                for (const Op op : {Op::min, Op::max, Op::less, Op::less_equal, Op::greater, Op::greater_equal,
                                    Op::equal, Op::not_equal, Op::logical_and, Op::logical_or})
                    result(build, x, build.call(op, {a, b}));
                const ValueId above = build.call(Op::greater, {a, b}), below = build.call(Op::less, {b, c});
                const ValueId both = build.call(Op::logical_and, {above, build.call(Op::logical_not, {below})});
                result(build, x, build.select(both, a, c));
                for (const std::int32_t power : {-7, -2, -1, 0, 1, 2, 3, 4, 5, 6, 13})
                    result(build, x, build.power(a, power));
                result(build, x, build.from_integer(build.subtract(build.multiply(x, 3), 5), type));
            });
        });
        expect_agreement(shop.module);
    }
}

TEST(llvm_vector_loops, functions_lane_by_lane_are_those_of_the_interpreter) {
    for (const Type type : {Type::f64, Type::f32}) {
        Workshop shop;
        shop.module.buffers.reserve(100);
        const BufferId in = shop.buffer("a", type, longest), other = shop.buffer("b", type, longest);
        shop.function("advance", [&](FunctionBuilder& build) {
            at_every_length(build, 0, [&](IntegerId x) {
                const ValueId a = build.load(in, x), b = build.load(other, x);
                for (const Op op : {Op::exp, Op::log, Op::sin, Op::cos, Op::tan, Op::asin, Op::acos, Op::atan, Op::sinh,
                                    Op::cosh, Op::tanh, Op::sigmoid, Op::erf})
                    build.store(shop.buffer(std::string(algebra::op_name(op)), type, longest), x, build.call(op, {a}));
                build.store(shop.buffer("arc", type, longest), x, build.call(Op::atan2, {a, b}));
                build.store(shop.buffer("pow", type, longest), x, build.power(build.call(Op::abs, {a}), b));
            });
        });
        Trial trial;
        trial.options.vector_math = false;
        expect_agreement(shop.module, trial);
    }
}

TEST(llvm_vector_loops, every_kind_of_index) {
    Workshop shop;
    const BufferId a = shop.buffer("a", Type::f64, 4 * longest), f = shop.buffer("f", Type::f32, 4 * longest);
    const BufferId where = shop.buffer("where", Type::i64, 4 * longest);
    const BufferId out = shop.buffer("out", Type::f64, 8 * longest);
    shop.function("advance", [&](FunctionBuilder& build) {
        build.loop(LoopKind::serial, "row", build.integer(1), build.integer(4), [&](IntegerId row) {
            at_every_length(build, 0, [&](IntegerId x) {
                std::vector<ValueId> terms = {build.load(a, build.multiply(x, 3)),
                                              build.load(a, build.subtract(build.integer(longest), x)),
                                              build.load(a, build.add(build.multiply(row, 16), x)),
                                              build.load(a, build.load_integer(where, x)),
                                              build.load(a, build.load_integer(where, build.multiply(x, row))),
                                              build.load(a, row),
                                              build.load(a, build.divide(build.subtract(x, 0), 5)),
                                              build.load(a, build.remainder(build.subtract(x, 40), 7)),
                                              build.load(a, build.remainder(x, row)),
                                              build.load(a, build.minimum(x, row)),
                                              build.load(a, build.maximum(build.subtract(x, 9), row)),
                                              build.load(a, build.multiply(x, row)),
                                              build.load(a, build.add(build.less(x, row), build.equal(x, row))),
                                              build.convert(build.load(f, build.multiply(x, 2)), Type::f64),
                                              build.from_integer(build.load_integer(where, row))};
                ValueId sum = terms.front();
                for (std::size_t i = 1; i < terms.size(); ++i)
                    sum = build.fma(sum, build.constant(0.75), terms[i]);
                build.store(out, x, sum);
                build.store(out, build.add(build.multiply(x, 2), 3 * longest), terms[3]);
            });
        });
    });
    expect_agreement(shop.module, {.indices = longest});
}

TEST(llvm_vector_loops, accumulators_have_sixteen_lanes_at_any_width) {
    for (const Type type : {Type::f64, Type::f32}) {
        Workshop shop;
        const BufferId a = shop.buffer("a", type, longest + 3), out = shop.buffer("out", Type::f64, 4 * (longest + 1));
        shop.function("advance", [&](FunctionBuilder& build) {
            build.loop(LoopKind::serial, "length", build.integer(0), build.integer(longest + 1), [&](IntegerId length) {
                std::vector<AccumulatorId> opened;
                for (const Combine combine : {Combine::sum, Combine::product, Combine::maximum, Combine::minimum})
                    opened.push_back(build.open(combine));
                build.loop(LoopKind::vector, "x", build.integer(3), build.add(length, 3), [&](IntegerId x) {
                    const ValueId value = build.load(a, x);
                    for (const AccumulatorId accumulator : opened)
                        build.accumulate(accumulator, value);
                });
                build.loop(LoopKind::serial, "y", build.integer(0), build.minimum(length, build.integer(3)),
                           [&](IntegerId y) {
                               for (const AccumulatorId accumulator : opened)
                                   build.accumulate(accumulator, build.load(a, y));
                           });
                for (std::size_t i = 0; i < opened.size(); ++i)
                    build.store(out, build.add(build.multiply(length, 4), static_cast<std::int64_t>(i)),
                                build.read(opened[i]));
            });
        });
        expect_agreement(shop.module, {.specials = false});
        expect_agreement(shop.module, {.seed = 5});
    }
}

TEST(llvm_vector_loops, streaming_stores_at_every_alignment) {
    for (const Type type : {Type::f64, Type::f32}) {
        Workshop shop;
        const BufferId a = shop.buffer("a", type, longest + 40), b = shop.buffer("b", type, longest + 40);
        const BufferId c = shop.buffer("c", type, longest + 40), d = shop.buffer("d", type, longest + 40);
        shop.function("advance", [&](FunctionBuilder& build) {
            build.loop(LoopKind::serial, "first", build.integer(0), build.integer(33), [&](IntegerId first) {
                build.loop(LoopKind::serial, "length", build.integer(0), build.integer(longest + 1),
                           [&](IntegerId length) {
                               build.loop(LoopKind::vector, "x", first, build.add(first, length), [&](IntegerId x) {
                                   const ValueId value = build.load(a, x);
                                   build.store(b, x, build.add(value, build.load(b, x)), true);
                                   build.store(c, x, build.multiply(value, value), true);
                               });
                               const AccumulatorId sum = build.open(Combine::sum);
                               build.loop(LoopKind::vector, "x", first, build.add(first, length), [&](IntegerId x) {
                                   const ValueId value = build.load(a, x);
                                   build.store(c, build.add(x, 1), value, true);
                                   build.store(d, x, value, true);
                                   build.accumulate(sum, value);
                               });
                               build.store(b, length, build.read(sum, type));
                               build.loop(LoopKind::vector, "x", first, build.add(first, length), [&](IntegerId x) {
                                   build.store(c, build.add(x, 1), build.load(a, x), true);
                                   build.store(d, x, build.load(a, x), true);
                               });
                           });
            });
        });
        expect_agreement(shop.module, {.specials = false});
    }
}

// Neighbours on periodic axes of every size, through the edge in both directions; from the first site and from others.
TEST(llvm_vector_loops, rows_go_around_periodic_edges) {
    for (const Type type : {Type::f64, Type::f32}) {
        for (std::int64_t size = 1; size <= 70; size += size < 20 ? 1 : 7) {
            Workshop shop;
            const BufferId a = shop.buffer("a", type, 3 * size), b = shop.buffer("b", type, 3 * size);
            const BufferId out = shop.buffer("out", type, 3 * size), far = shop.buffer("far", type, 3 * size);
            const BufferId sums = shop.buffer("sums", Type::f64, 9);
            shop.function("advance", [&](FunctionBuilder& build) {
                const auto body = [&](IntegerId row, IntegerId x, bool streams) {
                    const auto at = [&](BufferId buffer, std::int64_t shift) {
                        return build.load(buffer, build.add(row, build.remainder(build.add(x, shift), size)));
                    };
                    const ValueId sides = build.add(at(a, -1), build.multiply(at(a, 1), at(a, 2)));
                    build.store(out, build.add(row, x), build.fma(sides, at(b, size - 3), at(b, 0)), streams);
                    build.store(far, build.add(row, build.remainder(build.add(x, 3), size)), sides);
                    return sides;
                };
                build.loop(LoopKind::serial, "row", build.integer(0), build.integer(3), [&](IntegerId y) {
                    const IntegerId row = build.multiply(y, size);
                    build.loop(LoopKind::vector, "x", build.integer(0), build.integer(size),
                               [&](IntegerId x) { body(row, x, true); });
                    build.loop(LoopKind::vector, "x", y, build.subtract(build.integer(size), y),
                               [&](IntegerId x) { body(row, x, true); });
                    build.loop(LoopKind::vector, "x", build.integer(size / 3), build.integer(size - size / 4),
                               [&](IntegerId x) { body(row, x, false); });
                    const AccumulatorId sum = build.open(Combine::sum);
                    build.loop(LoopKind::vector, "x", build.integer(0), build.integer(size), [&](IntegerId x) {
                        build.accumulate(sum, build.convert(body(row, x, false), Type::f64));
                    });
                    build.store(sums, y, build.read(sum));
                });
            });
            expect_agreement(shop.module, {.specials = false});
        }
    }
}

TEST(llvm_vector_loops, lets_in_the_body) {
    Workshop shop;
    const BufferId a = shop.buffer("a", Type::f64, 3 * longest), out = shop.buffer("out", Type::f64, longest);
    const BufferId where = shop.buffer("where", Type::i64, longest);
    shop.function("advance", [&](FunctionBuilder& build) {
        at_every_length(build, 0, [&](IntegerId x) {
            const IntegerId twice = build.let("twice", build.multiply(x, 2));
            const IntegerId shared = build.let("shared", build.divide(build.argument(), 2));
            const IntegerId there = build.let("there", build.load_integer(where, x));
            build.store(out, x, build.add(build.load(a, build.add(twice, shared)), build.load(a, there)));
        });
    });
    expect_agreement(shop.module, {.argument = 8});
}

} // namespace
} // namespace nphys::test
