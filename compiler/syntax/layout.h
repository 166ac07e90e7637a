// Lines of a formatted file, before and after they are aligned.
//
// In: lines with the places where padding may go. Out: the same lines, padded: keywords of like statements that follow
// each other, the braces of runs, the `=` of settings that stand one to a line, and comments at the ends of lines.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace nphys::syntax {

// Statements whose keywords are padded to the same width when they stand in a row.
enum class Family { none, variables, maps, dynamics, functions, records, runs, settings };

struct Line {
    std::string text;    // without indent
    std::string comment; // at its end
    std::size_t indent = 0;
    bool blank_before = false;
    bool own_comment = false;               // nothing but a comment
    bool continues = false;                 // the statement of the line above
    std::optional<std::size_t> hangs_below; // indented to just after the brace of this line
    Family family = Family::none;
    std::size_t pad_at = 0; // bytes into text: where padding goes
};

[[nodiscard]] std::string print_lines(std::vector<Line> lines);

} // namespace nphys::syntax
