#include "tests/unit/loops_programs.h"

namespace nphys::test {

using namespace loops;

namespace {

// value(x) = a smooth number in (-1, 1) from the place, without transcendental functions.
ValueId start_value(FunctionBuilder& build, IntegerId x, std::int64_t size, Type type, std::int64_t factor) {
    const ValueId place = build.from_integer(build.remainder(build.multiply(x, factor), size), type);
    const ValueId scaled = build.divide(place, build.constant(static_cast<double>(size), type));
    return build.subtract(scaled, build.constant(0.4, type));
}

void add_initialize(Program& program, const std::vector<BufferId>& buffers) {
    FunctionBuilder build(program.module, "initialize");
    std::int64_t factor = 7;
    for (const BufferId buffer : buffers) {
        const Buffer& target = program.module.buffers[buffer.index()];
        build.comment("a number that differs from place to place");
        build.loop(LoopKind::vector, "x", build.integer(0), build.integer(target.size), [&](IntegerId x) {
            build.store(buffer, x, start_value(build, x, target.size, target.type, factor));
        });
        factor += 4;
    }
    program.module.functions.push_back(build.finish());
}

struct Wave {
    BufferId phi, pi;
    Type type;
    std::int64_t size;
};

// π[x] += dt (φ[left] - 2 φ[x] + φ[right])
void kick(FunctionBuilder& build, const Wave& wave, ScalarId dt, IntegerId left, IntegerId x, IntegerId right) {
    const ValueId two = build.constant(-2, wave.type);
    const ValueId neighbours = build.add(build.load(wave.phi, left), build.load(wave.phi, right));
    const ValueId laplacian = build.fma(two, build.load(wave.phi, x), neighbours);
    build.store(wave.pi, x, build.fma(build.scalar(dt, wave.type), laplacian, build.load(wave.pi, x)));
}

void kick_block(FunctionBuilder& build, const Wave& wave, ScalarId dt, IntegerId first, IntegerId last) {
    const std::int64_t end = wave.size - 1;
    build.when(build.multiply(build.equal(first, build.integer(0)), build.less(first, last)), [&] {
        kick(build, wave, dt, build.integer(end), build.integer(0), build.integer(wave.size > 1 ? 1 : 0));
    });
    const IntegerId inner_begin = build.maximum(first, build.integer(1)),
                    inner_end = build.minimum(last, build.integer(end));
    build.loop(LoopKind::vector, "x", inner_begin, inner_end,
               [&](IntegerId x) { kick(build, wave, dt, build.subtract(x, 1), x, build.add(x, 1)); });
    if (wave.size == 1)
        return;
    build.when(build.multiply(build.less(build.integer(end), last), build.less(first, last)),
               [&] { kick(build, wave, dt, build.integer(end - 1), build.integer(end), build.integer(0)); });
}

void add_reduction(FunctionBuilder& build, const Wave& wave, Combine combine, BufferId output, std::int64_t place) {
    const AccumulatorId total = build.open(combine);
    build.loop(LoopKind::vector, "x", build.integer(0), build.integer(wave.size), [&](IntegerId x) {
        const ValueId value = build.load(wave.phi, x);
        const bool is_product = combine == Combine::product;
        build.accumulate(total, is_product ? build.add(build.constant(1, wave.type), value) : value);
    });
    build.store(output, build.integer(place), build.read(total));
}

} // namespace

Program stencil(std::int64_t size, Type type) {
    Program program = new_program("stencil");
    const Wave wave{add_buffer(program, "phi", type, size), add_buffer(program, "pi", type, size), type, size};
    const BufferId numbers = add_buffer(program, "numbers", Type::f64, 4, BufferRole::output);
    program.module.buffers[0].origin = "φ";
    add_initialize(program, {wave.phi, wave.pi});
    FunctionBuilder build(program.module, "advance");
    const ScalarId dt = program.module.step_size;
    build.loop(LoopKind::serial, "n", build.integer(0), build.argument(), [&](IntegerId) {
        build.comment("kick π");
        build.blocks(build.integer(size),
                     [&](IntegerId first, IntegerId last) { kick_block(build, wave, dt, first, last); });
        build.comment("drift φ");
        build.blocks(build.integer(size), [&](IntegerId first, IntegerId last) {
            build.loop(LoopKind::vector, "x", first, last, [&](IntegerId x) {
                build.store(wave.phi, x,
                            build.fma(build.scalar(dt, type), build.load(wave.pi, x), build.load(wave.phi, x)));
            });
        });
        build.advance_step();
    });
    program.module.functions.push_back(build.finish());
    FunctionBuilder observe(program.module, "observe");
    for (const Combine combine : {Combine::sum, Combine::product, Combine::maximum, Combine::minimum}) {
        add_reduction(observe, wave, combine, numbers, static_cast<std::int64_t>(combine));
    }
    program.module.functions.push_back(observe.finish());
    return program;
}

Program matrix_map(std::int64_t size, Type type) {
    Program program = new_program("matrix_map");
    const BufferId x = add_buffer(program, "x", type, size),
                   next = add_buffer(program, "x_next", type, size, BufferRole::temporary);
    const BufferId matrix = add_buffer(program, "W", type, size * size, BufferRole::constant);
    FunctionBuilder constants(program.module, "constants");
    constants.loop(LoopKind::vector, "k", constants.integer(0), constants.integer(size * size),
                   [&](IntegerId k) { constants.store(matrix, k, start_value(constants, k, size * size, type, 3)); });
    program.module.functions.push_back(constants.finish());
    add_initialize(program, {x});
    FunctionBuilder build(program.module, "advance");
    build.loop(LoopKind::serial, "n", build.integer(0), build.argument(), [&](IntegerId) {
        build.blocks(build.integer(size), [&](IntegerId first, IntegerId last) {
            build.loop(LoopKind::serial, "i", first, last, [&](IntegerId i) {
                const AccumulatorId sum = build.open(Combine::sum);
                const IntegerId row = build.let("row", build.multiply(i, size));
                build.loop(LoopKind::vector, "j", build.integer(0), build.integer(size), [&](IntegerId j) {
                    build.accumulate(sum, build.multiply(build.load(matrix, build.add(row, j)), build.load(x, j)));
                });
                const ValueId product = build.read(sum, type);
                const ValueId softened = build.add(build.constant(1, type), build.multiply(product, product));
                build.store(next, i, build.divide(product, softened));
            });
        });
        build.swap(x, next);
        build.advance_step();
    });
    program.module.functions.push_back(build.finish());
    return program;
}

Program sparse_map(std::int64_t size) {
    Program program = new_program("sparse_map");
    const BufferId x = add_buffer(program, "x", Type::f64, size), next = add_buffer(program, "x_next", Type::f64, size);
    const BufferId begin = add_buffer(program, "row_begin", Type::i64, size + 1, BufferRole::constant);
    const BufferId column = add_buffer(program, "column", Type::i64, 2 * size, BufferRole::constant);
    FunctionBuilder constants(program.module, "constants");
    constants.loop(LoopKind::serial, "i", constants.integer(0), constants.integer(size + 1), [&](IntegerId i) {
        constants.store(begin, i, constants.from_integer(constants.multiply(i, 2), Type::i64));
    });
    constants.loop(LoopKind::serial, "i", constants.integer(0), constants.integer(size), [&](IntegerId i) {
        for (const std::int64_t offset : {-3, 5}) {
            const IntegerId target = constants.remainder(constants.add(i, offset), size);
            constants.store(column, constants.add(constants.multiply(i, 2), offset < 0 ? 0 : 1),
                            constants.from_integer(target, Type::i64));
        }
    });
    program.module.functions.push_back(constants.finish());
    add_initialize(program, {x});
    FunctionBuilder build(program.module, "advance");
    build.loop(LoopKind::serial, "n", build.integer(0), build.argument(), [&](IntegerId) {
        build.loop(LoopKind::serial, "i", build.integer(0), build.integer(size), [&](IntegerId i) {
            const AccumulatorId sum = build.open(Combine::sum);
            const IntegerId first = build.load_integer(begin, i), last = build.load_integer(begin, build.add(i, 1));
            build.loop(LoopKind::serial, "k", first, last,
                       [&](IntegerId k) { build.accumulate(sum, build.load(x, build.load_integer(column, k))); });
            build.store(next, i, build.multiply(build.constant(0.45), build.read(sum)));
        });
        build.swap(x, next);
        build.advance_step();
    });
    program.module.functions.push_back(build.finish());
    return program;
}

Program all_operations(std::int64_t size, Type type) {
    using algebra::Op;
    Program program = new_program("all_operations");
    const BufferId x = add_buffer(program, "x", type, size), y = add_buffer(program, "y", type, size);
    const BufferId result = add_buffer(program, "class", type, size); // a word of C++
    add_initialize(program, {x, y});
    FunctionBuilder build(program.module, "advance");
    build.loop(LoopKind::vector, "i", build.integer(0), build.integer(size), [&](IntegerId i) {
        const ValueId a = build.load(x, i), b = build.load(y, i);
        const ValueId half = build.constant(0.5, type);
        const ValueId less = build.call(Op::less, {a, b}), equal = build.call(Op::equal, {a, b});
        const ValueId some =
            build.call(Op::logical_or, {build.call(Op::logical_and, {less, build.call(Op::logical_not, {equal})}),
                                        build.call(Op::greater_equal, {a, half})});
        const ValueId powers =
            build.add(build.power(a, 3), build.add(build.power(b, 6), build.power(build.add(half, b), -5)));
        const ValueId extremes = build.subtract(build.call(Op::min, {a, b}), build.call(Op::max, {half, b}));
        const ValueId rounded = build.add(build.call(Op::floor, {build.multiply(a, build.constant(9, type))}),
                                          build.multiply(build.call(Op::sign, {b}), build.call(Op::abs, {a})));
        const ValueId roots = build.square_root(build.call(Op::abs, {build.negate(build.negate(b))}));
        const ValueId chosen = build.select(some, build.fma(a, b, powers),
                                            build.subtract(extremes, build.divide(a, build.add(half, half))));
        const ValueId truth = build.convert(some, type);
        const ValueId total =
            build.add(build.subtract(chosen, build.subtract(rounded, roots)), build.multiply(truth, half));
        build.store(result, i,
                    build.add(total, build.convert(build.convert(build.multiply(total, half), Type::f32), type)));
    });
    program.module.functions.push_back(build.finish());
    return program;
}

Program streamed_lattice(std::int64_t rows, std::int64_t columns, Type type) {
    Program program = new_program("streamed_lattice");
    const BufferId now = add_buffer(program, "phi", type, rows * columns),
                   next = add_buffer(program, "phi_next", type, rows * columns);
    add_initialize(program, {now});
    FunctionBuilder build(program.module, "advance");
    build.loop(LoopKind::serial, "n", build.integer(0), build.argument(), [&](IntegerId) {
        build.blocks(build.integer(rows), [&](IntegerId first, IntegerId last) {
            build.loop(LoopKind::serial, "y", first, last, [&](IntegerId y) {
                const IntegerId row = build.let("row", build.multiply(y, columns));
                const IntegerId above =
                    build.let("above", build.multiply(build.remainder(build.add(y, 1), rows), columns));
                build.loop(LoopKind::vector, "x", build.integer(0), build.integer(columns), [&](IntegerId x) {
                    const ValueId here = build.load(now, build.add(row, x)),
                                  there = build.load(now, build.add(above, x));
                    const ValueId change = build.subtract(there, here), quarter = build.constant(0.25, type);
                    const ValueId moved = build.fma(quarter, change, here);
                    build.store(next, build.add(row, x), moved, true);
                });
            });
        });
        build.swap(now, next);
        build.advance_step();
    });
    program.module.functions.push_back(build.finish());
    return program;
}

Program ring(std::int64_t size, Type type) {
    Program program = new_program("ring");
    const BufferId now = add_buffer(program, "phi", type, 2 * size),
                   next = add_buffer(program, "phi_next", type, 2 * size);
    const BufferId number = add_buffer(program, "number", Type::f64, 1, BufferRole::output);
    add_initialize(program, {now});
    FunctionBuilder build(program.module, "advance");
    const auto at = [&](FunctionBuilder& writer, IntegerId row, IntegerId x) {
        return writer.load(now, writer.add(row, x));
    };
    build.loop(LoopKind::serial, "n", build.integer(0), build.argument(), [&](IntegerId) {
        build.loop(LoopKind::serial, "y", build.integer(0), build.integer(2), [&](IntegerId y) {
            const IntegerId row = build.let("row", build.multiply(y, size));
            build.loop(LoopKind::vector, "x", build.integer(0), build.integer(size), [&](IntegerId x) {
                const IntegerId left = build.let("left", build.remainder(build.subtract(x, 2), build.integer(size)));
                const IntegerId before = build.maximum(build.subtract(x, 1), build.integer(0));
                const IntegerId after = build.minimum(build.add(x, 1), build.integer(size - 1));
                const ValueId sides = build.subtract(at(build, row, before), at(build, row, after));
                const ValueId sum = build.fma(build.constant(0.25, type), sides, at(build, row, left));
                build.store(next, build.add(row, x), sum);
            });
        });
        build.swap(now, next);
        build.advance_step();
    });
    program.module.functions.push_back(build.finish());
    FunctionBuilder observe(program.module, "observe");
    const AccumulatorId total = observe.open(Combine::sum);
    observe.loop(LoopKind::vector, "x", observe.integer(0), observe.integer(size), [&](IntegerId x) {
        const IntegerId right = observe.remainder(observe.add(x, 3), observe.integer(size));
        const ValueId here = observe.load(now, x), there = observe.load(now, right);
        observe.accumulate(total, observe.multiply(here, there));
    });
    observe.store(number, observe.integer(0), observe.read(total));
    program.module.functions.push_back(observe.finish());
    return program;
}

Program single_neuron() {
    Program program = new_program("single_neuron");
    const BufferId phi = add_buffer(program, "phi", Type::f64, 1), beta = add_buffer(program, "beta", Type::f64, 1);
    program.module.scalars.push_back({"gain", "γ", 0.75});
    program.module.scalars.push_back({"energy", "E", 0});
    const ScalarId gain(3), energy(4);
    add_initialize(program, {phi, beta});
    FunctionBuilder build(program.module, "advance");
    const IntegerId only = build.integer(0);
    build.loop(LoopKind::serial, "n", build.integer(0), build.argument(), [&](IntegerId) {
        const ValueId old_phi = build.load(phi, only), old_beta = build.load(beta, only);
        const ValueId dt = build.scalar(program.module.step_size), time = build.scalar(program.module.time);
        build.store(phi, only, build.fma(dt, old_beta, old_phi));
        build.store(
            beta, only,
            build.subtract(old_beta, build.multiply(build.multiply(dt, build.scalar(gain)), build.load(phi, only))));
        build.set_scalar(energy, build.add(build.scalar(energy), build.multiply(time, old_phi)));
        build.advance_step();
    });
    build.store(beta, only, build.add(build.load(beta, only), build.scalar(energy)));
    program.module.functions.push_back(build.finish());
    return program;
}

Program drawing_program(Distribution distribution) {
    Program program = new_program("drawing");
    constexpr std::int64_t size = 37;
    const BufferId wide = add_buffer(program, "wide", Type::f64, size), narrow = add_buffer(program, "narrow", Type::f32, size);
    add_initialize(program, {wide, narrow});
    FunctionBuilder build(program.module, "advance");
    build.loop(LoopKind::serial, "n", build.integer(0), build.argument(), [&](IntegerId) {
        build.blocks(build.integer(size), [&](IntegerId first, IntegerId last) {
            build.loop(LoopKind::vector, "x", first, last, [&](IntegerId x) {
                const ValueId along = build.draw(Type::f64, {distribution, 1, build.integer(2), x, build.step()});
                build.store(wide, x, build.add(along, build.load(wide, x)));
                const IntegerId column = build.integer(5);
                build.store(narrow, x, build.draw(Type::f32, {distribution, 2, x, column, build.step()}));
            });
        });
        build.advance_step();
    });
    program.module.functions.push_back(build.finish());
    FunctionBuilder observe(program.module, "observe");
    program.module.functions.push_back(observe.finish());
    return program;
}

} // namespace nphys::test
