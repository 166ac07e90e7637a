// Where statistics and memories may stand; see statistics.h.
#include <algorithm>

#include "compiler/model/statistics.h"

namespace nphys::model {
namespace {

const Statistic* statistic_in(const Context& context, Expr value) {
    const auto found = std::ranges::find_if(
        context.model.statistics, [&](const Statistic& one) { return context.pool.has_symbol(value, one.symbol); });
    return found == context.model.statistics.end() ? nullptr : &*found;
}

const Memory* memory_in(const Context& context, Expr value, bool delays_too) {
    const auto found = std::ranges::find_if(context.model.memories, [&](const Memory& one) {
        return context.pool.has_symbol(value, one.symbol) && (delays_too || one.kind != MemoryKind::delay);
    });
    return found == context.model.memories.end() ? nullptr : &*found;
}

bool holds(Span outer, Span inner) {
    return outer.source == inner.source && outer.begin <= inner.begin && inner.end <= outer.end;
}

struct Checker {
    Context& context;

    void refuse_in(const std::vector<Component>& components, Span span, const char* what, bool delays_too) const {
        for (const Component& component : components) {
            if (const Statistic* statistic = statistic_in(context, component.value)) {
                auto& told = context.tell(Code::statistic_in_law, statistic->span, name(statistic->symbol), what);
                if (!holds(span, statistic->span))
                    told.label(span, "read here");
                told.help("statistics stand in `observe` and `expect`");
                return;
            }
            if (const Memory* memory = memory_in(context, component.value, delays_too)) {
                auto& told = context.tell(Code::memory_in_law, memory->span, name(memory->symbol), what);
                if (!holds(span, memory->span))
                    told.label(span, "read here");
                told.help("{}", delays_too ? "an initial value has no past: write the value itself"
                                           : "a law may read `delay(…)`; this one stands in `observe` and `expect`");
                return;
            }
        }
    }

    void check_memory(const Memory& memory) const {
        const Statistic* statistic = statistic_in(context, memory.argument);
        if (statistic == nullptr)
            return;
        context.tell(Code::memory_of_statistic, memory.span, name(memory.symbol), name(statistic->symbol))
            .help("each copy remembers its own values: take the statistic of the memory, as in `mean(average(q, 10))`");
    }

    void check_copies(const Statistic& statistic) const {
        const bool of_each = statistic.kind == StatisticKind::mean || statistic.kind == StatisticKind::test ||
                             statistic.kind == StatisticKind::spectrum;
        if (context.model.run.copies == 1 && !of_each && !is_of_fields())
            context.tell(Code::statistic_of_one_copy, statistic.span, name(statistic.symbol))
                .help("write `ensemble = 1000` in the run");
    }

    [[nodiscard]] bool is_of_fields() const { return context.model.level && context.model.level->kind != LevelKind::ensemble; }

    // Of a copy, not of what is taken over all of them.
    void check_spectrum(const Statistic& spectrum) const {
        for (const Expr argument : spectrum.arguments)
            if (const Statistic* read = statistic_in(context, argument)) {
                context.tell(Code::spectrum_of_statistic, spectrum.span, name(spectrum.symbol), name(read->symbol))
                    .help("take the spectrum of the field itself: its mean over the copies is recorded");
                return;
            }
    }

    [[nodiscard]] const std::string& name(SymbolId symbol) const { return context.pool.symbol(symbol).name; }
};

} // namespace

void check_statistics(Context& context) {
    const Checker check{context};
    const Model& model = context.model;
    for (const Law& law : model.laws)
        check.refuse_in(law.components, law.span, "a law", false);
    for (const Drive& drive : model.drives)
        check.refuse_in(drive.components, drive.span, "a boundary", false);
    for (const Initial& initial : model.initials)
        check.refuse_in(initial.components, initial.span, "an initial value", true);
    for (const Memory& memory : model.memories)
        check.check_memory(memory);
    for (const Statistic& statistic : model.statistics) {
        check.check_copies(statistic);
        if (statistic.kind == StatisticKind::spectrum)
            check.check_spectrum(statistic);
    }
}

} // namespace nphys::model
