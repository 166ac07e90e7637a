#include "compiler/base/source.h"
#include "compiler/base/suggest.h"
#include "compiler/base/unicode.h"

#include <gtest/gtest.h>

namespace nphys {
namespace {

TEST(Source, offsets_become_lines_and_columns_of_code_points) {
    SourceMap sources;
    const Source& source = sources.add("m.nphys", "model m\nneuron φ[i]\r\nx");
    EXPECT_EQ(source.position(0), (Position{1, 1}));
    EXPECT_EQ(source.position(8), (Position{2, 1}));
    EXPECT_EQ(source.position(17), (Position{2, 9})) << "φ is two bytes and one column";
    EXPECT_EQ(source.line(2), "neuron φ[i]") << "without the carriage return";
    EXPECT_EQ(source.line_count(), 3u);
    EXPECT_EQ(source.position(1000), (Position{3, 2})) << "beyond the end is the end";
}

TEST(Source, spans_join_only_within_one_source) {
    const Span first{SourceId{0}, 2, 5};
    const Span second{SourceId{0}, 9, 11};
    EXPECT_EQ(join(first, second), (Span{SourceId{0}, 2, 11}));
    EXPECT_EQ(join(first, Span{}), first);
    EXPECT_EQ(join(Span{}, second), second);
    EXPECT_EQ(join(first, Span{SourceId{1}, 0, 1}), first);
}

TEST(Source, texts_of_spans_beyond_the_end_are_cut) {
    SourceMap sources;
    const Source& source = sources.add("m.nphys", "abc");
    EXPECT_EQ(source.text({source.id(), 1, 99}), "bc");
    EXPECT_EQ(source.text({source.id(), 9, 99}), "");
}

TEST(Unicode, names_are_compared_in_normal_form) {
    EXPECT_EQ(normalize_name("ϕ"), "φ");
    EXPECT_EQ(normalize_name("φ₀"), "φ0");
    EXPECT_EQ(normalize_name("µ"), "μ") << "the micro sign is the letter";
    EXPECT_EQ(normalize_name("𝜑"), "φ");
    EXPECT_EQ(normalize_name("e\u0301"), "é");
    EXPECT_EQ(normalize_name("q\u0304'"), "q\u0304'") << "q with a bar has no composed form";
}

TEST(Unicode, greek_names_have_latin_spellings) {
    EXPECT_EQ(latin_name("γ"), "gamma");
    EXPECT_EQ(latin_name("κ₀"), "kappa0");
    EXPECT_EQ(latin_name("Φ_x'"), "Phi_x'");
    EXPECT_EQ(latin_name("q\u0304"), "q");
    EXPECT_EQ(greek_letter("gamma"), "γ");
    EXPECT_FALSE(greek_letter("pi").has_value()) << "pi is the circle constant";
    EXPECT_FALSE(greek_letter("mass").has_value());
}

TEST(Unicode, widths_are_those_of_a_terminal) {
    EXPECT_EQ(display_width("φ ← 1"), 5u);
    EXPECT_EQ(display_width("q\u0304"), 1u) << "a mark has no width";
    EXPECT_EQ(display_width("漢字"), 4u);
    EXPECT_EQ(count_code_points("q\u0304漢"), 3u);
}

TEST(Unicode, bytes_that_are_not_utf8_are_found) {
    EXPECT_EQ(find_invalid_utf8("abc"), std::nullopt);
    EXPECT_EQ(find_invalid_utf8("φ\xff"), 2u);
    EXPECT_EQ(find_invalid_utf8("\xc0\xaf"), 0u) << "overlong";
    EXPECT_EQ(find_invalid_utf8("ab\xe2\x86"), 2u) << "cut off";
    EXPECT_EQ(find_invalid_utf8("\xed\xa0\x80"), 0u) << "a surrogate";
}

TEST(Suggest, nearest_name_is_found) {
    const std::vector<std::string> schemes = {"euler", "leapfrog", "yoshida4", "rk4"};
    EXPECT_EQ(suggest("leepfrog", schemes), "leapfrog");
    EXPECT_EQ(suggest("elure", schemes), std::nullopt) << "three of five letters are wrong";
    EXPECT_EQ(suggest("Euler", schemes), "euler");
    EXPECT_EQ(suggest("yosihda4", schemes), "yoshida4") << "a swap is one mistake";
    EXPECT_EQ(suggest("temperature", schemes), std::nullopt);
}

TEST(Suggest, spellings_of_one_name_are_equal) {
    const std::vector<std::string> names = {"β", "γ", "x"};
    EXPECT_EQ(suggest("gamma", names), "γ");
    EXPECT_EQ(suggest("y", names), std::nullopt) << "one letter is not taken for another";
}

TEST(Suggest, distance_counts_swaps_once) {
    EXPECT_EQ(edit_distance(U"ab", U"ba"), 1u);
    EXPECT_EQ(edit_distance(U"", U"abc"), 3u);
    EXPECT_EQ(edit_distance(U"kitten", U"sitting"), 3u);
}

} // namespace
} // namespace nphys
