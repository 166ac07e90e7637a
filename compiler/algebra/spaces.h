#pragma once
// Spaces: the sets that indices range over - sites of a lattice, numbers of a range, nodes of a graph, rows of a
// data set. A space is a product of axes; a place is one number for each axis, counted from `Axis::first`.
//
// Outside its extent a field on a lattice is continued by the edge rule of the axis: it repeats (periodic), repeats
// with its sign changed (antiperiodic), is zero (open) or mirrored at the half site, f[first - 1] = f[first]
// (reflecting). Places outside a `strict` axis (ranges, nodes, rows) do not exist.
//
// Example: `lattice space(x, y) = periodic(64) × open(128) over (-8..8, 0..1)` is a Space with two axes.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/base/ids.h"

namespace nphys::algebra {

inline constexpr int max_axes = 4;

enum class Edge : std::uint8_t { periodic, antiperiodic, open, reflecting, strict };

struct Axis {
    std::string coordinate;     // name of its coordinate, `x`; empty if it has none
    std::int64_t first = 1;     // number of the first place
    std::int64_t extent = 1;    // how many places
    Edge edge = Edge::strict;
    double origin = 0;          // coordinate of the first place
    double spacing = 1;         // coordinate distance of neighbours, `h[μ]`

    [[nodiscard]] std::int64_t last() const { return first + extent - 1; }
    [[nodiscard]] double coordinate_at(std::int64_t place) const { return origin + static_cast<double>(place - first) * spacing; }
};

enum class SpaceKind : std::uint8_t {
    lattice, range, nodes, rows,
    copies, past,               // of an ensemble; steps that are remembered: made in dynamics/, never written out
};

struct Space {
    std::string name;           // as declared; empty for a range written in place
    SpaceKind kind = SpaceKind::range;
    std::vector<Axis> axes;

    [[nodiscard]] std::int64_t size() const {
        std::int64_t product = 1;
        for (const Axis& axis : axes) product *= axis.extent;
        return product;
    }
    [[nodiscard]] bool is_lattice() const { return kind == SpaceKind::lattice; }
};

using SpaceId = Id<struct SpaceTag>;
using IndexId = Id<struct IndexTag>;
using SymbolId = Id<struct SymbolTag>;

// An index variable: it runs over all places of a space, or over `first..last` of a one-dimensional one.
struct Index {
    std::string name;
    SpaceId space;
    std::int64_t first = 1;     // these two matter for one-dimensional spaces only
    std::int64_t last = 1;
};

// A place in a space: a variable index moved by a fixed number of places along each axis, or (index invalid) a
// literal place, whose numbers stand in `offset`.
// Example: `i + e[1] - 2*e[3]` is {i, {1, 0, -2, 0}};  `φ[(3,4,5)]` is {none, {3, 4, 5, 0}}.
struct Place {
    IndexId index;
    std::int64_t offset[max_axes] = {0, 0, 0, 0};

    [[nodiscard]] bool is_literal() const { return !index.valid(); }
    bool operator==(const Place&) const = default;
};

} // namespace nphys::algebra
