// Text of a csv file → cells. One pass, character by character, so that quoted cells may hold separators and line
// breaks; lines are counted for messages.

#include <algorithm>
#include <fmt/format.h>

#include "runtime/data/table.h"
#include "runtime/output/run_folder.h"

namespace nphys::runtime {
namespace {

bool blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && blank(text.back()))
        text.remove_suffix(1);
    return text;
}

// The separator of the first line that says something: a tab, semicolon or comma outside quotes, else blanks.
char find_separator(std::string_view text) {
    bool quoted = false;
    bool content = false;
    for (std::size_t place = 0; place < text.size(); ++place) {
        const char c = text[place];
        if (c == '"') {
            quoted = !quoted;
            content = true;
        } else if (!quoted && c == '#' && !content) {
            place = std::min(text.find('\n', place), text.size()) - 1;
        } else if (!quoted && c == '\n' && content) {
            break;
        } else if (!quoted && content && (c == '\t' || c == ';' || c == ',')) {
            return c;
        } else {
            content = content || !(blank(c) || c == '\n');
        }
    }
    return ' ';
}

struct Row {
    std::vector<std::string> cells;
    std::int64_t line = 0;
};

class Scanner {
public:
    Scanner(std::string_view text, std::string_view file, char separator)
        : text_(text), file_(file), separator_(separator) {}

    Result<std::vector<Row>> rows() {
        std::vector<Row> result;
        while (place_ < text_.size()) {
            Row row;
            row.line = line_;
            if (Status status = scan_row(row); !status)
                return tl::unexpected(status.error());
            if (!row.cells.empty())
                result.push_back(std::move(row));
        }
        return result;
    }

private:
    [[nodiscard]] bool at_end() const { return place_ >= text_.size() || text_[place_] == '\n'; }
    [[nodiscard]] bool at_separator() const {
        return separator_ == ' ' ? blank(text_[place_]) : text_[place_] == separator_;
    }
    [[nodiscard]] bool at_comment() const {
        return text_[place_] == '#' && (place_ == 0 || text_[place_ - 1] == '\n' || blank(text_[place_ - 1]) ||
                                        text_[place_ - 1] == separator_);
    }
    void skip_blanks() {
        while (!at_end() && blank(text_[place_]) && (separator_ == ' ' || text_[place_] != separator_))
            ++place_;
    }
    void skip_line() {
        while (!at_end())
            ++place_;
    }
    void end_line() {
        ++place_;
        ++line_;
    }

    Status scan_row(Row& row) {
        for (bool after_separator = false;;) {
            skip_blanks();
            if (at_end() || at_comment()) {
                if (after_separator)
                    row.cells.emplace_back();
                skip_line();
                end_line();
                return {};
            }
            Result<std::string> cell = scan_cell();
            if (!cell)
                return tl::unexpected(cell.error());
            row.cells.push_back(std::move(*cell));
            skip_blanks();
            after_separator = separator_ != ' ' && !at_end() && at_separator();
            if (after_separator)
                ++place_;
        }
    }

    Result<std::string> scan_cell() {
        if (text_[place_] == '"')
            return scan_quoted();
        const std::size_t start = place_;
        while (!at_end() && !at_separator() && !at_comment())
            ++place_;
        return std::string(trimmed(text_.substr(start, place_ - start)));
    }

    Result<std::string> scan_quoted() {
        const std::int64_t opened = line_;
        std::string cell;
        for (++place_; place_ < text_.size(); ++place_) {
            if (text_[place_] == '"') {
                ++place_;
                if (place_ >= text_.size() || text_[place_] != '"')
                    return after_quote(std::move(cell));
            } else if (text_[place_] == '\n') {
                ++line_;
            }
            cell += text_[place_];
        }
        return tl::unexpected<Error>(
            Error{ErrorKind::format, fmt::format("`{}`, line {}: a quote is opened and not closed", file_, opened),
                  "close it with `\"`, and write a quote inside as `\"\"`", opened, 0});
    }

    Result<std::string> after_quote(std::string cell) {
        skip_blanks();
        if (!at_end() && !at_separator() && !at_comment() && separator_ != ' ')
            return tl::unexpected<Error>(Error{ErrorKind::format,
                                               fmt::format("`{}`, line {}: text after a quoted cell", file_, line_),
                                               "write a quote inside a quoted cell as `\"\"`", line_, 0});
        return cell;
    }

    std::string_view text_;
    std::string_view file_;
    char separator_;
    std::size_t place_ = 0;
    std::int64_t line_ = 1;
};

bool looks_like_header(const std::vector<std::string>& cells) {
    return std::ranges::none_of(cells,
                                [](const std::string& cell) { return cell.empty() || number_of(cell).has_value(); });
}

Status equally_long(const std::vector<Row>& rows, std::string_view file) {
    for (const Row& row : rows)
        if (row.cells.size() != rows[0].cells.size())
            return tl::unexpected<Error>(
                Error{ErrorKind::format,
                      fmt::format("`{}`, line {}: {} cells, where line {} has {}", file, row.line, row.cells.size(),
                                  rows[0].line, rows[0].cells.size()),
                      "all rows of a table have the same number of cells", row.line,
                      static_cast<std::int64_t>(std::min(row.cells.size(), rows[0].cells.size())) + 1});
    return {};
}

} // namespace

Result<Table> parse_csv(std::string_view text, std::string_view file, const CsvOptions& options) {
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    const char separator = options.separator.value_or(find_separator(text));
    Result<std::vector<Row>> rows = Scanner(text, file, separator).rows();
    if (!rows)
        return tl::unexpected(rows.error());
    if (rows->empty())
        return failure(ErrorKind::format, fmt::format("`{}` holds no rows", file));
    if (Status status = equally_long(*rows, file); !status)
        return tl::unexpected(status.error());
    Table table;
    table.file = file;
    table.columns = static_cast<std::int64_t>(rows->front().cells.size());
    auto row = rows->begin();
    if (options.header.value_or(rows->size() > 1 && looks_like_header(row->cells)))
        table.names = std::move((row++)->cells);
    for (; row != rows->end(); ++row) {
        table.lines.push_back(row->line);
        std::ranges::move(row->cells, std::back_inserter(table.cells));
    }
    table.rows = static_cast<std::int64_t>(table.lines.size());
    if (table.rows == 0)
        return failure(ErrorKind::format, fmt::format("`{}` holds a header and no rows", file));
    return table;
}

Result<Table> read_csv(const std::filesystem::path& path, const CsvOptions& options) {
    const Result<std::string> text = read_text(path);
    if (!text)
        return tl::unexpected(text.error());
    return parse_csv(*text, path.string(), options);
}

} // namespace nphys::runtime
