#pragma once
// What an expression of the text means: a number (an algebra expression), a whole tensor, a text, or poison - an error
// that was told where it arose and must not be told again.
//
// Example: with `neuron φ[i]`, `φ` is a Whole with one slot, `φ[i]` a number, `inv(B)` a Whole with rows and columns.

#include <complex>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/algebra/pool.h"

namespace nphys::model {

using algebra::Expr;
using algebra::IndexId;
using algebra::Place;
using algebra::Pool;
using algebra::Slot;
using algebra::SpaceId;
using algebra::SymbolId;

// The set that an index ranges over, or that a slot holds.
struct IndexSet {
    SpaceId space;
    std::int64_t first = 1, last = 1; // of one-dimensional spaces
    std::optional<SpaceId> axes_of;   // the axes of this lattice
    bool operator==(const IndexSet&) const = default;
};

using Entry = std::function<std::optional<Expr>(std::span<const Place>)>;

// Entries that are known, row-major; without imaginary parts where all are real.
struct Numbers {
    std::shared_ptr<const std::vector<double>> real, imaginary;

    explicit operator bool() const { return real != nullptr; }
    [[nodiscard]] std::size_t size() const { return real->size(); }
    [[nodiscard]] std::complex<double> operator[](std::size_t k) const {
        return {(*real)[k], imaginary == nullptr ? 0.0 : (*imaginary)[k]};
    }
};
[[nodiscard]] Numbers numbers_from(const std::vector<std::complex<double>>& values);

// A tensor without (all of) its indices: its entries are asked for place by place, and each is worked out once.
struct Whole {
    std::vector<Slot> slots;
    std::size_t row_slots = 0; // the other slots are columns
    Numbers numbers;           // of data and matrix functions: further algebra is done on these
    std::string name; // for messages; empty if it has none

    Whole() = default;
    Whole(std::vector<Slot> slots_, std::size_t rows, Entry entry)
        : slots(std::move(slots_)), row_slots(rows), entry_(std::make_shared<Memo>(Memo{std::move(entry), {}})) {}

    [[nodiscard]] std::optional<Expr> at(std::span<const Place> places) const;

private:
    struct Before {
        bool operator()(const std::vector<Place>& left, const std::vector<Place>& right) const;
    };
    struct Memo {
        Entry entry;
        std::map<std::vector<Place>, std::optional<Expr>, Before> known;
    };
    std::shared_ptr<Memo> entry_;
};

struct Poison {};
struct Text {
    std::string text;
};

using Value = std::variant<Poison, Expr, Whole, Text>;

[[nodiscard]] inline bool is_poison(const Value& value) {
    return std::holds_alternative<Poison>(value);
}
[[nodiscard]] inline Value value_of(const std::optional<Expr>& number) {
    return number ? Value(*number) : Value(Poison{});
}

} // namespace nphys::model
