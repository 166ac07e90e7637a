// Stencils on lattices of all dimensions, edges and sizes: loops against formulas.
#include "tests/unit/lower_support.h"

namespace nphys::testing {
namespace {

constexpr double tolerance = 1e-13;

struct Shape {
    std::vector<std::int64_t> extents;
    std::vector<Edge> edges;
};

std::string text_of(const Shape& shape) {
    std::string text;
    for (std::size_t a = 0; a < shape.extents.size(); ++a)
        text += std::to_string(shape.extents[a]) + "/" + std::to_string(static_cast<int>(shape.edges[a])) + " ";
    return text;
}

SpaceId lattice_of(ProgramMaker& maker, const Shape& shape) {
    algebra::Space space;
    space.name = "space";
    space.kind = algebra::SpaceKind::lattice;
    const char* names[] = {"x", "y", "z", "w"};
    for (std::size_t a = 0; a < shape.extents.size(); ++a)
        space.axes.push_back({names[a], 1, shape.extents[a], shape.edges[a], a == 0 ? -1.0 : 0.0, 0.5});
    return maker.pool.add_space(space);
}

// A smooth field without symmetry.
Expr bump(ProgramMaker& maker, IndexId i) {
    std::vector<Expr> terms{maker.pool.rational(3, 10)};
    const auto axes = maker.pool.space_of(i).axes.size();
    for (std::size_t a = 0; a < axes; ++a)
        terms.push_back(maker.pool.apply(algebra::Op::sin, {maker.pool.multiply({maker.pool.real(0.7 + 0.3 * static_cast<double>(a)),
                                                                                 maker.pool.coordinate(maker.at(i), static_cast<int>(a))})}));
    return maker.pool.add(terms);
}

// φ' = φ + dt π;  π' = π + dt (Σ stencil of reach r − m² φ³), simultaneously or one after the other.
struct Wave : ProgramMaker {
    SpaceId space;
    IndexId i;
    SymbolId phi, pi;

    Wave(const Shape& shape, int reach, bool simultaneous) : space(lattice_of(*this, shape)), i(index("i", space)) {
        phi = state_over("φ", space);
        pi = state_over("π", space);
        const Expr dt = pool.step(), m = parameter("m", 0.7);
        std::vector<Expr> force;
        for (int axis = 0; axis < static_cast<int>(shape.extents.size()); ++axis) {
            for (int d = 1; d <= reach; ++d) {
                const Expr sum = pool.add({pool.element(phi, {at(i, axis, d)}), pool.element(phi, {at(i, axis, -d)}),
                                           pool.multiply({pool.integer(-2), pool.element(phi, {at(i)})})});
                force.push_back(pool.multiply({pool.rational(1, 4 * d), sum}));
            }
        }
        force.push_back(pool.multiply({pool.rational(1, 7), pool.apply(algebra::Op::cos, {pool.time()})}));
        force.push_back(pool.multiply({pool.integer(-1), square(m), pool.power(pool.element(phi, {at(i)}), pool.integer(3))}));
        const Expr kicked = pool.add({pool.element(pi, {at(i)}), pool.multiply({dt, pool.add(force)})});
        const Expr drifted = pool.add({pool.element(phi, {at(i)}), pool.multiply({dt, pool.element(pi, {at(i)})})});
        program.dt = 0.1;
        start(phi, {at(i)}, bump(*this, i));
        start(pi, {at(i)}, pool.multiply({pool.rational(1, 3), square(bump(*this, i))}));
        program.opening = {};
        if (simultaneous) {
            update(program.cycle, {{phi, {at(i)}, drifted}, {pi, {at(i)}, kicked}});
            step(program.cycle);
            program.closing = program.cycle;
        } else {
            update(program.opening, {{pi, {at(i)}, kicked}});
            update(program.cycle, {{phi, {at(i)}, drifted}});
            step(program.cycle);
            program.closing = program.cycle;
            update(program.cycle, {{pi, {at(i)}, kicked}});
            update(program.cycle, {{pi, {at(i)}, kicked}});
            update(program.closing, {{pi, {at(i)}, kicked}});
        }
        observable("energy", pool.sum(i, pool.add({half(square(pool.element(pi, {at(i)}))), half(square(pool.element(phi, {at(i)})))})));
        observable("mixed", pool.sum(i, pool.multiply({pool.element(pi, {at(i)}), pool.element(phi, {at(i, 0, 1)})})));
    }
};

void compare(const Wave& wave, const std::string& what) {
    ProgramStepper formulas(wave.model, wave.program);
    Execution loops(wave, {.fuse = false, .whole_rows = false}, {.threads = 1, .check_races = true});
    loops.start();
    expect_close(loops.values(wave.phi), formulas[wave.phi], tolerance, what + "start");
    formulas.advance(3);
    loops.run("advance", 3);
    expect_close(loops.values(wave.phi), formulas[wave.phi], tolerance, what + "phi");
    expect_close(loops.values(wave.pi), formulas[wave.pi], tolerance, what + "pi");
    EXPECT_DOUBLE_EQ(loops.time(), 0.0 + 3 * 0.1);
    loops.run("observe");
    for (const model::Observable& observable : wave.model.observables)
        expect_close(loops.values(observable.symbol), {formulas.value(observable.components[0].value)}, 1e-12, what + observable.name);

    std::vector<loops::LowerOptions> all{{.fuse = true}, {.fuse = true, .smallest_parallel = 1, .chunk = 64}, {.fuse = false, .streaming = loops::Choice::on, .smallest_parallel = 1, .chunk = 64}};
    for (const loops::LowerOptions& options : all) {
        for (const std::int64_t threads : {1, 2, 3, 5}) {
            Execution other(wave, options, {.threads = threads, .shuffle = static_cast<std::uint64_t>(threads), .check_races = true});
            other.start();
            other.run("advance", 2);
            other.run("advance", 1);
            other.run("observe");
            expect_same_bits(other.values(wave.phi), loops.values(wave.phi), what + "phi, threads " + std::to_string(threads));
            expect_same_bits(other.values(wave.pi), loops.values(wave.pi), what + "pi, threads " + std::to_string(threads));
        }
    }
}

// Many steps: several of them in one pass over memory.
void compare_tiled(const Wave& wave, const std::string& what) {
    Execution plain(wave, {.fuse = false, .whole_rows = false});
    plain.start();
    plain.run("advance", 12);
    for (const auto& [depth, strip] : std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 0}, {2, 0}, {5, 0}, {2, 3}, {4, 1}, {3, 7}}) {
        for (const std::int64_t threads : {1, 2, 3}) {
            const loops::LowerOptions options{.time_steps = depth, .strip_rows = strip, .smallest_parallel = 1, .chunk = 64};
            Execution tiled(wave, options, {.threads = threads, .shuffle = static_cast<std::uint64_t>(threads), .check_races = true});
            tiled.start();
            tiled.run("advance", 12);
            const std::string how = what + std::to_string(depth) + " steps, threads " + std::to_string(threads);
            expect_same_bits(tiled.values(wave.phi), plain.values(wave.phi), how + " phi");
            expect_same_bits(tiled.values(wave.pi), plain.values(wave.pi), how + " pi");
            EXPECT_EQ(tiled.time(), plain.time());
        }
    }
}

