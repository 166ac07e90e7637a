// A random model made smaller, so that one that fails is shrunk to the smallest one that still does.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/agreement/random_model.h"

namespace nphys::test {
namespace {

std::vector<std::string> without(std::vector<std::string> items, std::size_t position) {
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(position));
    return items;
}

} // namespace

std::vector<Spec> Spec::smaller() const {
    std::vector<Spec> all;
    const auto simpler = [&](auto&& change) {
        all.push_back(*this);
        change(all.back());
    };
    for (std::size_t n = 0; n < first.size(); ++n) simpler([&](Spec& s) { s.first = without(first, n); });
    for (std::size_t n = 0; n < second.size(); ++n) simpler([&](Spec& s) { s.second = without(second, n); });
    for (std::size_t n = 0; n < waves.size(); ++n) simpler([&](Spec& s) { s.waves = without(waves, n); });
    if (!noise.empty() && metric.empty()) simpler([](Spec& s) { s.noise.clear(); });
    if (!metric.empty()) simpler([](Spec& s) { s.metric.clear(), s.noise = " with metric 1.5, noise 0.1"; });
    if (steps > 1) simpler([](Spec& s) { s.steps = 1; });
    if (copies > 1) simpler([](Spec& s) { s.copies = 1; });
    if (copies > 2) simpler([](Spec& s) { s.copies = 2; });
    if (remembers) simpler([](Spec& s) { s.remembers = false; });
    if (merging) simpler([](Spec& s) { s.merging = false; });
    if (transforms) simpler([](Spec& s) { s.transforms = false; });
    if (family == Family::presented && !jump.empty()) simpler([](Spec& s) { s.jump.clear(); });
    if (family == Family::evolution && accept != "1/2") simpler([](Spec& s) { s.accept = "1/2", s.jump = "uniform(-0.2, 0.2)"; });
    if (single_precision) simpler([](Spec& s) { s.single_precision = false; });
    if (spaced) simpler([](Spec& s) { s.spaced = false; });
    if (rows > 1) simpler([](Spec& s) { s.rows = 1; });
    if (held > back) simpler([](Spec& s) { --s.held; });
    if (back > 1) simpler([](Spec& s) { --s.back; });
    if (carry) simpler([](Spec& s) { s.carry = false; });
    if (test) simpler([](Spec& s) { s.test = false; });
    if (!estimated.empty()) simpler([](Spec& s) { s.estimated.clear(); });
    if (stored) simpler([](Spec& s) { s.stored = false; });
    if (batch > 0) simpler([](Spec& s) { s.batch = 0; });
    for (std::size_t d = 0; d < axes.size(); ++d) {
        if (axes[d].extent > (is_network() ? 3 : 1)) simpler([&](Spec& s) { s.axes[d].extent = std::max(s.is_network() ? 3 : 1, axes[d].extent / 2); });
        if (!is_network() && axes[d].edge != "periodic") simpler([&](Spec& s) { s.axes[d].edge = "periodic"; });
    }
    const std::string dimension = fmt::format("e[{}]", axes.size()), name = axes.empty() ? "" : std::string(1, "xyz"[axes.size() - 1]);
    std::string formulas;
    for (const auto* terms : {&first, &second, &waves, &initial}) formulas += fmt::format(" + {}", fmt::join(*terms, " + "));
    if (!is_network() && axes.size() > 1 && formulas.find(dimension) == std::string::npos && formulas.find("*" + name) == std::string::npos)
        simpler([](Spec& s) { s.axes.pop_back(); });
    return all;
}

} // namespace nphys::test
