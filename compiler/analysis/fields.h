#pragma once
// The components of what a Program moves, as fields over one lattice (or as single numbers, without one).
//
// Goes in: a Program. Comes out: one number for each component of each moved tensor (state first, then temporaries);
// ranges are written out, only the lattice is left as a place. Or the reason why the Program has no such form.
//
// Example: φ[i,a], π[i] with a in 1..2 are the components φ[·,1], φ[·,2], π[·].

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/dynamics/program.h"

namespace nphys::analysis {

using algebra::Expr;
using algebra::Place;
using algebra::Pool;
using algebra::SymbolId;

struct Field {
    SymbolId tensor;
    std::vector<std::int64_t> numbers;
}; // places in the slots that are no lattice

struct Fields {
    std::optional<algebra::SpaceId> lattice;
    std::vector<Field> fields;
    std::size_t state_count = 0;
    std::map<std::pair<std::uint32_t, std::vector<std::int64_t>>, int> by_place;

    [[nodiscard]] bool moves(SymbolId tensor) const { return moved.contains(tensor.value); }
    std::map<std::uint32_t, bool> moved;
};

inline constexpr std::size_t most_fields = 24; // of state: beyond, spectra take too long for a check

struct FieldsOrReason {
    std::optional<Fields> fields;
    std::string reason;
};
// The tensor that a step solves a linear system for, if it does: an implicit step by factors made once.
[[nodiscard]] std::optional<SymbolId> solved_tensor(const dynamics::Action& action);
[[nodiscard]] std::vector<SymbolId> solved_tensors(const dynamics::Program& program);
// The tensors that a step assigns.
[[nodiscard]] std::set<std::uint32_t> moved_tensors(const dynamics::Program& program);

[[nodiscard]] FieldsOrReason fields_of(const dynamics::Program& program);

} // namespace nphys::analysis
