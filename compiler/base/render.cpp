#include "compiler/base/render.h"

#include "compiler/base/unicode.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace nphys {

namespace {

constexpr std::size_t tab_width = 4;
constexpr std::size_t least_gutter = 4;
// Of a line that is longer than a screen is wide a piece is shown.
constexpr std::size_t longest_line = 400; // in bytes
constexpr std::size_t before_mark = 100;
// Nobody reads more; a file that is no model at all could give one for each byte.
constexpr std::size_t most_told = 100;

std::string_view word(Severity severity) {
    switch (severity) {
    case Severity::error:
        return "error";
    case Severity::warning:
        return "warning";
    case Severity::note:
        return "note";
    }
    return "error";
}

struct Style {
    bool color = false;

    [[nodiscard]] std::string paint(std::string_view text, std::string_view escape) const {
        return color ? fmt::format("\033[{}m{}\033[0m", escape, text) : std::string(text);
    }
    [[nodiscard]] std::string severity(std::string_view text, Severity severity) const {
        return paint(text, severity == Severity::error ? "1;31" : severity == Severity::warning ? "1;33" : "1;36");
    }
    [[nodiscard]] std::string strong(std::string_view text) const { return paint(text, "1"); }
    [[nodiscard]] std::string frame(std::string_view text) const { return paint(text, "34"); }
    [[nodiscard]] std::string second(std::string_view text) const { return paint(text, "1;36"); }
};

// What a terminal shows for a piece of a line: tabs as spaces, everything unprintable as one sign.
std::string shown(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const CodePoint point = first_code_point(text);
        if (point.value == U'\t')
            result.append(tab_width, ' ');
        else if (!point.valid || point.value < 0x20 || point.value == 0x7f)
            result += utf8(U'\uFFFD');
        else
            result += text.substr(0, point.size);
        text.remove_prefix(point.size);
    }
    return result;
}

// One row of carets below one line of text.
struct Mark {
    std::uint32_t line = 0;
    std::size_t begin = 0; // in bytes of the line
    std::size_t end = 0;
    std::string text;
    bool main = false;
};

Mark mark_in_line(const Source& source, std::uint32_t line, Span span, bool main) {
    const std::size_t length = source.line(line).size();
    const std::uint32_t line_begin = source.line_begin(line);
    const std::size_t begin = span.begin > line_begin ? std::min<std::size_t>(span.begin - line_begin, length) : 0;
    const std::size_t end = span.end > line_begin ? std::min<std::size_t>(span.end - line_begin, length) : 0;
    return {line, begin, std::max(begin, end), {}, main};
}

// A span over several lines is marked on its first and on its last one; the text stands at the last.
void add_marks(std::vector<Mark>& marks, const Source& source, Span span, const std::string& text, bool main) {
    const std::uint32_t first = source.line_number(span.begin);
    const std::uint32_t last = source.line_number(span.empty() ? span.begin : span.end - 1);
    marks.push_back(mark_in_line(source, first, span, main));
    if (last != first) {
        Mark mark = mark_in_line(source, last, span, main);
        const std::string_view line = source.line(last);
        mark.begin = std::min(line.find_first_not_of(" \t"), mark.end);
        marks.push_back(mark);
    }
    marks.back().text = text;
}

// The piece of a line that is shown: [begin, end) in bytes, cut between characters.
struct Window {
    std::size_t begin = 0;
    std::size_t end = 0;
};

Window window_of(std::string_view line, std::size_t mark_begin) {
    if (line.size() <= longest_line)
        return {0, line.size()};
    const auto inside_character = [&](std::size_t at) {
        return at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0U) == 0x80U;
    };
    Window window{mark_begin > before_mark ? mark_begin - before_mark : 0, 0};
    window.end = std::min(line.size(), window.begin + longest_line);
    for (std::size_t step = 0; step < 3 && inside_character(window.begin); ++step)
        ++window.begin;
    for (std::size_t step = 0; step < 3 && inside_character(window.end); ++step)
        ++window.end;
    return window;
}

std::string carets(std::string_view line, const Mark& mark, Window window, const Style& style, Severity severity) {
    const std::size_t begin = std::clamp(mark.begin, window.begin, window.end);
    const std::size_t end = std::clamp(mark.end, begin, window.end);
    const std::size_t before =
        display_width(shown(line.substr(window.begin, begin - window.begin))) + (window.begin > 0 ? 1 : 0);
    const std::size_t width = display_width(shown(line.substr(begin, end - begin)));
    std::string row(std::max<std::size_t>(width, 1), mark.main ? '^' : '-');
    if (!mark.text.empty())
        row += " " + mark.text;
    return std::string(before, ' ') + (mark.main ? style.severity(row, severity) : style.second(row));
}

class Snippet {
public:
    Snippet(const Source& source, const Diagnostic& diagnostic, Style style)
        : source_(source), severity_(diagnostic.severity), style_(style) {
        if (diagnostic.span.source == source.id())
            add_marks(marks_, source, diagnostic.span, diagnostic.here_text, true);
        for (const Label& label : diagnostic.labels)
            if (label.span.source == source.id())
                add_marks(marks_, source, label.span, label.text, false);
        place_ = marks_.empty() ? Position{} : source.position(first_offset(diagnostic));
        std::stable_sort(marks_.begin(), marks_.end(),
                         [](const Mark& left, const Mark& right) { return left.line < right.line; });
        gutter_ = marks_.empty() ? least_gutter : std::max(least_gutter, fmt::format("{}", marks_.back().line).size());
    }

    [[nodiscard]] std::size_t gutter() const { return gutter_; }

