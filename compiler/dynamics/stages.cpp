#include "compiler/dynamics/stages.h"

#include "compiler/dynamics/places.h"

namespace nphys::dynamics {

Stages::Stages(Program& program, const Motion& motion, const Drives& drives)
    : program_(program), pool_(*program.pool), motion_(motion), drives_(drives) {
    for (const Moved& moved : motion.moved)
        moved_.push_back(&moved);
}

Renaming Stages::tensors(const std::string& suffix) {
    Renaming made;
    for (const Moved& moved : motion_.moved) {
        if (made.contains(moved.tensor.value))
            continue;
        algebra::Symbol symbol = pool_.symbol(moved.tensor);
        symbol.name += "_" + suffix;
        const SymbolId tensor = pool_.add_symbol(std::move(symbol));
        made.emplace(moved.tensor.value, tensor);
        program_.temporaries.push_back(tensor);
        program_.stands_for.push_back(moved.tensor);
    }
    return made;
}

void Stages::copy_resting(const Renaming& stage) {
    Update copy{.label = "copy the elements at rest", .assignments = {}};
    for (const auto& [tensor, stands_in] : stage) {
        std::vector<const std::vector<Place>*> targets;
        for (const Moved& moved : motion_.moved)
            if (moved.tensor.value == tensor)
                targets.push_back(&moved.target);
        if (covers_all(pool_, SymbolId(tensor), targets))
            continue;
        for (const std::vector<Place>& target : all_targets(pool_, SymbolId(tensor)))
            copy.assignments.push_back({stands_in, target, pool_.element(SymbolId(tensor), target)});
    }
    if (!copy.assignments.empty())
        program_.opening.emplace_back(std::move(copy));
}

Procedure Stages::before_rates(const Renaming& stage, double time) const {
    Procedure procedure = motion_.before_rates;
    for (Action& action : procedure)
        if (auto* update = std::get_if<Update>(&action))
            for (Component& assignment : update->assignments)
                assignment.value = at_time(pool_, with_tensors(pool_, assignment.value, stage), later(pool_, time));
    return procedure;
}

Expr Stages::rate(const Moved& moved, const Renaming& stage, double time) const {
    return at_time(pool_, with_tensors(pool_, moved.rate, stage), later(pool_, time));
}

Expr Stages::element(const Renaming& stage, const Moved& moved) const {
    const auto found = stage.find(moved.tensor.value);
    return pool_.element(found == stage.end() ? moved.tensor : found->second, moved.target);
}

Expr Stages::error_norm(const Renaming& reached, double tolerance, const std::function<Expr(const Moved&)>& error) const {
    std::vector<Expr> squares;
    double elements = 0;
    for (const Moved& moved : motion_.moved) {
        const Expr old = pool_.apply(algebra::Op::abs, {pool_.element(moved.tensor, moved.target)});
        const Expr now = pool_.apply(algebra::Op::abs, {element(reached, moved)});
        const Expr allowed = pool_.multiply(
            {pool_.real(tolerance), pool_.add({pool_.integer(1), pool_.apply(algebra::Op::max, {old, now})})});
        Expr square = pool_.power(pool_.divide(error(moved), allowed), pool_.integer(2));
        double places = 1;
        for (const Place& place : moved.target) {
            if (place.is_literal())
                continue;
            const algebra::Index& index = pool_.index(place.index);
            const algebra::Space& space = pool_.space(index.space);
            places *= static_cast<double>(space.axes.size() == 1 && !space.is_lattice() ? index.last - index.first + 1
                                                                                        : space.size());
            square = pool_.sum(place.index, square);
        }
        elements += places;
        squares.push_back(square);
    }
    return pool_.power(pool_.divide(pool_.add(std::move(squares)), pool_.real(elements)), pool_.rational(1, 2));
}

} // namespace nphys::dynamics
