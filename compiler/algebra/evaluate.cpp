#include "compiler/algebra/evaluate.h"

#include <cmath>
#include <limits>

#include "compiler/algebra/edges.h"
#include "compiler/algebra/evaluate_op.h"
#include "compiler/algebra/symmetric.h"

namespace nphys::algebra {

namespace {

using Value = std::complex<double>;

class Evaluator {
public:
    Evaluator(const Pool& pool, const Environment& environment)
        : pool_(pool), environment_(environment), places_(environment.places), known_(1) {}

    Value operator()(Expr expression) {
        const std::size_t scope = scope_of(expression);
        if (const auto found = known_[scope].find(expression.id); found != known_[scope].end())
            return found->second;
        const Value value = std::visit([&](const auto& node) { return evaluate(expression, node); }, pool_[expression]);
        known_[scope].emplace(expression.id, value);
        return value;
    }

private:
    // Values are remembered for as long as the innermost bound index that they depend on stays where it is.
    std::size_t scope_of(Expr expression) const {
        for (std::size_t depth = bound_.size(); depth > 0; --depth) {
            if (pool_.has_index(expression, bound_[depth - 1]))
                return depth;
        }
        return 0;
    }

    std::int64_t number_at(const Place& place, std::size_t axis) const {
        if (place.is_literal())
            return place.offset[axis];
        const auto found = places_.find(place.index.value);
        return (found == places_.end() ? 0 : found->second.offset[axis]) + place.offset[axis];
    }

    const Space& space_of(const Place& place) const { return pool_.space_of(place.index); }

    Value evaluate(Expr, const Rational& node) { return value_of(node); }
    Value evaluate(Expr, const Real& node) { return node.value; }
    Value evaluate(Expr, const Pi&) { return std::acos(-1.0); }
    Value evaluate(Expr, const ImaginaryUnit&) { return {0, 1}; }
    Value evaluate(Expr, const Parameter& node) { return environment_.parameter(node.symbol); }
    Value evaluate(Expr, const Time&) { return environment_.time; }
    Value evaluate(Expr, const Step&) { return environment_.step; }

    Value evaluate(Expr, const Element& node) {
        std::vector<std::int64_t> numbers;
        int sign = 1;
        const auto& slots = pool_.symbol(node.tensor).slots;
        for (std::size_t slot = 0; slot < slots.size(); ++slot) {
            const Space& space = pool_.space(slots[slot].space);
            for (std::size_t axis = 0; axis < space.axes.size(); ++axis) {
                const std::int64_t number = number_at(node.positions[slot], axis);
                ActualPlace actual = actual_place(space.axes[axis], number);
                if (!space.is_lattice())
                    actual = {number, 1, slots[slot].first <= number && number <= slots[slot].last};
                if (!actual.exists)
                    return 0;
                sign *= actual.sign;
                numbers.push_back(actual.number);
            }
        }
        return static_cast<double>(sign) * environment_.element(node.tensor, numbers);
    }

    Value evaluate(Expr, const Coordinate& node) {
        const Axis& axis = space_of(node.place).axes[node.axis];
        return axis.coordinate_at(actual_place(axis, number_at(node.place, node.axis)).number);
    }

    Value evaluate(Expr, const IndexValue& node) {
        const Axis& axis = space_of(node.place).axes[node.axis];
        return static_cast<double>(actual_place(axis, number_at(node.place, node.axis)).number);
    }

    Value evaluate(Expr, const Delta& node) {
        const Space& space = space_of(node.left);
        int sign = 1;
        for (std::size_t axis = 0; axis < space.axes.size(); ++axis) {
            const std::int64_t left = number_at(node.left, axis), right = number_at(node.right, axis);
            if (!space.is_lattice())
                return left == right ? 1 : 0;
            const ActualPlace first = actual_place(space.axes[axis], left),
                              second = actual_place(space.axes[axis], right);
            if (!first.exists || !second.exists || first.number != second.number)
                return 0;
            sign *= first.sign * second.sign;
        }
        return sign;
    }

    Value evaluate(Expr, const Within& node) {
        const std::int64_t number = number_at(node.place, node.axis);
        return node.first <= number && number <= node.last ? 1 : 0;
    }

    Value evaluate(Expr, const EdgeSign& node) {
        return actual_place(space_of(node.place).axes[node.axis], number_at(node.place, node.axis)).sign;
    }

    Value evaluate(Expr, const Add& node) {
        Value sum = 0;
        for (const Expr term : node.terms)
            sum += (*this)(term);
        return sum;
    }

    // What is 0 by structure guards the other factors: they need not have a value there.
    Value evaluate(Expr, const Multiply& node) {
        for (const Expr factor : node.factors) {
            if (is_guard(factor) && (*this)(factor) == Value(0))
                return 0;
        }
        Value product = 1;
        for (const Expr factor : node.factors)
            product = multiply(product, (*this)(factor));
        return product;
    }

