#include "compiler/loops/integer_facts.h"

#include <algorithm>

#include "compiler/loops/integers.h"

namespace nphys::loops {

namespace {

__extension__ typedef __int128 Wide; // NOLINT(modernize-use-using): the keyword fits only here

std::int64_t clamped(Wide value) {
    return static_cast<std::int64_t>(std::clamp<Wide>(value, -Range::infinite, Range::infinite));
}

bool is_finite(const Range& range) {
    return range.low > -Range::infinite && range.high < Range::infinite;
}

bool are_independent(const Range& a, const Range& b) {
    return std::none_of(a.loops.begin(), a.loops.end(), [&](std::uint32_t loop) { return b.loops.contains(loop); });
}

void add_term(Linear& form, std::uint32_t atom, std::int64_t factor) {
    const std::int64_t total = form.terms[atom] += factor;
    if (total == 0)
        form.terms.erase(atom);
}

void add_scaled(Linear& form, const Linear& other, std::int64_t factor) {
    form.constant += factor * other.constant;
    for (const auto& [atom, multiple] : other.terms)
        add_term(form, atom, factor * multiple);
}

Range product_range(const Range& a, const Range& b) {
    Range result;
    if (!is_finite(a) || !is_finite(b)) {
        if (a.low >= 0 && b.low >= 0)
            result.low = 0;
        return result;
    }
    const Wide corners[] = {Wide{a.low} * b.low, Wide{a.low} * b.high, Wide{a.high} * b.low, Wide{a.high} * b.high};
    result.low = clamped(*std::min_element(std::begin(corners), std::end(corners)));
    result.high = clamped(*std::max_element(std::begin(corners), std::end(corners)));
    return result;
}

Range quotient_range(const Range& a, const Range& b) {
    Range result;
    if (b.is_constant() && b.low > 0 && is_finite(a)) {
        result.low = floor_divide(a.low, b.low);
        result.high = floor_divide(a.high, b.low);
    } else if (a.low >= 0) { // divisors are positive
        result.low = 0;
        result.high = a.high;
    }
    return result;
}

Range remainder_range(const Range& a, const Range& b) {
    Range result;
    result.low = 0;
    if (b.high < Range::infinite)
        result.high = b.high - 1;
    if (a.low >= 0 && a.high < b.low)
        return {a.low, a.high, a.attained, {}};
    return result;
}

} // namespace

Linear difference(const Linear& a, const Linear& b) {
    Linear result = a;
    add_scaled(result, b, -1);
    return result;
}

IntegerFacts::IntegerFacts(const Function& function)
    : function_(function), ranges_(function.variables.size()), loops_(function.variables.size()),
      lets_(function.variables.size()) {
    visit(function.body);
}

void IntegerFacts::visit(const Block& block) {
    for (const Statement& statement : block) {
        if (const auto* loop = std::get_if<For>(&statement.node))
            visit_loop(*loop);
        if (const auto* branch = std::get_if<If>(&statement.node))
            visit(*branch->body);
        if (const auto* repeat = std::get_if<Repeat>(&statement.node))
            visit(*repeat->body);
        if (const auto* let = std::get_if<Let>(&statement.node)) {
            lets_[let->variable.index()] = let->value;
            ranges_[let->variable.index()] = range(let->value);
        }
    }
}

void IntegerFacts::visit_loop(const For& loop) {
    const Range begin = range(loop.begin), end = range(loop.end);
    Range& own = ranges_[loop.variable.index()];
    own.low = begin.low;
    own.high = end.high >= Range::infinite ? Range::infinite : end.high - 1;
    own.attained = begin.attained && end.attained;
    own.loops = {loop.variable.value};
    own.loops.insert(begin.loops.begin(), begin.loops.end());
    own.loops.insert(end.loops.begin(), end.loops.end());
    loops_[loop.variable.index()] = &loop;
    visit(*loop.body);
}

Range IntegerFacts::range(IntegerId id) const {
    const Integer& expression = function_.integers[id.index()];
    switch (expression.op) {
    case IntegerOp::constant:
        return {expression.value, expression.value, true, {}};
    case IntegerOp::variable:
        return ranges_[expression.variable.index()];
    case IntegerOp::threads:
        return {1, Range::infinite, false, {}};
    case IntegerOp::argument:
    case IntegerOp::step:
        return {0, Range::infinite, false, {}};
    case IntegerOp::load:
        return {};
    case IntegerOp::less:
    case IntegerOp::equal:
        return {0, 1, false, {}};
    default:
        return combined(expression);
    }
}

Range IntegerFacts::combined(const Integer& expression) const {
    if (const auto part = part_of_blocks(expression))
        return *part;
    const Range a = range(expression.a), b = range(expression.b);
    Range result;
    switch (expression.op) {
    case IntegerOp::add:
        result = {clamped(Wide{a.low} + b.low), clamped(Wide{a.high} + b.high), false, {}};
        break;
    case IntegerOp::subtract:
        result = {clamped(Wide{a.low} - b.high), clamped(Wide{a.high} - b.low), false, {}};
        break;
    case IntegerOp::multiply:
        result = product_range(a, b);
        break;
    case IntegerOp::divide:
        result = quotient_range(a, b);
        break;
    case IntegerOp::remainder:
        result = remainder_range(a, b);
        break;
    case IntegerOp::minimum:
        result = {std::min(a.low, b.low), std::min(a.high, b.high), false, {}};
        break;
    default:
        result = {std::max(a.low, b.low), std::max(a.high, b.high), false, {}};
        break;
    }
    result.attained =
        expression.op == IntegerOp::remainder ? result.attained : a.attained && b.attained && are_independent(a, b);
    result.loops = a.loops;
    result.loops.insert(b.loops.begin(), b.loops.end());
    return result;
}

// (c*b + d) / threads with b in 0..threads and 0 <= d <= c: block boundaries of c elements, from 0 to c.
std::optional<Range> IntegerFacts::part_of_blocks(const Integer& division) const {
    if (division.op != IntegerOp::divide)
        return std::nullopt;
    if (function_.integers[division.b.index()].op != IntegerOp::threads)
        return std::nullopt;
    const Linear form = linear(division.a);
    if (form.terms.size() != 1)
        return std::nullopt;
    const auto [atom, size] = *form.terms.begin();
    const Integer& block = function_.integers[atom];
    if (block.op != IntegerOp::variable || form.constant < 0 || form.constant > size)
        return std::nullopt;
    const For* loop = loop_of(block.variable);
    if (loop == nullptr || function_.integers[loop->end.index()].op != IntegerOp::threads)
        return std::nullopt;
    if (range(loop->begin).low < 0)
        return std::nullopt;
    return Range{0, form.constant == size ? size : size - 1, true, {block.variable.value}};
}

Linear IntegerFacts::linear(IntegerId id) const {
    const Integer& expression = function_.integers[id.index()];
    Linear form;
    if (expression.op == IntegerOp::constant) {
        form.constant = expression.value;
        return form;
    }
    if (expression.op == IntegerOp::variable) {
        const IntegerId meaning = lets_[expression.variable.index()];
        if (meaning.valid())
            return linear(meaning);
    }
    if (expression.op == IntegerOp::add || expression.op == IntegerOp::subtract) {
        form = linear(expression.a);
        add_scaled(form, linear(expression.b), expression.op == IntegerOp::add ? 1 : -1);
        return form;
    }
    if (expression.op == IntegerOp::multiply) {
        const Linear a = linear(expression.a), b = linear(expression.b);
        if (a.terms.empty())
            add_scaled(form, b, a.constant);
        if (b.terms.empty())
            add_scaled(form, a, b.constant);
        if (a.terms.empty() || b.terms.empty()) {
            if (a.terms.empty() && b.terms.empty())
                form.constant = a.constant * b.constant;
            return form;
        }
    }
    form.terms[id.value] = 1;
    return form;
}

bool IntegerFacts::depends_on(IntegerId id, VariableId loop) const {
    const Integer& expression = function_.integers[id.index()];
    if (expression.op == IntegerOp::variable) {
        const IntegerId meaning = lets_[expression.variable.index()];
        return expression.variable == loop || (meaning.valid() && depends_on(meaning, loop));
    }
    return (expression.a.valid() && depends_on(expression.a, loop)) ||
           (expression.b.valid() && depends_on(expression.b, loop));
}

} // namespace nphys::loops
