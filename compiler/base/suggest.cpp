#include "compiler/base/suggest.h"

#include "compiler/base/unicode.h"

#include <algorithm>
#include <vector>

namespace nphys {

namespace {

// The form in which two spellings of one word are equal.
std::u32string folded(std::string_view name) {
    std::u32string result = code_points(latin_name(name));
    for (char32_t& letter : result)
        if (letter >= U'A' && letter <= U'Z')
            letter += U'a' - U'A';
    return result;
}

} // namespace

std::size_t edit_distance(std::u32string_view first, std::u32string_view second) {
    const std::size_t width = second.size() + 1;
    std::vector<std::size_t> two_back(width), back(width), row(width);
    for (std::size_t j = 0; j < width; ++j)
        back[j] = j;
    for (std::size_t i = 1; i <= first.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j < width; ++j) {
            const std::size_t change = first[i - 1] == second[j - 1] ? 0 : 1;
            row[j] = std::min({back[j] + 1, row[j - 1] + 1, back[j - 1] + change});
            const bool swapped = i > 1 && j > 1 && first[i - 1] == second[j - 2] && first[i - 2] == second[j - 1];
            if (swapped)
                row[j] = std::min(row[j], two_back[j - 2] + 1);
        }
        std::swap(two_back, back);
        std::swap(back, row);
    }
    return back[second.size()];
}

std::optional<std::string> suggest(std::string_view name, std::span<const std::string> known) {
    const std::u32string wanted = folded(name);
    const std::string* nearest = nullptr;
    std::size_t nearest_distance = 0;
    for (const std::string& candidate : known) {
        const std::u32string form = folded(candidate);
        const std::size_t distance = edit_distance(wanted, form);
        // A third of the letters may be wrong; a single letter is never taken for another.
        if (distance > std::max(wanted.size(), form.size()) / 3)
            continue;
        if (nearest == nullptr || distance < nearest_distance) {
            nearest = &candidate;
            nearest_distance = distance;
        }
    }
    return nearest == nullptr ? std::nullopt : std::optional(*nearest);
}

} // namespace nphys
