#pragma once
// A linear map of fields on a lattice whose coefficients differ from site to site, read from a table of whole numbers.
//
//   table         axes, fields, terms, half band width; for each axis extent, edge (0 periodic, 1 antiperiodic, 2 zero
//                 outside, 3 mirrored), stride in the order of unknowns; for each term the field it gives to, the field
//                 it takes from and the displacement along each axis
//   coefficients  one field for each term
//
// Unknowns are numbered so that neighbours stand near each other: a closed axis by its places, a ring folded flat, 0, N-1,
// 1, N-2, …; the fields of one site side by side.
//
// Example: diffusion on a rod of n sites is three terms with displacements -1, 0 and 1.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nphys::runtime::sparse {

enum class Edge : std::int64_t { periodic, antiperiodic, open, reflecting };

struct LatticeAxis {
    std::int64_t extent = 1;
    Edge edge = Edge::open;
    std::int64_t stride = 1;
};

struct Term {
    std::int64_t row = 0, column = 0;
    std::vector<std::int64_t> shift;
};

class LatticeMatrix {
public:
    LatticeMatrix(const double* table, const double* coefficients) : coefficients_(coefficients) {
        const auto next = [&] { return static_cast<std::int64_t>(*table++); };
        axes_.resize(static_cast<std::size_t>(next()));
        fields_ = next();
        terms_.resize(static_cast<std::size_t>(next()));
        half_width_ = next();
        for (LatticeAxis& axis : axes_) {
            axis.extent = next();
            axis.edge = static_cast<Edge>(next());
            axis.stride = next();
            sites_ *= axis.extent;
        }
        for (Term& term : terms_) {
            term.row = next();
            term.column = next();
            for (std::size_t axis = 0; axis < axes_.size(); ++axis)
                term.shift.push_back(next());
        }
    }

    [[nodiscard]] std::int64_t sites() const { return sites_; }
    [[nodiscard]] std::int64_t fields() const { return fields_; }
    [[nodiscard]] std::int64_t size() const { return sites_ * fields_; }
    [[nodiscard]] std::int64_t half_width() const { return half_width_; }

    // visit(row, column, value) for every entry, in the numbers of unknowns; entries at one place add.
    template <class Visit>
    void for_each_entry(const Visit& visit) const {
        for_each_site([&](std::int64_t site, const std::vector<std::int64_t>& places) {
            const std::int64_t here = number_at(places) * fields_;
            std::vector<std::int64_t> there(places.size());
            for (std::size_t k = 0; k < terms_.size(); ++k) {
                double value = coefficients_[static_cast<std::int64_t>(k) * sites_ + site];
                if (value != 0 && reach(places, terms_[k].shift, there, value))
                    visit(here + terms_[k].row, number_at(there) * fields_ + terms_[k].column, value);
            }
        });
    }

    // number[field * sites + site] of each element of the fields as they lie in memory, the last axis fastest.
    [[nodiscard]] std::vector<std::int64_t> numbers() const {
        std::vector<std::int64_t> all(static_cast<std::size_t>(size()));
        for_each_site([&](std::int64_t site, const std::vector<std::int64_t>& places) {
            for (std::int64_t field = 0; field < fields_; ++field)
                all[static_cast<std::size_t>(field * sites_ + site)] = number_at(places) * fields_ + field;
        });
        return all;
    }

private:
    template <class Visit>
    void for_each_site(const Visit& visit) const {
        std::vector<std::int64_t> places(axes_.size(), 0);
        for (std::int64_t site = 0; site < sites_; ++site) {
            visit(site, places);
            for (std::size_t axis = axes_.size(); axis-- > 0;) {
                if (++places[axis] < axes_[axis].extent)
                    break;
                places[axis] = 0;
            }
        }
    }

    [[nodiscard]] std::int64_t number_at(const std::vector<std::int64_t>& places) const {
        std::int64_t number = 0;
        for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
            const auto& [extent, edge, stride] = axes_[axis];
            const bool is_ring = edge == Edge::periodic || edge == Edge::antiperiodic;
            const std::int64_t place = places[axis];
            const std::int64_t folded = 2 * place < extent ? 2 * place : 2 * (extent - 1 - place) + 1;
            number += stride * (is_ring ? folded : place);
        }
        return number;
    }

    // The place a displacement leads to, after the rule of the edge; false where that is nowhere.
    bool reach(const std::vector<std::int64_t>& from, const std::vector<std::int64_t>& shift,
               std::vector<std::int64_t>& to, double& value) const {
        for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
            const std::int64_t extent = axes_[axis].extent;
            std::int64_t place = from[axis] + shift[axis];
            const std::int64_t outside = place < 0 ? (place + 1) / extent - 1 : place / extent;
            if (outside != 0) {
                switch (axes_[axis].edge) {
                case Edge::open:
                    return false;
                case Edge::antiperiodic:
                    value = outside % 2 == 0 ? value : -value;
                    [[fallthrough]];
                case Edge::periodic:
                    place -= outside * extent;
                    break;
                case Edge::reflecting:
                    place -= outside * extent;
                    place = outside % 2 == 0 ? place : extent - 1 - place;
                    break;
                }
            }
            to[axis] = place;
        }
        return true;
    }

    const double* coefficients_;
    std::vector<LatticeAxis> axes_;
    std::vector<Term> terms_;
    std::int64_t fields_ = 1, half_width_ = 0, sites_ = 1;
};

} // namespace nphys::runtime::sparse
