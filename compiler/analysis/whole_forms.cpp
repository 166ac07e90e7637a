#include "compiler/analysis/whole_forms.h"

#include <algorithm>
#include <cmath>

#include "compiler/algebra/print.h"
#include "compiler/analysis/null_space.h"
#include "compiler/analysis/vanishing.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::analysis {

namespace {

constexpr std::size_t most_fields_here = 12;
constexpr double independent = 1e-9; // of a term from those before it, beside its size
constexpr double kept = 1e-9;        // of a form, beside its largest value

std::vector<double> random_state(std::size_t size, std::size_t number) {
    std::vector<double> state(size);
    for (std::size_t at = 0; at < size; ++at)
        state[at] = scatter(size * number + at + 31);
    return state;
}

// Terms that are no sums of those before them: their values at random states, orthogonalised one after the other.
std::vector<std::size_t> independent_of(const std::vector<std::vector<double>>& columns) {
    std::vector<std::vector<double>> basis;
    std::vector<std::size_t> chosen;
    const auto dot = [](const std::vector<double>& a, const std::vector<double>& b) {
        double sum = 0;
        for (std::size_t at = 0; at < a.size(); ++at)
            sum += a[at] * b[at];
        return sum;
    };
    for (std::size_t column = 0; column < columns.size(); ++column) {
        std::vector<double> rest = columns[column];
        const double size = std::sqrt(dot(rest, rest));
        for (int again = 0; again < 2; ++again)
            for (const std::vector<double>& known : basis) {
                const double share = dot(rest, known);
                for (std::size_t at = 0; at < rest.size(); ++at)
                    rest[at] -= share * known[at];
            }
        const double left = std::sqrt(dot(rest, rest));
        if (!(left > independent * size))
            continue;
        for (double& entry : rest)
            entry /= left;
        basis.push_back(std::move(rest));
        chosen.push_back(column);
    }
    return chosen;
}

} // namespace

WholeForms::WholeForms(Pool& pool, const dynamics::Program& program, const Elements& elements, const SparseRows& law)
    : pool_(pool), size_(elements.count), law_(law), fields_(site_fields(pool, program, elements)) {}

FormSearch WholeForms::of_flow() const {
    return search([this](std::size_t number) {
        std::vector<double> before = random_state(size_, number), after = before;
        const std::vector<double> rate = rates(before);
        double speed = 0;
        for (const double entry : rate)
            speed = std::max(speed, std::abs(entry));
        for (std::size_t at = 0; speed > 0 && at < size_; ++at)
            before[at] -= rate[at] / speed, after[at] += rate[at] / speed;
        return std::pair{before, after};
    });
}

FormSearch WholeForms::of_step(const Motion& step) const {
    return search([&](std::size_t number) {
        const std::vector<double> before = random_state(size_, number);
        std::vector<double> after = before;
        step(after);
        return std::pair{before, after};
    });
}

FormSearch WholeForms::search(const States& states) const {
    FormSearch result;
    if (fields_.empty() || fields_.size() > most_fields_here) {
        result.obstacle = "too many fields move together";
        return result;
    }
    for (result.reach = 0; result.reach <= 2; ++result.reach) {
        result.forms = found(terms(result.reach), states);
        if (!result.forms.empty())
            return result;
    }
    return result;
}

// Trainables first: their squares get the coefficient 1.
std::vector<WholeForms::Term> WholeForms::terms(std::size_t level) const {
    std::vector<Term> result;
    const auto add = [&](bool first_is_rate, bool second_is_rate) {
        for (std::size_t a = fields_.size(); a-- > 0;)
            for (std::size_t b = fields_.size(); b-- > (first_is_rate == second_is_rate ? a : 0);) {
                const SiteField &first = fields_[a], &second = fields_[b];
                const bool known = (!first_is_rate || first.rate.has_value()) && (!second_is_rate || second.rate.has_value());
                if (known && first.sites == second.sites)
                    result.push_back({{a, first_is_rate}, {b, second_is_rate}});
            }
    };
    add(false, false);
    if (level >= 1)
        add(false, true);
    if (level >= 2)
        add(true, true);
    return result;
}

