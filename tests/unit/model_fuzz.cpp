// Programs with words changed, taken out or put in twice: whatever they say, they are built or told, and nothing else
// happens.

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <random>

#include "tests/unit/model_support.h"

using nphys::test::Built;

namespace {

std::vector<std::string> words_of(const std::string& text) {
    std::vector<std::string> words;
    for (std::size_t k = 0; k < text.size();) {
        std::size_t end = k + 1;
        const auto letter = [&](std::size_t place) {
            return std::isalnum(static_cast<unsigned char>(text[place])) != 0 || (text[place] & 0x80) != 0 ||
                   text[place] == '_';
        };
        if (letter(k))
            while (end < text.size() && letter(end))
                ++end;
        words.push_back(text.substr(k, end - k));
        k = end;
    }
    return words;
}

bool is_blank(const std::string& word) {
    return word.find_first_not_of(" \n\t") == std::string::npos;
}

std::string mutated(std::vector<std::string> words, std::mt19937& random) {
    const auto pick = [&] {
        std::size_t place = random() % words.size();
        while (is_blank(words[place]))
            place = random() % words.size();
        return place;
    };
    for (unsigned change = 1 + random() % 3; change > 0; --change) {
        const std::size_t place = pick(), other = pick();
        if (random() % 3 == 0)
            words[place].clear();
        else if (random() % 2 == 0)
            words[place] = words[other];
        else
            words.insert(words.begin() + static_cast<std::ptrdiff_t>(place), words[other]);
        if (std::ranges::all_of(words, is_blank))
            break;
    }
    std::string text;
    for (const std::string& word : words)
        text += word;
    return text;
}

// NPHYS_FUZZ=20 tries twenty times as many.
unsigned effort() {
    const char* asked = std::getenv("NPHYS_FUZZ");
    return asked == nullptr ? 1 : static_cast<unsigned>(std::max(1, std::atoi(asked)));
}

void build_changed(const std::filesystem::path& path, unsigned seeds) {
    std::ifstream stream(path);
    std::ostringstream text;
    text << stream.rdbuf();
    const auto words = words_of(text.str());
    for (unsigned seed = 0; seed < seeds; ++seed) {
        std::mt19937 random(seed);
        const std::string program = mutated(words, random);
        Built built;
        built.tables.tables["patterns.csv"] = {3, 100, std::vector<double>(300, 1)};
        built.tables.tables["matrices.csv"] = {8, 16, std::vector<double>(128, 0.5)};
        built.tables.graphs["net.csv"] = {3, {0, 1, 2, 2}, {1, 0}, {0.5, 0.25}};
        const auto* tree = built.parse("model.nphys", program);
        if (built.diagnostics.has_errors())
            continue;
        ASSERT_NO_THROW(built.build(program)) << program;
        static_cast<void>(tree);
        static_cast<void>(built.errors());
    }
}

TEST(Fuzz, changed_programs_are_built_or_told) {
    for (const char* folder : {"/tests/programs", "/examples", "/stdlib", "/tests/golden/diagnostics"})
        for (const auto& entry : std::filesystem::directory_iterator(std::string(NPHYS_SOURCE_DIR) + folder))
            if (entry.path().extension() == ".nphys") {
                SCOPED_TRACE(entry.path().filename().string());
                build_changed(entry.path(),
                              std::string(folder) == "/tests/golden/diagnostics" ? 2 * effort() : 15 * effort());
            }
}

std::string chain(int length) {
    std::string text = "model m\nneuron φ\n";
    for (int k = 0; k < length; ++k)
        text += "let a" + std::to_string(k) + " = a" + std::to_string(k + 1) + " + 1\n";
    return text + "let a" + std::to_string(length) + " = φ\nactivation φ ← a0\n";
}

TEST(Fuzz, long_chains_of_definitions_are_built_or_told) {
    EXPECT_EQ(nphys::test::built(chain(400))->law(0), "φ = 400 + φ");
    EXPECT_TRUE(nphys::test::built(chain(20'000))->diagnostics.has_errors());
}

} // namespace
