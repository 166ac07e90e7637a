#pragma once
// Defines the numbers on the command line of a benchmark.
//
//     int main(int count, char** words) {
//         const auto [rounds, size] = numbers<2>(count, words, {12, 96}, "[rounds [size]]");

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace nphys::bench {

// Ends the program with a line of usage where a word is no number of at least 1.
template <std::size_t most>
std::array<int, most> numbers(int count, char** words, std::array<int, most> otherwise, const char* usage) {
    bool good = count <= static_cast<int>(most) + 1;
    for (int n = 1; n < count && good; ++n) {
        const std::string_view word = words[n];
        int& number = otherwise[static_cast<std::size_t>(n - 1)];
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
        good = error == std::errc() && end == word.data() + word.size() && number > 0;
    }
    if (!good) {
        std::fprintf(stderr, "usage: %s %s\n", words[0], usage);
        std::exit(2);
    }
    return otherwise;
}

} // namespace nphys::bench
