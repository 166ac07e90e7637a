#pragma once
// The Pool owns expressions and what they refer to: spaces, indices and symbols. Constructors return canonical nodes:
// `pool.add({x, x})` is 2x, `pool.multiply({x, pool.power(x, pool.integer(-1))})` is 1.
//
// Not thread-safe; one Pool for each model being compiled.

#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/algebra/expr.h"
#include "compiler/algebra/id_sets.h"
#include "compiler/algebra/number.h"

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
    bool has_parts = false;               // of a complex tensor: the last slot holds the real and the imaginary part
};

// What is known of a node from its children, so that a traversal can leave out what does not concern it.
struct Facts {
    IdSets::Set indices = IdSets::empty;  // free index variables
    IdSets::Set delta_indices = IdSets::empty;   // those of them that stand in a δ
    IdSets::Set symbols = IdSets::empty;  // tensors and parameters
    std::uint16_t reductions = 0;         // how deep reductions are nested
    bool time = false, step = false, coordinates = false;
    bool structure = false;               // contains δ, Within or EdgeSign
    bool is_complex = false;              // may have a value that is not real
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
    [[nodiscard]] const std::deque<Index>& indices() const { return indices_; }
    [[nodiscard]] const Symbol& symbol(SymbolId id) const;
    [[nodiscard]] const Space& space_of(IndexId id) const { return space(index(id).space); }

    [[nodiscard]] const Node& operator[](Expr expression) const;
    template <class T> [[nodiscard]] const T* get(Expr expression) const { return std::get_if<T>(&(*this)[expression]); }
    [[nodiscard]] std::size_t size() const { return nodes_.size(); }
    [[nodiscard]] const Facts& facts(Expr expression) const { return facts_[expression.id]; }
    [[nodiscard]] const std::vector<std::uint32_t>& members(IdSets::Set set) const { return sets_[set]; }
    [[nodiscard]] bool contains(IdSets::Set set, std::uint32_t id) const { return sets_.contains(set, id); }
    [[nodiscard]] bool has_index(Expr expression, IndexId index) const { return sets_.contains(facts(expression).indices, index.value); }
    [[nodiscard]] bool has_delta(Expr expression, IndexId index) const { return sets_.contains(facts(expression).delta_indices, index.value); }
    [[nodiscard]] bool has_symbol(Expr expression, SymbolId symbol) const { return sets_.contains(facts(expression).symbols, symbol.value); }

    // Numbers
    Expr integer(std::int64_t value);
    Expr rational(std::int64_t numerator, std::int64_t denominator);
    Expr real(double value);              // an integer-valued real becomes a Rational
    Expr pi();
    Expr imaginary_unit();
    [[nodiscard]] std::optional<double> number(Expr expression) const;    // Rational or Real (not Pi)
    Expr constant(Number value);
    [[nodiscard]] std::optional<Number> exact_number(Expr expression) const;
    [[nodiscard]] bool is_zero(Expr expression) const;
    [[nodiscard]] bool is_one(Expr expression) const;

    // Names and places
    Expr parameter(SymbolId symbol);
    Expr time();
    Expr step();
    Expr element(SymbolId tensor, std::vector<Place> positions);      // a literal place beyond an edge follows the edge rule
    Expr coordinate(SpaceId space, Place place, int axis);            // literal places become numbers
    Expr coordinate(Place place, int axis);                            // of a place that is not literal
    Expr index_value(SpaceId space, Place place, int axis);
    Expr index_value(Place place, int axis);                           // literal: the number itself
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
    Expr spectral(Spectral node);                                         // diagonal matrices: f of their entries
    [[nodiscard]] SymbolId eigenvalue_symbol() const { return eigenvalue_; }
    Expr eigenvalue();                                                    // what functions in spectral nodes are functions of
    // The reduction over all places of the index; contracts δ (see contract.h), writes out at most expanded_extent places.
    Expr reduce(Reduction operation, IndexId index, Expr body);
    Expr sum(IndexId index, Expr body) { return reduce(Reduction::sum, index, body); }
    Expr at_start(Expr value);
    Expr at_end(Expr value);

    // The numbers that an index takes along an axis.
    struct Extent { std::int64_t first, last; };
    [[nodiscard]] Extent extent(IndexId index, int axis) const;
    [[nodiscard]] std::int64_t places(IndexId index) const;              // how many places an index takes

    // A reduction that is not looked into. Its index is renamed to the one kept for bound indices of that set and depth, so
    // that sums which differ in the name of their index are one node.
    Expr bind(Reduction operation, IndexId index, Expr body);

private:
    Expr intern(Node node);
    Expr delta_along_axes(SpaceId space, Place left, Place right);
    Expr multiply_once(const std::vector<Expr>& factors, bool& again);
    IndexId bound_index(IndexId like, std::size_t level);
    [[nodiscard]] Facts gather_facts(const Node& node);

    std::deque<Node> nodes_;              // references to nodes stay good while nodes are added
    std::deque<Facts> facts_;
    IdSets sets_;
    std::unordered_multimap<std::size_t, std::uint32_t> by_hash_;
    std::deque<Space> spaces_;
    std::deque<Index> indices_;
    std::deque<Symbol> symbols_;
    std::map<std::tuple<std::uint32_t, std::int64_t, std::int64_t, std::size_t>, IndexId> bound_indices_;
    SymbolId eigenvalue_;
};

} // namespace nphys::algebra
