// Calls a service of the runtime by name.
// Goes in: a row name of runtime/abi.def and its arguments (without the pool, for services that begin with one). Comes
// out: nothing, or what was wrong with the call. Example: call_service("nphys_gemv_f64", {rows, columns, 1.0, A,
// columns, x, 0.0, y}).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nphys::loops {

using ServiceArgument = std::variant<void*, std::int64_t, double>;

[[nodiscard]] std::optional<std::string> call_service(std::string_view service,
                                                      const std::vector<ServiceArgument>& arguments);

} // namespace nphys::loops