    bool is_guard(Expr factor) const {
        return pool_.get<Delta>(factor) != nullptr || pool_.get<Within>(factor) != nullptr;
    }

    Value evaluate(Expr expression, const Power& node) {
        return evaluate_power((*this)(node.base), (*this)(node.exponent), pool_.facts(expression).is_complex);
    }

    Value evaluate(Expr, const Apply& node) {
        std::vector<Value> arguments;
        for (const Expr argument : node.arguments)
            arguments.push_back((*this)(argument));
        return evaluate_op(node.op, arguments);
    }

    Value evaluate(Expr, const Spectral& node) {
        std::vector<double> entries;
        for (const Expr entry : node.entries)
            entries.push_back((*this)(entry).real());
        Environment inner = environment_;
        inner.places = places_;
        return spectral_number(node, entries, [&](Value x) {
            inner.element = [&](SymbolId symbol, std::span<const std::int64_t> places) {
                return symbol == pool_.eigenvalue_symbol() ? x : environment_.element(symbol, places);
            };
            return algebra::evaluate(pool_, node.function, inner);
        });
    }

    Value evaluate(Expr, const Select& node) {
        return (*this)((*this)(node.condition) != Value(0) ? node.chosen : node.otherwise);
    }

    Value evaluate(Expr, const Reduce& node) {
        Value result = start_of(node.operation);
        bound_.push_back(node.index);
        known_.emplace_back();
        const auto hidden = places_.find(node.index.value) == places_.end()
                                ? std::nullopt
                                : std::optional(places_.at(node.index.value));
        each_place(node.index, 0, [&] {
            known_.back().clear();
            result = combined(node.operation, result, (*this)(node.body));
        });
        if (hidden)
            places_[node.index.value] = *hidden;
        else
            places_.erase(node.index.value);
        known_.pop_back();
        bound_.pop_back();
        return result;
    }

    template <class Visit>
    void each_place(IndexId index, int axis, const Visit& visit) {
        if (axis == static_cast<int>(pool_.space_of(index).axes.size()))
            return visit();
        const Pool::Extent extent = pool_.extent(index, axis);
        for (std::int64_t number = extent.first; number <= extent.last; ++number) {
            places_[index.value].offset[axis] = number;
            each_place(index, axis + 1, visit);
        }
    }

    static Value start_of(Reduction operation) {
        switch (operation) {
        case Reduction::sum:
            return 0;
        case Reduction::product:
            return 1;
        case Reduction::maximum:
            return -std::numeric_limits<double>::infinity();
        case Reduction::minimum:
            break;
        }
        return std::numeric_limits<double>::infinity();
    }

    static Value combined(Reduction operation, Value so_far, Value value) {
        switch (operation) {
        case Reduction::sum:
            return so_far + value;
        case Reduction::product:
            return multiply(so_far, value);
        case Reduction::maximum:
            return value.real() > so_far.real() ? value : so_far;
        case Reduction::minimum:
            break;
        }
        return value.real() < so_far.real() ? value : so_far;
    }

    Value evaluate(Expr, const AtStart& node) { return environment_.at_start(node.value); }
    Value evaluate(Expr, const AtEnd& node) { return environment_.at_end(node.value); }

    const Pool& pool_;
    const Environment& environment_;
    std::unordered_map<std::uint32_t, Place> places_;
    std::vector<IndexId> bound_;
    std::vector<std::unordered_map<std::uint32_t, Value>> known_;
};

// A constant has no index, no tensor and no time outside of expectations.
bool is_constant(const Pool& pool, Expr expression) {
    const Facts& facts = pool.facts(expression);
    if (facts.indices != IdSets::empty || facts.time || facts.step)
        return false;
    for (const std::uint32_t id : pool.members(facts.symbols)) {
        if (pool.symbol(SymbolId{id}).kind != SymbolKind::parameter)
            return false;
    }
    return true;
}

} // namespace

std::complex<double> evaluate(const Pool& pool, Expr expression, const Environment& environment) {
    return Evaluator(pool, environment)(expression);
}

std::optional<std::complex<double>> constant_value(const Pool& pool, Expr expression,
                                                   const std::function<double(SymbolId)>& parameter) {
    if (!is_constant(pool, expression))
        return std::nullopt;
    Environment environment;
    environment.parameter = parameter;
    // A constant is the same at the start and at the end.
    environment.at_start =
        environment.at_end = [&](Expr value) { return constant_value(pool, value, parameter).value_or(0); };
    return evaluate(pool, expression, environment);
}

} // namespace nphys::algebra
