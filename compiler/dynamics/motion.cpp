#include "compiler/dynamics/motion.h"

#include <algorithm>

#include "compiler/dynamics/descent.h"
#include "compiler/dynamics/generator.h"
#include "compiler/dynamics/hamiltonian.h"
#include "compiler/dynamics/places.h"
#include "compiler/dynamics/timescale.h"

namespace nphys::dynamics {

namespace {

void append(std::vector<Moved>& all, std::vector<Moved> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// Activation first: gradients go through it.
std::vector<Moved> written_laws(Pool& pool, const model::Model& model, model::Dynamics dynamics) {
    std::vector<Moved> result;
    for (const model::Law& law : model.laws)
        if (law.dynamics == dynamics && law.kind != model::LawKind::descent)
            append(result, generator(pool, law));
    return result;
}

// No element may follow two laws. Each pair of laws is told once.
void check_single_laws(Pool& pool, std::vector<Moved>& moved, Diagnostics& diagnostics) {
    const auto meets_earlier = [&](std::size_t later) {
        for (std::size_t earlier = 0; earlier < later; ++earlier) {
            if (moved[earlier].tensor != moved[later].tensor)
                continue;
            if (!meeting(pool, moved[earlier].tensor, moved[earlier].target, moved[later].target))
                continue;
            const std::string& name = pool.symbol(moved[later].tensor).name;
            diagnostics.report(Code::second_law, moved[later].span, name)
                .here("a second law for the same elements")
                .label(moved[earlier].span, "the first one")
                .help("add the two right-hand sides, or give each law elements of its own");
            return true;
        }
        return false;
    };
    for (std::size_t later = 1; later < moved.size(); ++later)
        if (meets_earlier(later))
            return;
}

// How many times learning has moved when the step from t to t + 1 is done.
Expr learning_steps(Pool& pool, const model::Model& model) {
    const Expr reached = pool.add({pool.time(), pool.integer(1)});
    return model.learning_time ? pool.divide(reached, *model.learning_time) : reached;
}

void find_white_noise(Motion& motion, const model::Model& model) {
    const auto take = [&](const model::Draw& draw) {
        const bool is_read = std::ranges::any_of(
            motion.moved, [&](const Moved& moved) { return model.pool->has_symbol(moved.rate, draw.symbol); });
        if (draw.timing == model::DrawTiming::white && is_read)
            motion.white.push_back(draw.symbol);
    };
    std::ranges::for_each(model.draws, take);
    std::ranges::for_each(motion.draws, take);
}

} // namespace

Motion motion(const model::Model& model, Diagnostics& diagnostics) {
    Pool& pool = *model.pool;
    Motion result;
    append(result.moved, written_laws(pool, model, model::Dynamics::activation));
    for (const model::Hamiltonian& hamiltonian : model.hamiltonians)
        append(result.moved, hamiltonian_motion(pool, hamiltonian));
    const std::vector<Moved> activation = [&] {
        std::vector<Moved> some;
        std::copy_if(result.moved.begin(), result.moved.end(), std::back_inserter(some),
                     [](const Moved& moved) { return moved.dynamics == model::Dynamics::activation; });
        return some;
    }();
    append(result.moved, written_laws(pool, model, model::Dynamics::learning));
    for (const model::Law& law : model.laws)
        if (law.kind == model::LawKind::descent)
            append(result.moved, model.presentation
                                     ? descent_by_gradients(result, model, law, diagnostics)
                                     : descent(result, model, law, activation, learning_steps(pool, model), diagnostics));
    std::stable_sort(result.moved.begin(), result.moved.end(),
                     [](const Moved& left, const Moved& right) { return left.dynamics < right.dynamics; });
    check_single_laws(pool, result.moved, diagnostics);
    apply_timescales(result, model);
    find_white_noise(result, model);
    return result;
}

} // namespace nphys::dynamics
