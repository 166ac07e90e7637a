// Services of the runtime as calls of the headers that are emitted beside the class.
// Goes in: a row name of runtime/abi.def and its arguments without the pool. Comes out: a call, or why there is none.
// Example: nphys_gemv_f64(512, 512, 1.0, W, 512, x, 0.0, y) → numeric::gemv<double>(pool_, 512, 512, 1.0, W_.data(), …)
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "compiler/backend/cpp/tree.h"

namespace nphys::backend::cpp {

[[nodiscard]] tl::expected<tree::ExpressionPtr, std::string> service_call(std::string_view service,
                                                                          std::vector<tree::ExpressionPtr> arguments);

// The header that a service needs.
[[nodiscard]] std::string_view header_of_service(std::string_view service);

} // namespace nphys::backend::cpp
