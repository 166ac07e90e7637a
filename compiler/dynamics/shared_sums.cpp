#include "compiler/dynamics/shared_sums.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <unordered_set>

#include "compiler/algebra/transform.h"

namespace nphys::dynamics {

namespace {

using algebra::IndexId;
using algebra::Place;
using algebra::Pool;

double places(const Pool& pool, IndexId id) {
    const algebra::Space& space = pool.space_of(id);
    const algebra::Index& index = pool.index(id);
    return space.is_lattice() || space.axes.size() != 1 ? static_cast<double>(space.size())
                                                        : static_cast<double>(index.last - index.first + 1);
}

// Finds the sums of one right-hand side that are worth a temporary.
class Finder {
public:
    Finder(const Pool& pool, const std::vector<Place>& target, std::vector<Expr>& found) : pool_(pool), found_(found) {
        for (const Place& place : target)
            if (!place.is_literal())
                scope_.push_back(place.index);
    }

    void look(Expr expression) {
        if (!seen_.insert(expression.id).second)
            return;
        std::visit([this, expression](const auto& node) { of(expression, node); }, pool_[expression]);
    }

private:
    template <class Leaf>
    void of(Expr, const Leaf&) {}
    void of(Expr, const algebra::Add& node) { all(node.terms); }
    void of(Expr, const algebra::Multiply& node) { all(node.factors); }
    void of(Expr, const algebra::Power& node) { all({node.base, node.exponent}); }
    void of(Expr, const algebra::Apply& node) { all(node.arguments); }
    void of(Expr, const algebra::Spectral& node) { look(node.function), all(node.entries); }
    void of(Expr, const algebra::Select& node) { all({node.condition, node.chosen, node.otherwise}); }
    void of(Expr, const algebra::AtStart& node) { look(node.value); }
    void of(Expr, const algebra::AtEnd& node) { look(node.value); }
    void of(Expr expression, const algebra::Reduce& node) {
        if (is_shared(expression)) {
            if (std::find(found_.begin(), found_.end(), expression) == found_.end())
                found_.push_back(expression);
            return;
        }
        // Within the sum its index is one more loop; what was seen outside may be shared inside.
        std::unordered_set<std::uint32_t> outer;
        outer.swap(seen_);
        scope_.push_back(node.index);
        look(node.body);
        scope_.pop_back();
        outer.swap(seen_);
    }

    bool is_shared(Expr sum) const {
        double evaluated = 1, own = 1;
        for (const IndexId index : scope_)
            evaluated *= places(pool_, index);
        for (const IndexId index : algebra::dependence(pool_, sum).free_indices)
            own *= places(pool_, index);
        return evaluated >= 4 * own;
    }

    void all(const std::vector<Expr>& expressions) {
        for (const Expr expression : expressions)
            look(expression);
    }

    const Pool& pool_;
    std::vector<Expr>& found_;
    std::vector<IndexId> scope_;
    std::unordered_set<std::uint32_t> seen_;
};

class Sharing {
public:
    explicit Sharing(Program& program) : program_(program), pool_(*program.pool) {}

    Procedure shared(const Procedure& procedure) {
        Procedure result;
        for (const Action& action : procedure) {
            if (const auto* repeat = std::get_if<Repeat>(&action)) {
                result.emplace_back(Repeat{repeat->label, shared(repeat->body), repeat->until, repeat->most});
                continue;
            }
            const auto* update = std::get_if<Update>(&action);
            if (update == nullptr || update->sequential)
                result.push_back(action);
            else
                append(result, *update);
        }
        return result;
    }

private:
    void append(Procedure& result, Update update) {
        std::vector<Expr> sums;
        for (const Component& assignment : update.assignments)
            Finder(pool_, assignment.target, sums).look(assignment.value);
        if (sums.empty()) {
            result.emplace_back(std::move(update));
            return;
        }
        Update before{.label = "sums that elements share", .assignments = {}};
        for (const Expr sum : sums)
            before.assignments.push_back(temporary(sum));
        for (Component& assignment : update.assignments)
            assignment.value = algebra::rewrite(pool_, assignment.value, [&](Expr node) { return stand_in(node, before.assignments); });
        append(result, std::move(before)); // its own sums may hold others
        result.emplace_back(std::move(update));
    }

    // The element of a temporary that has the value of a sum, whatever its free indices are called; or the expression itself.
    Expr stand_in(Expr expression, const std::vector<Component>& temporaries) {
        if (pool_.get<algebra::Reduce>(expression) == nullptr)
            return expression;
        const auto set = algebra::dependence(pool_, expression).free_indices;
        std::vector<IndexId> free(set.begin(), set.end());
        for (const Component& temporary : temporaries) {
            if (temporary.target.size() != free.size())
                continue;
            std::sort(free.begin(), free.end());
            do {
                algebra::Substitution renaming;
                std::vector<Place> places;
                for (std::size_t n = 0; n < free.size(); ++n) {
                    places.push_back(Place{free[n]});
                    renaming.emplace_back(temporary.target[n].index, places.back());
                }
                if (are_alike(temporary.target, free) && algebra::substitute(pool_, temporary.value, renaming) == expression)
                    return pool_.element(temporary.tensor, std::move(places));
            } while (std::next_permutation(free.begin(), free.end()));
        }
        return expression;
    }

    [[nodiscard]] bool are_alike(const std::vector<Place>& target, const std::vector<IndexId>& free) const {
        return std::equal(target.begin(), target.end(), free.begin(), [&](const Place& place, IndexId id) {
            const algebra::Index &a = pool_.index(place.index), &b = pool_.index(id);
            return a.space == b.space && a.first == b.first && a.last == b.last;
        });
    }

    // The same sum has the same temporary wherever it occurs: it is computed anew before each Update that reads it.
    Component temporary(Expr sum) {
        const auto found = temporaries_.find(sum.id);
        if (found != temporaries_.end())
            return found->second;
        algebra::Symbol symbol;
        symbol.name = fmt::format("sum_{}", temporaries_.size() + 1);
        Component component{{}, {}, sum};
        for (const IndexId index : algebra::dependence(pool_, sum).free_indices) {
            const algebra::Index& of = pool_.index(index);
            symbol.slots.push_back({of.space, of.first, of.last});
            component.target.push_back(Place{index});
        }
        symbol.row_slots = symbol.slots.size();
        component.tensor = pool_.add_symbol(std::move(symbol));
        program_.temporaries.push_back(component.tensor);
        program_.stands_for.emplace_back();
        return temporaries_.emplace(sum.id, component).first->second;
    }

    Program& program_;
    Pool& pool_;
    std::map<std::uint32_t, Component> temporaries_;
};

} // namespace

void share_sums(Program& program) {
    Sharing sharing(program);
    for (Procedure* procedure : {&program.opening, &program.cycle, &program.closing, &program.before, &program.observing})
        *procedure = sharing.shared(*procedure);
    if (!program.adaptive)
        return;
    program.adaptive->attempt = sharing.shared(program.adaptive->attempt);
    program.adaptive->accept = sharing.shared(program.adaptive->accept);
}

} // namespace nphys::dynamics
