#include "compiler/dynamics/merging.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "compiler/algebra/transform.h"
#include "compiler/dynamics/linear_form.h"
#include "compiler/dynamics/simplify.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::dynamics {

namespace {

using algebra::Place;
using algebra::Pool;
using Updates = std::vector<Update>;

// Longer ones than half drift, two turns, half drift have not been found to pay.
constexpr std::size_t longest = 4;

class Merging {
public:
    explicit Merging(Program& program) : program_(program), pool_(*program.pool) {
        for (const SymbolId tensor : program.state) {
            algebra::Symbol twin = pool_.symbol(tensor);
            const SymbolId old = pool_.add_symbol(std::move(twin));
            before_.emplace(tensor.value, old);
            after_.emplace(old.value, tensor);
        }
    }

    // Whether anything was gained.
    bool merge(Updates& updates) const {
        std::size_t saved = 0, first = 0, last = 0;
        Updates best;
        for (std::size_t begin = 0; begin < updates.size(); ++begin)
            for (std::size_t end = begin + 2; end <= std::min(updates.size(), begin + longest); ++end) {
                const std::span<const Update> parts(updates.data() + begin, end - begin);
                const auto apart = reads(parts);
                Updates together = apart ? composed(parts) : Updates{};
                const auto joined = together.empty() ? std::nullopt : reads(together);
                if (joined && *joined < *apart && *apart - *joined > saved) {
                    saved = *apart - *joined, first = begin, last = end;
                    best = std::move(together);
                }
            }
        if (saved == 0)
            return false;
        Updates front(updates.begin(), updates.begin() + static_cast<std::ptrdiff_t>(first));
        Updates back(updates.begin() + static_cast<std::ptrdiff_t>(last), updates.end());
        merge(front), merge(back);
        std::ranges::move(best, std::back_inserter(front));
        std::ranges::move(back, std::back_inserter(front));
        updates = std::move(front);
        return true;
    }

private:
    // Elements that are read, by each assignment for itself; none if a part is not linear.
    std::optional<std::size_t> reads(std::span<const Update> updates) const {
        std::size_t count = 0;
        for (const Update& update : updates)
            for (const Component& assignment : update.assignments) {
                const auto form = linear_form(pool_, assignment.value, program_.state);
                if (!form || update.sequential || !before_.contains(assignment.tensor.value))
                    return std::nullopt;
                count += form->coefficients.size();
            }
        return count;
    }

    // The assignments of all of them at once, from the state before the first; none if they do not compose.
    Updates composed(std::span<const Update> parts) const {
        std::vector<Component> values; // in terms of the twins
        for (const Update& part : parts) {
            std::vector<Component> now = part.assignments;
            for (Component& assignment : now)
                assignment.value = from_before(values, assignment.value);
            for (Component& assignment : now) {
                const auto known = std::ranges::find_if(values, [&](const Component& other) {
                    return other.tensor == assignment.tensor && other.target == assignment.target;
                });
                if (known != values.end())
                    *known = std::move(assignment);
                else if (overlaps(values, assignment))
                    return {};
                else
                    values.push_back(std::move(assignment));
            }
        }
        for (Component& value : values) {
            const auto sum = multiplied_out(with_tensors(pool_, value.value, after_));
            if (!sum)
                return {};
            value.value = *sum;
        }
        return in_order(std::move(values), parts);
    }

    Expr from_before(const std::vector<Component>& values, Expr expression) const {
        for (const SymbolId tensor : program_.state) {
            std::vector<algebra::Definition> definitions;
            for (const Component& value : values)
                if (value.tensor == tensor)
                    definitions.push_back({value.target, value.value});
            if (!definitions.empty())
                expression = algebra::inline_definitions(pool_, expression, tensor, definitions);
        }
        return with_tensors(pool_, expression, before_);
    }

    // Components are told apart by their literal places; ranges that only partly coincide are left alone.
    static bool overlaps(const std::vector<Component>& values, const Component& one) {
        return std::ranges::any_of(values, [&](const Component& other) {
            return other.tensor == one.tensor &&
                   std::ranges::equal(other.target, one.target, [](const Place& a, const Place& b) {
                       return !a.is_literal() || !b.is_literal() || a == b;
                   });
        });
    }

