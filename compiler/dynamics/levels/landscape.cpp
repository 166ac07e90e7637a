#include "compiler/dynamics/levels/landscape.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <fmt/format.h>
#include <span>

#include "compiler/algebra/evaluate.h"
#include "compiler/algebra/print.h"
#include "compiler/algebra/transform.h"
#include "compiler/dynamics/metric.h"
#include "compiler/dynamics/simplify.h"

namespace nphys::dynamics {

namespace {

using algebra::Notation;
using model::Component;
using model::Level;

// Why a law has no such level, or nothing.
std::optional<std::string> reason_against(const model::Model& model, const model::Law& law) {
    using model::Calculus;
    if (law.kind != model::LawKind::descent)
        return "its law is written out, and does not say what is metric and what is noise";
    if (law.momentum || law.nesterov)
        return "it has momentum, so where it is does not tell where it goes";
    if (law.estimate || law.average || law.shrink)
        return "its law remembers earlier gradients";
    if (law.backprop > 1)
        return "its gradient goes back through several steps";
    if (model.presentation)
        return "a boundary shows rows of a data set";
    if (model.learning_time)
        return "it has a time scale of its own";
    if (law.calculus == Calculus::ito || law.calculus == Calculus::stratonovich)
        return "the equation of its density, (2.7), is that of the covariant reading";
    return std::nullopt;
}

// Nothing, up to the round-off of the numbers in it, whatever variables and parameters are: seen at places without symmetry.
bool is_round_off(const Pool& pool, Expr difference, Expr beside) {
    if (pool.is_zero(difference))
        return true;
    constexpr double most = 1e-13, golden = 0.6180339887498949;
    constexpr int places = 5;
    for (int n = 1; n <= places; ++n) {
        const auto number = [n](double from) { return 0.6 + (from + 1) * n * golden - std::floor((from + 1) * n * golden); };
        algebra::Environment environment;
        environment.parameter = [&](SymbolId symbol) { return number(symbol.value); };
        environment.element = [&](SymbolId tensor, std::span<const std::int64_t> at) {
            double from = tensor.value;
            for (const std::int64_t place : at)
                from = 1.7 * from + static_cast<double>(place);
            return std::complex<double>(number(from));
        };
        const double left = std::abs(algebra::evaluate(pool, difference, environment));
        if (!(left <= most * std::abs(algebra::evaluate(pool, beside, environment))))
            return false;
    }
    return true;
}

class Reader {
public:
    Reader(const model::Model& model, Diagnostics& diagnostics)
        : model_(model), level_(*model.level), pool_(*model.pool), diagnostics_(diagnostics) {}

    std::optional<Landscape> run() {
        Landscape result;
        const auto law = law_of_the_axes();
        if (!law || !find_rows(model_.laws[*law]))
            return std::nullopt;
        result.law = *law;
        const model::Law& chosen = model_.laws[*law];
        if (!reads_only_variables(chosen))
            return std::nullopt;
        const auto geometry = dynamics::geometry(model_, chosen, diagnostics_);
        if (!geometry)
            return std::nullopt;
        if (!chosen.given_noise) {
            diagnostics_.report(Code::level_without_noise, chosen.span, level_.noun())
                .label(level_.span, "asked for here")
                .help("write `… with noise κ`");
            return std::nullopt;
        }
        result.rate = chosen.rate.value_or(pool_.integer(1));
        for (std::size_t axis = 0; axis < rows_.size(); ++axis) {
            const Component& component = chosen.components[rows_[axis]];
            result.loss.push_back(component.value);
            result.force.push_back(
                simplified(pool_, algebra::partial(pool_, component.value, component.tensor, component.target)));
        }
        return add_geometry(chosen, in_order(geometry->inverse), std::move(result));
    }

private:
    std::optional<std::size_t> law_of_the_axes() {
        const Level::Axis& axis = level_.axes.front();
        for (std::size_t n = 0; n < model_.laws.size(); ++n)
            if (row_of(model_.laws[n], axis)) {
                const auto reason = reason_against(model_, model_.laws[n]);
                if (!reason)
                    return n;
                diagnostics_.report(Code::level_of_other_law, model_.laws[n].span, axis.name, level_.noun(), *reason)
                    .label(level_.span, "asked for here")
                    .help("run it as trajectories: leave `as` out");
                return std::nullopt;
            }
        tell_without_law(axis);
        return std::nullopt;
    }

