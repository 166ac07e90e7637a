// Splitting schemes: drifts and kicks in turn. Time moves with the drifts; a drift reads a law that depends on time at
// the middle of its interval, so that compositions keep their order.
#include <fmt/format.h>

#include "compiler/dynamics/schemes.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::dynamics {

namespace {

class Splitting {
public:
    Splitting(Pool& pool, const Motion& motion, const Drives& drives) : pool_(pool), drives_(drives) {
        for (const Moved& moved : motion.moved)
            (moved.dynamics == model::Dynamics::activation ? drifting_ : kicked_).push_back(&moved);
    }

    // `begin` is the time at which the stage begins, in steps after t.
    Update update(const tableaux::Stage& stage, double begin) const {
        const bool drifts = stage.part == tableaux::Part::drift;
        const std::vector<const Moved*>& moved = drifts ? drifting_ : kicked_;
        const Expr middle = later(pool_, drifts ? begin + stage.share / 2 : begin);
        const Expr end = later(pool_, drifts ? begin + stage.share : begin);
        Update update{.label = fmt::format("{} {} by {}", drifts ? "drift" : "kick", names(pool_, moved),
                                           multiple_of_step(stage.share)),
                      .assignments = {}};
        for (const Moved* one : moved) {
            const Expr change =
                pool_.multiply({coefficient(pool_, stage.share), pool_.step(), at_time(pool_, one->rate, middle)});
            const Expr value = pool_.add({pool_.element(one->tensor, one->target), change});
            update.assignments.push_back(component(*one, drives_.held(one->tensor, one->target, value, end)));
        }
        return update;
    }

private:
    Pool& pool_;
    const Drives& drives_;
    std::vector<const Moved*> drifting_, kicked_;
};

// The times at which the stages begin.
std::vector<double> beginnings(std::span<const tableaux::Stage> stages) {
    std::vector<double> result;
    double time = 0;
    for (const tableaux::Stage& stage : stages) {
        result.push_back(time);
        if (stage.part == tableaux::Part::drift)
            time += stage.share;
    }
    return result;
}

} // namespace

void apply_splitting(Program& program, const Motion& motion, const Drives& drives,
                     std::span<const tableaux::Stage> stages) {
    const Splitting splitting(*program.pool, motion, drives);
    std::vector<double> begin = beginnings(stages);
    // The step is counted before the last stage; a kick there stands at the new time exactly.
    begin.back() = stages.back().part == tableaux::Part::kick ? 0 : -stages.back().share;
    const bool ends_as_it_begins = stages.front().part == stages.back().part;
    const auto add = [&](Procedure& procedure, std::size_t stage) {
        Update update = splitting.update(stages[stage], begin[stage]);
        if (!update.assignments.empty())
            procedure.emplace_back(std::move(update));
    };
    if (ends_as_it_begins)
        add(program.opening, 0);
    for (std::size_t stage = ends_as_it_begins ? 1 : 0; stage + 1 < stages.size(); ++stage)
        add(program.closing, stage);
    program.closing.emplace_back(AdvanceStep{});
    add(program.closing, stages.size() - 1);
    program.cycle = program.closing;
    if (ends_as_it_begins)
        add(program.cycle, 0);
}

} // namespace nphys::dynamics
