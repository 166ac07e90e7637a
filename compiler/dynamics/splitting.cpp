// Splitting schemes: drifts and kicks in turn, local linear parts exactly before and after. Time moves with the drifts;
// a drift reads a law that depends on time at the middle of its interval, so that compositions keep their order.
#include <fmt/format.h>

#include "compiler/dynamics/local_part.h"
#include "compiler/dynamics/schemes.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::dynamics {

namespace {

using tableaux::Part;
using tableaux::Stage;

class Splitting {
public:
    Splitting(Pool& pool, const Motion& motion, const Drives& drives)
        : pool_(pool), drives_(drives), parts_(local_parts(pool, motion)) {
        for (const Moved& moved : parts_.rest.moved)
            (moved.dynamics == model::Dynamics::activation ? drifting_ : kicked_).push_back(&moved);
        for (const LocalBlock& block : parts_.blocks)
            turned_.insert(turned_.end(), block.members.begin(), block.members.end());
    }

    [[nodiscard]] bool has_local_parts() const { return !parts_.blocks.empty(); }

    // `begin` is the time at which the stage begins, in steps after t.
    [[nodiscard]] Update update(const Stage& stage, double begin) const {
        if (stage.part == Part::drift || stage.part == Part::kick)
            return moved_by_rates(stage, begin);
        Update update{.label = fmt::format("local part of {} by {}, exactly", names(pool_, turned_),
                                           multiple_of_step(stage.share)),
                      .assignments = {}};
        const double middle = begin + (stage.part == Part::local_before ? stage.share : -stage.share) / 2;
        for (const LocalBlock& block : parts_.blocks)
            propagate(update, block, stage.share, later(pool_, middle), later(pool_, begin));
        return update;
    }

private:
    Update moved_by_rates(const Stage& stage, double begin) const {
        const bool drifts = stage.part == Part::drift;
        const std::vector<const Moved*>& moved = drifts ? drifting_ : kicked_;
        const Expr middle = later(pool_, drifts ? begin + stage.share / 2 : begin);
        const Expr end = later(pool_, drifts ? begin + stage.share : begin);
        Update update{.label = fmt::format("{} {} by {}", drifts ? "drift" : "kick", names(pool_, moved),
                                           multiple_of_step(stage.share)),
                      .assignments = {}};
        for (const Moved* one : moved) {
            const Expr change =
                pool_.multiply({coefficient(pool_, stage.share), pool_.step(), at_time(pool_, one->rate, middle)});
            const Expr old = pool_.element(one->tensor, one->target);
            const Expr value = drives_.held(one->tensor, one->target, pool_.add({old, change}), end);
            if (value != old)
                update.assignments.push_back(component(*one, value));
        }
        return update;
    }

    // The clock stands still: elements that are driven keep the value of its time.
    void propagate(Update& update, const LocalBlock& block, double share, Expr middle, Expr clock) const {
        const Expr duration = pool_.multiply({coefficient(pool_, share), pool_.step()});
        const algebra::SymbolicMatrix matrix = *propagator(pool_, block.generator, duration);
        for (std::size_t row = 0; row < matrix.size; ++row) {
            std::vector<Expr> terms;
            for (std::size_t column = 0; column < matrix.size; ++column)
                terms.push_back(
                    pool_.multiply({at_time(pool_, matrix.at(row, column), middle), block.components[column].value}));
            const Component& target = block.components[row];
            const Expr value = drives_.held(target.tensor, target.target, pool_.add(std::move(terms)), clock);
            update.assignments.push_back({target.tensor, target.target, value});
        }
    }

    Pool& pool_;
    const Drives& drives_;
    LocalParts parts_;
    std::vector<const Moved*> drifting_, kicked_, turned_;
};

// The inner splitting for each of these shares of the step, between halves of the local parts.
std::vector<Stage> between_local_parts(std::span<const Stage> inner, std::span<const double> shares) {
    std::vector<Stage> result;
    for (const double share : shares) {
        result.push_back({Part::local_before, share / 2});
        for (const Stage& stage : inner)
            result.push_back({stage.part, stage.share * share});
        result.push_back({Part::local_after, share / 2});
    }
    return result;
}

std::vector<Stage> stages_of(model::Scheme scheme, bool with_local_parts) {
    constexpr std::array whole{1.0};
    const auto plain = [](std::span<const Stage> stages) { return std::vector<Stage>(stages.begin(), stages.end()); };
    switch (scheme) {
    case model::Scheme::drift_kick_drift:
        return with_local_parts ? between_local_parts(tableaux::drift_kick_drift, whole)
                                : plain(tableaux::drift_kick_drift);
    case model::Scheme::yoshida4:
        return with_local_parts ? between_local_parts(tableaux::leapfrog, tableaux::yoshida4_leapfrogs)
                                : plain(tableaux::yoshida4);
    case model::Scheme::symplectic_euler: // refused with local parts
        return plain(tableaux::symplectic_euler);
    default:
        return with_local_parts ? between_local_parts(tableaux::leapfrog, whole) : plain(tableaux::leapfrog);
    }
}

bool is_local(Part part) {
    return part == Part::local_before || part == Part::local_after;
}

// The step is counted before the last drift or kick; a kick there, and what follows, stands at the new time exactly.
std::size_t stages_before_the_count(const std::vector<Stage>& stages) {
    return stages.size() - (is_local(stages.back().part) ? 2 : 1);
}

// The times at which the stages begin, in steps after the time counted last.
std::vector<double> beginnings(const std::vector<Stage>& stages) {
    std::vector<double> result;
    double time = 0;
    for (const Stage& stage : stages) {
        result.push_back(time);
        if (stage.part == Part::drift)
            time += stage.share;
    }
    double after = 0; // from the end of the step, backwards
    for (std::size_t stage = stages.size(); stage-- > stages_before_the_count(stages);) {
        after -= stages[stage].part == Part::drift ? stages[stage].share : 0;
        result[stage] = after;
    }
    return result;
}

} // namespace

void apply_splitting(Program& program, const Motion& motion, const Drives& drives) {
    const Splitting splitting(*program.pool, motion, drives);
    const std::vector<Stage> stages = stages_of(program.scheme, splitting.has_local_parts());
    const std::vector<double> begin = beginnings(stages);
    const bool shares_work = program.scheme != model::Scheme::symplectic_euler; // it ends as it begins
    const auto add = [&](Procedure& procedure, std::size_t stage) {
        Update update = splitting.update(stages[stage], begin[stage]);
        if (!update.assignments.empty())
            procedure.emplace_back(std::move(update));
    };
    if (shares_work)
        add(program.opening, 0);
    for (std::size_t stage = shares_work ? 1 : 0; stage < stages.size(); ++stage) {
        if (stage == stages_before_the_count(stages))
            program.closing.emplace_back(AdvanceStep{});
        add(program.closing, stage);
    }
    program.cycle = program.closing;
    if (shares_work)
        add(program.cycle, 0);
}

} // namespace nphys::dynamics
