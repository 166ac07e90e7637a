#pragma once
// Expressions: exact mathematics on tensors over spaces, as immutable nodes that are interned in a Pool. Equal
// expressions are one node, so differentiation shares instead of copying. Nodes are ordered by creation, never by
// address, so that output is reproducible. Nothing here knows a time step, a memory layout or a floating-point format
// beyond constants.
//
// What holds: every node is in canonical form (sums and products flat, sorted by id, constants folded and first, like
// terms and equal bases collected). Small ranges (axes of a lattice, types of neurons: at most `expanded_extent` places)
// never appear as index variables: their places are written out as literals when the model is built.
//
// Example: `1/2*m^2*φ[i]^2` is Multiply{1/2, Power{m, 2}, Power{Element{φ, [i]}, 2}}.

#include <compare>
#include <cstdint>
#include <variant>
#include <vector>

#include "compiler/algebra/number.h"
#include "compiler/algebra/ops.h"
#include "compiler/algebra/spaces.h"

namespace nphys::algebra {

inline constexpr std::int64_t expanded_extent = 4;

struct Expr {
    std::uint32_t id = 0;
    auto operator<=>(const Expr&) const = default;
};

// Numbers: Rational and Real (number.h); complex constants are sums with ImaginaryUnit.
struct Pi { bool operator==(const Pi&) const = default; };
struct ImaginaryUnit { bool operator==(const ImaginaryUnit&) const = default; };

// Names.
struct Parameter { SymbolId symbol; bool operator==(const Parameter&) const = default; };
struct Time { bool operator==(const Time&) const = default; };      // t of the model; the step in hand decides its value
struct Step { bool operator==(const Step&) const = default; };      // dt: enters with the scheme, in dynamics/
// A component of a tensor: state, stored constant, data, loss or observable. Scalars have no positions.
struct Element { SymbolId tensor; std::vector<Place> positions; bool operator==(const Element&) const = default; };

// Places.
struct Coordinate { Place place; std::uint8_t axis; bool operator==(const Coordinate&) const = default; };   // of the site reached
struct IndexValue { Place place; std::uint8_t axis; bool operator==(const IndexValue&) const = default; };   // the number itself
// 1 where the places coincide after the edge rule, with its signs: as if δ were a field continued in either place. So
// Σ_j δ[i+e,j] f[j] is f[i+e] at every edge (antiperiodic: -1 across the edge; open: 0 where a place is outside).
struct Delta { Place left, right; bool operator==(const Delta&) const = default; };
// 1 where first <= place[axis] <= last, as displaced, before the edge rule is applied; else 0. From transposing maps at edges.
struct Within { Place place; std::uint8_t axis; std::int64_t first, last; bool operator==(const Within&) const = default; };
// (-1)^(number of times the displaced place has left an antiperiodic axis).
struct EdgeSign { Place place; std::uint8_t axis; bool operator==(const EdgeSign&) const = default; };

// Operations.
enum class Reduction : std::uint8_t { sum, product, maximum, minimum };
struct Reduce { Reduction operation; IndexId index; Expr body; bool operator==(const Reduce&) const = default; };
struct Add { std::vector<Expr> terms; bool operator==(const Add&) const = default; };
struct Multiply { std::vector<Expr> factors; bool operator==(const Multiply&) const = default; };
struct Power { Expr base, exponent; bool operator==(const Power&) const = default; };
struct Apply { Op op; std::vector<Expr> arguments; bool operator==(const Apply&) const = default; };  // primitive of ops.def
// Of a symmetric matrix A, given by its lower triangle row by row: an entry of f(A) = V f(Λ) Vᵀ, f being a function of the number
// Pool::eigenvalue(); or its derivative by entries of A, named by their numbers in the triangle. Once such entries are to be
// computed, also an eigenvalue (of number `row`) or a component of an eigenvector (row, number of the eigenvector).
enum class SpectralPart : std::uint8_t { entry, value, vector };
struct Spectral {
    SpectralPart part = SpectralPart::entry;
    Expr function;
    std::uint16_t row = 0, column = 0;
    std::vector<Expr> entries;
    std::vector<std::uint16_t> directions;
    bool operator==(const Spectral&) const = default;
};
struct Select { Expr condition, chosen, otherwise; bool operator==(const Select&) const = default; };

// Values of the same expression at the first and last record of a run; only in expectations.
struct AtStart { Expr value; bool operator==(const AtStart&) const = default; };
struct AtEnd { Expr value; bool operator==(const AtEnd&) const = default; };

using Node = std::variant<Rational, Real, Pi, ImaginaryUnit, Parameter, Time, Step, Element, Coordinate, IndexValue, Delta,
                          Within, EdgeSign, Reduce, Add, Multiply, Power, Apply, Spectral, Select, AtStart, AtEnd>;

} // namespace nphys::algebra
