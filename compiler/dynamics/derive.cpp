#include "compiler/dynamics/derive.h"

#include <algorithm>

#include "compiler/dynamics/clock.h"
#include "compiler/dynamics/constants.h"
#include "compiler/dynamics/direct_solve.h"
#include "compiler/dynamics/drives.h"
#include "compiler/dynamics/fitness.h"
#include "compiler/dynamics/initial.h"
#include "compiler/dynamics/memories.h"
#include "compiler/dynamics/motion.h"
#include "compiler/dynamics/noise.h"
#include "compiler/dynamics/presentation.h"
#include "compiler/dynamics/propagation.h"
#include "compiler/dynamics/schemes.h"
#include "compiler/dynamics/shared_sums.h"
#include "compiler/dynamics/stochastic.h"

namespace nphys::dynamics {

namespace {

std::vector<SymbolId> state_of(const model::Model& model, const Motion& motion) {
    std::vector<SymbolId> state;
    for (const model::Tensor& tensor : model.tensors)
        if (tensor.role == model::Role::neuron || tensor.role == model::Role::trainable)
            state.push_back(tensor.symbol);
    state.insert(state.end(), motion.velocities.begin(), motion.velocities.end());
    for (const model::Evolution& evolution : model.evolutions)
        state.insert(state.end(), evolution.accepted.begin(), evolution.accepted.end());
    if (model.presentation)
        for (const model::Window& window : model.presentation->windows) {
            state.push_back(window.sum.tensor);
            if (std::find(state.begin(), state.end(), window.count) == state.end())
                state.push_back(window.count);
        }
    return state;
}

std::vector<DerivedLaw> derived_laws(const Motion& motion, model::Scheme scheme) {
    std::vector<DerivedLaw> laws;
    for (const Moved& moved : motion.moved) {
        const bool literal = is_map(scheme);
        laws.push_back(
            {component(moved, literal ? *moved.next : moved.rate), !literal, moved.dynamics, moved.source, moved.span});
    }
    return laws;
}

// The linear map whose eigenvalues are observed, as if it moved a field.
Motion motion_of(const model::Level& level) {
    Place cell;
    cell.index = level.cell;
    Motion motion;
    motion.moved.emplace_back();
    motion.moved.front().tensor = level.spectrum->field;
    motion.moved.front().target = {cell};
    motion.moved.front().rate = level.spectrum->rate;
    motion.moved.front().span = level.span;
    return motion;
}

// Eigenvalues and the state at rest are worked out once, when the run begins.
void add_spectrum(Program& program, const model::Level& level) {
    const Motion motion = motion_of(level);
    const DirectSolve generator = DirectSolve::generator(program, motion);
    if (level.rest) {
        program.outputs.push_back(level.rest->field);
        generator.append_rest(program.before, level.rest->service, level.rest->field, level.rest->measure);
        for (const std::vector<model::Component>& components : level.rest->begin)
            program.before.emplace_back(Update{"begin with the state at rest", components});
    }
    for (const auto& [symbol, count] : level.eigenvalues) {
        program.outputs.push_back(symbol);
        generator.append_rightmost(program.before, symbol, count, level.spectrum->sign);
    }
}

} // namespace

Program derive(const model::Model& model, Diagnostics& diagnostics, const DeriveOptions& options) {
    Program program;
    program.pool = model.pool;
    program.single_precision = model.run.single_precision;
    program.draws = model.draws;
    program.level = model.level;
    program.constants = stored_constants(model);
    Motion laws = motion(model, diagnostics);
    program.scheme = chosen_scheme(model, laws, program.remarks);
    program.state = state_of(model, laws);
    program.underlying = model.run.underlying;
    if (program.scheme == model::Scheme::rk45 || model.run.tolerance)
        program.adaptive = Adaptive{.attempt = {},
                                    .accept = {},
                                    .error = {},
                                    .error_value = {},
                                    .order = 5,
                                    .tolerance = model.run.tolerance.value_or(1e-6)};
    set_clock(program, model.run, model.has_run, diagnostics);
    if (model.level)
        set_level_clock(program, model.run);
    if (model.presentation)
        set_presentation_clock(program, *model.presentation, model.run);
    if (!check_noise(model, laws, program.scheme, diagnostics) ||
        !check_fitness(model, laws, program.stepping(), diagnostics) || !check_memories(model, program, diagnostics) ||
        diagnostics.has_errors())
        return program;
    if (!check_copies(model, program.scheme, diagnostics))
        return program;
    if (program.scheme == model::Scheme::exact) {
        if (!check_propagation(model, laws, program.underlying, diagnostics))
            return program;
        program.by_modes = has_modes(model, laws, program.underlying);
    }
    const bool wants_spectrum = model.level && (model.level->rest || !model.level->eigenvalues.empty());
    if (wants_spectrum && !check_direct_solve(model, motion_of(*model.level), program.scheme, diagnostics))
        return program;
    if (solves_directly(model, program.scheme) && !check_direct_solve(model, laws, program.scheme, diagnostics))
        return program;
    program.draws.insert(program.draws.end(), laws.draws.begin(), laws.draws.end());
    program.refinement = model.run.refinement;
    program.temporaries = laws.temporaries;
    program.stands_for.resize(laws.temporaries.size());
    program.observe = laws.watching;
    program.metrics = laws.metrics;
    warn_of_draws_in_flows(model, laws, program.scheme, diagnostics);
    if (has_noise(*model.pool, laws)) {
        program.strong_order = strong_order(*model.pool, laws, program.scheme);
        laws = in_calculus_of(*model.pool, laws, program.scheme);
    }
    const Drives drives(model, laws);
    program.initial = initial_values(model, drives);
    program.laws = derived_laws(laws, program.stepping());
    program.regimes = regimes(model);
    if (wants_spectrum)
        add_spectrum(program, *model.level);
    if (model.presentation)
        apply_presentation(program, model, laws, drives, options, diagnostics);
    else
        apply_scheme(program, laws, drives);
    share_sums(program);
    return program;
}

} // namespace nphys::dynamics
