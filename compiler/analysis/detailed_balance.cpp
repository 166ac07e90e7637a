#include "compiler/analysis/detailed_balance.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "compiler/algebra/evaluate.h"
#include "compiler/algebra/print.h"
#include "compiler/algebra/transform.h"
#include "compiler/analysis/acceptance.h"
#include "compiler/analysis/jump.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::analysis {

namespace {

using algebra::Expr;
using algebra::Pool;
using model::Evolution;

constexpr double losses[] = {-1.5, 0, 2};
constexpr double distances[] = {0.01, 0.1, 0.5, 1, 2, 5, 20};

// Whole quotients are written as such: β/4 and not 0.25*β.
Expr readable(Pool& pool, Expr expression) {
    return algebra::rewrite_leaves(pool, expression, [&](Expr leaf) {
        const auto* real = pool.get<algebra::Real>(leaf);
        return real == nullptr ? leaf : dynamics::coefficient(pool, real->value);
    });
}

class Judge {
public:
    Judge(const model::Model& model, const Evolution& evolution, Diagnostics* diagnostics)
        : model_(model), evolution_(evolution), diagnostics_(diagnostics), pool_(*model.pool), acceptance_(model, evolution),
          jump_(model, evolution) {}

    Balance judged() {
        balance_.evolution = &evolution_;
        judge_jump();
        if (is_probability())
            judge_balance();
        if (balance_.symmetric != Finding::fails && balance_.selection)
            add_drift();
        return std::move(balance_);
    }

private:
    template <class... Arguments>
    void say(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
        balance_.text.push_back(fmt::format(text, std::forward<Arguments>(arguments)...));
    }
    [[nodiscard]] std::string variable() const { return pool_.symbol(evolution_.jumps.front().tensor).name; }
    static const char* how(Finding finding) { return finding == Finding::proved ? "proved" : "wherever it was tried"; }

    void judge_jump() {
        if (const auto tensor = jump_.state_in_it()) {
            if (diagnostics_ != nullptr)
                diagnostics_->report(Code::jump_depends_on_state, evolution_.jump_span, pool_.symbol(*tensor).name)
                    .help("let the jump be drawn from one law everywhere, and put the rest into `accept`");
            return;
        }
        balance_.symmetric = jump_.symmetry();
        if (balance_.symmetric != Finding::fails) {
            say("the jump of {} is symmetric ({})", variable(), how(balance_.symmetric));
            return;
        }
        say("the jump of {} is not shown to be symmetric", variable());
        if (diagnostics_ != nullptr)
            diagnostics_->report(Code::jump_not_symmetric, evolution_.jump_span)
                .here("a jump and its mirror image add up to {}", jump_.remainder())
                .help("a jump J must be as likely as -J: normal(0, σ), uniform(-a, a), laplace(0, b)");
    }

    [[nodiscard]] bool is_probability() {
        for (const double before : losses)
            for (const double distance : distances)
                for (const int side : {-1, 1}) {
                    const auto value = acceptance_.value(before, before + side * distance);
                    if (!value) {
                        say("the acceptance depends on the state: its balance was not judged");
                        return false;
                    }
                    if (*value >= -1e-12 && *value <= 1 + 1e-12)
                        continue;
                    if (diagnostics_ != nullptr)
                        diagnostics_->report(Code::acceptance_out_of_range, evolution_.accept_span, *value)
                            .here("at {0} = {1:g}, {0}' = {2:g}", evolution_.loss, before, before + side * distance)
                            .help("a probability is between 0 and 1: `min(1, …)`, `sigmoid(…)`");
                    return false;
                }
        return true;
    }

    void judge_balance() {
        const auto up = acceptance_.piece(+1), down = acceptance_.piece(-1);
        if (!up || !down)
            return say("the acceptance changes its form away from {0}' = {0}: its balance was not judged", evolution_.loss);
        const Expr rest = acceptance_.at_rest(*up), below = acceptance_.at_rest(*down);
        if (!pool_.is_zero(algebra::expand(pool_, pool_.subtract(rest, below))))
            return tell_step(rest, below);
        const Expr steep = acceptance_.slope(*up), flat = acceptance_.slope(*down);
        balance_.has_kink = !pool_.is_zero(algebra::expand(pool_, pool_.subtract(steep, flat)));
        const Expr mean = pool_.multiply({pool_.rational(1, 2), pool_.add({steep, flat})});
        const Expr inverse_temperature = readable(pool_, pool_.divide(pool_.multiply({pool_.integer(2), mean}), rest));
        balance_.selection = readable(pool_, mean);
        const auto value = acceptance_.number(inverse_temperature);
        if (!value || !std::isfinite(*value))
            return say("no jump is accepted close to {0}' = {0}: its balance was not judged", evolution_.loss);
        balance_.inverse_temperature = inverse_temperature;
        const std::string b = factor(inverse_temperature), minus_b = factor(pool_.negate(inverse_temperature)), &H = evolution_.loss;
        const bool is_proved = acceptance_.balances(inverse_temperature);
        if (const auto where = is_proved ? std::nullopt : broken_at(*value))
            return tell_broken(*where, *value);
        balance_.balanced = is_proved ? Finding::proved : Finding::sampled;
        say("detailed balance ({}): A({H}, {H}')/A({H}', {H}) = exp({b}*({H} - {H}')), so exp({minus_b}*{H}) is stationary{if_symmetric}",
            how(balance_.balanced), fmt::arg("H", H), fmt::arg("b", b), fmt::arg("minus_b", minus_b),
            fmt::arg("if_symmetric", balance_.symmetric == Finding::fails ? " where the jump is symmetric" : ""));
        if (evolution_.trial)
            say_of_rows();
        if (*value < 0)
            say("selection is reversed: what raises {} is kept", H);
    }

