#include "compiler/analysis/whole_forms.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "compiler/algebra/print.h"
#include "compiler/algebra/transform.h"
#include "compiler/analysis/null_space.h"
#include "compiler/analysis/vanishing.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::analysis {

namespace {

constexpr std::size_t most_fields_here = 12, most_of_order_two = 8;
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
    const std::size_t furthest = fields_.size() > most_of_order_two ? 1 : 2;
    for (result.reach = 0; result.reach <= furthest; ++result.reach) {
        result.forms = found(terms(result.reach), states);
        if (!result.forms.empty())
            return result;
    }
    return result;
}

// Trainables first: their squares get the coefficient 1.
std::vector<WholeForms::Term> WholeForms::terms(std::size_t level) const {
    std::vector<Term> result;
    const bool all_known = std::ranges::all_of(fields_, [](const SiteField& field) { return field.rate.has_value(); });
    const auto is_known = [&](std::size_t field, std::size_t order) {
        return order == 0 || (order == 1 ? fields_[field].rate.has_value() : all_known);
    };
    const auto add = [&](std::size_t order, std::size_t other) {
        for (std::size_t a = fields_.size(); a-- > 0;)
            for (std::size_t b = fields_.size(); b-- > (order == other ? a : 0);)
                if (is_known(a, order) && is_known(b, other) && fields_[a].sites == fields_[b].sites)
                    result.push_back({{a, order}, {b, other}});
    };
    add(0, 0);
    if (level >= 1)
        add(0, 1);
    if (level >= 2)
        add(1, 1), add(0, 2);
    return result;
}

std::vector<double> WholeForms::rates(const std::vector<double>& state) const {
    std::vector<double> result(size_);
    law_.apply(state, result);
    return result;
}

std::vector<double> WholeForms::values(const std::vector<Term>& terms, const std::vector<double>& state) const {
    const std::vector<double> once = rates(state);
    const std::array orders{state, once, rates(once)};
    std::vector<double> result;
    for (const Term& term : terms) {
        const std::vector<double>&first = orders[term.first.order], &second = orders[term.second.order];
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
    if (factor.order == 0)
        return pool_.element(field.tensor, field.target);
    return factor.order == 1 ? *field.rate : along_the_law(*field.rate);
}

// A linear formula of fields with their rates in their place: all at once, so under other names first.
Expr WholeForms::along_the_law(Expr rate) const {
    std::map<std::uint32_t, SymbolId> names;
    for (const SiteField& field : fields_)
        if (!names.contains(field.tensor.value))
            names.emplace(field.tensor.value, pool_.add_symbol(pool_.symbol(field.tensor)));
    Expr result = algebra::rewrite_leaves(pool_, rate, [&](Expr leaf) {
        const auto* element = pool_.get<algebra::Element>(leaf);
        const auto name = element == nullptr ? names.end() : names.find(element->tensor.value);
        if (name == names.end())
            return leaf;
        const std::vector<Place> places = element->positions;
        return pool_.element(name->second, places);
    });
    for (const auto& [tensor, name] : names) {
        std::vector<algebra::Definition> definitions;
        for (const SiteField& field : fields_)
            if (field.tensor.value == tensor)
                definitions.push_back({field.target, *field.rate});
        result = algebra::inline_definitions(pool_, result, name, definitions);
    }
    return result;
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
