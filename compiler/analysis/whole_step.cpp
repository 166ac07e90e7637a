#include "compiler/analysis/whole_step.h"

#include <algorithm>
#include <functional>

#include "compiler/analysis/whole_tangent.h"

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
    : pool_(*program.pool), elements_(&elements) {
    WholeTangent tangent(pool_, elements, values, dt, nature_, budget);
    std::vector<model::Component> laws;
    for (const dynamics::DerivedLaw& law : program.laws)
        laws.push_back(law.component);
    law_ = rows_of(laws, false, tangent);
    if (program.solver)
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
        else if (!std::holds_alternative<dynamics::AdvanceStep>(action) && nature_.obstacle.empty())
            nature_.obstacle = "a step does more than to move the state";
    }
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
