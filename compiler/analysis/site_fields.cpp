#include "compiler/analysis/site_fields.h"

#include <algorithm>
#include <array>
#include <optional>

#include "compiler/algebra/transform.h"

namespace nphys::analysis {

namespace {

constexpr std::int64_t many_places = 9; // a slot with more is one of sites

class Splitting {
public:
    Splitting(Pool& pool, const dynamics::Program& program, const Elements& elements)
        : pool_(pool), program_(program), elements_(elements) {}

    std::vector<SiteField> all() {
        for (const SymbolId tensor : program_.state)
            if (elements_.moves(tensor))
                split(tensor, {}, 0, {});
        return std::move(result_);
    }

private:
    [[nodiscard]] bool is_site(const algebra::Slot& slot) const {
        const algebra::Space& space = pool_.space(slot.space);
        return space.is_lattice() || space.axes.size() != 1 || slot.last - slot.first + 1 >= many_places;
    }

    // Two slots of one tensor over the same places have two variables.
    algebra::IndexId site_of(const algebra::Slot& slot, const std::vector<algebra::IndexId>& taken) {
        for (const auto& [known, index] : sites_)
            if (known == slot && std::ranges::count(taken, index) == 0)
                return index;
        static constexpr std::array names{"i", "j", "k", "l"};
        const bool lattice = pool_.space(slot.space).is_lattice();
        sites_.emplace_back(slot, pool_.add_index({names[std::min(sites_.size(), names.size() - 1)], slot.space,
                                                   lattice ? 1 : slot.first, lattice ? 1 : slot.last}));
        return sites_.back().second;
    }

    void split(SymbolId tensor, std::vector<Place> target, std::size_t slot, std::vector<algebra::IndexId> sites) {
        const std::vector<algebra::Slot> slots = pool_.symbol(tensor).slots;
        if (slot == slots.size())
            return add(tensor, std::move(target), std::move(sites));
        Place place;
        if (is_site(slots[slot])) {
            place.index = site_of(slots[slot], sites);
            target.push_back(place);
            sites.push_back(place.index);
            return split(tensor, std::move(target), slot + 1, std::move(sites));
        }
        for (std::int64_t number = slots[slot].first; number <= slots[slot].last; ++number) {
            std::vector<Place> longer = target;
            place.offset[0] = number;
            longer.push_back(place);
            split(tensor, std::move(longer), slot + 1, sites);
        }
    }

    void add(SymbolId tensor, std::vector<Place> target, std::vector<algebra::IndexId> sites) {
        SiteField field{tensor, std::move(target), std::move(sites), {}, {}};
        std::vector<std::int64_t> numbers;
        count(field, 0, 0, numbers);
        for (const dynamics::DerivedLaw& law : program_.laws)
            if (const auto rate = rate_of(law.component, field))
                field.rate = *rate;
        result_.push_back(std::move(field));
    }

    // The numbers of its elements, the last axis fastest.
    void count(SiteField& field, std::size_t slot, std::size_t axis, std::vector<std::int64_t>& numbers) const {
        if (slot == field.target.size()) {
            field.elements.push_back(*elements_.number(field.tensor, numbers));
            return;
        }
        const algebra::Slot& here = pool_.symbol(field.tensor).slots[slot];
        const algebra::Space& space = pool_.space(here.space);
        if (axis == space.axes.size())
            return count(field, slot + 1, 0, numbers);
        const Place& place = field.target[slot];
        const bool whole = space.is_lattice() || space.axes.size() != 1;
        const std::int64_t first = place.is_literal() ? place.offset[axis] : whole ? space.axes[axis].first : here.first;
        const std::int64_t last = place.is_literal() ? first : whole ? space.axes[axis].last() : here.last;
        for (std::int64_t number = first; number <= last; ++number) {
            numbers.push_back(number);
            count(field, slot, axis + 1, numbers);
            numbers.pop_back();
        }
    }

    // Of a law for all of its sites.
    std::optional<Expr> rate_of(const model::Component& law, const SiteField& field) {
        if (law.tensor != field.tensor)
            return std::nullopt;
        algebra::Substitution places;
        for (std::size_t slot = 0; slot < law.target.size(); ++slot) {
            const Place &there = law.target[slot], &here = field.target[slot];
            if (there.is_literal() ? !(there == here) : !covers(there, pool_.symbol(law.tensor).slots[slot]))
                return std::nullopt;
            if (!there.is_literal())
                places.emplace_back(there.index, here);
        }
        return algebra::substitute(pool_, law.value, places);
    }

    [[nodiscard]] bool covers(const Place& place, const algebra::Slot& slot) const {
        const algebra::Space& space = pool_.space(slot.space);
        if (space.is_lattice() || space.axes.size() != 1)
            return true;
        const Pool::Extent extent = pool_.extent(place.index, 0);
        return extent.first == slot.first && extent.last == slot.last;
    }

    Pool& pool_;
    const dynamics::Program& program_;
    const Elements& elements_;
    std::vector<std::pair<algebra::Slot, algebra::IndexId>> sites_;
    std::vector<SiteField> result_;
};

} // namespace

std::vector<SiteField> site_fields(Pool& pool, const dynamics::Program& program, const Elements& elements) {
    return Splitting(pool, program, elements).all();
}

} // namespace nphys::analysis
