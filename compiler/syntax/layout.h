// Lines of a formatted file, before and after they are aligned.
//
// In: lines with the places where padding may go. Out: the same lines, padded. Always: keywords of like statements that
// follow each other, and the `=` of settings that stand one to a line. Where the author did so: the `=` of lets, the
// braces of runs, what is observed and expected. Comments at the ends of neighbouring lines stand in one column, the
// author's if the lines leave it free.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace nphys::syntax {

// Lines that are padded to the same width when they stand in a row.
enum class Family { none, variables, maps, dynamics, functions, settings, lets, records, runs };

struct Line {
    std::string text;    // without indent
    std::string comment; // at its end
    std::size_t indent = 0;
    bool blank_before = false;
    bool own_comment = false;               // nothing but a comment
    bool continues = false;                 // the statement of the line above
    std::optional<std::size_t> hangs_below; // indented to just after the brace of this line
    Family family = Family::none;
    std::size_t pad_at = 0;         // bytes into text: where padding goes
    std::size_t author_column = 0;  // of what stands after the padding, in the source
    std::size_t comment_column = 0; // in the source
};

[[nodiscard]] std::string print_lines(std::vector<Line> lines);

} // namespace nphys::syntax