    void tell_without_law(const Level::Axis& axis) {
        diagnostics_.report(Code::level_of_other_law, axis.span, axis.name, level_.noun(), "no law moves it")
            .help("write `learning {} descends U with metric g, noise κ`", axis.name);
    }

    static std::optional<std::size_t> row_of(const model::Law& law, const Level::Axis& axis) {
        for (std::size_t row = 0; row < law.components.size(); ++row)
            if (law.components[row].tensor == axis.variable && law.components[row].target == axis.place)
                return row;
        return std::nullopt;
    }

    bool find_rows(const model::Law& law) {
        for (const Level::Axis& axis : level_.axes) {
            const auto row = row_of(law, axis);
            if (!row) {
                tell_without_law(axis);
                return false;
            }
            rows_.push_back(*row);
        }
        for (std::size_t row = 0; row < law.components.size(); ++row)
            if (std::ranges::find(rows_, row) == rows_.end()) {
                const Component& left = law.components[row];
                diagnostics_.report(Code::grid_without_variable, level_.span,
                                    algebra::print_element(pool_, left.tensor, left.target))
                    .label(law.span, "moved here")
                    .help("add an axis: `{}: -3..3 by 100`", algebra::print_element(pool_, left.tensor, left.target));
                return false;
            }
        return true;
    }

    // Parameters, constants, data and the variables themselves.
    bool reads_only_variables(const model::Law& law) {
        std::vector<Expr> read;
        for (const Component& component : law.components)
            read.push_back(component.value);
        if (law.rate)
            read.push_back(*law.rate);
        for (const auto* matrix : {&law.given_metric, &law.given_noise})
            if (*matrix)
                read.insert(read.end(), (*matrix)->entries.begin(), (*matrix)->entries.end());
        for (const Expr expression : read) {
            const algebra::Dependence on = algebra::dependence(pool_, expression);
            std::string other = on.time ? "t" : "";
            for (const SymbolId tensor : on.tensors)
                if (level_.axis(tensor) == nullptr && moves(tensor))
                    other = pool_.symbol(tensor).name;
            if (other.empty())
                continue;
            diagnostics_.report(Code::level_reads_state, law.span, other, level_.noun())
                .label(level_.span, "asked for here");
            return false;
        }
        return true;
    }

    [[nodiscard]] bool moves(SymbolId tensor) const {
        const model::Tensor* known = model_.tensor(tensor);
        return model_.draw(tensor) != nullptr ||
               (known != nullptr && (known->role == model::Role::neuron || known->role == model::Role::trainable));
    }

    [[nodiscard]] SymbolicMatrix in_order(const SymbolicMatrix& matrix) {
        SymbolicMatrix result = matrix;
        for (std::size_t row = 0; row < matrix.size; ++row)
            for (std::size_t column = 0; column < matrix.size; ++column)
                result.at(row, column) = simplified(pool_, matrix.at(rows_[row], rows_[column]));
        return result;
    }

    std::optional<Landscape> add_geometry(const model::Law& law, const SymbolicMatrix& inverse, Landscape result) {
        const std::size_t size = rows_.size();
        const SymbolicMatrix metric = law.given_metric
                                          ? in_order({size, law.given_metric->entries})
                                          : algebra::identity_matrix(pool_, size, pool_.integer(1));
        const SymbolicMatrix noise = in_order({size, law.given_noise->entries});
        const auto stiffness = algebra::inverse(pool_, noise);
        const auto determinant = algebra::determinant(pool_, metric);
        if (!stiffness || !determinant) {
            diagnostics_.report(Code::level_without_diffusion, law.given_noise->span)
                .here("it has no inverse")
                .help("an ensemble of trajectories takes such a noise");
            return std::nullopt;
        }
        result.inverse = inverse;
        const Expr square = pool_.power(result.rate, pool_.integer(2));
        result.diffusion = in_place(
            algebra::scaled(pool_, algebra::product(pool_, algebra::product(pool_, inverse, noise), inverse), square));
        const Expr strength = pool_.divide(pool_.integer(2), result.rate);
        const auto multiple = constant_multiple(noise, metric);
        result.pull = in_place(multiple ? algebra::identity_matrix(pool_, size, pool_.divide(strength, *multiple))
                                        : algebra::scaled(pool_, algebra::product(pool_, metric, *stiffness), strength));
        result.volume = pool_.power(simplified(pool_, *determinant), pool_.rational(1, 2));
        return result;
    }

