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

Expr Stages::rate(const Moved& moved, const Renaming& stage, double time) const {
    return at_time(pool_, with_tensors(pool_, moved.rate, stage), later(pool_, time));
}

Expr Stages::element(const Renaming& stage, const Moved& moved) const {
    const auto found = stage.find(moved.tensor.value);
    return pool_.element(found == stage.end() ? moved.tensor : found->second, moved.target);
}

} // namespace nphys::dynamics
