#include <fmt/format.h>

#include "compiler/base/unicode.h"
#include "compiler/loops/cost.h"

namespace nphys::loops {

namespace {

// `1.2e+07` says less than `12 M`.
std::string readable(double count) {
    constexpr std::string_view units[] = {"", " k", " M", " G", " T"};
    std::size_t unit = 0;
    for (; count >= 9999.5 && unit + 1 < std::size(units); ++unit)
        count /= 1000;
    return count < 9.95 && count != static_cast<double>(static_cast<std::int64_t>(count))
               ? fmt::format("{:.1f}{}", count, units[unit])
               : fmt::format("{:.0f}{}", count, units[unit]);
}

std::string row(const KernelCost& kernel, std::size_t width) {
    const double visits = std::max(kernel.elements, 1.0) * kernel.steps;
    const std::string allocated =
        kernel.bytes_allocated() >= visits / 2
            ? fmt::format(", {} fetched to be written", readable(kernel.bytes_allocated() / visits))
            : "";
    const std::string tiled = kernel.steps > 1 ? fmt::format(", {} steps in a pass over memory", kernel.steps) : "";
    return fmt::format("    {} {:>8} elements, {:>5} flops and {:>5} bytes each ({} read, {} written{}){}{}{}\n",
                       padded(kernel.name, width), readable(kernel.elements), readable(kernel.flops / visits),
                       readable(kernel.bytes() / visits), readable(kernel.bytes_read() / visits),
                       readable(kernel.bytes_written() / visits), allocated, tiled, kernel.repeated ? ", each iteration" : "",
                       kernel.is_estimate ? ", estimated" : "");
}

} // namespace

std::string print_costs(const std::vector<KernelCost>& kernels) {
    std::size_t width = 0;
    for (const KernelCost& kernel : kernels)
        width = std::max(width, display_width(kernel.name));
    std::string text, function;
    for (const KernelCost& kernel : kernels) {
        if (kernel.function == "constants" || kernel.function == "initialize")
            continue;
        if (kernel.function != function)
            text += fmt::format("  {}\n", function = kernel.function);
        text += row(kernel, width);
    }
    return text.empty() ? "  no loops over memory\n" : text;
}

} // namespace nphys::loops
