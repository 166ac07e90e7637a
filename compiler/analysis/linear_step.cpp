#include "compiler/analysis/linear_step.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "compiler/algebra/edges.h"
#include "compiler/dynamics/schemes.h"

namespace nphys::analysis {

namespace {

// Each element of the ranges that a target leaves open: its field number and the values of its index variables.
struct Written {
    int field;
    algebra::IndexId here;
    std::unordered_map<std::uint32_t, std::int64_t> numbers;
};

std::vector<Written> written(const Pool& pool, const Fields& fields, const model::Component& component) {
    struct Partial {
        std::vector<std::int64_t> others;
        Written element;
    };
    std::vector<Partial> open{{{}, {}}};
    const std::vector<algebra::Slot>& slots = pool.symbol(component.tensor).slots;
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
        const Place& place = component.target[slot];
        std::vector<Partial> next;
        for (const Partial& partial : open) {
            if (pool.space(slots[slot].space).is_lattice()) {
                next.push_back(partial);
                next.back().element.here = place.index;
                continue;
            }
            const std::int64_t first = place.is_literal() ? place.offset[0] : pool.index(place.index).first;
            const std::int64_t last = place.is_literal() ? place.offset[0] : pool.index(place.index).last;
            for (std::int64_t number = first; number <= last; ++number) {
                next.push_back(partial);
                next.back().others.push_back(number);
                if (!place.is_literal())
                    next.back().element.numbers[place.index.value] = number;
            }
        }
        open = std::move(next);
    }
    std::vector<Written> result;
    for (Partial& partial : open) {
        const auto field = fields.by_place.find({component.tensor.value, partial.others});
        if (field == fields.by_place.end())
            continue;
        partial.element.field = field->second;
        result.push_back(std::move(partial.element));
    }
    return result;
}

} // namespace

LinearStep::LinearStep(const dynamics::Program& program, const Fields& fields, const Values& values, const Shift& site,
                       double dt)
    : pool_(*program.pool), fields_(fields) {
    TangentEvaluator evaluator(pool_, fields, values, site, dt, nature_);
    solved_step_ = dynamics::solved_share(program.scheme).value() * dt;
    if (program.solver) {
        half_step_ = 0.5 * dt;
    } else if (program.adaptive) {
        add(program.opening, evaluator);
        add(program.adaptive->attempt, evaluator);
        add(program.adaptive->accept, evaluator);
    } else if (program.series.empty()) {
        add(program.opening, evaluator);
        add(program.closing, evaluator);
    }
    std::vector<model::Component> laws;
    for (const dynamics::DerivedLaw& law : program.laws)
        laws.push_back(law.component);
    laws_ = linearised(laws, evaluator);
}

int LinearStep::source(int field, const Shift& shift) {
    const auto [place, is_new] = source_numbers_.try_emplace({field, shift}, static_cast<int>(sources_.size()));
    if (is_new)
        sources_.emplace_back(field, shift);
    return place->second;
}

LinearStep::Step LinearStep::linearised(const std::vector<model::Component>& assignments, TangentEvaluator& evaluator) {
    Step step;
    for (const model::Component& assignment : assignments)
        for (const Written& element : written(pool_, fields_, assignment)) {
            if (fields_.lattice && !element.here.valid()) {
                nature_.uniform = false; // the law of a single site: the others decide
                continue;
            }
            evaluator.bind(element.here, element.numbers);
            Row row{element.field, {}};
            for (const Slope& slope : evaluator.slopes(assignment.value))
                row.terms.emplace_back(source(slope.field, slope.shift), slope.value);
            step.push_back(std::move(row));
        }
    return step;
}

void LinearStep::add(const dynamics::Procedure& procedure, TangentEvaluator& evaluator) {
    for (const dynamics::Action& action : procedure) {
        if (const auto tensor = solved_tensor(action)) {
            add_solve(*tensor);
            continue;
        }
        if (std::holds_alternative<dynamics::Recall>(action) && nature_.obstacle.empty())
            nature_.obstacle = "it remembers the past";
        const auto* update = std::get_if<dynamics::Update>(&action);
        if (update == nullptr)
            continue;
        Step step = linearised(update->assignments, evaluator);
        if (!update->sequential) {
            stages_.push_back({std::move(step), {}});
            continue;
        }
        if (fields_.lattice && nature_.obstacle.empty())
            nature_.obstacle = "sites are visited one after the other";
        for (Row& row : step)
            stages_.push_back({{std::move(row)}, {}});
    }
}

