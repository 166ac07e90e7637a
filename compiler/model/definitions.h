#pragma once
// let, weight, bias, loss, observe, hamiltonian: names for formulas.
//
// Goes in: a declaration. Holds afterwards: it has its slots, its components in its own indices, and a value that is
// put in where it is used. A definition of constants and data is stored, once it is more than δ, shifts and constants.
//
// Example: `weight J[n; k] = patterns[p,n]*patterns[p,k]` is stored; `weight W[i; j] = δ[i+e[1], j]` is put in and
// contracts.

#include "compiler/model/complex.h"

namespace nphys::model {

[[nodiscard]] bool settle_definition(Context& context, Declaration& declaration);
[[nodiscard]] Value value_of_definition(Context& context, Declaration& declaration, const Environment& environment);

// Binds the indices of a left-hand side. The target's places in its own index variables, written out where small.
struct Spread {
    std::vector<Place> places;
    Environment environment;
};
// One Spread for each combination of written-out places; nothing where an index is wrong (told).
[[nodiscard]] std::optional<std::vector<Spread>> spread(Context& context,
                                                        const std::vector<std::pair<std::string, IndexSet>>& indices,
                                                        const std::vector<IndexId>& variables,
                                                        const Environment& environment);

// The declared indices of a definition or variable: names and sets, in the order rows, columns.
struct DeclaredIndices {
    std::vector<std::pair<std::string, IndexSet>> indices;
    std::vector<IndexId> variables; // invalid where written out
    std::size_t rows = 0;
};
[[nodiscard]] std::optional<DeclaredIndices> declared_indices(Context& context, const syntax::Indices* indices,
                                                              const Environment& environment);

[[nodiscard]] std::vector<Slot> slots_of(const DeclaredIndices& indices);
[[nodiscard]] Role role_of(const Declaration& declaration);

// A tensor with one component for each combination of written-out places of a whole one (two, if it is complex).
[[nodiscard]] std::optional<MadeTensor> tensor_of(Context& context, const std::string& name, const Whole& whole);

} // namespace nphys::model
