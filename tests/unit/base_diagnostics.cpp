#include "compiler/base/render.h"
#include "compiler/base/unicode.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

namespace nphys {
namespace {

TEST(Registry, numbers_are_unique_and_well_formed) {
    std::set<std::string_view> numbers;
    for (const CodeInfo& row : code_table) {
        EXPECT_TRUE(numbers.insert(row.number).second) << row.number << " is given twice";
        EXPECT_EQ(row.number.size(), 5u) << row.number;
        EXPECT_TRUE(row.number.starts_with("E0") || row.number.starts_with("E1")) << row.number;
        EXPECT_EQ(find_code(row.number), &row);
    }
    EXPECT_EQ(find_code("e0101"), &info(Code::not_utf8));
    EXPECT_EQ(find_code("E9999"), nullptr);
}

TEST(Registry, messages_and_explanations_follow_the_style) {
    for (const CodeInfo& row : code_table) {
        EXPECT_FALSE(row.message.empty()) << row.name;
        EXPECT_NE(row.message.back(), '.') << row.name;
        EXPECT_FALSE(row.message.front() >= 'A' && row.message.front() <= 'Z') << row.name;
        EXPECT_GT(row.explanation.size(), 15u) << row.name;
        EXPECT_TRUE(row.explanation.ends_with('.')) << row.name;
    }
}

class Rendering : public testing::Test {
protected:
    SourceMap sources;
    Diagnostics diagnostics;

