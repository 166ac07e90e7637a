// What an Update means: scalars, simultaneity, parts of ranges, order, types, time.
#include "tests/unit/lower_support.h"

namespace nphys::testing {
namespace {

using algebra::Op;

TEST(lower_updates, scalar_models_become_straight_lines) {
    ProgramMaker maker;
    auto& pool = maker.pool;
    const SymbolId phi = maker.state("φ"), beta = maker.state("β");
    const Expr w = maker.parameter("ω", 0.3), f = pool.element(phi, {}), b = pool.element(beta, {});
    maker.start(phi, {}, pool.integer(1));
    maker.program.dt = 0.1;
    maker.update(maker.program.cycle, {{phi, {}, pool.add({f, b})}, {beta, {}, pool.add({b, pool.multiply({pool.integer(-1), maker.square(w), f})})}});
    maker.step(maker.program.cycle);
    maker.update(maker.program.cycle, {{beta, {}, pool.add({b, pool.multiply({pool.rational(1, 10), pool.apply(Op::sin, {pool.time()})})})}});
    maker.program.closing = maker.program.cycle;
    maker.observable("H", pool.multiply({pool.rational(1, 2), maker.square(w), maker.square(f)}));
    compare_all(maker, 20, 1e-13, "");
}

TEST(lower_updates, simultaneous_assignments_read_the_old_state) {
    ProgramMaker maker;
    auto& pool = maker.pool;
    const SpaceId range = maker.range(1, 40);
    const IndexId n = maker.index("n", range);
    algebra::Index part = pool.index(n);
    part.first = 3;
    part.last = 37;
    const IndexId inner = pool.add_index(part);
    const SymbolId x = maker.state("x", {{range, 1, 40}}), y = maker.state("y", {{range, 1, 40}}), s = maker.state("s");
    maker.start(x, {maker.at(n)}, pool.apply(Op::sin, {pool.index_value(maker.at(n), 0)}));
    maker.start(y, {maker.at(n)}, pool.index_value(maker.at(n), 0));
    maker.start(y, {maker.number(7)}, pool.integer(-5));
    const Expr left = pool.element(x, {maker.at(inner, 0, -2)}), right = pool.element(x, {maker.at(inner, 0, 2)});
    // Parts of x from their neighbours, single elements, and others that read x: all see the old x.
    maker.update(maker.program.cycle, {{x, {maker.at(inner)}, pool.multiply({pool.rational(1, 2), pool.add({left, right})})},
                                       {y, {maker.at(n)}, pool.add({pool.element(y, {maker.at(n)}), pool.element(x, {maker.at(n)})})},
                                       {x, {maker.number(1)}, pool.element(x, {maker.number(40)})},
                                       {x, {maker.number(40)}, pool.element(x, {maker.number(1)})},
                                       {s, {}, pool.add({pool.element(s, {}), pool.element(x, {maker.number(5)})})}});
    maker.program.closing = maker.program.cycle;
    compare_all(maker, 4, 1e-13, "");
}

TEST(lower_updates, sequential_updates_see_the_elements_before_them) {
    ProgramMaker maker;
    auto& pool = maker.pool;
    const SpaceId range = maker.range(1, 12), space = maker.lattice({4, 5});
    const IndexId n = maker.index("n", range), k = maker.index("k", range), i = maker.index("i", space);
    const SymbolId x = maker.state("x", {{range, 1, 12}}), phi = maker.state_over("φ", space);
    maker.start(x, {maker.at(n)}, pool.apply(Op::sin, {pool.index_value(maker.at(n), 0)}));
    maker.start(phi, {maker.at(i)}, pool.apply(Op::sin, {pool.add({pool.coordinate(maker.at(i), 0), pool.multiply({pool.integer(2), pool.coordinate(maker.at(i), 1)})})}));
    const Expr sum = pool.sum(k, pool.multiply({pool.apply(Op::cos, {pool.multiply({pool.index_value(maker.at(n), 0), pool.index_value(maker.at(k), 0)})}), pool.element(x, {maker.at(k)})}));
    auto& update = maker.update(maker.program.cycle, {{x, {maker.at(n)}, pool.apply(Op::tanh, {sum})},
                                                      {phi, {maker.at(i)}, pool.multiply({pool.rational(1, 2), pool.add({pool.element(phi, {maker.at(i, 0, -1)}), pool.element(phi, {maker.at(i, 1, 1)})})})}});
    update.sequential = true;
    maker.program.closing = maker.program.cycle;
    compare_all(maker, 2, 1e-13, "");
}

TEST(lower_updates, single_precision_state_stays_near_the_formulas) {
    ProgramMaker maker;
    auto& pool = maker.pool;
    const SpaceId space = maker.lattice({9, 20}, 0.5);
    const IndexId i = maker.index("i", space);
    const SymbolId phi = maker.state_over("φ", space), pi = maker.state_over("π", space);
    maker.start(phi, {maker.at(i)}, pool.apply(Op::sin, {pool.coordinate(maker.at(i), 1)}));
    const Expr m = maker.parameter("m", 0.7);
    const Expr force = pool.add({maker.laplacian(phi, i), pool.multiply({pool.integer(-1), maker.square(m), pool.power(pool.element(phi, {maker.at(i)}), pool.integer(3))}),
                                 pool.multiply({pool.apply(Op::cos, {pool.time()}), pool.coordinate(maker.at(i), 0)})});
    maker.program.dt = 0.05;
    maker.program.single_precision = true;
    maker.update(maker.program.cycle, {{phi, {maker.at(i)}, pool.add({pool.element(phi, {maker.at(i)}), pool.multiply({pool.step(), pool.element(pi, {maker.at(i)})})})}});
    maker.step(maker.program.cycle);
    maker.update(maker.program.cycle, {{pi, {maker.at(i)}, pool.add({pool.element(pi, {maker.at(i)}), pool.multiply({pool.step(), force})})}});
    maker.program.closing = maker.program.cycle;
    maker.observable("energy", pool.sum(i, maker.half(maker.square(pool.element(pi, {maker.at(i)})))));
    ProgramStepper formulas(maker.model, maker.program);
    Execution plain(maker, {.fuse = false, .whole_rows = false});
    plain.start();
    plain.run("advance", 6);
    formulas.advance(6);
    expect_close(plain.values(phi), formulas[phi], 1e-5, "phi");
    expect_close(plain.values(pi), formulas[pi], 1e-5, "pi");
    EXPECT_EQ(plain.lowered().module.buffers[0].type, loops::Type::f32);
    for (const std::int64_t threads : {1, 2, 3}) {
        Execution other(maker, {.time_steps = threads, .smallest_parallel = 1}, {.threads = threads, .shuffle = 3, .check_races = true});
        other.start();
        other.run("advance", 6);
        expect_same_bits(other.values(phi), plain.values(phi), "phi");
        expect_same_bits(other.values(pi), plain.values(pi), "pi");
    }
}

TEST(lower_updates, components_and_stored_constants) {
    ProgramMaker maker;
    auto& pool = maker.pool;
    const SpaceId space = maker.lattice({30}), types = maker.range(1, 2);
    const IndexId i = maker.index("i", space);
    const SymbolId phi = maker.state("φ", {{space, 1, 1}, {types, 1, 2}});
    const SymbolId potential = maker.tensor("V", model::Role::let, {{space, 1, 1}});
    maker.program.constants.push_back({potential, {maker.at(i)}, pool.apply(Op::exp, {pool.multiply({pool.rational(-1, 9), pool.coordinate(maker.at(i), 0)})})});
    for (const int a : {1, 2}) {
        const Expr other = pool.element(phi, {maker.at(i, 0, 1), maker.number(3 - a)});
        maker.start(phi, {maker.at(i), maker.number(a)}, pool.apply(Op::sin, {pool.multiply({pool.integer(a), pool.coordinate(maker.at(i), 0)})}));
        if (a == 1) maker.update(maker.program.cycle, {});
        std::get<dynamics::Update>(maker.program.cycle[0]).assignments.push_back(
            {phi, {maker.at(i), maker.number(a)}, pool.add({pool.element(phi, {maker.at(i), maker.number(a)}), pool.multiply({pool.element(potential, {maker.at(i)}), other})})});
    }
    maker.program.closing = maker.program.cycle;
    Execution loops(maker, {}, {.check_races = true});
    ProgramStepper formulas(maker.model, maker.program);
    loops.start();
    loops.run("advance", 3);
    formulas.advance(3);
    const auto values = loops.values(phi), wanted = formulas[phi];
    EXPECT_EQ(loops.lowered().layout.find(phi)->components.size(), 2u);
    for (std::size_t site = 0; site < 30; ++site)
        for (std::size_t a = 0; a < 2; ++a) EXPECT_NEAR(values[a * 30 + site], wanted[site * 2 + a], 1e-13);
}

TEST(lower_updates, piecewise_laws_and_places) {
    for (const Edge edge : {Edge::periodic, Edge::open, Edge::reflecting, Edge::antiperiodic}) {
        ProgramMaker maker;
        auto& pool = maker.pool;
        const SpaceId space = maker.lattice({7, 21}, 1, edge);
        const IndexId i = maker.index("i", space);
        const SymbolId phi = maker.state_over("φ", space);
        maker.start(phi, {maker.at(i)}, pool.apply(Op::cos, {pool.coordinate(maker.at(i), 1)}));
        const Expr here = pool.element(phi, {maker.at(i)}), far = pool.element(phi, {maker.at(i, 1, 3)});
        const Expr inside = pool.within(space, maker.at(i, 1, 2), 1, 1, 21), sign = pool.edge_sign(space, maker.at(i, 0, -1), 0);
        const Expr condition = pool.apply(Op::logical_and, {pool.apply(Op::less, {pool.coordinate(maker.at(i), 0), pool.integer(3)}), pool.apply(Op::greater, {here, far})});
        const Expr delta = pool.delta(space, maker.at(i, 0, 1), Place{{}, {3, 4, 0, 0}});
        maker.update(maker.program.cycle, {{phi, {maker.at(i)}, pool.add({pool.select(condition, far, pool.multiply({here, sign, pool.rational(1, 2)})),
                                                                         pool.multiply({inside, pool.coordinate(maker.at(i, 1, 2), 1), far, pool.rational(1, 50)}), delta})}});
        maker.program.closing = maker.program.cycle;
        compare_all(maker, 3, 1e-13, "edge " + std::to_string(static_cast<int>(edge)) + " ");
    }
}

} // namespace
} // namespace nphys::testing
