#include "compiler/analysis/whole_growth.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "compiler/analysis/vanishing.h"

namespace nphys::analysis {

namespace {

constexpr double round_off = 1e-12;

using Entries = std::map<std::pair<std::size_t, std::size_t>, double>;

Entries entries_of(const SparseRows& rows) {
    Entries entries;
    rows.for_each([&](std::size_t target, std::size_t source, double value) { entries[{target, source}] += value; });
    return entries;
}

double largest(const Entries& entries) {
    double result = 0;
    for (const auto& [place, value] : entries)
        result = std::max(result, std::abs(value));
    return result;
}

// The upper end of the circles of a symmetric matrix.
double upper_end(const Entries& symmetric, std::size_t size) {
    std::vector<double> ends(size);
    for (const auto& [place, value] : symmetric)
        ends[place.first] += place.first == place.second ? value : std::abs(value);
    return *std::ranges::max_element(ends);
}

bool is_nowhere_positive(const Entries& law, std::size_t size) {
    Entries sum;
    for (const auto& [place, value] : law) {
        sum[place] += value;
        sum[{place.second, place.first}] += value;
    }
    return upper_end(sum, size) <= round_off * largest(law);
}

// x' = b y, y' = -K x - d y: every row with one entry, which is off the diagonal, belongs to x.
class SecondOrder {
public:
    SecondOrder(const Entries& law, std::size_t size) : partner_(size), is_position_(size, false) {
        std::vector<std::size_t> count(size), only(size);
        for (const auto& [place, value] : law)
            if (value != 0)
                ++count[place.first], only[place.first] = place.second;
        // Of two that name each other, as those of an oscillator, the first is the position.
        for (std::size_t row = 0; row < size; ++row)
            if (count[row] == 1 && only[row] != row && !partner_[row] && !partner_[only[row]] && law.at({row, only[row]}) > 0)
                is_position_[row] = true, partner_[row] = only[row], partner_[only[row]] = row;
        fits_ = 2 * static_cast<std::size_t>(std::ranges::count(is_position_, true)) == size;
        if (fits_)
            read(law);
    }

    [[nodiscard]] bool does_not_grow(std::size_t size) const {
        if (!fits_)
            return false;
        const double scale = largest(negative_);
        for (const auto& [place, value] : negative_) {
            const auto mirrored = negative_.find({place.second, place.first});
            if (std::abs(value - (mirrored == negative_.end() ? 0 : mirrored->second)) > round_off * scale)
                return false;
        }
        return upper_end(negative_, size) <= round_off * scale;
    }

private:
    // -√b K √b, by positions.
    void read(const Entries& law) {
        const auto speed = [&](std::size_t position) { return law.at({position, *partner_[position]}); };
        for (const auto& [place, value] : law) {
            const auto [row, column] = place;
            if (is_position_[row])
                continue;
            if (is_position_[column])
                negative_[{*partner_[row], column}] = std::sqrt(speed(*partner_[row]) * speed(column)) * value;
            else
                fits_ = fits_ && (row == column ? value <= 0 : value == 0);
        }
    }

    std::vector<std::optional<std::size_t>> partner_;
    std::vector<bool> is_position_;
    bool fits_ = false;
    Entries negative_;
};

double norm(const std::vector<double>& x, std::size_t size) {
    double sum = 0;
    for (std::size_t at = 0; at < size; ++at)
        sum += x[at] * x[at];
    return std::sqrt(sum);
}

std::vector<double> random_field(std::size_t size, std::size_t state) {
    std::vector<double> x(size);
    for (std::size_t at = 0; at < state; ++at)
        x[at] = scatter(977 * at + 5);
    return x;
}

} // namespace

std::optional<std::string> proof_of_no_growth(const SparseRows& law, std::size_t size) {
    const Entries entries = entries_of(law);
    if (is_nowhere_positive(entries, size))
        return "L + Lᵀ is nowhere positive, by the circles of its rows";
    if (SecondOrder(entries, size).does_not_grow(size))
        return "it is of second order in time, with a symmetric and nowhere negative matrix, by the circles of its rows";
    return std::nullopt;
}

double followed(const Move& move, std::size_t size, std::size_t state, std::size_t steps) {
    std::vector<double> x = random_field(size, state);
    const double start = norm(x, state), half = 0.5 * static_cast<double>(steps);
    double before = 0, after = 0;
    constexpr double huge = 1e100;
    for (std::size_t step = 1; step <= steps; ++step) {
        move(x);
        const double here = norm(x, state);
        if (!std::isfinite(here) || here > huge) // as it has grown so far
            return half * std::log(huge / start) / static_cast<double>(step);
        if (4 * step < steps)
            continue;
        double& window = 2 * step < steps ? before : after;
        window = std::max(window, here);
    }
    return before > 0 ? std::log(after / before) : 0;
}

double speed_of(const SparseRows& law, std::size_t size) {
    std::vector<double> x = random_field(size, size), y(size);
    double speed = 0;
    constexpr int powers = 60;
    for (int power = 0; power < powers; ++power) {
        std::ranges::fill(y, 0.0);
        law.apply(x, y);
        const double length = norm(x, size), next = norm(y, size);
        if (!(next > 0) || !std::isfinite(next))
            return 0;
        speed = power < powers / 2 ? next / length : std::max(speed, next / length);
        for (double& entry : y)
            entry /= next;
        std::swap(x, y);
    }
    return speed;
}

Move exponential(const SparseRows& law, double h) {
    return [&law, h, term = std::vector<double>(), next = std::vector<double>()](std::vector<double>& x) mutable {
        term = x;
        next.assign(x.size(), 0);
        for (std::size_t order = 1; order <= exponential_order; ++order) {
            law.apply(term, next);
            for (std::size_t at = 0; at < x.size(); ++at)
                term[at] = next[at] * h / static_cast<double>(order), x[at] += term[at];
        }
    };
}

} // namespace nphys::analysis
