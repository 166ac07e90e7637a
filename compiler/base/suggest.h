// The known name that was probably meant.
//
// In: a name as the user wrote it and the names that would have been possible. Out: the nearest of them, if one is near
// enough to be worth a question. Case, accents and the Latin spelling of Greek letters count for nothing.
//
//   suggest("leepfrog", {"euler", "leapfrog"})  ==  "leapfrog"
//   suggest("gamma", {"γ", "β"})                ==  "γ"
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace nphys {

// Insertions, deletions, changes and swaps of neighbours that turn one text into the other, in code points.
[[nodiscard]] std::size_t edit_distance(std::u32string_view first, std::u32string_view second);

[[nodiscard]] std::optional<std::string> suggest(std::string_view name, std::span<const std::string> known);

} // namespace nphys
