#include "compiler/model/index_rule.h"

#include <algorithm>
#include <functional>

#include "compiler/model/index_readings.h"
#include "compiler/model/occurrences.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

using syntax::Expression;

struct Judge {
    Context& context;
    const Environment& environment;
    const Expression& term;
    const syntax::Name& index;
    Verdict& verdict;

    [[nodiscard]] Occurrences occurrences() const { return {context, environment, index.text}; }

    void sum() const { verdict.summed.push_back(&index); }

    void once() const {
        verdict.wrong = true;
        auto& told = context.tell(Code::index_occurs_once, index.span, index.written).here("summed over nothing");
        if (const std::string left = left_with_index(); !left.empty())
            told.help("write `{}` on the left, to give each place a value of its own", left);
        else
            told.help("write `{}` to sum over it, or contract it with another factor", summed_text(term, index));
    }

    // The tensor that is written whole on the left, with its indices, if this is one of them as it was declared.
    [[nodiscard]] std::string left_with_index() const {
        const syntax::Indices* declared = environment.whole != nullptr ? environment.whole->indices() : nullptr;
        if (declared == nullptr || occurrences().count(*declared) == 0)
            return {};
        return environment.whole->name->written + syntax::print(*declared);
    }

    void two_readings(const Factor& factor) const {
        verdict.wrong = true;
        const auto [outside, inside] = readings(context, environment, factor, index);
        context.tell(Code::two_readings, factor.whole->span, index.written).help("write `{}` or `{}`", outside, inside);
    }

    void judge_power(const Factor& factor, const syntax::Binary& power) const {
        const Occurrences in = occurrences();
        if (in.contains(*power.left)) {
            if (factor.inverse || in.summed_inside(*power.left) != Inside::none)
                two_readings(factor);
            else
                sum();
        } else if (in.summed_inside(*power.right) == Inside::square) {
            two_readings(factor);
        }
    }

    void judge_single(const Factor& factor) const {
        const Occurrences in = occurrences();
        const Expression& expression = *factor.expression;
        if (const auto* power = as_power(expression))
            return judge_power(factor, *power);
        if (std::holds_alternative<syntax::Name>(expression.node))
            return once();
        if (const auto* indexed = std::get_if<syntax::Indexed>(&expression.node)) {
            const int direct = in.count(indexed->indices);
            if (direct + (in.contains(*indexed->base) ? 1 : 0) >= 2)
                return sum();
            if (direct == 1)
                return once();
        }
        if (const auto* call = std::get_if<syntax::Call>(&expression.node))
            if (is_derivative(context, environment, *call->callee) && in.in_last_argument(*call))
                return once();
        const bool bracket = std::holds_alternative<syntax::Group>(expression.node);
        if ((!bracket || factor.inverse) && in.summed_inside(expression) == Inside::square)
            two_readings(factor);
    }
};

} // namespace

Verdict apply_index_rule(Context& context, const Environment& environment, const Expression& term) {
    Verdict verdict;
    const auto open = open_indices(context, environment, term);
    if (open.empty())
        return verdict;
    const std::vector<Factor> factors = factors_of(term);
    for (const syntax::Name* index : open) {
        const Judge judge{context, environment, term, *index, verdict};
        const Occurrences in = judge.occurrences();
        const Factor* only = nullptr;
        std::size_t holding = 0;
        for (const Factor& factor : factors)
            if (in.contains(*factor.expression)) {
                ++holding;
                only = &factor;
            }
        if (holding >= 2)
            judge.sum();
        else if (only != nullptr)
            judge.judge_single(*only);
    }
    return verdict;
}

} // namespace nphys::model
