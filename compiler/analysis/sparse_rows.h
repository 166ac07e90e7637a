#pragma once
// Rows of a sparse linear map: each says what one element becomes, as a sum over others.
//
// Example: φ[3] ← φ[3] + 0.1*π[3] is a row with the target φ[3] and two terms.

#include <utility>
#include <vector>

namespace nphys::analysis {

class SparseRows {
public:
    explicit SparseRows(bool in_order = false) : in_order_(in_order) {} // one row after the other, each seeing those before

    void add(std::size_t target, const std::vector<std::pair<int, double>>& terms);
    // x[target] ← Σ value x[source]; all rows read before any is written, unless they come in order.
    void assign(std::vector<double>& x) const;
    // y[target] ← Σ value x[source]
    void apply(const std::vector<double>& x, std::vector<double>& y) const;

    [[nodiscard]] std::size_t rows() const { return targets_.size(); }
    [[nodiscard]] std::size_t terms() const { return values_.size(); }
    template <class Visit>
    void for_each(const Visit& visit) const { // (target, source, value)
        for (std::size_t row = 0; row < targets_.size(); ++row)
            for (std::size_t term = starts_[row]; term < starts_[row + 1]; ++term)
                visit(targets_[row], static_cast<std::size_t>(sources_[term]), values_[term]);
    }
    // a + share (b - a), term by term, of two maps that join the same elements.
    [[nodiscard]] static SparseRows between(const SparseRows& a, const SparseRows& b, double share);

private:
    [[nodiscard]] double row(std::size_t number, const double* x) const;

    bool in_order_;
    std::vector<std::size_t> targets_, starts_{0};
    std::vector<int> sources_;
    std::vector<double> values_;
    mutable std::vector<double> sums_;
};

} // namespace nphys::analysis
