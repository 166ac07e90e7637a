// Places outside of buffers, and iterations of vector loops that are not independent, as far as sums of variables tell.
#include <fmt/format.h>

#include "compiler/loops/integer_facts.h"
#include "compiler/loops/print.h"
#include "compiler/loops/verify.h"

namespace nphys::loops {

namespace {

struct Access {
    BufferId buffer;
    IntegerId index;
    bool writes = false;
};

class PlaceVerifier {
public:
    PlaceVerifier(const Module& module, const Function& function)
        : module_(module), function_(function), facts_(function) {}

    std::vector<std::string> run() {
        check_block(function_.body, true);
        return std::move(wrongs_);
    }

private:
    template <class... Arguments>
    void wrong(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        wrongs_.push_back(
            fmt::format("in `{}`: {}", function_.name, fmt::format(format, std::forward<Arguments>(arguments)...)));
    }

    // certain: no condition decides whether the block runs.
    void check_block(const Block& block, bool certain) {
        for (const Access& access : accesses_of(block))
            check_bounds(access, certain);
        for (const Statement& statement : block) {
            if (const auto* loop = std::get_if<For>(&statement.node))
                check_loop(*loop, certain);
            if (const auto* branch = std::get_if<If>(&statement.node))
                check_block(*branch->body, false);
            if (const auto* repeat = std::get_if<Repeat>(&statement.node))
                check_block(*repeat->body, false);
        }
    }

    void check_loop(const For& loop, bool certain) {
        if (facts_.range(loop.variable).is_empty())
            return; // never runs
        check_block(*loop.body, certain);
        if (loop.kind == LoopKind::vector)
            check_independence(loop);
    }

    static std::vector<Access> accesses_of(const Block& block) {
        std::vector<Access> result;
        for (const Statement& statement : block) {
            if (const auto* store = std::get_if<Store>(&statement.node))
                result.push_back({store->buffer, store->index, true});
            const auto* define = std::get_if<Define>(&statement.node);
            const auto* load = define == nullptr ? nullptr : std::get_if<Load>(&define->operation);
            if (load != nullptr)
                result.push_back({load->buffer, load->index, false});
        }
        return result;
    }

    // ---- Bounds ----

    void check_bounds(const Access& access, bool certain) {
        const Buffer& buffer = module_.buffers[access.buffer.index()];
        const Range range = facts_.range(access.index);
        if (range.is_empty())
            return;
        const bool always_outside = range.high < 0 || range.low >= buffer.size;
        const bool reaches_outside = certain && range.attained && (range.low < 0 || range.high >= buffer.size);
        if (!always_outside && !reaches_outside)
            return;
        wrong("`{}` has {} elements and is {} at {}, which is {}..{}", buffer.name, buffer.size,
              access.writes ? "stored" : "loaded", print(module_, function_, access.index), range.low, range.high);
    }

    // ---- Independence ----

    void check_independence(const For& loop) {
        const std::vector<Access> accesses = accesses_of(*loop.body);
        for (const Access& store : accesses) {
            if (!store.writes)
                continue;
            for (const Access& other : accesses) {
                if (other.buffer == store.buffer && collide(loop, store, other)) {
                    wrong("iterations of a vector loop over `{}` are not independent: `{}[{}]` is stored and `{}[{}]` "
                          "touched",
                          function_.variables[loop.variable.index()], module_.buffers[store.buffer.index()].name,
                          print(module_, function_, store.index), module_.buffers[other.buffer.index()].name,
                          print(module_, function_, other.index));
                    return;
                }
            }
        }
    }

    // Whether iterations n ≠ m certainly exist with store(n) == other(m).
    bool collide(const For& loop, const Access& store, const Access& other) const {
        const std::int64_t least_trips = trips(loop);
        if (least_trips < 2)
            return false;
        const Linear a = facts_.linear(store.index), b = facts_.linear(other.index);
        std::int64_t stride = 0;
        for (const auto& [atom, factor] : a.terms) {
            const Integer& term = function_.integers[atom];
            if (term.op == IntegerOp::variable && term.variable == loop.variable)
                stride = factor;
            else if (facts_.depends_on(IntegerId(atom), loop.variable))
                return false;
        }
        const Linear rest = difference(a, b);
        if (!rest.terms.empty())
            return false;
        if (stride == 0)
            return store.writes; // each iteration touches this one place
        const std::int64_t distance = rest.constant;
        return distance != 0 && distance % stride == 0 && std::abs(distance / stride) < least_trips;
    }

    // As many iterations as there certainly are; many where only threads decide.
    std::int64_t trips(const For& loop) const {
        const Range begin = facts_.range(loop.begin), end = facts_.range(loop.end);
        if (begin.is_constant() && end.is_constant())
            return end.low - begin.low;
        const Linear length = difference(facts_.linear(loop.end), facts_.linear(loop.begin));
        if (length.terms.empty())
            return length.constant;
        const Range& variable = facts_.range(loop.variable);
        for (const std::uint32_t id : variable.loops) {
            const For* outer = facts_.loop_of(VariableId(id));
            if (outer != &loop && outer->kind != LoopKind::parallel)
                return 0;
        }
        return variable.attained ? variable.high - variable.low + 1 : 0;
    }

    const Module& module_;
    const Function& function_;
    IntegerFacts facts_;
    std::vector<std::string> wrongs_;
};

} // namespace

std::vector<std::string> verify_places(const Module& module, const Function& function) {
    return PlaceVerifier(module, function).run();
}

} // namespace nphys::loops
