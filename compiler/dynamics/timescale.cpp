#include "compiler/dynamics/timescale.h"

#include <algorithm>

#include "compiler/dynamics/simplify.h"

namespace nphys::dynamics {

namespace {

// 1 in the steps that complete a whole number of periods; the step from t to t+1 completes the time t+1.
Expr completes(Pool& pool, Expr period) {
    const Expr reached = pool.add({pool.time(), pool.integer(1)});
    const Expr periods = pool.apply(algebra::Op::floor, {pool.divide(reached, period)});
    return pool.apply(algebra::Op::equal, {pool.multiply({periods, period}), reached});
}

} // namespace

void apply_timescales(Motion& motion, const model::Model& model) {
    Pool& pool = *model.pool;
    if (model.learning_time && !pool.is_one(*model.learning_time))
        for (Action& action : motion.before_learning)
            if (auto* update = std::get_if<Update>(&action))
                for (Component& one : update->assignments)
                    if (std::ranges::find(motion.velocities, one.tensor) != motion.velocities.end())
                        one.value = pool.select(completes(pool, *model.learning_time), one.value, pool.element(one.tensor, one.target));
    for (Moved& moved : motion.moved) {
        const std::optional<Expr>& time =
            moved.dynamics == model::Dynamics::activation ? model.activation_time : model.learning_time;
        if (!time || pool.is_one(*time))
            continue;
        moved.rate = simplified(pool, pool.divide(moved.rate, *time));
        if (moved.drifts) // of second order in the noise
            for (Expr* drift : {&moved.drifts->covariant, &moved.drifts->ito})
                *drift = pool.divide(*drift, pool.power(*time, pool.integer(2)));
        for (std::optional<Expr>* next : {&moved.next, &moved.next_in_place})
            if (*next) {
                const Expr completed = completes(pool, *time);
                *next = pool.select(completed, **next, pool.element(moved.tensor, moved.target));
            }
    }
}

} // namespace nphys::dynamics
