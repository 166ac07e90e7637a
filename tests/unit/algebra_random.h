#pragma once
// Random expressions over a small world of fields, and numbers for them: the material of the property tests of algebra.
// Holds: the same seed gives the same world, expressions and numbers.

#include <cmath>
#include <complex>
#include <map>
#include <random>

#include "compiler/algebra/evaluate.h"
#include "compiler/algebra/transform.h"

namespace nphys::algebra::testing {

struct World {
    Pool pool;
    SpaceId lattice, range;
    IndexId i, j, k, n, p, late; // i, j, k: sites; n, p: 1..6; late: 4..6 of it
    SymbolId phi, chi, weights, vector, mass;
    int axes = 1;
    std::mt19937_64 random;
    std::map<std::pair<std::uint32_t, std::vector<std::int64_t>>, std::complex<double>> values;

    explicit World(std::uint64_t seed, Edge edge, Edge other_edge, std::int64_t extent, std::int64_t other_extent,
                   int dimensions)
        : axes(dimensions), random(seed) {
        Space space{"space", SpaceKind::lattice, {{"x", 1, extent, edge, -1.0, 0.5}}};
        if (dimensions == 2)
            space.axes.push_back({"y", 1, other_extent, other_edge, 0.25, 0.75});
        lattice = pool.add_space(space);
        range = pool.add_space({"", SpaceKind::range, {{"", 1, 6, Edge::strict, 1, 1}}});
        i = pool.add_index({"i", lattice, 1, 1});
        j = pool.add_index({"j", lattice, 1, 1});
        k = pool.add_index({"k", lattice, 1, 1});
        n = pool.add_index({"n", range, 1, 6});
        p = pool.add_index({"p", range, 1, 6});
        late = pool.add_index({"late", range, 4, 6});
        phi = pool.add_symbol({"φ", SymbolKind::tensor, {{lattice, 1, 1}}, 1, false, false});
        chi = pool.add_symbol({"χ", SymbolKind::tensor, {{lattice, 1, 1}, {range, 1, 3}}, 2, false, false});
        weights = pool.add_symbol({"W", SymbolKind::tensor, {{range, 1, 6}, {range, 1, 6}}, 1, false, false});
        vector = pool.add_symbol({"v", SymbolKind::tensor, {{range, 1, 6}}, 1, false, false});
        mass = pool.add_symbol({"m", SymbolKind::parameter, {}, 0, false, false});
    }

    std::int64_t whole(std::int64_t first, std::int64_t last) {
        return std::uniform_int_distribution<std::int64_t>(first, last)(random);
    }
    bool chance(double probability) { return std::uniform_real_distribution<double>(0, 1)(random) < probability; }
    template <class T>
    T one_of(const std::vector<T>& items) {
        return items[static_cast<std::size_t>(whole(0, static_cast<std::int64_t>(items.size()) - 1))];
    }

    bool is_site(IndexId index) const { return pool.index(index).space == lattice; }

    Place place(IndexId index, std::int64_t reach = 2) {
        Place result{index};
        for (int axis = 0; axis < (is_site(index) ? axes : 0); ++axis)
            result.offset[axis] = whole(-reach, reach);
        return result;
    }

    Place literal_site() {
        Place result;
        for (int axis = 0; axis < axes; ++axis)
            result.offset[axis] = whole(1, pool.space(lattice).axes[static_cast<std::size_t>(axis)].extent);
        return result;
    }
    static Place number(std::int64_t value) { return Place{IndexId{}, {value, 0, 0, 0}}; }

    double stored(SymbolId tensor, std::span<const std::int64_t> places) { return element(tensor, places).real(); }
    std::complex<double>& element(SymbolId tensor, std::span<const std::int64_t> places) {
        const auto [entry, is_new] = values.try_emplace({tensor.value, {places.begin(), places.end()}}, 0);
        if (is_new)
            entry->second = std::uniform_real_distribution<double>(-1.2, 1.2)(random);
        return entry->second;
    }

    Environment environment() {
        Environment result;
        result.parameter = [](SymbolId) { return 0.7; };
        result.element = [this](SymbolId tensor, std::span<const std::int64_t> places) {
            return element(tensor, places);
        };
        result.time = 0.3;
        result.step = 0.1;
        return result;
    }

    // Calls `visit(place)` for every actual place of an index.
    template <class Visit>
    void each_place(IndexId index, Visit&& visit) {
        const auto first = pool.extent(index, 0);
        for (std::int64_t x = first.first; x <= first.last; ++x) {
            if (!is_site(index) || axes == 1) {
                visit(number(x));
                continue;
            }
            const auto second = pool.extent(index, 1);
            for (std::int64_t y = second.first; y <= second.last; ++y)
                visit(Place{IndexId{}, {x, y, 0, 0}});
        }
    }