constexpr Edge edges[] = {Edge::periodic, Edge::antiperiodic, Edge::open, Edge::reflecting};

TEST(lower_lattices, one_dimension_of_every_edge_and_size) {
    for (const Edge edge : edges)
        for (const std::int64_t n : {1, 2, 3, 5, 8, 17, 64, 131, 200})
            for (const int reach : {1, 2})
                for (const bool simultaneous : {false, true}) {
                    const Shape shape{{n}, {edge}};
                    compare(Wave(shape, reach, simultaneous), text_of(shape) + "reach " + std::to_string(reach) + " ");
                    if (HasFatalFailure()) return;
                }
}

TEST(lower_lattices, two_dimensions_of_mixed_edges) {
    for (const Edge first : edges)
        for (const Edge second : edges)
            for (const auto& extents : std::vector<std::vector<std::int64_t>>{{1, 1}, {2, 3}, {5, 8}, {17, 9}})
                for (const int reach : {1, 2}) {
                    const Shape shape{extents, {first, second}};
                    compare(Wave(shape, reach, reach == 2), text_of(shape) + "reach " + std::to_string(reach) + " ");
                    if (HasFatalFailure()) return;
                }
}

TEST(lower_lattices, three_and_four_dimensions) {
    for (const Edge edge : edges)
        for (const auto& extents : std::vector<std::vector<std::int64_t>>{{1, 2, 3}, {7, 3, 5}, {12, 4, 8}, {3, 2, 2, 5}}) {
            Shape shape{extents, std::vector<Edge>(extents.size(), edge)};
            shape.edges.back() = Edge::periodic;
            compare(Wave(shape, 1, extents[0] == 7), text_of(shape));
            if (HasFatalFailure()) return;
        }
}

TEST(lower_lattices, several_steps_in_one_pass) {
    for (const Edge edge : edges)
        for (const auto& extents : std::vector<std::vector<std::int64_t>>{{1500}, {40, 3}, {33, 2, 9}, {32, 37, 3}})
            for (const int reach : {1, 2}) {
                const Shape shape{extents, std::vector<Edge>(extents.size(), edge)};
                compare_tiled(Wave(shape, reach, false), text_of(shape) + "reach " + std::to_string(reach) + " ");
                if (HasFatalFailure()) return;
            }
}

} // namespace
} // namespace nphys::testing
