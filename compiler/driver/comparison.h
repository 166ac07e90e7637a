#pragma once
// How far several runs agree, two by two.
//
// Goes in: folders of runs; a run at several levels stands for each of them. Comes out: for each pair the observables where they
// are farthest apart, the distances of their densities over time, and those of other fields of the same shape; as text, JSON, a
// table over time and a picture.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/compare_densities.h"
#include "compiler/driver/compare_series.h"

namespace nphys::driver {

struct Side { std::string label; std::filesystem::path folder; };

// Of one field at the last moment that both have: Σ|a - b|/Σ|a|.
struct FieldDistance { std::string name; double time = 0, l1 = 0; };

struct Comparison {
    std::string left, right;
    std::vector<Gap> gaps;
    std::vector<Separation> densities;
    std::vector<FieldDistance> fields;
    [[nodiscard]] bool empty() const { return gaps.empty() && densities.empty() && fields.empty(); }
};

[[nodiscard]] runtime::Result<std::vector<Side>> sides_of(const std::vector<std::string>& folders);
[[nodiscard]] runtime::Result<std::vector<Comparison>> compare_sides(const std::vector<Side>& sides);

[[nodiscard]] std::string comparison_text(const std::vector<Comparison>& comparisons);
[[nodiscard]] nlohmann::ordered_json comparison_json(const std::vector<Comparison>& comparisons);

// distances.csv and, where wanted and possible, plots/levels.png and .svg; the files that were made.
[[nodiscard]] runtime::Result<std::vector<std::filesystem::path>> write_comparison(const std::filesystem::path& folder, const std::vector<Side>& sides,
                                                                                  const std::vector<Comparison>& comparisons, bool pictures);

// A line for each pair: L1 and, of an ensemble, what chance alone makes of it.
[[nodiscard]] std::string agreement_text(const std::vector<Comparison>& comparisons);

} // namespace nphys::driver
