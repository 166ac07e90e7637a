#include "compiler/dynamics/stencils.h"

#include <algorithm>

#include "compiler/algebra/transform.h"
#include "compiler/dynamics/linear_form.h"
#include "compiler/dynamics/simplify.h"

namespace nphys::dynamics {

Stencils::Stencils(Pool& pool, std::vector<SymbolId> tensors) : pool_(pool), tensors_(std::move(tensors)) {
    for (const SymbolId tensor : tensors_)
        for (std::vector<Place>& target : all_targets(pool, tensor)) {
            const Expr value = pool.element(tensor, target);
            fields_.push_back({tensor, std::move(target), value});
        }
}

tl::expected<std::optional<algebra::SpaceId>, std::string> Stencils::lattice() const {
    std::optional<algebra::SpaceId> lattice;
    bool has_numbers = false;
    for (const SymbolId tensor : tensors_) {
        std::size_t on_lattices = 0;
        for (const algebra::Slot& slot : pool_.symbol(tensor).slots) {
            const algebra::Space& space = pool_.space(slot.space);
            if (!space.is_lattice()) {
                if (slot.last - slot.first + 1 > algebra::expanded_extent)
                    return tl::unexpected(std::string(
                        "it has an index over a long range, and each of its values would be a field of its own"));
                continue;
            }
            if (lattice && *lattice != slot.space)
                return tl::unexpected(std::string("fields on several lattices move together"));
            lattice = slot.space;
            ++on_lattices;
        }
        if (on_lattices > 1)
            return tl::unexpected(std::string("a variable stands on two lattices at once"));
        has_numbers |= on_lattices == 0;
    }
    if (lattice && has_numbers)
        return tl::unexpected(std::string("fields and single variables move together"));
    return lattice;
}

std::optional<std::size_t> Stencils::field_of(SymbolId tensor, const std::vector<Place>& places) const {
    for (std::size_t field = 0; field < fields_.size(); ++field) {
        const Component& candidate = fields_[field];
        const bool is_it = candidate.tensor == tensor &&
                           std::ranges::equal(candidate.target, places, [](const Place& own, const Place& other) {
                               return own.is_literal() == other.is_literal() && (!own.is_literal() || own == other);
                           });
        if (is_it)
            return field;
    }
    return std::nullopt;
}

bool Stencils::is_same_everywhere(Expr coefficient) const {
    return algebra::dependence(pool_, coefficient).free_indices.empty();
}

tl::expected<Stencil, std::string> Stencils::of(const Component& assignment) const {
    const auto target = field_of(assignment.tensor, assignment.target);
    if (!target)
        return tl::unexpected(std::string("its law is that of a part of its sites or places"));
    const auto form = linear_form(pool_, assignment.value, tensors_);
    if (!form)
        return tl::unexpected("its law has a part that " +
                              form.error().why.substr(std::string_view("this part ").size()));
    if (pool_.facts(assignment.value).time)
        return tl::unexpected(std::string("its law depends on time"));
    Stencil stencil{*target, {}, simplified(pool_, form->rest), assignment.target};
    for (const auto& [element, coefficient] : form->coefficients) {
        const algebra::Element read = *pool_.get<algebra::Element>(Expr{element});
        const auto field = field_of(read.tensor, read.positions);
        const bool is_at_site =
            field && std::ranges::all_of(read.positions, [&](const Place& place) {
                return place.is_literal() || std::ranges::any_of(assignment.target, [&](const Place& own) {
                           return own.index == place.index;
                       });
            });
        if (!is_at_site)
            return tl::unexpected(std::string("its law reads fixed sites or sums over all of them"));
        if (!is_same_everywhere(coefficient))
            return tl::unexpected(std::string("its law is not the same at every site"));
        StencilTerm term{*field, {}, coefficient};
        for (const Place& place : read.positions)
            if (!place.is_literal())
                std::copy(std::begin(place.offset), std::end(place.offset), term.shift.begin());
        stencil.terms.push_back(term);
    }
    return stencil;
}

} // namespace nphys::dynamics
