#include "compiler/dynamics/print.h"

#include <fmt/format.h>

#include "compiler/algebra/print.h"
#include "compiler/dynamics/clock.h"

namespace nphys::dynamics {

namespace {

std::string assignment(const Pool& pool, const Component& component) {
    return fmt::format("{} ← {}\n", algebra::print_element(pool, component.tensor, component.target),
                       algebra::print(pool, component.value));
}

std::string procedure(const Pool& pool, std::string_view name, const Procedure& actions) {
    if (actions.empty())
        return {};
    std::string text = fmt::format("{}:\n", name);
    for (const Action& action : actions) {
        if (const auto* repeat = std::get_if<Repeat>(&action)) {
            text += procedure(pool, fmt::format("  {}, at most {} times", repeat->label, repeat->most), repeat->body);
            text += fmt::format("    until {}\n", algebra::print(pool, repeat->until));
            continue;
        }
        if (std::holds_alternative<AdvanceStep>(action))
            text += "  t ← t + dt\n";
        if (const auto* shown = std::get_if<ShowRows>(&action))
            text += fmt::format("  show {} {} of {}\n", shown->count, shown->kept ? "kept rows" : "rows", shown->rows);
        if (const auto* recall = std::get_if<Recall>(&action))
            text += fmt::format("  keep {} for {} steps\n", pool.symbol(recall->latest).name, recall->rows);
        if (const auto* service = std::get_if<Service>(&action))
            text += fmt::format("  {}\n", service->name);
        const auto* update = std::get_if<Update>(&action);
        if (update == nullptr)
            continue;
        text += fmt::format("  {}{}\n", update->label, update->sequential ? " (in place)" : "");
        for (const Component& component : update->assignments)
            text += "    " + assignment(pool, component);
    }
    return text;
}

std::string tensors(const Pool& pool, std::string_view name, const std::vector<SymbolId>& symbols) {
    if (symbols.empty())
        return {};
    std::string text(name);
    for (const SymbolId symbol : symbols)
        text += fmt::format("{}{}", symbol == symbols.front() ? " " : ", ", pool.symbol(symbol).name);
    return text + "\n";
}

std::string components(const Pool& pool, std::string_view name, const std::vector<Component>& all) {
    if (all.empty())
        return {};
    std::string text = fmt::format("{}:\n", name);
    for (const Component& component : all)
        text += "  " + assignment(pool, component);
    return text;
}

} // namespace

std::string print(const Program& program) {
    const Pool& pool = *program.pool;
    std::string text = fmt::format("scheme {}, dt = {:g}, {}, {}\n", spelling(program.scheme), program.dt,
                                   program.adaptive ? fmt::format("until = {:g}", program.until)
                                                    : fmt::format("steps = {}", program.steps),
                                   program.single_precision ? "f32" : "f64");
    text += tensors(pool, "state", program.state) + tensors(pool, "temporaries", program.temporaries);
    text += components(pool, "constants", program.constants) + components(pool, "initial", program.initial);
    text += procedure(pool, "before", program.before) + procedure(pool, "opening", program.opening) + procedure(pool, "cycle", program.cycle) +
            procedure(pool, "closing", program.closing) + procedure(pool, "observing", program.observing);
    if (program.adaptive) {
        text += procedure(pool, "attempt", program.adaptive->attempt);
        text += fmt::format("error:\n  {}\n", algebra::print(pool, program.adaptive->error_value));
        text += procedure(pool, "accept", program.adaptive->accept);
    }
    for (const std::string& remark : program.remarks)
        text += fmt::format("# {}\n", remark);
    return text;
}

} // namespace nphys::dynamics
