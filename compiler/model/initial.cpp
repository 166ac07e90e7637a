#include "compiler/model/initial.h"

#include <algorithm>
#include <functional>

#include "compiler/algebra/transform.h"
#include "compiler/model/run_levels.h"
#include "compiler/model/targets.h"

namespace nphys::model {
namespace {

std::optional<Initial> read(Context& context, const Scope& scope, const syntax::Init& node, Span span) {
    Environment environment = of_scope(scope);
    const auto target = read_target(context, node.target, environment, "an initial value");
    if (!target)
        return std::nullopt;
    const auto components = components_at(context, *target, node.value);
    return components ? std::optional(Initial{*components, span}) : std::nullopt;
}

// The state tensors that initial values refer to, other than their own.
std::vector<SymbolId> refers_to(const Context& context, const Initial& initial) {
    std::vector<SymbolId> tensors;
    for (const Component& component : initial.components)
        for (const SymbolId symbol : algebra::dependence(context.pool, component.value).tensors) {
            const auto owner = context.tensors.find(symbol);
            if (owner != context.tensors.end() && owner->second->kind == NameKind::variable)
                tensors.push_back(symbol);
        }
    return tensors;
}

struct Sorter {
    Context& context;
    std::vector<Initial> unsorted;
    std::vector<Initial> sorted;
    std::vector<SymbolId> done, active;

    [[nodiscard]] static SymbolId tensor_of(const Initial& initial) { return initial.components.front().tensor; }

    void place(SymbolId tensor) {
        if (std::ranges::find(done, tensor) != done.end())
            return;
        active.push_back(tensor);
        for (const Initial& initial : unsorted)
            if (tensor_of(initial) == tensor)
                place_needed(initial);
        active.pop_back();
        if (std::ranges::find(done, tensor) != done.end())
            return;
        done.push_back(tensor);
        for (const Initial& initial : unsorted)
            if (tensor_of(initial) == tensor)
                sorted.push_back(initial);
    }

    void place_needed(const Initial& initial) {
        for (const SymbolId needed : refers_to(context, initial)) {
            if (std::ranges::find(active, needed) == active.end())
                place(needed);
            else
                context.tell(Code::circular_initial, initial.span, context.pool.symbol(needed).name);
        }
    }
};

} // namespace

void check_initial(Context& context, const Scope& scope, const syntax::Init& node, Span span) {
    const std::size_t draws = context.model.draws.size();
    static_cast<void>(read(context, scope, node, span));
    context.model.draws.resize(draws);
}

void add_initials(Context& context, const Scope& scope, const syntax::Run* run) {
    Sorter sorter{context, {}, {}, {}, {}};
    const auto take = [&](const syntax::Init& node, Span span) {
        if (auto initial = read(context, scope, node, span))
            sorter.unsorted.push_back(std::move(*initial));
    };
    for (const syntax::Statement& statement : scope.tree->statements)
        if (const auto* node = std::get_if<syntax::Init>(&statement.node))
            take(*node, statement.span);
    if (run != nullptr)
        for (const syntax::RunItem& item : run->items)
            if (const auto* node = std::get_if<syntax::Init>(&item.node); node != nullptr && !is_of_another_level(context, *node))
                take(*node, item.span);
    for (const Initial& initial : sorter.unsorted)
        sorter.place(Sorter::tensor_of(initial));
    context.model.initials = std::move(sorter.sorted);
}

} // namespace nphys::model
