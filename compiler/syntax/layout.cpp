#include "compiler/syntax/layout.h"

#include "compiler/base/unicode.h"

#include <algorithm>
#include <map>

namespace nphys::syntax {

namespace {

// Longer lines do not push the comments of their neighbours to the right.
constexpr std::size_t widest_for_comments = 80;

std::size_t width(const Line& line) {
    return line.indent + display_width(line.text);
}

bool is_padded_by_author(Family family) {
    return family == Family::lets || family == Family::records || family == Family::runs;
}

bool stand_in_a_row(const Line& first, const Line& line) {
    const bool aligned = !is_padded_by_author(first.family) || line.author_column == first.author_column;
    return line.family == first.family && line.indent == first.indent && aligned;
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
            if (!stand_in_a_row(lines[first], line))
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

// Where the comments at the ends of neighbouring lines stand: in the smallest column that two of the author's share and
// that is free, else just behind the longest line.
class CommentColumns {
public:
    explicit CommentColumns(const std::vector<Line>& lines) : lines_(lines) {
        for (std::size_t first = 0; first < lines.size();) {
            std::size_t end = first + 1;
            while (end < lines.size() && !lines[end].blank_before)
                ++end;
            blocks_.push_back(block(first, end));
            first = end;
        }
        keep_columns_of_single_comments();
    }

    // The column of each block, for its lines that leave it free.
    void apply(std::vector<Line>& lines) const {
        for (const Block& block : blocks_)
            for (std::size_t i = block.first; i < block.end; ++i)
                if (!lines[i].comment.empty()) {
                    const std::size_t used = width(lines[i]);
                    const std::size_t spaces = used + least_gap <= block.column ? block.column - used : least_gap;
                    lines[i].text += std::string(spaces, ' ') + lines[i].comment;
                }
    }

private:
    struct Block {
        std::size_t first;
        std::size_t end;
        std::size_t column = 0;
        std::vector<std::size_t> commented;
        bool agreed = false; // two comments of the author stand in `column`
    };

    static constexpr std::size_t least_gap = 2;

    [[nodiscard]] bool fits(std::size_t line) const {
        return width(lines_[line]) + least_gap <= lines_[line].comment_column;
    }

    [[nodiscard]] Block block(std::size_t first, std::size_t end) const {
        Block result{first, end, 0, {}, false};
        std::map<std::size_t, int> chosen;
        for (std::size_t i = first; i < end; ++i)
            if (!lines_[i].comment.empty() && width(lines_[i]) <= widest_for_comments) {
                result.commented.push_back(i);
                result.column = std::max(result.column, width(lines_[i]) + least_gap);
                chosen[lines_[i].comment_column] += fits(i) ? 1 : 0;
            }
        const auto shared =
            std::find_if(chosen.begin(), chosen.end(), [](const auto& entry) { return entry.second > 1; });
        if (shared != chosen.end()) {
            result.column = shared->first;
            result.agreed = true;
        }
        return result;
    }

    // A comment that is alone in its block stays in line with those of other blocks.
    void keep_columns_of_single_comments() {
        std::map<std::size_t, int> uses;
        const auto single = [&](const Block& block) {
            return !block.agreed && block.commented.size() == 1 && fits(block.commented.front());
        };
        for (const Block& block : blocks_)
            if (block.agreed || single(block))
                uses[block.agreed ? block.column : lines_[block.commented.front()].comment_column] +=
                    block.agreed ? 2 : 1;
        for (Block& block : blocks_)
            if (single(block) && uses[lines_[block.commented.front()].comment_column] > 1)
                block.column = lines_[block.commented.front()].comment_column;
    }

    const std::vector<Line>& lines_;
    std::vector<Block> blocks_;
};

} // namespace

std::string print_lines(std::vector<Line> lines) {
    pad_families(lines);
    hang(lines);
    const CommentColumns columns(lines);
    columns.apply(lines);
    std::string result;
    for (const Line& line : lines) {
        if (line.blank_before)
            result += '\n';
        result += std::string(line.indent, ' ') + line.text + '\n';
    }
    return result;
}

} // namespace nphys::syntax
