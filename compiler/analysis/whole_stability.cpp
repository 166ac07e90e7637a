#include "compiler/analysis/whole_stability.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "compiler/analysis/implicit.h"
#include "compiler/analysis/whole_growth.h"
#include "compiler/analysis/whole_step.h"
#include "compiler/dynamics/clock.h"

namespace nphys::analysis {

namespace {

constexpr std::size_t most_eigenvalues = 400; // of the law, once
constexpr double work = 1e7;                  // multiplications for one field that is followed
constexpr double once = 0.5, twice = 1;       // steps from which all others follow
constexpr double tolerance = 1e-6;            // of growth in a step, from eigenvalues
constexpr double resolved = 0.5;              // radians, or shares of e, in a step
constexpr double negligible = 1e-6;           // of a rate, beside the speed of the law

std::size_t steps_for(std::size_t cost, std::size_t most) {
    return std::clamp(static_cast<std::size_t>(work / static_cast<double>(cost + 1)), most / 4, most);
}

class Whole {
public:
    Whole(const model::Model& model, const dynamics::Program& program)
        : program_(program), elements_(elements_of(program)), values_(model, program) {}

    WholeStability found() {
        result_.numbers = elements_.state_count;
        if (result_.numbers == 0 || result_.numbers > most_numbers) {
            result_.obstacle = result_.numbers == 0 ? "nothing moves" : fmt::format("{} numbers move, too many to look at together", result_.numbers);
            return std::move(result_);
        }
        one_.emplace(program_, elements_, values_, once);
        const Nature& nature = one_->nature();
        result_.obstacle = nature.obstacle, result_.linear = nature.linear, result_.steady = nature.steady;
        if (result_.obstacle.empty() && !is_a_stable(program_))
            result_.obstacle = one_->without_step();
        if (!result_.obstacle.empty())
            return std::move(result_);
        if (dynamics::is_map(program_.stepping())) {
            grow_by_map();
            return std::move(result_);
        }
        if (is_straight(program_))
            other_.emplace(program_, elements_, values_, twice);
        look_at_law();
        look_for_limit();
        return std::move(result_);
    }

private:
    [[nodiscard]] bool few() const { return elements_.state_count <= few_numbers; }
    [[nodiscard]] std::string all_modes() const { return fmt::format("all {} modes of the whole system", elements_.state_count); }

    [[nodiscard]] WholeStep at(double dt) const {
        return other_ ? WholeStep::between(*one_, *other_, (dt - once) / (twice - once)) : WholeStep(program_, elements_, values_, dt);
    }

    void grow_by_map() {
        if (elements_.state_count <= most_eigenvalues) {
            result_.growth = spectral_radius(one_->matrix());
            result_.how = all_modes();
            result_.limit_is_exact = result_.linear && result_.steady;
            return;
        }
        const std::size_t steps = steps_for(one_->cost(), 1600);
        const double growth = followed([&](std::vector<double>& x) { one_->move(x); }, elements_.count, elements_.state_count, steps);
        result_.growth = growth > seen ? std::exp(growth / (0.5 * static_cast<double>(steps))) : 1;
        result_.how = fmt::format("a random field of the whole system followed for {} steps", steps);
    }

    void look_at_law() {
        const SparseRows& law = one_->law();
        const std::size_t size = elements_.state_count;
        if (const auto proof = proof_of_no_growth(law, size)) {
            speed_ = speed_of(law, size);
            result_.law_text = "the law itself lets no mode grow: " + *proof;
        } else if (size <= most_eigenvalues) {
            for (const Complex& rate : eigenvalues(dense(law, size))) {
                speed_ = std::max(speed_, std::abs(rate));
                result_.law_growth = std::max(result_.law_growth, rate.real());
            }
            if (result_.law_growth <= negligible * speed_)
                result_.law_growth = 0;
            result_.law_text = result_.law_growth > 0
                                   ? fmt::format("the law itself lets modes grow, at most like exp({:.4g} t) ({})", result_.law_growth, all_modes())
                                   : fmt::format("the law itself lets no mode grow ({})", all_modes());
        } else {
            follow_law(law);
        }
    }

