// Sums over long ranges: dense matrices both ways round, graphs, nested and total sums.
#include "tests/unit/lower_support.h"

namespace nphys::testing {
namespace {

using algebra::Op;

struct Network : ProgramMaker {
    std::int64_t rows, columns;
    SpaceId n_space, k_space;
    IndexId n, k;
    SymbolId x, y;

    Network(std::int64_t rows_, std::int64_t columns_)
        : rows(rows_), columns(columns_), n_space(range(1, rows)), k_space(range(1, columns)), n(index("n", n_space)), k(index("k", k_space)) {
        x = state("x", {{n_space, 1, rows}});
        y = state("y", {{k_space, 1, columns}});
        program.dt = 0.5;
        start(x, {at(n)}, pool.apply(Op::sin, {pool.index_value(at(n), 0)}));
        start(y, {at(k)}, pool.apply(Op::cos, {pool.multiply({pool.integer(3), pool.index_value(at(k), 0)})}));
    }
    SymbolId matrix(const std::string& name) {
        const SymbolId id = tensor(name, model::Role::data, {{n_space, 1, rows}, {k_space, 1, columns}});
        model::Data data;
        data.symbol = id;
        for (std::int64_t e = 0; e < rows * columns; ++e)
            data.values.push_back(std::sin(0.37 * static_cast<double>(e * e % 101)) / static_cast<double>(columns));
        model.data.push_back(data);
        return id;
    }
    Expr of(SymbolId tensor, std::vector<Place> places) { return pool.element(tensor, std::move(places)); }
};

TEST(lower_sums, dense_matrix_and_its_transpose) {
    for (const auto& [rows, columns] : std::vector<std::pair<std::int64_t, std::int64_t>>{{5, 7}, {33, 70}, {130, 6}}) {
        Network net(rows, columns);
        const SymbolId w = net.matrix("W");
        auto& pool = net.pool;
        const Expr forward = net.pool.sum(net.k, pool.multiply({net.of(w, {net.at(net.n), net.at(net.k)}), net.of(net.y, {net.at(net.k)})}));
        const Expr backward = net.pool.sum(net.n, pool.multiply({net.of(w, {net.at(net.n), net.at(net.k)}), net.of(net.x, {net.at(net.n)})}));
        net.update(net.program.cycle, {{net.x, {net.at(net.n)}, pool.apply(Op::tanh, {pool.add({forward, net.of(net.x, {net.at(net.n)})})})},
                                       {net.y, {net.at(net.k)}, pool.add({net.of(net.y, {net.at(net.k)}), pool.multiply({pool.rational(-1, 3), backward})})}});
        net.step(net.program.cycle);
        net.program.closing = net.program.cycle;
        const Expr quadratic = pool.sum(net.n, pool.multiply({net.of(net.x, {net.at(net.n)}), forward}));
        net.observable("H", pool.add({quadratic, pool.power(pool.sum(net.n, net.of(net.x, {net.at(net.n)})), pool.integer(2))}));
        net.observable("largest", pool.reduce(algebra::Reduction::maximum, net.n, net.of(net.x, {net.at(net.n)})));
        compare_all(net, 3, 1e-13, std::to_string(rows) + "x" + std::to_string(columns) + " ");
    }
}

TEST(lower_sums, sums_inside_functions_inside_sums) {
    Network net(20, 9);
    const SymbolId w = net.matrix("W");
    auto& pool = net.pool;
    const Expr inner = pool.apply(Op::tanh, {pool.sum(net.k, pool.multiply({net.of(w, {net.at(net.n), net.at(net.k)}), net.of(net.y, {net.at(net.k)})}))});
    const Expr outer = pool.sum(net.n, pool.multiply({inner, net.of(w, {net.at(net.n), net.at(net.k)})}));
    net.update(net.program.cycle, {{net.y, {net.at(net.k)}, pool.add({outer, pool.sum(net.n, net.square(net.of(net.x, {net.at(net.n)})))})}});
    net.program.closing = net.program.cycle;
    compare_all(net, 2, 1e-13, "");
}

// A graph of n nodes; row i has the columns i*i+1, i*3 … (mod n), each once.
struct GraphNet : Network {
    SymbolId g, dense;
    explicit GraphNet(std::int64_t nodes) : Network(nodes, nodes) {
        k = index("k", n_space);
        algebra::Symbol symbol;
        symbol.name = "G";
        symbol.slots = {{n_space, 1, nodes}, {n_space, 1, nodes}};
        symbol.is_sparse = true;
        g = pool.add_symbol(symbol);
        dense = tensor("G_dense", model::Role::data, {{n_space, 1, nodes}, {n_space, 1, nodes}});
        model::Data sparse, full;
        sparse.symbol = g;
        full.symbol = dense;
        full.values.assign(static_cast<std::size_t>(nodes * nodes), 0.0);
        for (std::int64_t i = 0; i < nodes; ++i) {
            sparse.row_begin.push_back(static_cast<std::int64_t>(sparse.column.size()));
            std::set<std::int64_t> columns{(i * i + 1) % nodes, (3 * i) % nodes, (i + 1) % nodes};
            if (i % 4 == 0) columns.clear();
            for (const std::int64_t column : columns) {
                const double weight = 0.1 + 0.01 * static_cast<double>(i - column);
                sparse.column.push_back(column);
                sparse.values.push_back(weight);
                full.values[static_cast<std::size_t>(i * nodes + column)] = weight;
            }
        }
        sparse.row_begin.push_back(static_cast<std::int64_t>(sparse.column.size()));
        model.data = {sparse, full};
    }
    // x' = x + Σ_k G[n,k] tanh(x[k]) x[n] + Σ_k G[k,n] x[k];  observed: Σ_n Σ_k x[n] G[n,k]² x[k], G[n,k] summed over k
    void laws(SymbolId by) {
        const Expr here = of(x, {at(n)}), there = of(x, {at(k)});
        const Expr forward = pool.sum(k, pool.multiply({of(by, {at(n), at(k)}), pool.apply(Op::tanh, {there}), here}));
        const Expr backward = pool.sum(k, pool.multiply({of(by, {at(k), at(n)}), there}));
        update(program.cycle, {{x, {at(n)}, pool.add({here, forward, backward})}});
        program.closing = program.cycle;
        observable("E", pool.sum(n, pool.sum(k, pool.multiply({here, square(of(by, {at(n), at(k)})), there}))));
        observable("exp", pool.sum(n, pool.sum(k, pool.apply(Op::exp, {of(by, {at(n), at(k)})}))));
    }
};

TEST(lower_sums, graphs_by_rows_and_by_columns) {
    for (const std::int64_t nodes : {5, 16, 70}) {
        GraphNet formulas(nodes), sparse(nodes);
        formulas.laws(formulas.dense);
        sparse.laws(sparse.g);
        Execution dense(formulas, {}), graph(sparse, {}, {.check_races = true});
        compare_all(formulas, 3, 1e-13, "dense ");
        for (Execution* one : {&dense, &graph}) {
            one->start();
            one->run("advance", 3);
            one->run("observe");
        }
        expect_close(graph.values(sparse.x), dense.values(formulas.x), 1e-13, "x");
        for (std::size_t o = 0; o < 2; ++o)
            expect_close(graph.values(sparse.model.observables[o].symbol), dense.values(formulas.model.observables[o].symbol), 1e-12, "observable");
        EXPECT_TRUE(graph.lowered().layout.graph(sparse.g)->transposed_values.valid());
    }
}

// φ[i,b] over sites and a long range, mixed by a matrix: accumulated row by row.
TEST(lower_sums, long_ranges_beside_lattices) {
    ProgramMaker maker;
    auto& pool = maker.pool;
    const SpaceId space = maker.lattice({6, 10}), kinds = maker.range(1, 5);
    const IndexId i = maker.index("i", space), a = maker.index("a", kinds), b = maker.index("b", kinds);
    const SymbolId phi = maker.state("φ", {{space, 1, 1}, {kinds, 1, 5}});
    const SymbolId m = maker.tensor("M", model::Role::data, {{kinds, 1, 5}, {kinds, 1, 5}});
    model::Data data;
    data.symbol = m;
    for (int e = 0; e < 25; ++e) data.values.push_back(0.1 * std::cos(e));
    maker.model.data.push_back(data);
    maker.start(phi, {maker.at(i), maker.at(a)}, pool.add({pool.apply(Op::sin, {pool.coordinate(maker.at(i), 0)}), pool.index_value(maker.at(a), 0), pool.coordinate(maker.at(i), 1)}));
    const Expr mixed = pool.sum(b, pool.multiply({pool.element(m, {maker.at(a), maker.at(b)}), pool.element(phi, {maker.at(i, 1, 1), maker.at(b)})}));
    maker.update(maker.program.cycle, {{phi, {maker.at(i), maker.at(a)}, pool.add({pool.element(phi, {maker.at(i), maker.at(a)}), mixed})}});
    maker.program.closing = maker.program.cycle;
    maker.observable("sum", pool.sum(i, pool.sum(a, pool.element(phi, {maker.at(i), maker.at(a)}))));

    Execution loops(maker, {.fuse = true, .smallest_parallel = 1}, {.threads = 2, .check_races = true});
    ProgramStepper formulas(maker.model, maker.program);
    loops.start();
    loops.run("advance", 2);
    formulas.advance(2);
    // In memory the range stands outside of the sites.
    const auto values = loops.values(phi), wanted = formulas[phi];
    for (std::size_t site = 0; site < 60; ++site)
        for (std::size_t kind = 0; kind < 5; ++kind) EXPECT_NEAR(values[kind * 60 + site], wanted[site * 5 + kind], 1e-12 * (1 + std::abs(wanted[site * 5 + kind])));
    loops.run("observe");
    EXPECT_NEAR(loops.values(maker.model.observables[0].symbol)[0], formulas.value(maker.model.observables[0].components[0].value), 1e-9);
}

} // namespace
} // namespace nphys::testing
