// Which neighbours along a row are beside their site everywhere but at the edges.
#include <algorithm>
#include <optional>

#include "compiler/backend/cpp/translate_values.h"

namespace nphys::backend::cpp {

using namespace loops;

namespace {

class EdgeFinder {
public:
    EdgeFinder(const Function& function, const IntegerFacts& facts, const For& row)
        : function_(function), facts_(facts), row_(row), range_(facts.range(row.variable)) {}

    Edges found() {
        edges_.low = range_.low;
        edges_.high = range_.high >= Range::infinite ? Range::infinite : range_.high + 1;
        for (const Statement& statement : *row_.body) {
            if (const auto* let = std::get_if<Let>(&statement.node))
                look(let->value);
            if (const auto* store = std::get_if<Store>(&statement.node))
                look(store->index);
            if (const auto* define = std::get_if<Define>(&statement.node)) {
                if (const auto* load = std::get_if<Load>(&define->operation))
                    look(load->index);
            }
        }
        return std::move(edges_);
    }

private:
    void look(IntegerId id) {
        const Integer& integer = function_.integers[id.index()];
        if (integer.op == IntegerOp::remainder || integer.op == IntegerOp::maximum || integer.op == IntegerOp::minimum)
            add(id, integer);
        if (integer.a.valid())
            look(integer.a);
        if (integer.b.valid())
            look(integer.b);
    }

    void add(IntegerId id, const Integer& integer) {
        const auto bound = constant(integer.b) ? constant(integer.b) : constant(integer.a);
        const auto shift = shift_of(constant(integer.b) ? integer.a : integer.b);
        if (!bound || !shift || (integer.op == IntegerOp::remainder && !constant(integer.b)))
            return;
        // Inside: 0 <= x + shift < bound, or x + shift >= bound, or x + shift <= bound.
        if (integer.op != IntegerOp::minimum)
            edges_.low = std::max(edges_.low, (integer.op == IntegerOp::maximum ? *bound : 0) - *shift);
        if (integer.op != IntegerOp::maximum)
            edges_.high = std::min(edges_.high, *bound - *shift + (integer.op == IntegerOp::minimum ? 1 : 0));
        edges_.neighbours.insert(id.value);
    }

    std::optional<std::int64_t> constant(IntegerId id) const {
        const Integer& integer = function_.integers[id.index()];
        return integer.op == IntegerOp::constant ? std::optional(integer.value) : std::nullopt;
    }

    // c of x + c, where x is the variable of the row.
    std::optional<std::int64_t> shift_of(IntegerId id) const {
        const Linear form = facts_.linear(id);
        if (form.terms.size() != 1 || form.terms.begin()->second != 1)
            return std::nullopt;
        const Integer& term = function_.integers[form.terms.begin()->first];
        const bool is_row = term.op == IntegerOp::variable && term.variable == row_.variable;
        return is_row ? std::optional(form.constant) : std::nullopt;
    }

    const Function& function_;
    const IntegerFacts& facts_;
    const For& row_;
    Range range_;
    Edges edges_;
};

} // namespace

Edges edges_of(const Function& function, const IntegerFacts& facts, const For& row) {
    return EdgeFinder(function, facts, row).found();
}

} // namespace nphys::backend::cpp
