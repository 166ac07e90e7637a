#include "compiler/syntax/layout.h"

#include "compiler/base/unicode.h"

#include <algorithm>
#include <functional>

namespace nphys::syntax {

namespace {

// Longer lines do not push the comments of their neighbours to the right.
constexpr std::size_t widest_for_comments = 80;

std::size_t width(const Line& line) {
    return line.indent + display_width(line.text);
}

// Lines of one family in a row; lines that continue a statement belong to it.
void pad_families(std::vector<Line>& lines) {
    for (std::size_t first = 0; first < lines.size(); ++first) {
        if (lines[first].family == Family::none)
            continue;
        std::vector<std::size_t> row;
        std::size_t end = first;
        for (; end < lines.size(); ++end) {
            const Line& line = lines[end];
            if (end > first && (line.blank_before || line.own_comment))
                break;
            if (line.continues)
                continue;
            if (line.family != lines[first].family || line.indent != lines[first].indent)
                break;
            row.push_back(end);
        }
        const auto at = [&](std::size_t i) {
            return display_width(std::string_view(lines[i].text).substr(0, lines[i].pad_at));
        };
        std::size_t widest = 0;
        for (const std::size_t i : row)
            widest = std::max(widest, at(i));
        for (const std::size_t i : row)
            lines[i].text.insert(lines[i].pad_at, widest - at(i), ' ');
        first = end - 1;
    }
}

void hang(std::vector<Line>& lines) {
    for (Line& line : lines)
        if (line.hangs_below) {
            const Line& head = lines[*line.hangs_below];
            line.indent += head.indent + display_width(std::string_view(head.text).substr(0, head.text.find('{') + 2));
        }
}

// Comments at the ends of neighbouring lines stand in one column.
void append_comments(std::vector<Line>& lines) {
    const auto takes_part = [&](std::size_t i) {
        return !lines[i].comment.empty() && width(lines[i]) <= widest_for_comments;
    };
    for (std::size_t first = 0; first < lines.size();) {
        std::size_t end = first + 1;
        while (end < lines.size() && !lines[end].blank_before)
            ++end;
        std::size_t column = 0;
        for (std::size_t i = first; i < end; ++i)
            if (takes_part(i))
                column = std::max(column, width(lines[i]) + 2);
        for (std::size_t i = first; i < end; ++i) {
            if (lines[i].comment.empty())
                continue;
            const std::size_t spaces = takes_part(i) ? column - width(lines[i]) : 2;
            lines[i].text += std::string(spaces, ' ') + lines[i].comment;
        }
        first = end;
    }
}

} // namespace

std::string print_lines(std::vector<Line> lines) {
    pad_families(lines);
    hang(lines);
    append_comments(lines);
    std::string result;
    for (const Line& line : lines) {
        if (line.blank_before)
            result += '\n';
        result += std::string(line.indent, ' ') + line.text + '\n';
    }
    return result;
}

} // namespace nphys::syntax
