#include "compiler/analysis/invertible.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "compiler/algebra/print.h"
#include "compiler/analysis/brillouin.h"
#include "compiler/analysis/law_program.h"
#include "compiler/dynamics/linear_form.h"

namespace nphys::analysis {

namespace {

constexpr double singular = 1e-9;

// The element of a component of `from` at the site of a row of `to`.
Expr at_site_of(MapAlgebra& maps, const model::Component& row, const model::Component& column) {
    std::vector<Place> places = column.target;
    for (std::size_t slot = 0; slot < places.size(); ++slot)
        if (!places[slot].is_literal())
            places[slot] = row.target[slot];
    return maps.pool().element(maps.test(column.tensor), places);
}

Invertibility by_matrix(LearningSystem& system, const algebra::SymbolicMatrix& matrix) {
    Invertibility result;
    const auto determinant = algebra::determinant(system.pool, matrix);
    if (!determinant)
        return result;
    result.decided = true;
    result.symbolic = true;
    result.smallest = 1;
    for (std::size_t round = 0; round < 4; ++round)
        result.smallest = std::min(result.smallest, std::abs(system.judge.sample(*determinant, round)));
    result.invertible = result.smallest > singular;
    result.text = fmt::format("det B = {}", algebra::print(system.pool, *determinant));
    return result;
}

// Smallest and largest singular value of the block of the generator that maps `from` to `to`.
std::pair<double, double> singular_values(const SquareMatrix& generator, const std::vector<std::size_t>& to,
                                          const std::vector<std::size_t>& from) {
    SquareMatrix square(from.size());
    for (std::size_t row = 0; row < from.size(); ++row)
        for (std::size_t column = 0; column < from.size(); ++column)
            for (const std::size_t middle : to)
                square(row, column) += std::conj(generator(middle, from[row])) * generator(middle, from[column]);
    double smallest = INFINITY, largest = 0;
    for (const Complex& value : eigenvalues(square)) {
        smallest = std::min(smallest, std::sqrt(std::max(0.0, value.real())));
        largest = std::max(largest, std::sqrt(std::max(0.0, value.real())));
    }
    return {smallest, largest};
}

std::vector<std::size_t> numbers_of(const Fields& fields, const Variables& variables) {
    std::vector<std::size_t> result;
    for (std::size_t number = 0; number < fields.state_count; ++number)
        if (std::ranges::count(variables.tensors, fields.fields[number].tensor))
            result.push_back(number);
    return result;
}

Invertibility by_modes(LearningSystem& system, const LinearMap& map) {
    Invertibility result;
    const LawSpectrum law(system.model, system.motion, system.constants);
    if (!law.obstacle().empty() || !law.step().nature().uniform || !law.zone().exact()) {
        result.text = law.obstacle().empty() ? "it is not the same at every site" : law.obstacle();
        return result;
    }
    const auto to = numbers_of(law.fields(), *map.to), from = numbers_of(law.fields(), *map.from);
    double smallest = INFINITY, largest = 0;
    Mode worst{};
    const auto least = [&](const Mode& mode) {
        return singular_values(law.step().generator(law.zone().wave_vector(mode)), to, from).first;
    };
    for (const Mode& mode : law.zone().coarse()) {
        const auto [low, high] = singular_values(law.step().generator(law.zone().wave_vector(mode)), to, from);
        largest = std::max(largest, high);
        if (low < smallest)
            smallest = low, worst = mode;
    }
    worst = law.zone().climbed(worst, [&](const Mode& mode) { return -least(mode); });
    result.decided = true;
    result.smallest = largest > 0 ? least(worst) / largest : 0;
    result.invertible = result.smallest > singular;
    const std::string mode = law.zone().print(worst);
    result.text = result.invertible ? fmt::format("smallest singular value {:.3g}", result.smallest * largest)
                  : mode.empty()    ? "it has a zero mode"
                                    : fmt::format("zero mode at k = {}", mode);
    return result;
}

} // namespace

std::optional<algebra::SymbolicMatrix> matrix_at_site(MapAlgebra& maps, const LinearMap& map) {
    Pool& pool = maps.pool();
    std::vector<SymbolId> tests;
    for (const SymbolId tensor : map.from->tensors)
        tests.push_back(maps.test(tensor));
    const std::size_t size = map.rows.size();
    if (size != map.from->components.size() || !same_shapes(pool, *map.to, *map.from))
        return std::nullopt;
    algebra::SymbolicMatrix matrix = algebra::identity_matrix(pool, size, pool.integer(0));
    for (std::size_t row = 0; row < size; ++row) {
        auto form = dynamics::linear_form(pool, map.rows[row], tests);
        if (!form)
            return std::nullopt;
        for (std::size_t column = 0; column < size; ++column) {
            const Expr own = at_site_of(maps, map.to->components[row], map.from->components[column]);
            const auto found = form->coefficients.find(own.id);
            if (found == form->coefficients.end())
                continue;
            matrix.at(row, column) = found->second;
            form->coefficients.erase(found);
        }
        if (!form->coefficients.empty())
            return std::nullopt;
    }
    return matrix;
}

Invertibility invertibility(LearningSystem& system, const LinearMap& map) {
    if (system.depends_on_state(map))
        return {false, false, false, 0, "the activation is not linear"};
    if (const auto matrix = matrix_at_site(system.maps, map)) {
        const Invertibility found = by_matrix(system, *matrix);
        if (found.decided)
            return found;
    }
    return by_modes(system, map);
}

} // namespace nphys::analysis
