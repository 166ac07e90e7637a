// How far along one axis of their domain sweeps depend on each other.
//
// Goes in: sweeps over one domain, an axis. Comes out: for two of them the distances of all pairs of accesses of which one is a
// write. Holds: the pairs come in the same order for every axis.
//
// Example: kick reads φ at distances -1..1 that drift writes, and drift reads π that kick overwrites: (-1, -1), (1, 1), …, (0, 0).
#pragma once

#include <optional>
#include <vector>

#include "compiler/loops/pipeline.h"

namespace nphys::loops {

struct Distances {
    std::int64_t low = 0, high = 0;
    auto operator<=>(const Distances&) const = default;
};

class Dependences {
public:
    Dependences(const Workshop& shop, const std::vector<Sweep>& stages, std::size_t axis);

    // How far ahead of its own place the later stage needs the earlier one to be done.
    [[nodiscard]] std::vector<Distances> between(std::size_t earlier, std::size_t later);
    [[nodiscard]] std::int64_t reach() const { return reach_; } // of those asked for, either way
    [[nodiscard]] std::int64_t units() const { return units_.count; }
    [[nodiscard]] bool fixed() const { return fixed_; } // false if one asked for has no fixed distance

private:
    [[nodiscard]] std::vector<NodeId> reads_of(const Sweep& stage) const;
    std::optional<Distances> distances(const Target& written, NodeId id);
    [[nodiscard]] Distances in_units(std::int64_t sites, const Extent& extent) const;

    const Workshop& shop_;
    const std::vector<Sweep>& stages_;
    AxisId axis_;
    Units units_;
    std::vector<std::vector<NodeId>> reads_;
    std::int64_t reach_ = 0;
    bool fixed_ = true;
};

} // namespace nphys::loops
