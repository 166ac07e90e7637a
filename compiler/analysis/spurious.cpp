#include "compiler/analysis/spurious.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>
#include <numeric>
#include <optional>
#include <unordered_map>

namespace nphys::analysis {

namespace {

constexpr double pi = std::numbers::pi;
constexpr std::array<std::int64_t, 5> points{1, 96, 24, 12, 12}; // of each axis, by their number

double slowest(const SquareMatrix& generator) {
    double least = INFINITY, largest = 0;
    for (const Complex& rate : eigenvalues(generator))
        least = std::min(least, std::abs(rate.imag())), largest = std::max(largest, std::abs(rate));
    return least < 1e-12 * std::max(largest, 1.0) ? 0 : least;
}

// "π/2", "-2π/3", "0", "0.4196π"
std::string share_of_pi(double share) {
    for (const std::int64_t denominator : {1, 2, 3, 4, 6, 8, 12, 48}) {
        const double numerator = share * static_cast<double>(denominator);
        const auto whole = static_cast<std::int64_t>(std::llround(numerator));
        if (std::abs(numerator - static_cast<double>(whole)) > 1e-5)
            continue;
        if (whole == 0)
            return "0";
        return fmt::format("{}{}π{}", whole < 0 ? "-" : "", std::abs(whole) == 1 ? "" : std::to_string(std::abs(whole)),
                           denominator == 1 ? "" : "/" + std::to_string(denominator));
    }
    return fmt::format("{:.4g}π", share);
}

class Hollows {
public:
    explicit Hollows(const LawSpectrum& law)
        : law_(law), axes_(law.lattice()->axes.size()), points_(points[axes_]), gap_(slowest(law.step().generator({}))) {}

    std::vector<SpuriousZero> all() {
        visit([this](const Numbers& numbers) { look_at(numbers); });
        // In three dimensions slow modes can fill a line: then any point of it stands for all.
        if (axes_ < 3 || result_.empty())
            visit([this](const Numbers& numbers) { look_below(numbers); });
        std::ranges::stable_sort(result_, [](const SpuriousZero& a, const SpuriousZero& b) {
            if (a.on_lattice != b.on_lattice)
                return a.on_lattice;
            return a.place.size() != b.place.size() ? a.place.size() < b.place.size() : longer(a.k, b.k);
        });
        return std::move(result_);
    }

private:
    using Numbers = std::array<std::int64_t, algebra::max_axes>;

    static bool longer(const WaveVector& a, const WaveVector& b) {
        for (std::size_t axis = 0; axis < a.size(); ++axis)
            if (std::abs(std::abs(a[axis]) - std::abs(b[axis])) > 1e-9)
                return std::abs(a[axis]) > std::abs(b[axis]);
        return a > b;
    }

    bool next(Numbers& numbers) const {
        for (std::size_t axis = axes_; axis-- > 0;) {
            if (++numbers[axis] < points_)
                return true;
            numbers[axis] = 0;
        }
        return false;
    }

    // 0, 1, …, 6, -5, …, -1 of 12
    [[nodiscard]] std::int64_t centred(std::int64_t number) const { return 2 * number > points_ ? number - points_ : number; }

    // Laws are real: of k and -k the one whose first component that is neither 0 nor π is positive.
    [[nodiscard]] bool is_first_of_two(const Numbers& numbers) const {
        for (std::size_t axis = 0; axis < axes_; ++axis)
            if (numbers[axis] != 0 && 2 * numbers[axis] != points_)
                return centred(numbers[axis]) > 0;
        return true;
    }

    [[nodiscard]] WaveVector wave_of(const Numbers& numbers) const {
        WaveVector k{};
        for (std::size_t axis = 0; axis < axes_; ++axis)
            k[axis] = 2 * pi * static_cast<double>(centred(numbers[axis])) / static_cast<double>(points_);
        return k;
    }

    [[nodiscard]] double frequency(const WaveVector& k) const { return slowest(law_.step().generator(k)); }

    double frequency_at(const Numbers& numbers) {
        std::int64_t flat = 0;
        for (std::size_t axis = 0; axis < axes_; ++axis)
            flat = flat * points_ + numbers[axis];
        const auto [place, is_new] = known_.try_emplace(flat);
        if (is_new)
            place->second = frequency(wave_of(numbers));
        return place->second;
    }

