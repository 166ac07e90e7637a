#include "compiler/dynamics/fitness.h"

#include <algorithm>
#include <fmt/format.h>

#include "compiler/algebra/transform.h"
#include "compiler/dynamics/clock.h"

namespace nphys::dynamics {

namespace {

// A tensor that moves together with this component and on which its rate depends: what a splitting cannot have.
std::optional<SymbolId> obstacle(const Pool& pool, const Motion& motion, const Moved& moved) {
    for (const Moved& other : motion.moved)
        if (other.dynamics == moved.dynamics && algebra::depends_on(pool, moved.rate, other.tensor))
            return other.tensor;
    return std::nullopt;
}

bool check_splitting(const Pool& pool, const Motion& motion, std::string_view scheme, Diagnostics& diagnostics) {
    bool fits = true;
    std::vector<const Moved*> told;
    const auto is_told = [&](const Moved& moved) { // once for a variable, and once for a Hamiltonian
        return std::any_of(told.begin(), told.end(), [&](const Moved* other) {
            return other->tensor == moved.tensor || (moved.span.valid() && other->span == moved.span);
        });
    };
    for (const Moved& moved : motion.moved) {
        const std::optional<SymbolId> by = obstacle(pool, motion, moved);
        if (!by || is_told(moved))
            continue;
        told.push_back(&moved);
        fits = false;
        const std::string& name = pool.symbol(moved.tensor).name;
        const std::string on =
            *by == moved.tensor ? "itself" : fmt::format("`{}`, which moves with it", pool.symbol(*by).name);
        auto& diagnostic = diagnostics.report(Code::law_does_not_split, moved.span, scheme, name, on);
        diagnostic.here("the rate of `{}` depends on {}", name, on);
        if (moved.next && moved.dynamics == model::Dynamics::activation)
            diagnostic.note("as a flow, `{}` is moved by F - identity, F being this map", name)
                .help("`scheme = map` iterates the map as it stands; `scheme = rk4` takes any flow");
        else
            diagnostic.help("`scheme = rk4` takes any law");
        if (told.size() == 1)
            diagnostic.note("a splitting moves the neurons at fixed trainables, then the trainables at fixed neurons");
    }
    return fits;
}

bool check_map(const Pool& pool, const Motion& motion, std::string_view scheme, Diagnostics& diagnostics) {
    for (const Moved& moved : motion.moved) {
        if (moved.next)
            continue;
        const std::string& name = pool.symbol(moved.tensor).name;
        diagnostics.report(Code::map_of_a_flow, moved.span, scheme, name)
            .here("the law of `{}` is a rate and needs a step", name)
            .help("take a scheme for flows (`scheme = leapfrog`, `rk4`) with `dt`, or write the law as a map, `{} ← …`",
                  name);
        return false;
    }
    return true;
}

bool check_momentum(const Pool& pool, const Motion& motion, std::string_view scheme, Diagnostics& diagnostics) {
    for (const Moved& moved : motion.moved) {
        if (!moved.with_momentum || !moved.next_in_place)
            continue; // the velocity itself is ours, not the user's
        diagnostics.report(Code::momentum_needs_map, moved.span, scheme, pool.symbol(moved.tensor).name)
            .here("momentum is part of a map")
            .help("write `scheme = map`, or leave `momentum` out")
            .note("v ← μ*v - γ*d, q ← q + v fixes the step; its continuous limit depends on how μ goes to 1");
        return false;
    }
    return true;
}

} // namespace

bool splits(const Pool& pool, const Motion& motion) {
    return std::none_of(motion.moved.begin(), motion.moved.end(),
                        [&](const Moved& moved) { return obstacle(pool, motion, moved).has_value(); });
}

bool check_fitness(const model::Model& model, const Motion& motion, model::Scheme scheme, Diagnostics& diagnostics) {
    const Pool& pool = *model.pool;
    if (is_map(scheme))
        return check_map(pool, motion, spelling(scheme), diagnostics);
    if (!check_momentum(pool, motion, spelling(scheme), diagnostics))
        return false;
    return !is_splitting(scheme) || check_splitting(pool, motion, spelling(scheme), diagnostics);
}

} // namespace nphys::dynamics