std::vector<double> WholeForms::rates(const std::vector<double>& state) const {
    std::vector<double> result(size_);
    law_.apply(state, result);
    return result;
}

std::vector<double> WholeForms::values(const std::vector<Term>& terms, const std::vector<double>& state) const {
    const std::vector<double> rate = rates(state);
    std::vector<double> result;
    for (const Term& term : terms) {
        const std::vector<double>&first = term.first.rate ? rate : state, &second = term.second.rate ? rate : state;
        const std::vector<std::size_t>&at = fields_[term.first.field].elements, &with = fields_[term.second.field].elements;
        double sum = 0;
        for (std::size_t n = 0; n < at.size(); ++n)
            sum += first[at[n]] * second[with[n]];
        result.push_back(sum);
    }
    return result;
}

std::vector<ConservedForm> WholeForms::found(const std::vector<Term>& all, const States& states) const {
    const std::size_t count = 2 * all.size() + 16;
    std::vector<Pair> probes;
    for (std::size_t number = 0; number < count; ++number) {
        const auto [before, after] = states(number);
        probes.push_back({values(all, before), values(all, after)});
    }
    std::vector<std::vector<double>> columns(all.size());
    for (std::size_t column = 0; column < all.size(); ++column)
        for (const Pair& probe : probes)
            columns[column].push_back(probe.before[column]);
    const std::vector<std::size_t> chosen = independent_of(columns);
    std::vector<Term> terms;
    RealMatrix changes{count, chosen.size(), {}};
    changes.values.resize(count * chosen.size());
    for (std::size_t column = 0; column < chosen.size(); ++column) {
        terms.push_back(all[chosen[column]]);
        for (std::size_t row = 0; row < count; ++row)
            changes.at(row, column) = probes[row].after[chosen[column]] - probes[row].before[chosen[column]];
    }
    std::vector<ConservedForm> result;
    for (const std::vector<double>& form : reduced_null_space(changes)) {
        double largest = 0, change = 0;
        for (std::size_t row = 0; row < count; ++row) {
            double before = 0, lost = 0;
            for (std::size_t column = 0; column < form.size(); ++column) {
                before += form[column] * probes[row].before[chosen[column]];
                lost += form[column] * changes.at(row, column);
            }
            largest = std::max(largest, std::abs(before)), change = std::max(change, std::abs(lost));
        }
        if (change <= kept * largest)
            result.push_back(printed(terms, form));
    }
    return result;
}

Expr WholeForms::formula(const Factor& factor) const {
    const SiteField& field = fields_[factor.field];
    return factor.rate ? *field.rate : pool_.element(field.tensor, field.target);
}

ConservedForm WholeForms::printed(const std::vector<Term>& terms, const std::vector<double>& coefficients) const {
    std::vector<std::pair<std::vector<algebra::IndexId>, std::vector<Expr>>> sums; // by places
    for (std::size_t number = 0; number < terms.size(); ++number) {
        if (coefficients[number] == 0)
            continue;
        const std::vector<algebra::IndexId>& sites = fields_[terms[number].first.field].sites;
        const Expr factor = dynamics::coefficient(pool_, coefficients[number]), first = formula(terms[number].first),
                   second = formula(terms[number].second);
        auto sum = std::ranges::find(sums, sites, [](const auto& one) { return one.first; });
        if (sum == sums.end())
            sum = sums.insert(sums.end(), {sites, {}});
        sum->second.push_back(pool_.multiply({factor, first, second}));
    }
    std::vector<Expr> all;
    for (const auto& [sites, parts] : sums) {
        Expr sum = pool_.add(parts);
        for (const algebra::IndexId site : sites)
            sum = pool_.sum(site, sum);
        all.push_back(sum);
    }
    const Expr value = pool_.add(std::move(all));
    return {value, algebra::print(pool_, value)};
}

} // namespace nphys::analysis
