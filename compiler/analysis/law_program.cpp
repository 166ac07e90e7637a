#include "compiler/analysis/law_program.h"

#include "compiler/dynamics/constants.h"
#include "compiler/dynamics/drives.h"
#include "compiler/dynamics/initial.h"

namespace nphys::analysis {

dynamics::Motion motion_of(const model::Model& model) {
    Diagnostics told_elsewhere;
    return dynamics::motion(model, told_elsewhere);
}

dynamics::Program constants_of(const model::Model& model) {
    dynamics::Program program;
    program.pool = model.pool;
    program.constants = dynamics::stored_constants(model);
    return program;
}

dynamics::Program law_program(const model::Model& model, const dynamics::Motion& motion,
                              const dynamics::Program& constants) {
    dynamics::Program program = constants;
    for (const model::Tensor& tensor : model.tensors)
        if (tensor.role == model::Role::neuron || tensor.role == model::Role::trainable)
            program.state.push_back(tensor.symbol);
    program.state.insert(program.state.end(), motion.velocities.begin(), motion.velocities.end());
    dynamics::Motion copy = motion;
    program.initial = dynamics::initial_values(model, dynamics::Drives(model, copy));
    dynamics::Update update{"the law", {}, false};
    for (const dynamics::Moved& moved : motion.moved) {
        program.laws.push_back({component(moved, moved.rate), true, moved.dynamics, moved.source, moved.span});
        update.assignments.push_back(component(moved, moved.rate));
    }
    program.cycle.emplace_back(std::move(update)); // says what moves
    return program;
}

Shift middle_site(const algebra::Space* lattice) {
    Shift site{};
    if (lattice != nullptr)
        for (std::size_t axis = 0; axis < lattice->axes.size(); ++axis)
            site[axis] = lattice->axes[axis].first + lattice->axes[axis].extent / 2;
    return site;
}

LawSpectrum::LawSpectrum(const model::Model& model, const dynamics::Motion& motion, const dynamics::Program& constants)
    : program_(law_program(model, motion, constants)) {
    FieldsOrReason found = fields_of(program_);
    obstacle_ = found.reason;
    if (!found.fields)
        return;
    fields_ = std::move(found.fields);
    if (fields_->lattice)
        lattice_ = &program_.pool->space(*fields_->lattice);
    values_.emplace(model, program_);
    zone_.emplace(lattice_);
    step_.emplace(program_, *fields_, *values_, middle_site(lattice_), 0);
    obstacle_ = step_->nature().obstacle;
}

} // namespace nphys::analysis
