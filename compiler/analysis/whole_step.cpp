#include "compiler/analysis/whole_step.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>

#include "compiler/analysis/whole_tangent.h"
#include "compiler/dynamics/schemes.h"

namespace nphys::analysis {

namespace {

constexpr std::size_t budget = 8'000'000; // nodes of formulas: some seconds

// Every element of a target with the places of its index variables, in the order in which loops run.
class Targets {
public:
    using Visit = std::function<void(std::span<const std::int64_t>, const WholeTangent::Places&)>;
    Targets(const Pool& pool, const model::Component& component, const Visit& visit)
        : pool_(pool), component_(component), visit_(visit) {}

    void visit_all() { from(0, 0); }

private:
    void from(std::size_t slot, std::size_t axis) {
        const std::vector<algebra::Slot>& slots = pool_.symbol(component_.tensor).slots;
        if (slot == slots.size())
            return visit_(numbers_, places_);
        const algebra::Space& space = pool_.space(slots[slot].space);
        if (axis == space.axes.size())
            return from(slot + 1, 0);
        const Place& place = component_.target[slot];
        std::int64_t first = place.offset[axis], last = first;
        if (!place.is_literal()) {
            const Pool::Extent extent = pool_.extent(place.index, static_cast<int>(axis));
            first = extent.first, last = extent.last;
        }
        for (std::int64_t number = first; number <= last; ++number) {
            if (!place.is_literal())
                places_[place.index.value].offset[axis] = number;
            numbers_.push_back(number);
            from(slot, axis + 1);
            numbers_.pop_back();
        }
    }