// Its components are those of the laws, in their order.
void LinearStep::add_solve(SymbolId tensor) {
    Stage stage;
    for (const auto& [place, field] : fields_.by_place) // ascending in the number of the component
        if (place.first == tensor.value)
            stage.solved.push_back(field);
    stages_.push_back(std::move(stage));
}

std::vector<Complex> LinearStep::phases(const WaveVector& k) const {
    std::vector<Complex> result;
    result.reserve(sources_.size());
    for (const auto& [field, shift] : sources_) {
        double angle = 0;
        for (std::size_t axis = 0; axis < k.size(); ++axis)
            angle += k[axis] * static_cast<double>(shift[axis]);
        result.push_back(angle == 0 ? Complex(1) : std::polar(1.0, angle));
    }
    return result;
}

SquareMatrix LinearStep::amplification(const WaveVector& k) const {
    if (half_step_)
        return cayley(generator(k), *half_step_);
    const std::vector<Complex> phase = phases(k);
    const std::size_t n = fields_.state_count;
    std::vector<Complex> rows(fields_.fields.size() * n);
    for (std::size_t field = 0; field < n; ++field)
        rows[field * n + field] = 1;
    for (const Stage& stage : stages_)
        if (stage.solved.empty())
            apply(stage.rows, phase, rows);
        else
            solve(stage.solved, generator(k), rows);
    SquareMatrix matrix(n);
    std::copy_n(rows.begin(), n * n, matrix.entries.begin());
    return matrix;
}

void LinearStep::apply(const Step& step, const std::vector<Complex>& phase, std::vector<Complex>& rows) const {
    const std::size_t n = fields_.state_count;
    std::vector<Complex> next(step.size() * n);
    for (std::size_t r = 0; r < step.size(); ++r)
        for (const auto& [number, slope] : step[r].terms) {
            const Complex factor = slope * phase[static_cast<std::size_t>(number)];
            const std::size_t from = static_cast<std::size_t>(sources_[static_cast<std::size_t>(number)].first) * n;
            for (std::size_t column = 0; column < n; ++column)
                next[r * n + column] += factor * rows[from + column];
        }
    for (std::size_t r = 0; r < step.size(); ++r)
        std::copy_n(next.begin() + static_cast<std::ptrdiff_t>(r * n), n,
                    rows.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(step[r].target) * n));
}

// y ← (1 - a L)⁻¹ y, by the components that the laws move.
void LinearStep::solve(const std::vector<int>& fields, const SquareMatrix& generator, std::vector<Complex>& rows) const {
    const std::size_t n = fields_.state_count, count = fields.size();
    SquareMatrix matrix(count);
    for (std::size_t row = 0; row < count; ++row)
        for (std::size_t column = 0; column < count; ++column)
            matrix(row, column) = (row == column ? 1.0 : 0.0) -
                                  solved_step_ * generator(static_cast<std::size_t>(laws_[row].target), static_cast<std::size_t>(laws_[column].target));
    const SquareMatrix inverted = inverse(std::move(matrix));
    std::vector<Complex> next(count * n);
    for (std::size_t row = 0; row < count; ++row)
        for (std::size_t from = 0; from < count; ++from)
            for (std::size_t column = 0; column < n; ++column)
                next[row * n + column] += inverted(row, from) * rows[static_cast<std::size_t>(fields[from]) * n + column];
    for (std::size_t row = 0; row < count; ++row)
        std::copy_n(next.begin() + static_cast<std::ptrdiff_t>(row * n), n,
                    rows.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(fields[row]) * n));
}

SquareMatrix LinearStep::generator(const WaveVector& k) const {
    const std::vector<Complex> phase = phases(k);
    SquareMatrix matrix(fields_.state_count);
    for (const Row& row : laws_)
        for (const auto& [number, slope] : row.terms) {
            const auto [field, shift] = sources_[static_cast<std::size_t>(number)];
            matrix(static_cast<std::size_t>(row.target), static_cast<std::size_t>(field)) +=
                slope * phase[static_cast<std::size_t>(number)];
        }
    return matrix;
}

