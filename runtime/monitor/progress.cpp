#include "runtime/monitor/progress.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace nphys::runtime {
namespace {

constexpr std::chrono::milliseconds first_shown{300}; // a run that is over by then needs no line
constexpr std::chrono::milliseconds interval{100};

void put(int file, std::string_view text) {
    // A terminal that is gone is no reason to stop.
    [[maybe_unused]] const ssize_t written = write(file, text.data(), text.size());
}

std::size_t width_of(int file) {
    winsize size{};
    return ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string bar(double part, int width) {
    const int full = static_cast<int>(std::lround(part * width));
    std::string text;
    for (int place = 0; place < width; ++place)
        text += place < full ? "━" : "─";
    return text;
}

} // namespace

std::string readable_rate(double rate) {
    constexpr std::array prefixes{"", " k", " M", " G", " T", " P"};
    if (!std::isfinite(rate))
        return "–";
    std::size_t prefix = 0;
    while (rate >= 999.5 && prefix + 1 < prefixes.size()) {
        rate /= 1000;
        ++prefix;
    }
    const int digits = rate < 9.995 ? 2 : rate < 99.95 ? 1 : 0;
    return fmt::format("{:.{}f}{}", rate, digits, prefixes[prefix]);
}

std::string readable_time(double seconds) {
    if (!std::isfinite(seconds) || seconds > 1e8)
        return "–";
    const auto whole = static_cast<std::int64_t>(std::ceil(std::max(seconds, 0.0)));
    if (whole >= 3600)
        return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

Progress::Progress(ProgressOptions options)
    : options_(options), enabled_(options.always || isatty(options.file_descriptor) == 1),
      start_(std::chrono::steady_clock::now()), next_(start_ + (options.always ? interval : first_shown)) {}

void Progress::update(std::int64_t step, double t) {
    if (!enabled_)
        return;
    const auto now = std::chrono::steady_clock::now();
    if (now < next_)
        return;
    next_ = now + interval;
    shown_ = true;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    put(options_.file_descriptor, fmt::format("\r{}\x1b[K", line(step, t, seconds)));
}

std::string Progress::line(std::int64_t step, double t, double seconds) const {
    const bool by_steps = options_.steps > 0;
    const double done = static_cast<double>(step - options_.first_step);
    const double part = by_steps ? static_cast<double>(step) / static_cast<double>(options_.steps)
                                 : (options_.until > 0 ? t / options_.until : 0);
    const double begun = by_steps ? static_cast<double>(options_.first_step) / static_cast<double>(options_.steps) : 0;
    const double rate = done / seconds;
    const double left = part > begun ? seconds * (1 - part) / (part - begun) : INFINITY;
    const std::string where =
        by_steps ? fmt::format("{}/{}", step, options_.steps) : fmt::format("t = {:.4g} of {:.4g}", t, options_.until);
    const std::string sites =
        options_.sites > 1 ? fmt::format("  {} sites/s", readable_rate(rate * options_.sites)) : "";
    const std::string numbers = fmt::format("  {:3.0f} %  {} steps/s{}  {} left", 100 * std::clamp(part, 0.0, 1.0),
                                            readable_rate(rate), sites, readable_time(left));
    const auto room = static_cast<int>(width_of(options_.file_descriptor)) - static_cast<int>(where.size()) -
                      static_cast<int>(numbers.size()) - 4;
    if (room < 8)
        return where + numbers;
    return fmt::format("{}  {}{}", where, bar(std::clamp(part, 0.0, 1.0), std::min(room, 36)), numbers);
}

void Progress::finish() {
    if (shown_)
        put(options_.file_descriptor, "\r\x1b[K");
    shown_ = false;
    enabled_ = false;
}

} // namespace nphys::runtime