    [[nodiscard]] bool is_as_slow(double value, double tolerance) const { return value <= gap_ + tolerance * (1 + gap_); }

    template <class Look>
    void visit(const Look& look) const {
        Numbers numbers{};
        do {
            if (is_first_of_two(numbers))
                look(numbers);
        } while (next(numbers));
    }

    void look_at(const Numbers& numbers) {
        if (is_as_slow(frequency_at(numbers), 1e-9))
            add(wave_of(numbers), frequency_at(numbers));
    }

    void look_below(const Numbers& numbers) {
        const double here = frequency_at(numbers);
        if (is_as_slow(here, 1e-9) || !is_hollow(numbers, here))
            return;
        const WaveVector k = downhill(wave_of(numbers), here);
        const double lowest = frequency(k);
        if (is_as_slow(lowest, 1e-7) && is_new(k))
            add(k, lowest);
    }

    bool is_hollow(const Numbers& numbers, double here) {
        for (std::size_t axis = 0; axis < axes_; ++axis)
            for (const std::int64_t direction : {std::int64_t{1}, points_ - 1}) {
                Numbers other = numbers;
                other[axis] = (other[axis] + direction) % points_;
                if (frequency_at(other) < here)
                    return false;
            }
        return true;
    }

    // By steps along the axes and the diagonals, halved where none goes down.
    [[nodiscard]] WaveVector downhill(WaveVector k, double value) const {
        for (double step = pi / static_cast<double>(points_); step > 1e-9; step /= 2)
            for (bool moved = true; moved;) {
                moved = false;
                for (const WaveVector& direction : directions()) {
                    WaveVector there = k;
                    for (std::size_t axis = 0; axis < axes_; ++axis)
                        there[axis] += step * direction[axis];
                    const double at_there = frequency(there);
                    if (at_there < value)
                        k = there, value = at_there, moved = true;
                }
            }
        for (double& along : k)
            along = std::remainder(along, 2 * pi);
        return k;
    }

    [[nodiscard]] std::vector<WaveVector> directions() const {
        std::vector<WaveVector> result;
        for (std::size_t axis = 0; axis < axes_; ++axis)
            for (const double sign : {1.0, -1.0}) {
                WaveVector& one = result.emplace_back();
                one[axis] = sign;
                for (std::size_t other = 0; other < axis; ++other)
                    for (const double along : {1.0, -1.0}) {
                        WaveVector& two = result.emplace_back();
                        two[axis] = sign, two[other] = along;
                    }
            }
        return result;
    }

    [[nodiscard]] bool is_new(const WaveVector& k) const {
        return std::ranges::none_of(result_, [&](const SpuriousZero& zero) {
            double apart = 0, mirrored = 0;
            for (std::size_t axis = 0; axis < axes_; ++axis) {
                apart += std::abs(std::remainder(k[axis] - zero.k[axis], 2 * pi));
                mirrored += std::abs(std::remainder(k[axis] + zero.k[axis], 2 * pi));
            }
            return std::min(apart, mirrored) < 1e-5;
        });
    }

    void add(const WaveVector& k, double value) {
        const double continuum = slowest(law_.step().long_waves(k));
        if (continuum < gap_ + 1e-3 * (1 + gap_))
            return;
        std::string place;
        bool on_lattice = true;
        for (std::size_t axis = 0; axis < axes_; ++axis) {
            const algebra::Axis& along = law_.lattice()->axes[axis];
            place += (axis > 0 ? ", " : "") + share_of_pi(k[axis] / pi);
            const double number = k[axis] * static_cast<double>(along.extent) / (2 * pi) - (along.edge == algebra::Edge::antiperiodic ? 0.5 : 0);
            on_lattice = on_lattice && std::abs(number - std::round(number)) < 1e-6;
        }
        result_.push_back({axes_ > 1 ? "(" + place + ")" : place, k, value, continuum, on_lattice});
    }

    const LawSpectrum& law_;
    std::size_t axes_;
    std::int64_t points_;
    double gap_;
    std::unordered_map<std::int64_t, double> known_;
    std::vector<SpuriousZero> result_;
};

} // namespace

std::vector<SpuriousZero> spurious_zeros(const LawSpectrum& law) {
    if (law.lattice() == nullptr || !law.step().nature().linear)
        return {};
    return Hollows(law).all();
}

} // namespace nphys::analysis
