#include "compiler/dynamics/backprop.h"

#include <algorithm>
#include <fmt/format.h>

#include "compiler/algebra/transform.h"
#include "compiler/dynamics/places.h"

namespace nphys::dynamics {

namespace {

class Reverse {
public:
    Reverse(Program& program, Tape& tape, std::span<const StepForm> forms, Expr loss,
            const std::vector<const Gradient*>& gradients)
        : pool_(*program.pool), tape_(tape), forms_(forms), loss_(loss), gradients_(gradients) {
        for (const Gradient* gradient : gradients)
            deepest_ = std::max(deepest_, gradient->steps);
        started_.resize(gradients.size());
    }

    Procedure run(bool fresh, const Recompute& recompute, Diagnostics& diagnostics) {
        begin();
        const auto steps = static_cast<std::int64_t>(forms_.size());
        const std::int64_t last = tape_.segment_of(steps - 1).first;
        const bool is_all = last == tape_.segment_of(steps - deepest_).first;
        std::int64_t on_tape = fresh || is_all ? last : steps;
        for (std::int64_t back = 1; back <= deepest_; ++back) {
            const std::int64_t step = steps - back;
            const Segment segment = tape_.segment_of(step);
            if (segment.first != on_tape)
                append(recompute(segment));
            on_tape = segment.first;
            go_back(forms_[static_cast<std::size_t>(step)], step, back);
        }
        tell_unmoved(diagnostics);
        return std::move(procedure_);
    }

private:
    void append(Procedure more) {
        procedure_.insert(procedure_.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    }

    struct Adjoint {
        SymbolId of, now, before; // before: one step earlier; they change places
    };

    // Adjoints of the neurons after the last step, and what of the loss is explicit.
    void begin() {
        Update update{.label = "the loss by the last state", .assignments = {}};
        for (const SymbolId neuron : forms_.back().neurons) {
            const std::string& name = pool_.symbol(neuron).name;
            adjoints_.push_back({neuron, tape_.like(neuron, "adjoint_" + name), tape_.like(neuron, "adjoint_before_" + name)});
            for (std::vector<Place>& target : all_targets(pool_, neuron))
                update.assignments.push_back(
                    {adjoints_.back().now, target, algebra::partial(pool_, loss_, neuron, target)});
        }
        for (std::size_t n = 0; n < gradients_.size(); ++n) {
            const Component& wanted = gradients_[n]->component;
            gain(update, n, algebra::partial(pool_, loss_, gradients_[n]->variable, wanted.target));
        }
        procedure_.emplace_back(std::move(update));
    }

    // The first contribution sets a gradient, the others add to it.
    void gain(Update& update, std::size_t n, Expr contribution) {
        if (pool_.is_zero(contribution))
            return;
        const Component& wanted = gradients_[n]->component;
        const Expr sum = started_[n] ? pool_.add({pool_.element(wanted.tensor, wanted.target), contribution}) : contribution;
        started_[n] = true;
        update.assignments.push_back({wanted.tensor, wanted.target, sum});
    }

    // Σ over the places of a component of weight[place] ∂value/∂variable.
    Expr pulled(const Component& component, SymbolId weight, SymbolId variable, const std::vector<Place>& place) {
        if (!pool_.has_symbol(component.value, variable))
            return pool_.integer(0);
        const Component fresh = with_fresh_indices(pool_, component);
        const Expr response = algebra::partial(pool_, fresh.value, variable, place);
        Expr product = pool_.multiply({pool_.element(weight, fresh.target), response});
        for (const Place& summed : fresh.target)
            if (!summed.is_literal())
                product = pool_.sum(summed.index, product);
        return product;
    }

    [[nodiscard]] SymbolId adjoint_of(SymbolId neuron) const {
        return std::find_if(adjoints_.begin(), adjoints_.end(), [&](const Adjoint& one) { return one.of == neuron; })->now;
    }

    // From the state after step + 1 to that after `step`.
    void go_back(const StepForm& form, std::int64_t step, std::int64_t back) {
        rename(form, step);
        Update sums{.label = fmt::format("back through step {}", step + 1), .assignments = {}};
        std::vector<SymbolId> adjoint_sums;
        for (const Component& sum : form.sums) {
            adjoint_sums.push_back(tape_.like(sum.tensor, fmt::format("adjoint_{}_{}", pool_.symbol(sum.tensor).name, step + 1)));
            sums.assignments.push_back({adjoint_sums.back(), sum.target, by(form, {}, sum.tensor, sum.target)});
        }
        if (!sums.assignments.empty())
            procedure_.emplace_back(std::move(sums));
        Update update{.label = fmt::format("gradients of step {}", step + 1), .assignments = {}};
        for (std::size_t n = 0; n < gradients_.size(); ++n)
            if (gradients_[n]->steps >= back)
                gain(update, n, by(form, adjoint_sums, gradients_[n]->variable, gradients_[n]->component.target));
        if (back < deepest_)
            for (const Adjoint& adjoint : adjoints_)
                for (std::vector<Place>& target : all_targets(pool_, adjoint.of))
                    update.assignments.push_back({adjoint.before, target, by(form, adjoint_sums, adjoint.of, target)});
        procedure_.emplace_back(std::move(update));
        for (Adjoint& adjoint : adjoints_)
            std::swap(adjoint.now, adjoint.before);
    }

    // Everything by a variable: directly, and through the sums whose adjoints are given.
    Expr by(const StepForm& form, const std::vector<SymbolId>& adjoint_sums, SymbolId variable,
            const std::vector<Place>& place) {
        std::vector<Expr> terms;
        for (const Component& next : form.next)
            terms.push_back(pulled(next, adjoint_of(next.tensor), variable, place));
        for (std::size_t n = 0; n < adjoint_sums.size(); ++n)
            terms.push_back(pulled(form.sums[n], adjoint_sums[n], variable, place));
        return at_step(pool_.add(std::move(terms)));
    }

    // ---- Tensors of the step in place of those of the form

    void rename(const StepForm& form, std::int64_t step) {
        renaming_.clear();
        for (const SymbolId neuron : form.neurons)
            renaming_[neuron.value] = tape_.neuron(neuron, step);
        for (const Component& sum : form.sums)
            renaming_[sum.tensor.value] = tape_.within(sum.tensor, step + 1);
        known_.clear();
        for (const Known& known : form.known)
            known_.emplace(with_tensors(pool_, known.formula, renaming_).id,
                           pool_.element(tape_.neuron(known.tensor, step + 1), known.target));
    }

    Expr at_step(Expr expression) { return algebra::replace(pool_, with_tensors(pool_, expression, renaming_), known_); }

    void tell_unmoved(Diagnostics& diagnostics) const {
        std::vector<SymbolId> told;
        for (std::size_t n = 0; n < gradients_.size(); ++n) {
            const Gradient& gradient = *gradients_[n];
            const auto same = [&](std::size_t other) { return gradients_[other]->variable == gradient.variable && started_[other]; };
            bool moves = false;
            for (std::size_t other = 0; other < gradients_.size(); ++other)
                moves = moves || same(other);
            if (moves || std::find(told.begin(), told.end(), gradient.variable) != told.end())
                continue;
            told.push_back(gradient.variable);
            const std::string& name = pool_.symbol(gradient.variable).name;
            diagnostics.report(Code::loss_without_variable, gradient.span, name)
                .here("`{}` will not move", name)
                .help("let the loss contain `{}`, or let the activation read it", name);
        }
    }

    Pool& pool_;
    Tape& tape_;
    std::span<const StepForm> forms_;
    Expr loss_;
    const std::vector<const Gradient*>& gradients_;
    std::vector<bool> started_;
    std::vector<Adjoint> adjoints_;
    std::int64_t deepest_ = 1;
    Renaming renaming_;
    std::unordered_map<std::uint32_t, Expr> known_;
    Procedure procedure_;
};

} // namespace

Procedure backpropagation(Program& program, Tape& tape, std::span<const StepForm> forms, Expr loss,
                          const std::vector<const Gradient*>& gradients, bool fresh, const Recompute& recompute,
                          Diagnostics& diagnostics) {
    return Reverse(program, tape, forms, loss, gradients).run(fresh, recompute, diagnostics);
}

} // namespace nphys::dynamics
