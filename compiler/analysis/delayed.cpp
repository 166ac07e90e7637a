#include "compiler/analysis/delayed.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "compiler/algebra/transform.h"
#include "compiler/analysis/whole_step.h"
#include "compiler/dynamics/clock.h"
#include "compiler/dynamics/derive.h"
#include "compiler/dynamics/memories.h"

namespace nphys::analysis {

namespace {

constexpr std::size_t most_numbers_with_past = 200; // all eigenvalues are looked at
constexpr double tolerance = 1e-7;                               // of growth in a step
constexpr int stable_in_a_row = 4;                               // shorter steps that must be stable, too

bool reads(const model::Model& model, const model::Memory& memory) {
    return std::ranges::any_of(model.laws, [&](const model::Law& law) {
        return std::ranges::any_of(law.components, [&](const model::Component& component) {
            return algebra::depends_on(*model.pool, component.value, memory.symbol);
        });
    });
}

class Delayed {
public:
    Delayed(const model::Model& model, const dynamics::Program& program, Depth depth)
        : model_(model), program_(program), depth_(depth), scheme_(dynamics::spelling(program.scheme)) {
        forget_what_no_law_reads(model_);
        for (const model::Memory& memory : model_.memories)
            shortest_ = std::min(shortest_, memory.span_of_time);
    }

    StabilityReport report() {
        const std::optional<double> here = growth_at(program_.dt);
        const std::size_t at_the_step = numbers_;
        if (!here) {
            report_.text.push_back("stability was not analysed: " + report_.reason);
            return std::move(report_);
        }
        report_.certainty = is_linear_ ? Certainty::exact : Certainty::estimate;
        if (!is_linear_)
            report_.reason = "the law is not linear";
        report_.growth = std::exp(*here);
        if (dynamics::is_map(program_.stepping()) || (depth_ == Depth::at_the_step && *here <= tolerance)) {
            tell_growth(at_the_step);
            return std::move(report_);
        }
        look_at_law();
        look_for_limit();
        if (depth_ == Depth::full)
            tell(at_the_step);
        return std::move(report_);
    }

private:
    // The logarithm of the largest growth factor in a step.
    std::optional<double> growth_at(double dt) {
        model::Model copy = model_;
        copy.run.steps = 1, copy.run.until.reset();
        if (!dynamics::is_map(program_.stepping()))
            copy.run.dt = dt;
        Diagnostics told;
        dynamics::Program program = dynamics::derive(copy, told);
        if (told.has_errors())
            return refuse("the step does not fit its delays");
        dynamics::remember(copy, program);
        const Elements elements = elements_of(program);
        numbers_ = elements.state_count;
        if (elements.state_count > most_numbers_with_past)
            return refuse(fmt::format("with what its law remembers {} numbers move, too many to look at together", elements.state_count));
        const Values values(copy, program);
        const WholeStep step(program, elements, values, program.dt);
        if (!step.nature().obstacle.empty() || !step.without_step().empty())
            return refuse(step.nature().obstacle + step.without_step());
        is_linear_ = step.nature().linear;
        return std::log(spectral_radius(step.matrix()));
    }

    std::optional<double> refuse(const std::string& reason) {
        report_.reason = reason;
        return std::nullopt;
    }

    // Growth in a step is that of the law up to the first order in dt.
    void look_at_law() {
        const std::size_t rows = static_cast<std::size_t>(std::llround(shortest_ / program_.dt));
        const std::size_t other = std::max<std::size_t>(1, numbers_ / (rows + 1)); // about: numbers without their past
        const std::size_t most = most_numbers_with_past / (other + 1);
        if (most < 16)
            return;
        const double fine = shortest_ / static_cast<double>(most / 2 * 2), coarse = 2 * fine;
        const auto first = growth_at(coarse), second = growth_at(fine);
        if (!first || !second)
            return;
        const double rate = 2 * *second / fine - *first / coarse;
        constexpr double told_from_none = 1e-3; // in the time of the delay
        law_is_known_ = true;
        report_.law_growth = rate * shortest_ > told_from_none ? rate : 0;
    }

    void look_for_limit() {
        int stable = 0;
        double largest = 0;
        for (int parts = 1; stable < stable_in_a_row; parts += 1 + parts / 8) {
            const double dt = shortest_ / parts;
            const auto growth = growth_at(dt);
            if (!growth)
                return; // with more past than can be looked at
            // Where the law lets a mode grow, a little more is the error of a step, not an instability.
            const double demanded = dt * report_.law_growth;
            if (*growth - demanded > std::max(tolerance, demanded)) {
                stable = 0;
            } else if (stable++ == 0) {
                largest = dt;
            }
        }
        report_.limit = largest;
    }

    void tell(std::size_t numbers) {
        if (report_.limit)
            report_.text.push_back(fmt::format("{}: stable for dt ≤ {:.6g} (all modes with their past, for steps of which the delay is a whole number)", scheme_, *report_.limit));
        else
            report_.text.push_back(fmt::format("{}: no step was found at which no mode grows", scheme_));
        tell_growth(numbers);
        if (law_is_known_)
            report_.text.push_back(report_.law_growth > 0
                                       ? fmt::format("the law itself lets modes grow, about like exp({:.3g} t)", report_.law_growth)
                                       : "the law itself lets no mode grow (from growth in two short steps, extrapolated)");
    }

    void tell_growth(std::size_t numbers) {
        const std::string step = dynamics::is_map(program_.stepping()) ? std::string(scheme_) : fmt::format("{} at dt = {:g}", scheme_, program_.dt);
        report_.text.push_back(report_.growth > 1 + tolerance ? fmt::format("{}: the fastest mode grows by a factor {:.6g} per step", step, report_.growth)
                                                              : fmt::format("{}: no mode grows (all {} modes, with their past)", step, numbers));
    }

    model::Model model_;
    const dynamics::Program& program_;
    Depth depth_;
    std::string scheme_;
    double shortest_ = INFINITY;
    std::size_t numbers_ = 0;
    bool is_linear_ = true, law_is_known_ = false;
    StabilityReport report_;
};

} // namespace

bool remembers(const model::Model& model) {
    return std::ranges::any_of(model.memories, [&](const model::Memory& memory) { return reads(model, memory); });
}

void forget_what_no_law_reads(model::Model& model) {
    std::erase_if(model.memories, [&](const model::Memory& memory) { return !reads(model, memory); });
}

StabilityReport delayed_stability(const model::Model& model, const dynamics::Program& program, Depth depth) {
    return Delayed(model, program, depth).report();
}

} // namespace nphys::analysis
