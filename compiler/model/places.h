#pragma once
// What stands between index brackets: places.
//
// Goes in: a position of the text and the slot that it stands in. Comes out: the place: an index moved by a fixed
// number of places, or a literal one. Told: an index that ranges over another set, places that do not exist.
//
// Example: `i + e[1] - 2*e[3]` is the site i moved by (1, 0, -2); `(3, 4, 5)` and, on a line, `601` are literal sites.

#include <optional>
#include <string>

#include "compiler/model/environment.h"

namespace nphys::model {

// A position before it is known what it is for.
struct Position {
    std::optional<Binding> index; // an index, if one occurs
    std::int64_t shift[algebra::max_axes] = {0, 0, 0, 0};
    bool has_shift = false;             // by unit vectors
    std::optional<std::int64_t> number; // what is added to the index, or the place itself
    std::optional<Place> site;          // written as (3, 4, 5)
};

// Whether the text of a position is made of indices, unit vectors and constants; other texts are numbers to compare.
[[nodiscard]] bool is_position(Context& context, const syntax::Expression& expression, const Environment& environment);

[[nodiscard]] std::optional<Position> read_position(Context& context, const syntax::Position& position,
                                                    const Environment& environment);

// `owner` is the name of the tensor, for messages. Without `must_exist` a place outside a range is none (δ).
[[nodiscard]] std::optional<Place> place_in_slot(Context& context, const syntax::Position& position, const Slot& slot,
                                                 const std::string& owner, const Environment& environment,
                                                 bool must_exist = true);

// μ in h[μ] and e[μ], checked against the lattice.
[[nodiscard]] std::optional<int> axis_of(Context& context, const syntax::Position& position, SpaceId lattice,
                                         const Environment& environment);

// The number of a site, counted from 1, with the last axis fastest.
[[nodiscard]] Place numbered_site(const algebra::Space& lattice, std::int64_t number);

// `e`, or `space.e`: the base of a unit vector; which lattice it names, if it names one.
struct UnitVector {
    std::optional<SpaceId> lattice;
    bool poison = false;
};
[[nodiscard]] std::optional<UnitVector> as_unit_vector(Context& context, const syntax::Expression& base,
                                                       const char* letter, const Environment& environment);

} // namespace nphys::model