    const Pool& pool_;
    const model::Component& component_;
    const Visit& visit_;
    std::vector<std::int64_t> numbers_;
    WholeTangent::Places places_;
};

constexpr int not_polynomial = 99;

int degree_in_step(const Pool& pool, Expr expression) {
    if (!pool.facts(expression).step)
        return 0;
    const auto largest = [&](const std::vector<Expr>& parts) {
        int degree = 0;
        for (const Expr part : parts)
            degree = std::max(degree, degree_in_step(pool, part));
        return degree;
    };
    if (pool.get<algebra::Step>(expression) != nullptr)
        return 1;
    if (const auto* sum = pool.get<algebra::Add>(expression))
        return largest(sum->terms);
    if (const auto* reduce = pool.get<algebra::Reduce>(expression))
        return degree_in_step(pool, reduce->body);
    if (const auto* select = pool.get<algebra::Select>(expression); select != nullptr && !pool.facts(select->condition).step)
        return largest({select->chosen, select->otherwise});
    if (const auto* product = pool.get<algebra::Multiply>(expression)) {
        int degree = 0;
        for (const Expr factor : product->factors)
            degree = std::min(not_polynomial, degree + degree_in_step(pool, factor));
        return degree;
    }
    return not_polynomial;
}

} // namespace

WholeStep::WholeStep(const dynamics::Program& program, const Elements& elements, const Values& values, double dt)
    : program_(&program), pool_(*program.pool), elements_(&elements), dt_(dt) {
    WholeTangent tangent(pool_, elements, values, dt, nature_, budget);
    std::vector<model::Component> laws;
    for (const dynamics::DerivedLaw& law : program.laws)
        laws.push_back(law.component);
    law_ = rows_of(laws, false, tangent);
    if (program.solver || !program.series.empty())
        return;
    add(program.opening, tangent);
    if (program.adaptive) {
        add(program.adaptive->attempt, tangent);
        add(program.adaptive->accept, tangent);
    } else {
        add(program.closing, tangent);
    }
}

void WholeStep::add(const dynamics::Procedure& procedure, WholeTangent& tangent) {
    for (const dynamics::Action& action : procedure) {
        if (const auto* update = std::get_if<dynamics::Update>(&action))
            stages_.push_back(rows_of(update->assignments, update->sequential, tangent));
        else if (const auto* recall = std::get_if<dynamics::Recall>(&action))
            add_recall(*recall);
        else if (const auto tensor = solved_tensor(action))
            add_solve(*tensor, dynamics::solved_share(program_->scheme).value() * dt_);
        else if (!std::holds_alternative<dynamics::AdvanceStep>(action) && without_step_.empty())
            without_step_ = "a step does more than to move the state";
    }
}

// y ← (1 - a L)⁻¹ y: the first slot of y counts the components that the laws move.
void WholeStep::add_solve(SymbolId tensor, double a) {
    std::vector<std::size_t> moved, solved;
    std::int64_t component = 0;
    for (const dynamics::DerivedLaw& law : program_->laws) {
        const std::vector<algebra::Slot>& slots = pool_.symbol(law.component.tensor).slots;
        ++component;
        const Targets::Visit visit = [&](std::span<const std::int64_t> numbers, const WholeTangent::Places&) {
            std::vector<std::int64_t> place{component};
            std::size_t at = 0;
            for (const algebra::Slot& slot : slots)
                for (std::size_t axis = 0; axis < pool_.space(slot.space).axes.size(); ++axis, ++at)
                    if (pool_.space(slot.space).is_lattice())
                        place.push_back(numbers[at]);
            moved.push_back(*elements_->number(law.component.tensor, numbers));
            solved.push_back(*elements_->number(tensor, place));
        };
        Targets(pool_, law.component, visit).visit_all();
    }
    if (moved.size() > most_solved) {
        without_step_ = fmt::format("an implicit step of {} numbers is too much to write out", moved.size());
        return;
    }
    const SquareMatrix law = dense(law_, elements_->state_count);
    SquareMatrix matrix(moved.size());
    for (std::size_t row = 0; row < moved.size(); ++row)
        for (std::size_t column = 0; column < moved.size(); ++column)
            matrix(row, column) = (row == column ? 1.0 : 0.0) - a * law(moved[row], moved[column]);
    const SquareMatrix inverted = inverse(std::move(matrix));
    SparseRows rows;
    for (std::size_t row = 0; row < moved.size(); ++row) {
        std::vector<std::pair<int, double>> terms;
        for (std::size_t column = 0; column < moved.size(); ++column)
            terms.emplace_back(static_cast<int>(solved[column]), inverted(row, column).real());
        rows.add(solved[row], terms);
    }
    stages_.push_back(std::move(rows));
}

// A ring whose row in hand moves on is one whose rows move on: the oldest is read, the latest comes in at the end.
void WholeStep::add_recall(const dynamics::Recall& recall) {
    const Elements::Tensor &ring = elements_->tensors.at(recall.ring.value), &latest = elements_->tensors.at(recall.latest.value);
    std::size_t size = 1;
    for (const auto& [first, extent] : latest.extents)
        size *= static_cast<std::size_t>(extent);
    const auto rows = static_cast<std::size_t>(recall.rows);
    SparseRows stage;
    const auto copy = [&](std::size_t target, std::size_t source) { stage.add(target, {{static_cast<int>(source), 1.0}}); };
    for (std::size_t at = 0; at < size; ++at) {
        if (recall.past)
            copy(elements_->tensors.at(recall.past->value).first + at, ring.first + at);
        for (std::size_t row = 0; row + 1 < rows; ++row)
            copy(ring.first + row * size + at, ring.first + (row + 1) * size + at);
        copy(ring.first + (rows - 1) * size + at, latest.first + at);
    }
    stages_.push_back(std::move(stage));
}

SparseRows WholeStep::rows_of(const std::vector<model::Component>& assignments, bool in_order,
                              WholeTangent& tangent) const {
    SparseRows rows(in_order);
    for (const model::Component& assignment : assignments) {
        const auto add = [&](std::span<const std::int64_t> numbers, const WholeTangent::Places& places) {
            if (!nature_.obstacle.empty())
                return;
            const auto target = elements_->number(assignment.tensor, numbers);
            if (target)
                rows.add(*target, tangent.slopes(assignment.value, places));
        };
        const Targets::Visit visit = add;
        Targets(pool_, assignment, visit).visit_all();
    }
    return rows;
}

void WholeStep::move(std::vector<double>& x) const {
    for (const SparseRows& stage : stages_)
        stage.assign(x);
}

std::size_t WholeStep::cost() const {
    std::size_t sum = 0;
    for (const SparseRows& stage : stages_)
        sum += stage.terms();
    return sum;
}

SquareMatrix WholeStep::matrix() const {
    const std::size_t size = elements_->state_count;
    SquareMatrix matrix(size);
    std::vector<double> x;
    for (std::size_t column = 0; column < size; ++column) {
        x.assign(elements_->count, 0);
        x[column] = 1;
        move(x);
        for (std::size_t row = 0; row < size; ++row)
            matrix(row, column) = x[row];
    }
    return matrix;
}

WholeStep WholeStep::between(const WholeStep& a, const WholeStep& b, double share) {
    WholeStep result = a;
    for (std::size_t stage = 0; stage < a.stages_.size(); ++stage)
        result.stages_[stage] = SparseRows::between(a.stages_[stage], b.stages_[stage], share);
    return result;
}

bool is_straight(const dynamics::Program& program) {
    std::vector<const dynamics::Procedure*> procedures{&program.opening, &program.closing};
    if (program.adaptive)
        procedures = {&program.opening, &program.adaptive->attempt, &program.adaptive->accept};
    return std::ranges::all_of(procedures, [&](const dynamics::Procedure* procedure) {
        bool all = true;
        dynamics::for_each_update(*procedure, [&](const dynamics::Update& update) {
            for (const model::Component& assignment : update.assignments)
                all = all && degree_in_step(*program.pool, assignment.value) <= 1;
        });
        return all;
    });
}

SquareMatrix dense(const SparseRows& rows, std::size_t size) {
    SquareMatrix matrix(size);
    rows.for_each([&](std::size_t target, std::size_t source, double value) { matrix(target, source) += value; });
    return matrix;
}

} // namespace nphys::analysis