    // c where κ = c g: κ - c g is a sum in which terms cancel, which the quotient of two sums is not.
    [[nodiscard]] std::optional<Expr> constant_multiple(const SymbolicMatrix& noise, const SymbolicMatrix& metric) {
        const Expr nothing = pool_.integer(0);
        const auto at_origin = [&](Expr value) {
            return algebra::rewrite_leaves(pool_, value, [&](Expr leaf) {
                const auto* element = pool_.get<algebra::Element>(leaf);
                return element != nullptr && level_.axis(element->tensor) != nullptr ? nothing : leaf;
            });
        };
        const Expr from = at_origin(metric.at(0, 0)), to = at_origin(noise.at(0, 0));
        if (pool_.is_zero(from) || pool_.is_zero(to))
            return std::nullopt;
        const Expr multiple = pool_.divide(to, from);
        for (std::size_t n = 0; n < noise.entries.size(); ++n)
            if (!is_round_off(pool_, algebra::expand(pool_, pool_.subtract(noise.entries[n], pool_.multiply({multiple, metric.entries[n]}))), noise.at(0, 0)))
                return std::nullopt;
        return multiple;
    }

    [[nodiscard]] SymbolicMatrix in_place(SymbolicMatrix matrix) {
        for (Expr& entry : matrix.entries)
            entry = simplified(pool_, entry);
        return matrix;
    }

    const model::Model& model_;
    const Level& level_;
    Pool& pool_;
    Diagnostics& diagnostics_;
    std::vector<std::size_t> rows_; // of the law, for each axis
};

struct LineWriter {
    Pool& pool;
    const Level& level;
    const Landscape& landscape;

    [[nodiscard]] std::string print(Expr value, Notation notation) const {
        const std::string text = algebra::print(pool, value, notation);
        const bool is_sum = pool.get<algebra::Add>(value) != nullptr;
        return !is_sum ? text : notation == Notation::latex ? "\\left(" + text + "\\right)" : "(" + text + ")";
    }

    [[nodiscard]] std::string variable(std::size_t axis, Notation notation) const {
        return algebra::print_element(pool, level.axes[axis].variable, level.axes[axis].place, notation);
    }

    [[nodiscard]] std::string derivative(std::size_t axis, const std::string& of, Notation notation) const {
        if (notation == Notation::latex)
            return "\\partial_{" + variable(axis, notation) + "} " + of;
        return "∂(" + of + ", " + variable(axis, notation) + ")";
    }

    // (½ √g D^{μν}) ∂_νP + (√g γ g^{μν} ∂_νU) P, term by term
    [[nodiscard]] std::string flux(std::size_t row, Expr volume, Notation notation) const {
        const std::string times = notation == Notation::latex ? " " : "*";
        std::string text;
        std::vector<Expr> drifts;
        for (std::size_t column = 0; column < landscape.axes(); ++column)
            drifts.push_back(pool.multiply({volume, landscape.rate, landscape.inverse.at(row, column), landscape.force[column]}));
        const Expr drift = simplified(pool, pool.add(std::move(drifts)));
        if (!pool.is_zero(drift))
            text = print(drift, notation) + times + "P";
        for (std::size_t column = 0; column < landscape.axes(); ++column) {
            const Expr half = simplified(
                pool, pool.multiply({pool.rational(1, 2), volume, landscape.diffusion.at(row, column)}));
            if (pool.is_zero(half))
                continue;
            const std::string factor = print(half, notation);
            const bool is_less = factor.starts_with('-') && !text.empty();
            text += (text.empty() ? "" : is_less ? " - " : " + ") + factor.substr(is_less ? 1 : 0) + times +
                    derivative(column, "P", notation);
        }
        return text;
    }

