#include "compiler/backend/cpp/identifiers.h"
#include "compiler/backend/cpp/model_class.h"
#include "compiler/loops/names.h"

namespace nphys::backend::cpp {

using loops::unique_name;

ClassNames name_class(const loops::Module& module, const Interface& interface) {
    ClassNames names;
    std::set<std::string> taken = {"Model",
                                   "Parameters",
                                   "initialize",
                                   "step",
                                   "observe",
                                   "observed",
                                   "time",
                                   "threads",
                                   "steps_done",
                                   "is_done",
                                   "write_state",
                                   "advance_to",
                                   "controlled_step",
                                   "step_to_record",
                                   "default_records",
                                   "seed",
                                   "copies",
                                   "is_adaptive",
                                   "set_parameter",
                                   "observable_names",
                                   "default_steps",
                                   "default_every",
                                   "advance",
                                   "compute_constants",
                                   "advance_time",
                                   "attempt",
                                   "accept",
                                   "try_step",
                                   "pool_",
                                   "step_",
                                   "parameters",
                                   "end_time"};
    std::set<std::string> parameters_taken;
    for (const Parameter& parameter : interface.parameters) {
        names.parameters.push_back(unique_name(cpp_identifier(parameter.name), parameters_taken));
    }
    for (const StateField& field : interface.fields) {
        names.fields.push_back(unique_name(cpp_identifier(field.name), taken));
        taken.insert(names.fields.back() + (names.fields.back().back() == '_' ? "extents" : "_extents"));
    }
    for (const Observable& observable : interface.observables) {
        names.observables.push_back(unique_name(cpp_identifier(observable.name), taken));
    }
    for (const loops::Buffer& buffer : module.buffers) {
        names.members.local_buffers.push_back(cpp_identifier(buffer.name));
        const std::string wanted = names.members.local_buffers.back();
        names.members.buffers.push_back(unique_name(wanted.back() == '_' ? wanted + "buffer_" : wanted + "_", taken));
    }
    for (const loops::ScalarSlot& scalar : module.scalars) {
        names.members.local_scalars.push_back(cpp_identifier(scalar.name));
        const std::string wanted = names.members.local_scalars.back();
        names.members.scalars.push_back(unique_name(wanted.back() == '_' ? wanted + "value_" : wanted + "_", taken));
    }
    return names;
}

} // namespace nphys::backend::cpp
