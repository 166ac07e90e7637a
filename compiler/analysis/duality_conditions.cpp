#include "compiler/analysis/duality_conditions.h"

#include <algorithm>
#include <fmt/format.h>

#include "compiler/algebra/print.h"
#include "compiler/algebra/transform.h"
#include "compiler/analysis/invertible.h"
#include "compiler/dynamics/simplify.h"

namespace nphys::analysis {

namespace {

constexpr std::size_t longest_residual = 160;

constexpr std::pair<ConditionKind, const char*> others[] = {
    {ConditionKind::weight_symmetric, "W = Wᵀ"},
    {ConditionKind::weight_and_bias_commute, "W B = B W"},
    {ConditionKind::bias_invertible, "B is invertible"},
    {ConditionKind::learning_mirrors, "B (V - 1) = -(W - 1)ᵀ B"},
    {ConditionKind::force_is_gradient, "B dπ/dt is a gradient by φ"},
    {ConditionKind::loss_exists, "V - 1 + A B is symmetric"},
};

const char* statement_of(ConditionKind kind) {
    return std::ranges::find(others, kind, [](const auto& one) { return one.first; })->second;
}

class Conditions {
public:
    explicit Conditions(LearningSystem& system) : system_(system), maps_(system.maps) {}

    std::vector<Condition> all() {
        result_.push_back(activation_is_linear());
        if (!result_.front().holds()) {
            for (const auto& [kind, statement] : others)
                undecided(kind, statement, "the activation is not linear");
            return std::move(result_);
        }
        compare(ConditionKind::weight_symmetric, system_.weight, [&] {
            return std::pair{system_.weight, maps_.transposed(system_.weight)};
        });
        if (same_shapes(system_.pool, system_.neurons, system_.trainables))
            with_equal_shapes();
        else
            for (const ConditionKind kind : {ConditionKind::weight_and_bias_commute, ConditionKind::bias_invertible})
                undecided(kind, statement_of(kind), "φ and π have different shapes");
        compare(ConditionKind::learning_mirrors, system_.decay, [&] {
            const LinearMap right = maps_.product(maps_.transposed(system_.weight), system_.bias);
            return std::pair{maps_.product(system_.bias, system_.decay), maps_.negated(right)};
        });
        compare(ConditionKind::force_is_gradient, system_.back, [&] {
            const LinearMap slope = maps_.derivative(force(system_).rows, system_.neurons, system_.neurons);
            return std::pair{slope, maps_.transposed(slope)};
        });
        compare(ConditionKind::loss_exists, system_.decay, [&] {
            const LinearMap curl = maps_.sum(system_.decay, maps_.product(system_.back, system_.bias));
            return std::pair{curl, maps_.transposed(curl)};
        });
        return std::move(result_);
    }

private:
    void with_equal_shapes() {
        compare(ConditionKind::weight_and_bias_commute, system_.bias, [&] {
            const LinearMap weight = maps_.carried_over(system_.weight, system_.trainables, system_.trainables);
            return std::pair{maps_.product(system_.weight, system_.bias), maps_.product(system_.bias, weight)};
        });
        Condition invertible{
            ConditionKind::bias_invertible, statement_of(ConditionKind::bias_invertible), {}, {}, 0,
            span_of(system_.bias, 0)};
        const Invertibility found = invertibility(system_, system_.bias);
        invertible.verdict = found.decided ? found.invertible ? found.symbolic ? Verdict::exact : Verdict::to_round_off
                                                              : Verdict::fails
                                           : Verdict::undecided;
        invertible.residual = found.text;
        invertible.size = found.smallest;
        result_.push_back(std::move(invertible));
    }

    Condition activation_is_linear() {
        Condition condition{
            ConditionKind::activation_linear, "the activation is linear", Verdict::exact, {}, 0, {}};
        for (const LinearMap* map : {&system_.weight, &system_.bias})
            for (std::size_t row = 0; row < map->rows.size(); ++row) {
                LinearMap one = *map;
                one.rows = {map->rows[row]};
                if (!system_.depends_on_state(one))
                    continue;
                condition.verdict = Verdict::fails;
                condition.size = 1;
                condition.span = system_.span_of(system_.neurons, row);
                condition.residual =
                    at(system_.neurons, row,
                       fmt::format("its derivative by `{}` is {}",
                                   system_.pool.symbol(map->from->tensors.front()).name,
                                   algebra::print(system_.pool, maps_.of_fields(*map)[row])));
                return condition;
            }
        return condition;
    }

    // `source` is the map whose declaration, or whose law, a failure is laid to.
    template <class Sides>
    void compare(ConditionKind kind, const LinearMap& source, Sides sides) {
        Condition condition{kind, statement_of(kind), Verdict::exact, {}, 0, {}};
        const auto [left, right] = sides();
        const Comparison found = system_.judge.compare(left.rows, right.rows);
        condition.verdict = found.agreement == Agreement::exact          ? Verdict::exact
                            : found.agreement == Agreement::to_round_off ? Verdict::to_round_off
                                                                         : Verdict::fails;
        condition.size = found.size;
        if (!found.holds()) {
            LinearMap rest = left;
            rest.rows[found.row] = dynamics::simplified(system_.pool, found.difference);
            const std::string text = algebra::print(system_.pool, maps_.of_fields(rest)[found.row]);
            condition.residual =
                at(*left.to, found.row,
                   text.size() <= longest_residual ? text : fmt::format("{:.3g} of the terms", found.size));
            condition.span = span_of(source, found.row);
        }
        result_.push_back(std::move(condition));
    }

    // The weight or bias that is this map, else the law of the row.
    Span span_of(const LinearMap& map, std::size_t row) {
        const LinearMap whole =
            map.to == map.from ? maps_.sum(map, maps_.identity(*map.to)) : map; // W, V of W - 1, V - 1
        if (const model::Tensor* tensor = system_.declared(whole))
            return tensor->span;
        return system_.span_of(*map.to, std::min(row, map.to->components.size() - 1));
    }

    void undecided(ConditionKind kind, const char* statement, const char* why) {
        result_.push_back({kind, statement, Verdict::undecided, why, 0, system_.span_of(system_.neurons, 0)});
    }

    std::string at(const Variables& variables, std::size_t row, const std::string& text) const {
        const model::Component& component = variables.components[row];
        return fmt::format("at {}: {}", algebra::print_element(system_.pool, component.tensor, component.target), text);
    }

    LearningSystem& system_;
    MapAlgebra& maps_;
    std::vector<Condition> result_;
};

} // namespace

LinearMap pull(LearningSystem& system) {
    LinearMap result{&system.trainables, &system.neurons, {}};
    std::unordered_map<std::uint32_t, Expr> zero;
    const auto is_trainable = [&](SymbolId tensor) {
        return std::ranges::find(system.trainables.tensors, tensor) != system.trainables.tensors.end();
    };
    for (const Expr rate : system.learning)
        result.rows.push_back(algebra::rewrite_leaves(system.pool, rate, [&](Expr leaf) {
            const auto* element = system.pool.get<algebra::Element>(leaf);
            return element != nullptr && is_trainable(element->tensor) ? system.pool.integer(0) : leaf;
        }));
    return result;
}

LinearMap force(LearningSystem& system) {
    return system.maps.product(system.bias, pull(system));
}

std::vector<Condition> duality_conditions(LearningSystem& system) {
    return Conditions(system).all();
}

} // namespace nphys::analysis