    void follow_law(const SparseRows& law) {
        speed_ = speed_of(law, elements_.state_count);
        if (!(speed_ > 0))
            return;
        const std::size_t steps = steps_for(exponential_order * law.terms(), 800);
        const double h = 1 / speed_, time = static_cast<double>(steps) * h;
        const double growth = followed(exponential(law, h), elements_.state_count, elements_.state_count, steps);
        if (growth > seen) {
            result_.law_growth = growth / (0.5 * time);
            result_.law_text = fmt::format("the law itself lets fields grow, about like exp({:.2g} t) (a random field of the whole system followed for a time of {:.3g})", result_.law_growth, time);
        } else {
            result_.law_text = fmt::format("the law itself let no field grow (a random field of the whole system followed for a time of {:.3g})", time);
        }
    }

    // Whether the scheme adds to the growth that the law demands.
    [[nodiscard]] bool grows(double dt) const { return excess(at(dt), dt) > (few() ? tolerance : seen); }

    // Of eigenvalues: in a step; of a field that is followed: in all steps of the second half.
    [[nodiscard]] double excess(const WholeStep& step, double dt) const {
        const double demanded = dt * result_.law_growth;
        if (few()) {
            const double growth = std::log(spectral_radius(step.matrix()));
            return growth > 0 && demanded > tolerance && dt * speed_ < resolved ? 0 : growth - demanded;
        }
        const std::size_t count = steps();
        return followed([&](std::vector<double>& x) { step.move(x); }, elements_.count, elements_.state_count, count) -
               0.5 * static_cast<double>(count) * demanded;
    }

    [[nodiscard]] std::size_t steps() const { return steps_for(one_->cost(), 1000); }

    void look_for_limit() {
        if (is_a_stable(program_)) {
            result_.how = a_stable;
            return;
        }
        result_.limit_is_exact = few() && result_.linear && result_.steady;
        result_.how = few() ? all_modes() : fmt::format("a random field of the whole system followed for {} steps", steps());
        if (!(speed_ > 0) || !std::isfinite(speed_))
            return;
        const double precision = few() ? 1e-7 : 1e-3;
        const double smallest = (few() ? 0.01 : 0.15) / speed_; // a field that is followed shows no slower growth
        if (grows(smallest)) {
            result_.limit = 0;
        } else if (const auto limit = between(smallest, 0.2 / speed_, precision)) {
            result_.limit = is_no_threshold(*limit) ? 0 : *limit;
        } else {
            return;
        }
        grow_by_step();
    }

    // Doubling, then bisection; nothing where no step up to a hundred times the fastest time is unstable.
    [[nodiscard]] std::optional<double> between(double stable, double unstable, double precision) const {
        while (!grows(unstable)) {
            stable = unstable, unstable *= 1.5;
            if (unstable * speed_ > 100)
                return std::nullopt;
        }
        while (unstable - stable > precision * unstable) {
            const double middle = 0.5 * (stable + unstable);
            (grows(middle) ? unstable : stable) = middle;
        }
        return stable;
    }

    // Growth that was only too slow to be told from none: below a threshold there is none at all.
    [[nodiscard]] bool is_no_threshold(double limit) const {
        constexpr double told_from_none = 2e-8;
        return few() && limit * speed_ < 0.1 && excess(at(0.5 * limit), 0.5 * limit) > told_from_none;
    }

    void grow_by_step() {
        if (!(program_.dt > *result_.limit))
            return;
        const double more = excess(at(program_.dt), program_.dt);
        result_.growth = std::exp(std::max(0.0, few() ? more : more / (0.5 * static_cast<double>(steps()))));
    }

    const dynamics::Program& program_;
    Elements elements_;
    Values values_;
    std::optional<WholeStep> one_, other_; // the other where two tell all
    double speed_ = 0;
    WholeStability result_;
};

} // namespace

WholeStability whole_stability(const model::Model& model, const dynamics::Program& program) {
    return Whole(model, program).found();
}

} // namespace nphys::analysis
