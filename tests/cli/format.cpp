// fmt: one way to write a model, the same meaning in Unicode and in ASCII.
#include <algorithm>

#include "tests/cli/command.h"

namespace nphys::cli {
namespace {

namespace fs = std::filesystem;

bool is_ascii(const std::string& text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 128; });
}

// What stands before the comments and between no quotes.
std::string code_of(const std::string& text) {
    std::string code;
    bool comment = false;
    bool quoted = false;
    for (const char c : text) {
        if (c == '\n')
            comment = quoted = false;
        if (c == '"' && !comment)
            quoted = !quoted;
        if (c == '#' && !quoted)
            comment = true;
        if (!comment && !quoted)
            code += c;
    }
    return code;
}

TEST_F(Command, EveryExampleIsFormatted) {
    Words words{"fmt", "--check"};
    for (const fs::path& file : all_examples())
        words.push_back(file.string());
    const Ran ran = run(words);
    EXPECT_EQ(ran.status, 0) << ran.err;
}

TEST_F(Command, FormattingTwiceIsFormattingOnce) {
    for (const fs::path& file : all_examples())
        for (const char* spelling : {"", "--ascii", "--unicode"}) {
            const fs::path copy = folder() / "copy.nphys";
            fs::copy_file(file, copy, fs::copy_options::overwrite_existing);
            Words words{"fmt", copy.string()};
            if (*spelling != '\0')
                words.emplace_back(spelling);
            ASSERT_EQ(run(words).status, 0) << file;
            const std::string once = read_text(copy);
            ASSERT_EQ(run(words).status, 0) << file;
            EXPECT_EQ(read_text(copy), once) << file << " " << spelling;
        }
}

// π becomes `pi_` and does not come back, for `pi` is the circle constant; all else does.
TEST_F(Command, AsciiAndBackLosesNothing) {
    for (const fs::path& file : all_examples()) {
        const fs::path copy = folder() / "copy.nphys";
        fs::copy_file(file, copy, fs::copy_options::overwrite_existing);
        ASSERT_EQ(run({"fmt", "--ascii", copy.string()}).status, 0) << file;
        const std::string ascii = read_text(copy);
        EXPECT_TRUE(is_ascii(code_of(ascii))) << code_of(ascii);
        ASSERT_EQ(run({"fmt", "--unicode", copy.string()}).status, 0) << file;
        EXPECT_NE(read_text(copy), ascii) << file;
        ASSERT_EQ(run({"fmt", "--ascii", copy.string()}).status, 0) << file;
        EXPECT_EQ(read_text(copy), ascii) << file;
    }
}

TEST_F(Command, AsciiGivesTheSameNumbersToTheLastBit) {
    for (const char* name : {"klein_gordon_1d", "fitzhugh_nagumo", "driven_string"}) {
        const fs::path copy = folder() / (std::string(name) + ".nphys");
        fs::copy_file(example(name), copy);
        ASSERT_EQ(run({"run", copy.string(), "-o", std::string(name) + "_unicode", "--no-plots"}).status, 0);
        ASSERT_EQ(run({"fmt", "--ascii", copy.string()}).status, 0);
        ASSERT_EQ(run({"run", copy.string(), "-o", std::string(name) + "_ascii", "--no-plots"}).status, 0);
        const std::string unicode = read_text(folder() / (std::string(name) + "_unicode/series.csv"));
        const std::string ascii = read_text(folder() / (std::string(name) + "_ascii/series.csv"));
        EXPECT_EQ(unicode.substr(unicode.find('\n')), ascii.substr(ascii.find('\n'))) << name;
    }
}

TEST_F(Command, CheckOnlyChangesNothing) {
    const std::string text = "model   m\nneuron φ\nactivation   d/dt φ=-φ\nrun{scheme=rk4 dt=0.1 steps=2}\n";
    const fs::path file = model(text);
    const Ran ran = run({"fmt", "--check", file.string()});
    EXPECT_EQ(ran.status, 1);
    EXPECT_TRUE(contains(ran.err, "small.nphys is not formatted")) << ran.err;
    EXPECT_EQ(read_text(file), text);
    ASSERT_EQ(run({"fmt", file.string()}).status, 0);
    EXPECT_EQ(run({"fmt", "--check", file.string()}).status, 0);
}

TEST_F(Command, CommentsAreKept) {
    const fs::path file = model("# a head\nmodel m   # of it\n## doc\nneuron φ\nactivation d/dt φ=-φ # decay\n"
                                "run{scheme=rk4 dt=0.1 steps=2}# end\n");
    ASSERT_EQ(run({"fmt", file.string()}).status, 0);
    const std::string text = read_text(file);
    for (const char* comment : {"# a head", "# of it", "## doc", "# decay", "# end"})
        EXPECT_TRUE(contains(text, comment)) << text;
}

TEST_F(Command, WrongFileIsLeftAsItIs) {
    const std::string text = "model m\nneuron φ[\n";
    const fs::path file = model(text);
    EXPECT_EQ(run({"fmt", file.string()}).status, 1);
    EXPECT_EQ(read_text(file), text);
    EXPECT_EQ(run({"fmt", "--ascii", "--unicode", file.string()}).status, 2);
}

} // namespace
} // namespace nphys::cli
