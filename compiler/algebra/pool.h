#pragma once
// The Pool owns expressions and what they refer to: spaces, indices and symbols. Constructors return canonical nodes:
// `pool.add({x, x})` is 2x, `pool.multiply({x, pool.power(x, pool.integer(-1))})` is 1.
//
// Not thread-safe; one Pool for each model being compiled.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/algebra/expr.h"

namespace nphys::algebra {

enum class SymbolKind : std::uint8_t { parameter, tensor };

// One slot of a tensor: the numbers first..last of a space (all of it unless a subrange was declared).
struct Slot {
    SpaceId space;
    std::int64_t first = 1, last = 1;     // of the only axis, for one-dimensional spaces
    bool operator==(const Slot&) const = default;
};

struct Symbol {
    std::string name;
    SymbolKind kind = SymbolKind::tensor;
    std::vector<Slot> slots;              // tensors: rows first, then columns
    std::size_t row_slots = 0;            // how many of the slots are rows (W[i,a; j,b]: 2); all unless a map
    bool is_complex = false;
    bool is_sparse = false;               // a graph: stored by rows, only where not zero
};

class Pool {
public:
    Pool();

    SpaceId add_space(Space space);
    IndexId add_index(Index index);
    IndexId fresh_index(IndexId like);    // a new variable with the same name and set
    SymbolId add_symbol(Symbol symbol);
    [[nodiscard]] const Space& space(SpaceId id) const;
    [[nodiscard]] const Index& index(IndexId id) const;
    [[nodiscard]] const Symbol& symbol(SymbolId id) const;
    [[nodiscard]] const Space& space_of(IndexId id) const { return space(index(id).space); }

    [[nodiscard]] const Node& operator[](Expr expression) const;
    template <class T> [[nodiscard]] const T* get(Expr expression) const { return std::get_if<T>(&(*this)[expression]); }
    [[nodiscard]] std::size_t size() const { return nodes_.size(); }

    // Numbers
    Expr integer(std::int64_t value);
    Expr rational(std::int64_t numerator, std::int64_t denominator);
    Expr real(double value);              // an integer-valued real becomes a Rational
    Expr pi();
    Expr imaginary_unit();
    [[nodiscard]] std::optional<double> number(Expr expression) const;    // Rational or Real (not Pi)
    [[nodiscard]] bool is_zero(Expr expression) const;
    [[nodiscard]] bool is_one(Expr expression) const;

    // Names and places
    Expr parameter(SymbolId symbol);
    Expr time();
    Expr step();
    Expr element(SymbolId tensor, std::vector<Place> positions);      // a literal place beyond an edge follows the edge rule
    Expr coordinate(Place place, int axis);                            // literal places become numbers
    Expr index_value(Place place, int axis);
    Expr delta(SpaceId space, Place left, Place right);             // equal: 1; provably different: 0
    Expr within(SpaceId space, Place place, int axis, std::int64_t first, std::int64_t last);
    Expr edge_sign(SpaceId space, Place place, int axis);

    // Arithmetic
    Expr add(std::vector<Expr> terms);
    Expr multiply(std::vector<Expr> factors);
    Expr power(Expr base, Expr exponent);
    Expr subtract(Expr left, Expr right);
    Expr divide(Expr numerator, Expr denominator);
    Expr negate(Expr value);
    Expr apply(Op op, std::vector<Expr> arguments);                       // constants folded
    Expr select(Expr condition, Expr chosen, Expr otherwise);
    // The reduction over all places of the index; contracts δ (see contract.h), writes out at most expanded_extent places.
    Expr reduce(Reduction operation, IndexId index, Expr body);
    Expr sum(IndexId index, Expr body) { return reduce(Reduction::sum, index, body); }
    Expr at_start(Expr value);
    Expr at_end(Expr value);

private:
    Expr intern(Node node);

    std::vector<Node> nodes_;
    std::unordered_multimap<std::size_t, std::uint32_t> by_hash_;
    std::vector<Space> spaces_;
    std::vector<Index> indices_;
    std::vector<Symbol> symbols_;
};

} // namespace nphys::algebra
