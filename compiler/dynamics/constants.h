#pragma once
// Stored tensors in an order in which each definition finds what it reads.

#include <vector>

#include "compiler/model/model.h"

namespace nphys::dynamics {

[[nodiscard]] std::vector<model::Component> stored_constants(const model::Model& model);

} // namespace nphys::dynamics