    [[nodiscard]] std::string equation(Notation notation) const {
        const bool latex = notation == Notation::latex;
        const bool is_flat = algebra::dependence(pool, landscape.volume).tensors.empty();
        const Expr volume = is_flat ? pool.integer(1) : landscape.volume;
        std::string right;
        for (std::size_t row = 0; row < landscape.axes(); ++row) {
            const std::string inner = flux(row, volume, notation);
            const std::string whole = latex ? "\\left(" + inner + "\\right)" : inner;
            right += (row == 0 ? "" : " + ") + derivative(row, whole, notation);
        }
        if (!is_flat)
            right = latex ? "\\frac{1}{" + print(volume, notation) + "} \\left[" + right + "\\right]"
                          : "1/" + print(volume, notation) + "*(" + right + ")";
        return (latex ? "\\partial_t P = " : "d/dt P = ") + right;
    }

    [[nodiscard]] Level::Line balance() const {
        if (const auto cold = inverse_temperature(pool, landscape)) {
            const Expr law = pool.apply(algebra::Op::exp, {simplified(pool, pool.negate(pool.multiply({*cold, landscape.loss.front()})))});
            return {"detailed balance holds; the stationary law", "P ∝ " + algebra::print(pool, law),
                    "P \\propto " + algebra::print(pool, law, Notation::latex)};
        }
        if (has_detailed_balance(pool, level, landscape))
            return {"detailed balance", "holds: 2/γ*g*κ^-1*∂U is a gradient",
                    "\\tfrac{2}{\\gamma} g \\kappa^{-1} \\partial U \\text{ is a gradient}"};
        return {"detailed balance", "does not hold: 2/γ*g*κ^-1*∂U is no gradient, probability flows in circles",
                "\\tfrac{2}{\\gamma} g \\kappa^{-1} \\partial U \\text{ is no gradient}"};
    }
};

} // namespace

std::optional<Landscape> landscape(const model::Model& model, Diagnostics& diagnostics) {
    return Reader(model, diagnostics).run();
}

Expr by_axis(Pool& pool, const model::Level& level, Expr value, std::size_t axis) {
    return algebra::partial(pool, value, level.axes[axis].variable, level.axes[axis].place);
}

Expr pull_along(Pool& pool, const Landscape& landscape, std::size_t axis) {
    std::vector<Expr> terms;
    for (std::size_t column = 0; column < landscape.axes(); ++column)
        terms.push_back(pool.multiply({landscape.pull.at(axis, column), landscape.force[column]}));
    return simplified(pool, pool.add(std::move(terms)));
}

bool has_detailed_balance(Pool& pool, const model::Level& level, const Landscape& landscape) {
    for (std::size_t row = 0; row < landscape.axes(); ++row)
        for (std::size_t column = 0; column < row; ++column) {
            const Expr curl = pool.subtract(by_axis(pool, level, pull_along(pool, landscape, row), column),
                                            by_axis(pool, level, pull_along(pool, landscape, column), row));
            if (!pool.is_zero(algebra::expand(pool, curl)))
                return false;
        }
    return true;
}

std::optional<Expr> inverse_temperature(Pool& pool, const Landscape& landscape) {
    const Expr first = landscape.pull.at(0, 0);
    for (std::size_t row = 0; row < landscape.axes(); ++row)
        for (std::size_t column = 0; column < landscape.axes(); ++column) {
            const Expr expected = row == column ? first : pool.integer(0);
            if (!pool.is_zero(algebra::expand(pool, pool.subtract(landscape.pull.at(row, column), expected))))
                return std::nullopt;
        }
    const bool one_loss = std::ranges::all_of(landscape.loss, [&](Expr loss) { return loss == landscape.loss.front(); });
    return one_loss && algebra::dependence(pool, first).tensors.empty() ? std::optional(first) : std::nullopt;
}

std::vector<model::Level::Line> lines_of(Pool& pool, const model::Level& level, const Landscape& landscape) {
    const LineWriter writer{pool, level, landscape};
    return {{"P is a density with respect to √g dq, √g = " + algebra::print(pool, landscape.volume),
             writer.equation(Notation::text), writer.equation(Notation::latex)},
            writer.balance()};
}

} // namespace nphys::dynamics
