#include "compiler/loops/interpret_services.h"

#include <fmt/format.h>
#include <type_traits>
#include <utility>

#include "runtime/abi.h"

namespace nphys::loops {

namespace {

template <class Parameter>
bool fits(const ServiceArgument& argument) {
    if constexpr (std::is_pointer_v<Parameter>)
        return std::holds_alternative<void*>(argument);
    else if constexpr (std::is_integral_v<Parameter>)
        return std::holds_alternative<std::int64_t>(argument);
    else
        return std::holds_alternative<double>(argument);
}

template <class Parameter>
Parameter as(const ServiceArgument& argument) {
    if constexpr (std::is_pointer_v<Parameter>)
        return std::get<void*>(argument);
    else if constexpr (std::is_integral_v<Parameter>)
        return static_cast<Parameter>(std::get<std::int64_t>(argument));
    else
        return static_cast<Parameter>(std::get<double>(argument));
}

template <class Result, class... Parameters>
bool call(Result (*function)(Parameters...), std::vector<ServiceArgument> arguments) {
    if (arguments.size() + 1 == sizeof...(Parameters))
        arguments.insert(arguments.begin(), static_cast<void*>(nullptr));
    if (arguments.size() != sizeof...(Parameters))
        return false;
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        if (!(fits<Parameters>(arguments[I]) && ...))
            return false;
        static_cast<void>(function(as<Parameters>(arguments[I])...));
        return true;
    }(std::index_sequence_for<Parameters...>{});
}

} // namespace

std::optional<std::string> call_service(std::string_view service, const std::vector<ServiceArgument>& arguments) {
#define NPHYS_SERVICE(name, result, ...)                                                                               \
    if (service == #name) {                                                                                            \
        if (call(&runtime::abi::name, arguments))                                                                      \
            return std::nullopt;                                                                                       \
        return fmt::format("service `{}` is called with arguments that it does not take", service);                    \
    }
#include "runtime/abi.def"
#undef NPHYS_SERVICE
    return fmt::format("there is no service `{}`", service);
}

} // namespace nphys::loops
