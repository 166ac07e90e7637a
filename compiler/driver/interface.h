#pragma once
// What the parts of a compiled model are called by its user, for the emitted class.

#include "compiler/backend/cpp/emit.h"
#include "compiler/driver/pipeline.h"

namespace nphys::driver {

[[nodiscard]] backend::cpp::Interface interface_of(const Compilation& compilation, const std::string& source);

} // namespace nphys::driver
