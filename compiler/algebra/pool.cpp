#include "compiler/algebra/pool.h"

#include <cassert>

#include "compiler/algebra/hash.h"

namespace nphys::algebra {

namespace {

template <class Table, class Item>
auto append(Table& table, Item item) {
    table.push_back(std::move(item));
    return static_cast<std::uint32_t>(table.size() - 1);
}

} // namespace

// Node 0 is the number 0, so that a default Expr is a value.
Pool::Pool() {
    (void)integer(0);
}

SpaceId Pool::add_space(Space space) {
    return SpaceId{append(spaces_, std::move(space))};
}
IndexId Pool::add_index(Index index) {
    return IndexId{append(indices_, std::move(index))};
}
IndexId Pool::fresh_index(IndexId like) {
    return add_index(Index(index(like)));
}
SymbolId Pool::add_symbol(Symbol symbol) {
    return SymbolId{append(symbols_, std::move(symbol))};
}

const Space& Pool::space(SpaceId id) const {
    return spaces_[id.index()];
}
const Index& Pool::index(IndexId id) const {
    return indices_[id.index()];
}
const Symbol& Pool::symbol(SymbolId id) const {
    return symbols_[id.index()];
}
const Node& Pool::operator[](Expr expression) const {
    return nodes_[expression.id];
}

Pool::Extent Pool::extent(IndexId id, int axis) const {
    const Index& variable = index(id);
    const Space& set = space(variable.space);
    if (set.is_lattice()) {
        const Axis& along = set.axes[static_cast<std::size_t>(axis)];
        return {along.first, along.last()};
    }
    return {variable.first, variable.last};
}

std::int64_t Pool::places(IndexId id) const {
    const Space& set = space_of(id);
    return set.is_lattice() ? set.size() : index(id).last - index(id).first + 1;
}

IndexId Pool::bound_index(IndexId like, std::size_t level) {
    const Index variable = index(like);
    const auto key = std::tuple(variable.space.value, variable.first, variable.last, level);
    if (const auto known = bound_indices_.find(key); known != bound_indices_.end())
        return known->second;
    return bound_indices_.emplace(key, fresh_index(like)).first->second;
}

Expr Pool::intern(Node node) {
    const std::size_t hash = hash_of(node);
    const auto [begin, end] = by_hash_.equal_range(hash);
    for (auto candidate = begin; candidate != end; ++candidate) {
        if (nodes_[candidate->second] == node)
            return Expr{candidate->second};
    }
    facts_.push_back(gather_facts(node));
    const std::uint32_t id = append(nodes_, std::move(node));
    by_hash_.emplace(hash, id);
    return Expr{id};
}

// ---- Numbers
// ----------------------------------------------------------------------------------------------------------

Expr Pool::constant(Number value) {
    return std::visit([&](auto number) { return intern(number); }, value);
}
Expr Pool::integer(std::int64_t value) {
    return intern(Rational{value, 1});
}
Expr Pool::rational(std::int64_t numerator, std::int64_t denominator) {
    assert(denominator != 0 && "a rational number needs a denominator");
    return constant(rational_number(numerator, denominator));
}
Expr Pool::real(double value) {
    return constant(real_number(value));
}
Expr Pool::pi() {
    return intern(Pi{});
}
Expr Pool::imaginary_unit() {
    return intern(ImaginaryUnit{});
}

std::optional<Number> Pool::exact_number(Expr expression) const {
    if (const Rational* rational = get<Rational>(expression))
        return *rational;
    if (const Real* real = get<Real>(expression))
        return *real;
    return std::nullopt;
}

std::optional<double> Pool::number(Expr expression) const {
    const auto value = exact_number(expression);
    return value ? std::optional(value_of(*value)) : std::nullopt;
}

bool Pool::is_zero(Expr expression) const {
    const Rational* rational = get<Rational>(expression);
    return rational != nullptr && rational->numerator == 0;
}

bool Pool::is_one(Expr expression) const {
    const Rational* rational = get<Rational>(expression);
    return rational != nullptr && *rational == Rational{1, 1};
}

// ---- Names and records
// ------------------------------------------------------------------------------------------------

Expr Pool::parameter(SymbolId symbol) {
    return intern(Parameter{symbol});
}
Expr Pool::time() {
    return intern(Time{});
}
Expr Pool::step() {
    return intern(Step{});
}
Expr Pool::at_start(Expr value) {
    return exact_number(value) ? value : intern(AtStart{value});
}
Expr Pool::at_end(Expr value) {
    return exact_number(value) ? value : intern(AtEnd{value});
}

} // namespace nphys::algebra
