#pragma once
// Assignments as stencils: each right-hand side as a sum of coefficients times fields at displaced sites, and a rest.
//
// Goes in: tensors, each of whose components is a field on one lattice (or a number). Comes out: for an assignment the
// field it sets and its terms, or why it has no such form.
//
// Example: π[i] + dt*(φ[i+e] - φ[i]) is 1 of π at 0, dt of φ at +1, -dt of φ at 0, rest 0.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "compiler/dynamics/places.h"

namespace nphys::dynamics {

struct StencilTerm {
    std::size_t field;
    std::array<std::int64_t, algebra::max_axes> shift{};
    Expr coefficient;
};
struct Stencil {
    std::size_t target;
    std::vector<StencilTerm> terms;
    Expr rest;                 // what does not depend on the fields; it may depend on the place
    std::vector<Place> places; // of the target
};

class Stencils {
public:
    Stencils(Pool& pool, std::vector<SymbolId> tensors);

    [[nodiscard]] const std::vector<Component>& fields() const { return fields_; } // each component as its own value
    // The lattice of all fields; none if they are numbers. Or why there is no such thing.
    [[nodiscard]] tl::expected<std::optional<algebra::SpaceId>, std::string> lattice() const;
    [[nodiscard]] tl::expected<Stencil, std::string> of(const Component& assignment) const;

private:
    [[nodiscard]] std::optional<std::size_t> field_of(SymbolId tensor, const std::vector<Place>& places) const;
    [[nodiscard]] bool is_same_everywhere(Expr coefficient) const;

    Pool& pool_;
    std::vector<SymbolId> tensors_;
    std::vector<Component> fields_;
};

} // namespace nphys::dynamics