    std::optional<Expr> multiplied_out(Expr expression) const {
        const auto form = linear_form(pool_, expression, program_.state);
        if (!form)
            return std::nullopt;
        std::vector<std::pair<Expr, std::vector<Expr>>> gathered; // coefficients, and the elements that have them
        for (const auto& [element, factor] : form->coefficients) {
            const Expr coefficient = simplified(pool_, factor);
            const Expr opposite = simplified(pool_, pool_.negate(coefficient));
            const auto known = std::ranges::find_if(gathered, [&](const auto& group) {
                return group.first == coefficient || group.first == opposite;
            });
            if (known == gathered.end())
                gathered.push_back({coefficient, {Expr{element}}});
            else
                known->second.push_back(known->first == coefficient ? Expr{element} : pool_.negate(Expr{element}));
        }
        std::vector<Expr> terms{simplified(pool_, form->rest)};
        for (auto& [coefficient, elements] : gathered)
            terms.push_back(pool_.multiply({coefficient, pool_.add(std::move(elements))}));
        return pool_.add(std::move(terms));
    }

    // One update for each tensor, after those that read what it had before; none if they read one another.
    Updates in_order(std::vector<Component> values, std::span<const Update> parts) const {
        Updates result;
        while (!values.empty()) {
            const auto is_read = [&](SymbolId tensor) {
                return std::ranges::any_of(values, [&](const Component& value) {
                    return value.tensor != tensor && algebra::depends_on(pool_, value.value, tensor);
                });
            };
            const auto next =
                std::ranges::find_if(values, [&](const Component& value) { return !is_read(value.tensor); });
            if (next == values.end())
                return {};
            const SymbolId tensor = next->tensor;
            Update update{.label = fmt::format("{} over {} updates in one", pool_.symbol(tensor).name, parts.size()), .assignments = {}};
            std::ranges::copy_if(values, std::back_inserter(update.assignments),
                                 [&](const Component& value) { return value.tensor == tensor; });
            std::erase_if(values, [&](const Component& value) { return value.tensor == tensor; });
            result.push_back(std::move(update));
        }
        return result;
    }

    Program& program_;
    Pool& pool_;
    Renaming before_, after_; // the state, and twins of it that stand for what it was
};

// The updates before the first count of the step, or those after the last one.
Updates beside_the_count(const Procedure& procedure, bool before) {
    Updates updates;
    for (const Action& action : procedure) {
        if (const auto* update = std::get_if<Update>(&action)) {
            updates.push_back(*update);
            continue;
        }
        if (before)
            break;
        updates.clear();
    }
    return updates;
}

bool is_plain(const Procedure& procedure) {
    return std::ranges::all_of(procedure, [](const Action& action) {
        return std::holds_alternative<Update>(action) || std::holds_alternative<AdvanceStep>(action);
    });
}

} // namespace

// From one count of the step to the next: the end of a step, the opening of the next one, and its beginning.
void merge_updates(Program& program) {
    const auto counts = std::ranges::count_if(
        program.closing, [](const Action& action) { return std::holds_alternative<AdvanceStep>(action); });
    if (counts != 1 || !is_plain(program.opening) || !is_plain(program.closing))
        return;
    const Updates end = beside_the_count(program.closing, false), begin = beside_the_count(program.closing, true);
    Updates opening = beside_the_count(program.opening, true);
    opening.insert(opening.end(), begin.begin(), begin.end());
    Updates between = end;
    between.insert(between.end(), opening.begin(), opening.end());
    if (!Merging(program).merge(between))
        return;
    const auto written = [](const Updates& updates, bool with_count) {
        Procedure procedure;
        if (with_count)
            procedure.emplace_back(AdvanceStep{});
        procedure.insert(procedure.end(), updates.begin(), updates.end());
        return procedure;
    };
    program.opening = written(opening, false);
    program.cycle = written(between, true);
    program.closing = written(end, true);
    program.remarks.emplace_back("steps are merged where that reads less: the last bits depend on how often the run is observed");
}

} // namespace nphys::dynamics