    void say_of_rows() {
        const model::Presentation& shown = *model_.presentation;
        if (shown.learned.rows < shown.training)
            say("{} is the mean over the {} rows shown: that law is of each batch, and the rows change with the step", evolution_.loss, shown.learned.rows);
        else if (shown.carry)
            say("the neurons go on from row to row: {} changes with the step, and that law with it", evolution_.loss);
    }

    [[nodiscard]] std::string factor(Expr expression) const {
        const Expr shown = readable(pool_, expression);
        const std::string text = algebra::print(pool_, shown);
        return pool_.get<algebra::Add>(shown) != nullptr ? "(" + text + ")" : text;
    }

    // Detailed balance wants A(H, H')/A(H', H) to go to 1.
    void tell_step(Expr above, Expr below) {
        const std::string condition = fmt::format("A({0}, {0}') goes to {1} as {0}' comes to {0} from above, and to {2} from below", evolution_.loss,
                                                  algebra::print(pool_, readable(pool_, above)), algebra::print(pool_, readable(pool_, below)));
        say("no detailed balance: {}", condition);
        say("no Lande equation: where the acceptance has a step, the mean moves by a share of the jump itself, however small ∂{} is", evolution_.loss);
        tell_no_balance(condition);
    }

    void tell_no_balance(const std::string& condition) {
        if (diagnostics_ != nullptr)
            diagnostics_->report(Code::no_detailed_balance, evolution_.accept_span)
                .note("{}", condition)
                .help("sigmoid(β*({0} - {0}')) and min(1, exp(β*({0} - {0}'))) keep it", evolution_.loss);
    }

    struct Where {
        double before, after, ratio;
    };
    // Where it is seen well, if anywhere.
    [[nodiscard]] std::optional<Where> broken_at(double inverse_temperature) const {
        std::optional<Where> found;
        for (const double before : losses)
            for (const double distance : distances) {
                const double after = before + distance;
                const auto forth = acceptance_.value(before, after), back = acceptance_.value(after, before);
                const double expected = *back * std::exp(-inverse_temperature * distance);
                const double gap = std::abs(*forth - expected), larger = std::max(std::abs(*forth), expected);
                if (gap > 1e-9 * larger + 1e-15)
                    found = Where{before, after, *forth / *back};
                if (gap > 0.1 * larger + 1e-15)
                    return found;
            }
        return found;
    }

    void tell_broken(const Where& where, double inverse_temperature) {
        const std::string& H = evolution_.loss;
        const std::string condition =
            fmt::format("A({H}, {H}')/A({H}', {H}) is {ratio:.4g} at {H} = {before:g}, {H}' = {after:g}; exp(β*({H} - {H}')) with the β of small "
                        "differences would be {expected:.4g}",
                        fmt::arg("H", H), fmt::arg("ratio", where.ratio), fmt::arg("before", where.before),
                        fmt::arg("after", where.after),
                        fmt::arg("expected", std::exp(-inverse_temperature * (where.after - where.before))));
        say("no detailed balance: {}", condition);
        tell_no_balance(condition);
    }

    // d<q>/dt = -s C ∂H
    void add_drift() {
        for (const model::Component& moving : evolution_.jumps) {
            std::vector<Expr> terms;
            for (const model::Component& other : evolution_.jumps) {
                const auto covariance = jump_.covariance(moving, other);
                if (!covariance)
                    return say("the covariance of the jump of {} has no closed form here", variable());
                terms.push_back(pool_.multiply({*covariance, gradient(other)}));
            }
            const Expr drift = readable(
                pool_, pool_.multiply({pool_.integer(-1), *balance_.selection, algebra::expand(pool_, pool_.add(std::move(terms)))}));
            say("d<{}>/dt = {}, per step", algebra::print_element(pool_, moving.tensor, moving.target), algebra::print(pool_, drift));
        }
        say("the Lande equation d<{0}>/dt = -s C ∂{1} with s = {2}, C the covariance of the jump; relative error of the order of {3}",
            variable(), evolution_.loss, algebra::print(pool_, *balance_.selection),
            balance_.has_kink ? "the jump" : "the jump squared");
    }

    // Of rows shown, the loss depends on what jumps through the activation: the total derivative, in its own symbol.
    [[nodiscard]] Expr gradient(const model::Component& by) {
        if (!evolution_.trial)
            return algebra::partial(pool_, evolution_.before, by.tensor, by.target);
        const auto [known, is_new] = gradients_.try_emplace(by.tensor);
        if (is_new) {
            algebra::Symbol symbol = pool_.symbol(by.tensor);
            symbol.name = fmt::format("d{}/d{}", evolution_.loss, symbol.name);
            known->second = pool_.add_symbol(std::move(symbol));
        }
        return pool_.element(known->second, by.target);
    }

    const model::Model& model_;
    const Evolution& evolution_;
    Diagnostics* diagnostics_;
    Pool& pool_;
    Acceptance acceptance_;
    Jump jump_;
    Balance balance_;
    std::map<algebra::SymbolId, algebra::SymbolId> gradients_;
};

std::vector<Balance> judged(const model::Model& model, Diagnostics* diagnostics) {
    std::vector<Balance> all;
    for (const Evolution& evolution : model.evolutions)
        all.push_back(Judge(model, evolution, diagnostics).judged());
    return all;
}

} // namespace

std::vector<Balance> detailed_balance(const model::Model& model) { return judged(model, nullptr); }

std::vector<Balance> check_balance(const model::Model& model, Diagnostics& diagnostics) {
    return judged(model, &diagnostics);
}

} // namespace nphys::analysis
