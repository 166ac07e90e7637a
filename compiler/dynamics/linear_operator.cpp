#include "compiler/dynamics/linear_operator.h"

#include <algorithm>
#include <optional>

#include "compiler/algebra/directional.h"
#include "compiler/algebra/transform.h"
#include "compiler/dynamics/linear_form.h"
#include "compiler/dynamics/simplify.h"

namespace nphys::dynamics {

namespace {

using algebra::Substitution;

class Transposition {
public:
    Transposition(Pool& pool, const Motion& motion, const LinearOperator& law, const Renaming& change)
        : pool_(pool), motion_(motion), law_(law), change_(change) {
        for (const auto& [moved, vector] : change)
            vectors_.push_back(vector);
    }

    // Each coefficient is the negative of its mirror image.
    bool is_negative() {
        for (std::size_t row = 0; row < law_.rows.size(); ++row) {
            const auto form = linear_form(pool_, law_.rows[row], vectors_);
            if (!form || !pool_.is_zero(form->rest))
                return false;
            for (const auto& [element, coefficient] : form->coefficients)
                if (!has_mirror_image(row, Expr{element}, coefficient))
                    return false;
        }
        return true;
    }

private:
    bool has_mirror_image(std::size_t row, Expr element, Expr coefficient) {
        const algebra::Element read = *pool_.get<algebra::Element>(element);
        for (std::size_t other = 0; other < law_.rows.size(); ++other) {
            if (change_.at(motion_.moved[other].tensor.value) != read.tensor)
                continue;
            const std::optional<Substitution> places = matched(motion_.moved[other].target, read.positions);
            if (!places)
                continue;
            const auto form = linear_form(pool_, algebra::substitute(pool_, law_.rows[other], *places), vectors_);
            if (!form)
                return false;
            const Moved& own = motion_.moved[row];
            const Expr image = pool_.element(change_.at(own.tensor.value), own.target);
            const auto found = form->coefficients.find(image.id);
            return found != form->coefficients.end() &&
                   pool_.is_zero(simplified(pool_, pool_.add({found->second, coefficient})));
        }
        return false;
    }

    // The index variables of a target at the places where it is read.
    std::optional<Substitution> matched(const std::vector<Place>& target, const std::vector<Place>& read) const {
        Substitution places;
        for (std::size_t slot = 0; slot < target.size(); ++slot) {
            if (target[slot].is_literal() || read[slot].is_literal()) {
                if (!(target[slot] == read[slot]))
                    return std::nullopt;
                continue;
            }
            const algebra::Index &own = pool_.index(target[slot].index), &other = pool_.index(read[slot].index);
            const bool same_range = own.space == other.space && own.first == other.first && own.last == other.last;
            if (!same_range || (!(read[slot] == Place{read[slot].index}) && mirrors(own.space)))
                return std::nullopt;
            places.emplace_back(target[slot].index, read[slot]);
        }
        return places;
    }

    bool mirrors(algebra::SpaceId space) const {
        return std::ranges::any_of(pool_.space(space).axes,
                                   [](const algebra::Axis& axis) { return axis.edge == algebra::Edge::reflecting; });
    }

    Pool& pool_;
    const Motion& motion_;
    const LinearOperator& law_;
    const Renaming& change_;
    std::vector<SymbolId> vectors_;
};

} // namespace

LinearOperator linear_operator(Pool& pool, const Motion& motion, const Renaming& change) {
    LinearOperator law;
    for (const Moved& moved : motion.moved) {
        law.rows.push_back(simplified(pool, algebra::directional(pool, moved.rate, change)));
        for (const auto& [tensor, vector] : change)
            law.is_linear = law.is_linear && !algebra::depends_on(pool, law.rows.back(), SymbolId(tensor));
    }
    return law;
}

bool is_antisymmetric(Pool& pool, const Motion& motion, const LinearOperator& law, const Renaming& change) {
    return law.is_linear && Transposition(pool, motion, law, change).is_negative();
}

} // namespace nphys::dynamics