namespace {

// Σ c, Σ c s_μ, Σ c s_μ s_ν of the slopes c at the shifts s: an entry of the generator by orders of k.
struct Moments {
    double size = 0, constant = 0;
    std::array<double, algebra::max_axes> first{};
    std::array<std::array<double, algebra::max_axes>, algebra::max_axes> second{};

    void add(double slope, const Shift& shift) {
        size += std::abs(slope), constant += slope;
        for (std::size_t axis = 0; axis < shift.size(); ++axis) {
            const auto along = static_cast<double>(shift[axis]);
            first[axis] += slope * along;
            for (std::size_t other = 0; other < shift.size(); ++other)
                second[axis][other] += slope * along * static_cast<double>(shift[other]);
        }
    }

    [[nodiscard]] Complex at(const WaveVector& k) const {
        const double negligible = 1e-12 * size;
        const auto odd = [&](std::size_t axis) { return std::abs(first[axis]) > negligible; };
        Complex value = std::abs(constant) > negligible ? constant : 0;
        for (std::size_t axis = 0; axis < k.size(); ++axis) {
            if (odd(axis))
                value += Complex(0, k[axis] * first[axis]);
            for (std::size_t other = 0; other < k.size(); ++other)
                if (!odd(axis) && !odd(other))
                    value -= 0.5 * k[axis] * k[other] * second[axis][other];
        }
        return value;
    }
};

} // namespace

// Half around a lattice that closes on itself both ways are as long.
std::vector<Shift> LinearStep::ways_to(const Shift& shift) const {
    std::vector<Shift> ways{shift};
    if (!fields_.lattice)
        return ways;
    const std::vector<algebra::Axis>& axes = pool_.space(*fields_.lattice).axes;
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
        if (!algebra::repeats(axes[axis].edge) || 2 * std::abs(shift[axis]) != axes[axis].extent)
            continue;
        for (std::size_t way = 0, count = ways.size(); way < count; ++way) {
            ways.push_back(ways[way]);
            ways.back()[axis] = -ways[way][axis];
        }
    }
    return ways;
}

SquareMatrix LinearStep::long_waves(const WaveVector& k) const {
    std::map<std::pair<std::size_t, std::size_t>, Moments> entries;
    for (const Row& row : laws_)
        for (const auto& [number, slope] : row.terms) {
            const auto& [field, shift] = sources_[static_cast<std::size_t>(number)];
            const std::vector<Shift> ways = ways_to(shift);
            for (const Shift& way : ways)
                entries[{static_cast<std::size_t>(row.target), static_cast<std::size_t>(field)}].add(slope / static_cast<double>(ways.size()), way);
        }
    SquareMatrix matrix(fields_.state_count);
    for (const auto& [place, moments] : entries)
        matrix(place.first, place.second) = moments.at(k);
    return matrix;
}

bool LinearStep::is_even(std::size_t axis) const {
    const auto slope_at = [&](const Row& row, int field, const Shift& shift) {
        double sum = 0;
        for (const auto& [number, slope] : row.terms)
            if (sources_[static_cast<std::size_t>(number)] == std::pair{field, shift})
                sum += slope;
        return sum;
    };
    const auto even = [&](const Row& row) {
        for (const auto& [number, slope] : row.terms) {
            const auto& [field, shift] = sources_[static_cast<std::size_t>(number)];
            Shift mirrored = shift;
            mirrored[axis] = -mirrored[axis];
            const double here = slope_at(row, field, shift), there = slope_at(row, field, mirrored);
            if (std::abs(shift[axis]) > 1 || std::abs(here - there) > 1e-13 * std::abs(here))
                return false;
        }
        return true;
    };
    const auto all_even = [&](const Step& step) { return std::all_of(step.begin(), step.end(), even); };
    return all_even(laws_) && std::all_of(stages_.begin(), stages_.end(), [&](const Stage& stage) { return all_even(stage.rows); });
}

std::vector<Shift> LinearStep::reach() const {
    std::set<Shift> shifts;
    for (const Row& row : laws_)
        for (const auto& [number, slope] : row.terms)
            shifts.insert(sources_[static_cast<std::size_t>(number)].second);
    return {shifts.begin(), shifts.end()};
}

} // namespace nphys::analysis
