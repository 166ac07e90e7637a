#pragma once
// Spaces and index sets: lattices, ranges, axes, nodes, rows.
//
// Goes in: the declarations `lattice` and `index`. Comes out: a Space for each lattice and each range, the set of each
// index, and its variable unless its places are written out.
//
// Example: `lattice s(x) = open(4) over 0..1` has its sites at 1/8, 3/8, 5/8, 7/8; `index μ in axes(s)` is the
// range 1..1.

#include <optional>

#include "compiler/model/environment.h"

namespace nphys::model {

[[nodiscard]] bool settle_lattice(Context& context, Declaration& declaration);
[[nodiscard]] bool settle_index(Context& context, Declaration& declaration);

[[nodiscard]] IndexSet range_set(Context& context, std::int64_t first, std::int64_t last);
[[nodiscard]] IndexSet axes_set(Context& context, SpaceId lattice);
[[nodiscard]] IndexSet set_of_space(const Context& context, SpaceId space);
[[nodiscard]] IndexSet set_of_slot(const Slot& slot);
[[nodiscard]] Slot slot_of(const IndexSet& set);

[[nodiscard]] std::int64_t count(const Context& context, const IndexSet& set);
[[nodiscard]] inline std::int64_t count(const Context& context, const Slot& slot) {
    return count(context, set_of_slot(slot));
}
// Whether its places are literals: at most algebra::expanded_extent of them, and no lattice.
[[nodiscard]] bool written_out(const Context& context, const IndexSet& set);
// Whether all places of a set are places of a slot.
[[nodiscard]] bool fits(const Context& context, const IndexSet& set, const Slot& slot);
// "sites of `space`", "1..64"
[[nodiscard]] std::string describe(const Context& context, const IndexSet& set);
[[nodiscard]] std::string describe(const Context& context, const std::vector<Slot>& slots);

[[nodiscard]] Place literal_place(std::int64_t number);
[[nodiscard]] IndexId add_variable(Context& context, const std::string& name, const IndexSet& set);

// All lattices of the model; of a module, those of the model that uses it.
[[nodiscard]] std::vector<Declaration*> lattices(Context& context);

// The set of an index where it is used: its own, that of its label, or, for `any` and `axes`, the one that its use asks
// for.
[[nodiscard]] std::optional<IndexSet> set_of_index(Context& context, const Environment& environment,
                                                   const syntax::Name& name, const syntax::Expression& use);

} // namespace nphys::model
