#pragma once
// Data files for the model stage, read by the runtime; each file is read once.

#include <memory>

#include "compiler/model/data_source.h"

namespace nphys::driver {

[[nodiscard]] std::unique_ptr<model::DataSource> make_data_source();

} // namespace nphys::driver
