#pragma once
// How far two densities on one grid are apart, and how far they would be by chance alone.
//
// Goes in: the fields of a run, P or else |ψ|², with √g where it was saved. Comes out, at a time: the distance Σ |p - q| of the
// probabilities of the cells; the Kullback-Leibler divergence Σ p ln(p/q), p being the one that was sampled; means and variances
// along the axes. Where one of them is an ensemble of N copies, `by_chance` is what N independent draws of the other's law would
// give on average.
//
// Example: 10'000 copies in 100 cells of equal probability are Σ |p - q| ≈ 100 √(2/(π 100 N)) = 0.08 from their law.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runtime/output/fields.h"
#include "runtime/result.h"

namespace nphys::driver {

class DensityOnGrid {
public:
    // None where the folder has no density.
    [[nodiscard]] static runtime::Result<std::optional<DensityOnGrid>> open(const std::filesystem::path& folder);

    [[nodiscard]] const std::vector<double>& times() const { return reader_.times(); }
    [[nodiscard]] const std::vector<runtime::Axis>& axes() const { return axes_; }
    [[nodiscard]] std::int64_t copies() const { return copies_; } // 1: no ensemble
    [[nodiscard]] bool is_sampled() const { return copies_ > 1; }
    [[nodiscard]] bool same_grid(const DensityOnGrid& other) const;
    // The probabilities of the cells, in row-major order; together 1.
    [[nodiscard]] runtime::Result<std::vector<double>> probabilities(std::size_t save) const;

private:
    DensityOnGrid(runtime::FieldsReader reader, runtime::StoredField field) : reader_(std::move(reader)), field_(std::move(field)) {}
    [[nodiscard]] runtime::Status read_weights();

    runtime::FieldsReader reader_;
    runtime::StoredField field_;
    std::vector<runtime::Axis> axes_;
    std::vector<double> weights_; // √g, where it was saved
    std::int64_t copies_ = 1;
};

struct Moment {
    std::string name; // `mean of q`
    double left = 0, right = 0, error = 0;
};

struct Separation {
    double time = 0, l1 = 0, divergence = 0;
    std::optional<double> l1_by_chance, divergence_by_chance;
    std::vector<Moment> moments;
};

// At all times that both have saved.
[[nodiscard]] runtime::Result<std::vector<Separation>> separations(const DensityOnGrid& left, const DensityOnGrid& right);

// Of a density along one axis, whatever the others are: per unit of it.
[[nodiscard]] std::vector<double> marginal(const std::vector<runtime::Axis>& axes, const std::vector<double>& probabilities, std::size_t axis);

} // namespace nphys::driver
