#pragma once
// Where the observables of two runs are farthest apart.
//
// Goes in: the series of two runs. Comes out: for each observable that both have the record, of those at the same time, where they
// are farthest from each other: in standard errors, where one of them is an ensemble, else in itself.

#include <string>
#include <utility>
#include <vector>

#include "runtime/output/series.h"

namespace nphys::driver {

struct Gap {
    std::string name;
    double time = 0, left = 0, right = 0, error = 0;
    [[nodiscard]] double difference() const;
    [[nodiscard]] double weight() const;
};

[[nodiscard]] std::vector<Gap> gaps_of(const runtime::Series& left, const runtime::Series& right);

// Pairs of places in two ascending lists of times.
[[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> common_times(const std::vector<double>& left, const std::vector<double>& right);

} // namespace nphys::driver
