#include "compiler/dynamics/presentation.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "compiler/dynamics/activation_step.h"
#include "compiler/dynamics/backprop.h"
#include "compiler/dynamics/places.h"
#include "compiler/dynamics/step_algebra.h"
#include "compiler/dynamics/tape.h"

namespace nphys::dynamics {

namespace {

template <class Element>
void append(std::vector<Element>& all, std::vector<Element> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// The rows of a trial, of which other tensors stand for the neurons and for what has jumped.
model::Showing renamed(Pool& pool, const model::Showing& showing, const Renaming& renaming) {
    model::Showing result = showing;
    const auto rename = [&](Component& component) {
        if (const auto found = renaming.find(component.tensor.value); found != renaming.end())
            component.tensor = found->second;
        component.value = with_tensors(pool, component.value, renaming);
    };
    result.columns.clear(); // they are shown already
    for (SymbolId& neuron : result.neurons)
        neuron = renaming.at(neuron.value);
    for (std::vector<Component>* components : {&result.initial, &result.activation})
        std::ranges::for_each(*components, rename);
    for (model::DrivenComponent& drive : result.driven) {
        rename(drive.component);
        if (drive.condition)
            drive.condition = with_tensors(pool, *drive.condition, renaming);
    }
    return result;
}

// Rows shown to the neurons, and the steps that they take.
class Forward {
public:
    Forward(Program& program, const model::Presentation& presentation, const model::Showing& showing, std::uint64_t seed,
            std::int64_t kept, double most_bytes)
        : pool_(*program.pool), presentation_(presentation), showing_(showing), seed_(seed),
          forms_(forms(pool_, presentation, showing)),
          tape_(program, presentation.steps, kept, segment(program, kept, most_bytes)) {}

    Procedure run(bool tested) {
        Procedure procedure;
        if (!showing_.columns.empty())
            procedure.emplace_back(ShowRows{.columns = showing_.columns,
                                            .count = showing_.rows,
                                            .rows = presentation_.rows,
                                            .training = presentation_.training,
                                            .kept = tested,
                                            .seed = seed_});
        start(procedure, !tested && presentation_.carry);
        for (std::int64_t step = 0; step < presentation_.steps; ++step)
            go(procedure, step);
        return procedure;
    }

    Tape& tape() { return tape_; }
    [[nodiscard]] const std::vector<StepForm>& forms() const { return forms_; }
    // The states of a segment, from the one at its beginning.
    Procedure again(Segment segment) {
        Procedure procedure;
        for (std::int64_t step = segment.first; step < segment.last; ++step)
            go(procedure, step);
        return procedure;
    }
    // What going back takes: bytes, and steps that are done again.
    [[nodiscard]] const std::string& memory() const { return memory_; }

private:
    static std::vector<StepForm> forms(Pool& pool, const model::Presentation& presentation, const model::Showing& showing) {
        std::vector<StepForm> all;
        const bool timed = depends_on_time(pool, showing);
        for (std::int64_t step = 0; step < presentation.steps; ++step)
            all.push_back(step > 0 && !timed ? all.front() : step_form(pool, showing, step));
        return all;
    }

    // Segments of √n steps keep 2√n states, and each step is done at most once more.
    std::int64_t segment(const Program& program, std::int64_t kept, double most_bytes) {
        double of_step = 0;
        const auto size = [&](SymbolId tensor) {
            double product = program.single_precision ? 4 : 8;
            for (const algebra::Slot& slot : pool_.symbol(tensor).slots)
                product *= static_cast<double>(slot.last - slot.first + 1);
            return product;
        };
        for (const SymbolId neuron : forms_.front().neurons)
            of_step += size(neuron);
        for (const Component& sum : forms_.front().sums)
            of_step += size(sum.tensor);
        const auto steps = static_cast<double>(kept);
        const bool fits = of_step * steps <= most_bytes;
        const auto length = static_cast<std::int64_t>(std::ceil(std::sqrt(steps)));
        const double states = fits ? steps : static_cast<double>(length) + std::ceil(steps / static_cast<double>(length));
        memory_ = fmt::format("gradients go back {} steps, for which {:.4g} kB of states are kept{}", kept,
                              of_step * states / 1000, fits ? "" : fmt::format("; segments of {} steps are done twice", length));
        return fits ? 0 : length;
    }

    [[nodiscard]] Renaming neurons_at(std::int64_t step) {
        Renaming renaming;
        for (const SymbolId neuron : forms_.front().neurons)
            renaming[neuron.value] = tape_.neuron(neuron, step);
        return renaming;
    }

    void start(Procedure& procedure, bool carry) {
        const Renaming first = neurons_at(0);
        if (carry) {
            Update update{.label = "the neurons go on", .assignments = {}};
            for (const SymbolId neuron : forms_.front().neurons)
                for (std::vector<Place>& target : all_targets(pool_, neuron))
                    if (first.at(neuron.value) != neuron)
                        update.assignments.push_back({first.at(neuron.value), target, pool_.element(neuron, target)});
            if (!update.assignments.empty())
                procedure.emplace_back(std::move(update));
        }
        for (const Component& value : start_values(pool_, showing_, carry))
            procedure.emplace_back(Update{.label = "the neurons start", .assignments = {renamed(value, first, first)}});
    }

    void go(Procedure& procedure, std::int64_t step) {
        const StepForm& form = forms_[static_cast<std::size_t>(step)];
        Renaming reads = neurons_at(step);
        const Renaming writes = neurons_at(step + 1);
        Renaming sums;
        for (const Component& sum : form.sums)
            sums[sum.tensor.value] = tape_.within(sum.tensor, step + 1);
        Update inputs{.label = fmt::format("input of step {}", step + 1), .assignments = {}};
        for (const Component& sum : form.sums)
            inputs.assignments.push_back(renamed(sum, reads, sums));
        if (!inputs.assignments.empty())
            procedure.emplace_back(std::move(inputs));
        reads.insert(sums.begin(), sums.end());
        Update update{.label = fmt::format("activation, step {}", step + 1), .assignments = {}};
        for (const Component& next : form.next)
            update.assignments.push_back(renamed(next, reads, writes));
        procedure.emplace_back(std::move(update));
    }

    [[nodiscard]] Component renamed(const Component& component, const Renaming& reads, const Renaming& writes) {
        const auto written = writes.find(component.tensor.value);
        return {written == writes.end() ? component.tensor : written->second, component.target,
                with_tensors(pool_, component.value, reads)};
    }

    Pool& pool_;
    const model::Presentation& presentation_;
    const model::Showing& showing_;
    std::uint64_t seed_;
    std::vector<StepForm> forms_;
    std::string memory_;
    Tape tape_;
};

class Presenting {
public:
    Presenting(Program& program, const model::Model& model, const Motion& motion, const Drives& drives,
               const DeriveOptions& options, Diagnostics& diagnostics)
        : program_(program), model_(model), motion_(motion), drives_(drives), options_(options), diagnostics_(diagnostics),
          presentation_(*model.presentation) {}

    void run() {
        program_.gradients = motion_.gradients;
        std::int64_t kept = 0;
        for (const Gradient& gradient : motion_.gradients) {
            kept = std::max(kept, gradient.steps);
            const SymbolId tensor = gradient.component.tensor;
            if (std::find(program_.temporaries.begin(), program_.temporaries.end(), tensor) == program_.temporaries.end())
                temporary(tensor);
        }
        Forward learned(program_, presentation_, presentation_.learned, model_.run.seed, kept, options_.most_kept_bytes);
        if (kept > 0)
            program_.gradient_memory = learned.memory();
        program_.cycle = learned.run(false);
        program_.before = program_.cycle;
        if (presentation_.carry) // neurons that go on are looked at as they are
            std::erase_if(program_.before, [](const Action& action) { return !std::holds_alternative<ShowRows>(action); });
        if (!presentation_.windows.empty())
            program_.before.emplace_back(windows(false));
        append(program_.cycle, gradients(learned));
        append(program_.cycle, motion_.before_rates);
        append(program_.cycle, motion_.before_learning);
        for (const model::Evolution& evolution : model_.evolutions)
            append(program_.cycle, trial(evolution, learned.tape()));
        program_.cycle.emplace_back(learning());
        if (!presentation_.windows.empty())
            program_.cycle.insert(std::prev(program_.cycle.end()), windows(true));
        program_.cycle.emplace_back(AdvanceStep{});
        program_.closing = program_.cycle;
        if (!presentation_.tested)
            return;
        for (const SymbolId neuron : presentation_.tested->neurons)
            temporary(neuron);
        program_.observing = Forward(program_, presentation_, *presentation_.tested, model_.run.seed, 0, options_.most_kept_bytes).run(true);
    }

private:
    // The gradients of each loss go back together.
    Procedure gradients(Forward& learned) {
        Procedure procedure;
        std::vector<Expr> losses;
        for (const Gradient& gradient : motion_.gradients)
            if (std::find(losses.begin(), losses.end(), gradient.component.value) == losses.end())
                losses.push_back(gradient.component.value);
        for (const Expr loss : losses) {
            std::vector<const Gradient*> of_loss;
            for (const Gradient& gradient : motion_.gradients)
                if (gradient.component.value == loss)
                    of_loss.push_back(&gradient);
            append(procedure, backpropagation(program_, learned.tape(), learned.forms(), loss, of_loss, loss == losses.front(),
                                              [&](Segment segment) { return learned.again(segment); }, diagnostics_));
        }
        return procedure;
    }

    // Whether a jump is kept: the rows shown go through the activation once more, with what has jumped.
    Procedure trial(const model::Evolution& evolution, Tape& tape) {
        Pool& pool = *program_.pool;
        Renaming renaming;
        Procedure procedure;
        for (const SymbolId neuron : presentation_.learned.neurons)
            renaming[neuron.value] = tape.like(neuron, pool.symbol(neuron).name + "'");
        if (presentation_.carry)
            program_.cycle.insert(program_.cycle.begin(), copied("where the trial starts", presentation_.learned.neurons, renaming));
        Update jump{.label = "the jump", .assignments = {}};
        for (const auto& [here, there] : evolution.trial->jumped) {
            renaming[here.value] = there;
            temporary(there);
            std::vector<std::vector<Place>> rest = all_targets(pool, here);
            for (const Component& jumping : evolution.jumps) {
                if (jumping.tensor != here)
                    continue;
                jump.assignments.push_back({there, jumping.target, pool.add({pool.element(here, jumping.target), jumping.value})});
                std::vector<std::vector<Place>> less;
                for (const std::vector<Place>& target : rest)
                    append(less, difference(pool, here, target, jumping.target));
                rest = std::move(less);
            }
            for (const std::vector<Place>& target : rest)
                jump.assignments.push_back({there, target, pool.element(here, target)});
        }
        procedure.emplace_back(std::move(jump));
        const model::Showing showing = renamed(pool, presentation_.learned, renaming);
        append(procedure, Forward(program_, presentation_, showing, model_.run.seed, 0, options_.most_kept_bytes).run(false));
        for (const SymbolId number : {evolution.here, evolution.there, evolution.trial->kept})
            temporary(number);
        procedure.emplace_back(Update{.label = "the losses before and after",
                                      .assignments = {{evolution.here, {}, evolution.before},
                                                      {evolution.there, {}, with_tensors(pool, evolution.before, renaming)}}});
        procedure.emplace_back(Update{.label = "selection",
                                      .assignments = {{evolution.trial->kept, {}, pool.apply(algebra::Op::less, {evolution.chance, evolution.acceptance})}}});
        return procedure;
    }

    void temporary(SymbolId tensor) {
        program_.temporaries.push_back(tensor);
        program_.stands_for.emplace_back();
    }

    Update copied(const char* label, const std::vector<SymbolId>& tensors, const Renaming& to) {
        Update update{.label = label, .assignments = {}};
        for (const SymbolId tensor : tensors)
            for (std::vector<Place>& target : all_targets(*program_.pool, tensor))
                update.assignments.push_back({to.at(tensor.value), target, program_.pool->element(tensor, target)});
        return update;
    }

    // The step begins a new window where the one before it ended with a record; the look before the first step is one.
    [[nodiscard]] Update windows(bool goes_on) {
        Pool& pool = *program_.pool;
        Update update{.label = "means over the rows since the last record", .assignments = {}};
        for (const model::Window& window : presentation_.windows) {
            const Expr zero = pool.integer(0), sum = pool.element(window.sum.tensor, window.sum.target),
                       count = pool.element(window.count, {}), anew = goes_on ? is_record(window.cadence) : pool.integer(1);
            update.assignments.push_back({window.sum.tensor, window.sum.target,
                                          pool.add({pool.select(anew, zero, sum), window.sum.value})});
            update.assignments.push_back({window.count, {}, pool.add({pool.select(anew, zero, count), pool.integer(1)})});
        }
        return update;
    }

    // 1 where the steps done so far are a multiple of the cadence, as the schedule of a run counts them.
    Expr is_record(const model::Cadence& cadence) {
        Pool& pool = *program_.pool;
        const Expr done = floor(pool.add({pool.divide(pool.time(), pool.step()), pool.rational(1, 2)}));
        constexpr std::int64_t usual_records = 1000;
        double period = static_cast<double>(std::max<std::int64_t>(1, (program_.steps + usual_records - 1) / usual_records));
        if (cadence.steps)
            period = static_cast<double>(*cadence.steps);
        else if (cadence.time)
            period = std::max(1.0, *cadence.time / program_.dt);
        constexpr double round_off = 1e-9;
        const Expr number = floor(pool.multiply({done, pool.real((1 + round_off) / period)}));
        const Expr moment = pool.negate(floor(pool.multiply({number, pool.real(-period * (1 - round_off))})));
        return pool.apply(algebra::Op::equal, {moment, done});
    }

    Expr floor(Expr value) { return program_.pool->apply(algebra::Op::floor, {value}); }

    [[nodiscard]] Update learning() {
        Pool& pool = *program_.pool;
        const Expr reached = pool.add({pool.time(), pool.step()});
        Update update{.label = "learning", .assignments = {}};
        for (const Moved& moved : motion_.moved)
            if (moved.dynamics == model::Dynamics::learning)
                update.assignments.push_back(
                    component(moved, drives_.held(moved.tensor, moved.target, *moved.next, reached)));
        return update;
    }

    Program& program_;
    const model::Model& model_;
    const Motion& motion_;
    const Drives& drives_;
    const DeriveOptions& options_;
    Diagnostics& diagnostics_;
    const model::Presentation& presentation_;
};

} // namespace

void apply_presentation(Program& program, const model::Model& model, const Motion& motion, const Drives& drives,
                        const DeriveOptions& options, Diagnostics& diagnostics) {
    Presenting(program, model, motion, drives, options, diagnostics).run();
}

} // namespace nphys::dynamics