    void print(std::string& out) const {
        const std::string margin(gutter_ + 1, ' ');
        out += fmt::format("{}{} {}:{}:{}\n", std::string(gutter_ - 2, ' '), style_.frame("-->"), source_.name(),
                           place_.line, place_.column);
        out += fmt::format("{}{}\n", margin, style_.frame("|"));
        std::uint32_t previous = 0;
        Window window;
        for (const Mark& mark : marks_) {
            const std::string_view line = source_.line(mark.line);
            if (mark.line != previous) {
                window = window_of(line, mark.begin);
                print_line(out, mark.line, previous, window);
            }
            previous = mark.line;
            out += fmt::format("{}{} {}\n", margin, style_.frame("|"), carets(line, mark, window, style_, severity_));
        }
    }

private:
    [[nodiscard]] std::uint32_t first_offset(const Diagnostic& diagnostic) const {
        if (diagnostic.span.source == source_.id())
            return diagnostic.span.begin;
        for (const Label& label : diagnostic.labels)
            if (label.span.source == source_.id())
                return label.span.begin;
        return 0;
    }

    void print_line(std::string& out, std::uint32_t line, std::uint32_t previous, Window window) const {
        if (previous != 0 && line == previous + 2)
            print_text(out, previous + 1, window_of(source_.line(previous + 1), 0));
        else if (previous != 0 && line > previous + 2)
            out += fmt::format("{}...\n", std::string(gutter_ - 2, ' '));
        print_text(out, line, window);
    }

    void print_text(std::string& out, std::uint32_t line, Window window) const {
        const std::string_view whole = source_.line(line);
        const std::string text = (window.begin > 0 ? "…" : "") +
                                 shown(whole.substr(window.begin, window.end - window.begin)) +
                                 (window.end < whole.size() ? "…" : "");
        const std::string number = fmt::format("{:>{}} |", line, gutter_);
        out += text.empty() ? style_.frame(number) + "\n" : fmt::format("{} {}\n", style_.frame(number), text);
    }

    const Source& source_;
    Severity severity_;
    Style style_;
    std::vector<Mark> marks_;
    Position place_;
    std::size_t gutter_ = least_gutter;
};

// The source of the main span first, then those of the labels.
std::vector<SourceId> sources_of(const Diagnostic& diagnostic) {
    std::vector<SourceId> result;
    const auto add = [&](Span span) {
        if (span.valid() && std::find(result.begin(), result.end(), span.source) == result.end())
            result.push_back(span.source);
    };
    add(diagnostic.span);
    for (const Label& label : diagnostic.labels)
        add(label.span);
    return result;
}

nlohmann::json place_json(Span span, const SourceMap& sources) {
    if (!span.valid())
        return nullptr;
    const Source& source = sources[span.source];
    const Position begin = source.position(span.begin);
    const Position end = source.position(span.end);
    return {{"file", source.name()},    {"line", begin.line},  {"column", begin.column}, {"end_line", end.line},
            {"end_column", end.column}, {"begin", span.begin}, {"end", span.end}};
}

nlohmann::json diagnostic_json(const Diagnostic& diagnostic, const SourceMap& sources) {
    nlohmann::json labels = nlohmann::json::array();
    for (const Label& label : diagnostic.labels)
        labels.push_back({{"text", label.text}, {"place", place_json(label.span, sources)}});
    return {{"code", info(diagnostic.code).number},
            {"name", info(diagnostic.code).name},
            {"severity", word(diagnostic.severity)},
            {"message", diagnostic.message},
            {"place", place_json(diagnostic.span, sources)},
            {"here", diagnostic.here_text},
            {"labels", std::move(labels)},
            {"helps", diagnostic.helps},
            {"notes", diagnostic.notes}};
}

} // namespace

std::string render_text(const Diagnostic& diagnostic, const SourceMap& sources, RenderOptions options) {
    const Style style{options.color};
    const std::string head = fmt::format("{}[{}]", word(diagnostic.severity), info(diagnostic.code).number);
    std::string out =
        fmt::format("{}: {}\n", style.severity(head, diagnostic.severity), style.strong(diagnostic.message));
    std::size_t gutter = least_gutter;
    for (const SourceId id : sources_of(diagnostic)) {
        const Snippet snippet(sources[id], diagnostic, style);
        gutter = snippet.gutter();
        snippet.print(out);
    }
    const std::string margin(gutter + 1, ' ');
    for (const std::string& help : diagnostic.helps)
        out += fmt::format("{}{} help: {}\n", margin, style.frame("="), help);
    for (const std::string& note : diagnostic.notes)
        out += fmt::format("{}{} note: {}\n", margin, style.frame("="), note);
    return out;
}

std::string render_text(const Diagnostics& diagnostics, const SourceMap& sources, RenderOptions options) {
    std::string out;
    std::size_t errors = 0;
    std::size_t told = 0;
    for (const Diagnostic& diagnostic : diagnostics.sorted()) {
        errors += diagnostic.severity == Severity::error ? 1 : 0;
        if (++told <= most_told)
            out += render_text(diagnostic, sources, options) + "\n";
    }
    if (told > most_told)
        out += fmt::format("{} more are not shown\n", told - most_told);
    if (errors > 0)
        out += fmt::format("{} error{}\n", errors, errors == 1 ? "" : "s");
    return out;
}

std::string render_json(const Diagnostics& diagnostics, const SourceMap& sources) {
    nlohmann::json list = nlohmann::json::array();
    for (const Diagnostic& diagnostic : diagnostics.sorted())
        list.push_back(diagnostic_json(diagnostic, sources));
    // Bytes that are not UTF-8 may stand in file names and messages: they are replaced, never thrown about.
    return nlohmann::json{{"diagnostics", std::move(list)}}.dump(2, ' ', false,
                                                                 nlohmann::json::error_handler_t::replace) +
           "\n";
}

} // namespace nphys