    Span find(const Source& source, std::string_view text) {
        const auto begin = static_cast<std::uint32_t>(source.text().find(text));
        return source.span(begin, begin + static_cast<std::uint32_t>(text.size()));
    }
    std::string only() { return render_text(diagnostics.sorted().at(0), sources); }
};

TEST_F(Rendering, carets_stand_under_the_characters) {
    const Source& source = sources.add("m.nphys", "model m\nneuron φ漢[q\u0304] loss");
    diagnostics.report(Code::reserved_word, find(source, "loss"), "loss")
        .here("used as a name")
        .help("write `{}_`", "loss");
    EXPECT_EQ(only(), "error[E0111]: `loss` is reserved and cannot be a name\n"
                      "  --> m.nphys:2:15\n"
                      "     |\n"
                      "   2 | neuron φ漢[q\u0304] loss\n"
                      "     |               ^^^^ used as a name\n"
                      "     = help: write `loss_`\n");
}

TEST_F(Rendering, tabs_are_four_columns) {
    const Source& source = sources.add("m.nphys", "\tx = ?");
    diagnostics.report(Code::unknown_character, find(source, "?"), "?");
    EXPECT_EQ(only(), "error[E0102]: `?` is not a sign of the language\n"
                      "  --> m.nphys:1:6\n"
                      "     |\n"
                      "   1 |     x = ?\n"
                      "     |         ^\n");
}

TEST_F(Rendering, several_lines_are_shown_in_order_with_a_gap) {
    const Source& source = sources.add("m.nphys", "a\nb\nc\nd\ne\nf");
    diagnostics.report(Code::second_header, find(source, "f"))
        .label(find(source, "a"), "first")
        .label(find(source, "d"), "then");
    EXPECT_EQ(only(), "error[E0125]: a file has one `model` or `module`, at its beginning\n"
                      "  --> m.nphys:6:1\n"
                      "     |\n"
                      "   1 | a\n"
                      "     | - first\n"
                      "  ...\n"
                      "   4 | d\n"
                      "     | - then\n"
                      "   5 | e\n"
                      "   6 | f\n"
                      "     | ^\n");
}

TEST_F(Rendering, a_span_over_lines_is_marked_at_both_ends) {
    const Source& source = sources.add("m.nphys", "run { a\n  b\n  c }");
    diagnostics.report(Code::nested_too_deeply, find(source, "{ a\n  b\n  c }")).here("all of this");
    EXPECT_EQ(only(), "error[E0121]: this is nested too deeply to be read\n"
                      "  --> m.nphys:1:5\n"
                      "     |\n"
                      "   1 | run { a\n"
                      "     |     ^^^\n"
                      "   2 |   b\n"
                      "   3 |   c }\n"
                      "     |   ^^^ all of this\n");
}

TEST_F(Rendering, labels_in_another_file_have_their_own_snippet) {
    const Source& first = sources.add("a.nphys", "model a");
    const Source& second = sources.add("b.nphys", "module b");
    diagnostics.report(Code::second_header, find(first, "model")).label(find(second, "module"), "here");
    EXPECT_EQ(only(), "error[E0125]: a file has one `model` or `module`, at its beginning\n"
                      "  --> a.nphys:1:1\n"
                      "     |\n"
                      "   1 | model a\n"
                      "     | ^^^^^\n"
                      "  --> b.nphys:1:1\n"
                      "     |\n"
                      "   1 | module b\n"
                      "     | ------ here\n");
}

TEST_F(Rendering, without_a_place_there_is_no_snippet) {
    diagnostics.report(Code::nested_too_deeply, Span{}).note("nowhere in particular");
    EXPECT_EQ(only(), "error[E0121]: this is nested too deeply to be read\n     = note: nowhere in particular\n");
}

TEST_F(Rendering, the_end_of_a_file_can_be_pointed_at) {
    const Source& source = sources.add("m.nphys", "model");
    diagnostics.report(Code::unexpected, source.span(5, 5), "the end of the file", "a name");
    EXPECT_EQ(only(), "error[E0109]: found the end of the file where a name is expected\n"
                      "  --> m.nphys:1:6\n"
                      "     |\n"
                      "   1 | model\n"
                      "     |      ^\n");
}

TEST_F(Rendering, bytes_that_a_terminal_cannot_show_are_replaced) {
    const Source& source = sources.add("m.nphys", "a\x1b[31m\xff b");
    diagnostics.report(Code::unknown_character, find(source, "b"), "b");
    EXPECT_EQ(only().find('\x1b'), std::string::npos);
    EXPECT_EQ(only().find('\xff'), std::string::npos);
}

TEST_F(Rendering, diagnostics_are_told_once_and_in_source_order) {
    const Source& source = sources.add("m.nphys", "a b");
    diagnostics.report(Code::nested_too_deeply, Span{});
    diagnostics.report(Code::unknown_character, find(source, "b"), "b");
    diagnostics.report(Code::unknown_character, find(source, "a"), "a");
    diagnostics.report(Code::unknown_character, find(source, "b"), "b");
    const std::vector<Diagnostic> sorted = diagnostics.sorted();
    ASSERT_EQ(sorted.size(), 3u);
    EXPECT_EQ(sorted[0].message, "`a` is not a sign of the language");
    EXPECT_EQ(sorted[1].message, "`b` is not a sign of the language");
    EXPECT_FALSE(sorted[2].span.valid());
    EXPECT_TRUE(diagnostics.has_errors());
    EXPECT_TRUE(render_text(diagnostics, sources).ends_with("\n\n3 errors\n"));
}

TEST_F(Rendering, of_a_long_line_the_marked_piece_is_shown) {
    std::string text;
    for (int k = 0; k < 50'000; ++k)
        text += "φ+";
    const Source& source = sources.add("m.nphys", text + "?" + text);
    diagnostics.report(Code::unknown_character, find(source, "?"), "?");
    const std::string told = only();
    EXPECT_LT(told.size(), 1500u);
    EXPECT_NE(told.find("…"), std::string::npos);
    EXPECT_EQ(told.find("\uFFFD"), std::string::npos);
    // The caret stands under the sign: as many columns before the one as before the other.
    const std::string line = told.substr(told.find("1 | ") + 4, told.find("?φ") - told.find("1 | ") - 4);
    const std::string row = told.substr(told.rfind("| ") + 2, told.find('^') - told.rfind("| ") - 2);
    EXPECT_EQ(count_code_points(line.substr(line.find("…"))), row.size());
}

TEST_F(Rendering, of_very_many_diagnostics_the_first_are_shown) {
    const Source& source = sources.add("m.nphys", std::string(20'000, '?'));
    for (std::uint32_t k = 0; k < 20'000; ++k)
        diagnostics.report(Code::unknown_character, source.span(k, k + 1), "?");
    const std::string told = render_text(diagnostics, sources);
    EXPECT_LT(told.size(), 200'000u);
    EXPECT_TRUE(told.ends_with("\n19900 more are not shown\n20000 errors\n")) << told.substr(told.size() - 100);
}

TEST_F(Rendering, references_to_diagnostics_stay_good) {
    Diagnostic& first = diagnostics.report(Code::nested_too_deeply, Span{});
    for (int i = 0; i < 1000; ++i)
        diagnostics.report(Code::unknown_character, Span{}, i);
    first.help("still here");
    EXPECT_EQ(diagnostics.sorted().at(0).helps.at(0), "still here");
}

TEST_F(Rendering, json_holds_everything) {
    const Source& source = sources.add("m\xff.nphys", "model m\nφ x");
    diagnostics.report(Code::reserved_word, find(source, "x"), "x")
        .label(find(source, "model"), "there")
        .help("h")
        .note("n");
    const nlohmann::json json = nlohmann::json::parse(render_json(diagnostics, sources));
    const nlohmann::json& entry = json.at("diagnostics").at(0);
    EXPECT_EQ(entry.at("code"), "E0111");
    EXPECT_EQ(entry.at("name"), "reserved_word");
    EXPECT_EQ(entry.at("severity"), "error");
    EXPECT_EQ(entry.at("place").at("line"), 2);
    EXPECT_EQ(entry.at("place").at("column"), 3);
    EXPECT_EQ(entry.at("place").at("begin"), 11);
    EXPECT_EQ(entry.at("labels").at(0).at("text"), "there");
    EXPECT_EQ(entry.at("helps").at(0), "h");
    EXPECT_EQ(entry.at("notes").at(0), "n");
}

TEST_F(Rendering, colour_is_only_added_when_asked_for) {
    diagnostics.report(Code::nested_too_deeply, Span{});
    EXPECT_EQ(render_text(diagnostics, sources).find('\033'), std::string::npos);
    EXPECT_NE(render_text(diagnostics, sources, {.color = true}).find("\033[1;31m"), std::string::npos);
}

} // namespace
} // namespace nphys