    // ---- Random expressions
    // -------------------------------------------------------------------------------------------
    struct Shape {
        std::vector<IndexId> free; // may occur
        bool deltas = false, positions = true, sums = true, kinks = true;
    };

    std::vector<IndexId> of_kind(const Shape& shape, bool sites) {
        std::vector<IndexId> found;
        for (const IndexId index : shape.free) {
            if (is_site(index) == sites)
                found.push_back(index);
        }
        return found;
    }

    Expr field(const Shape& shape) {
        const auto sites = of_kind(shape, true), numbers = of_kind(shape, false);
        if (!sites.empty() && (numbers.empty() || chance(0.6))) {
            const Place where = chance(0.1) ? literal_site() : place(one_of(sites));
            return chance(0.6) ? pool.element(phi, {where}) : pool.element(chi, {where, number(whole(1, 3))});
        }
        if (numbers.empty())
            return pool.element(phi, {literal_site()});
        const auto slot = [&] { return chance(0.15) ? number(whole(1, 6)) : place(one_of(numbers)); };
        return chance(0.5) ? pool.element(vector, {slot()}) : pool.element(weights, {slot(), slot()});
    }

    Expr delta(const Shape& shape) {
        const auto sites = of_kind(shape, true), numbers = of_kind(shape, false);
        const bool on_lattice = !sites.empty() && (numbers.empty() || chance(0.6));
        const auto& from = on_lattice ? sites : numbers;
        if (from.empty())
            return pool.integer(1);
        const Place left = place(one_of(from));
        if (chance(0.2))
            return pool.delta(on_lattice ? lattice : range, left, on_lattice ? literal_site() : number(whole(1, 6)));
        return pool.delta(on_lattice ? lattice : range, left, place(one_of(from)));
    }

    Expr leaf(const Shape& shape) {
        switch (whole(0, 9)) {
        case 0:
            return pool.rational(whole(-4, 4), whole(1, 3));
        case 1:
            return pool.parameter(mass);
        case 2: {
            const auto sites = of_kind(shape, true);
            if (shape.positions && !sites.empty()) {
                const int axis = static_cast<int>(whole(0, axes - 1));
                return chance(0.5) ? pool.coordinate(place(one_of(sites)), axis)
                                   : pool.index_value(place(one_of(sites)), axis);
            }
            return pool.time();
        }
        case 3:
        case 4:
            if (shape.deltas)
                return delta(shape);
            [[fallthrough]];
        default:
            return field(shape);
        }
    }

    Expr expression(const Shape& shape, int depth) {
        if (depth == 0)
            return leaf(shape);
        const auto inner = [&] { return expression(shape, depth - 1); };
        switch (whole(0, 11)) {
        case 0:
        case 1:
        case 2:
            return pool.add({inner(), inner(), leaf(shape)});
        case 3:
        case 4:
        case 5:
            return pool.multiply({inner(), inner()});
        case 6:
            return pool.power(inner(), pool.integer(whole(2, 3)));
        case 7:
            return pool.apply(one_of<Op>({Op::sin, Op::cos, Op::tanh, Op::atan, Op::sigmoid}), {inner()});
        case 8:
            return pool.divide(
                inner(), pool.add({pool.integer(3), pool.power(pool.apply(Op::sin, {inner()}), pool.integer(2))}));
        case 9:
            if (shape.kinks)
                return pool.select(pool.apply(Op::less, {leaf(shape), pool.real(0.35)}), inner(), leaf(shape));
            return pool.subtract(inner(), inner());
        case 10:
            if (shape.sums) {
                Shape wider = shape;
                const IndexId bound = pool.fresh_index(one_of<IndexId>({k, p, late}));
                wider.free.push_back(bound);
                return pool.sum(bound, expression(wider, depth - 1));
            }
            return inner();
        default:
            return pool.negate(inner());
        }
    }
};

inline bool close(std::complex<double> a, std::complex<double> b, double tolerance = 1e-9) {
    if (std::isnan(a.real()) && std::isnan(b.real()))
        return true;
    return std::abs(a - b) <= tolerance * (1 + std::max(std::abs(a), std::abs(b)));
}

// All kinds of edges and extents, in one and two dimensions, one after another by seed.
inline World world_of(std::uint64_t seed) {
    constexpr Edge edges[] = {Edge::periodic, Edge::antiperiodic, Edge::open, Edge::reflecting};
    constexpr std::int64_t extents[] = {1, 2, 3, 5};
    return World(seed, edges[seed % 4], edges[seed / 4 % 4], extents[seed / 16 % 4], extents[seed / 64 % 3],
                 seed % 3 == 0 ? 2 : 1);
}

} // namespace nphys::algebra::testing
