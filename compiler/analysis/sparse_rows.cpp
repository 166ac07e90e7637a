#include "compiler/analysis/sparse_rows.h"

namespace nphys::analysis {

void SparseRows::add(std::size_t target, const std::vector<std::pair<int, double>>& terms) {
    targets_.push_back(target);
    for (const auto& [source, value] : terms)
        sources_.push_back(source), values_.push_back(value);
    starts_.push_back(sources_.size());
}

double SparseRows::row(std::size_t number, const double* x) const {
    const double *value = values_.data() + starts_[number], *end = values_.data() + starts_[number + 1];
    const int* source = sources_.data() + starts_[number];
    double sum = 0;
    while (value != end)
        sum += *value++ * x[*source++];
    return sum;
}

void SparseRows::assign(std::vector<double>& x) const {
    if (in_order_) {
        for (std::size_t number = 0; number < targets_.size(); ++number)
            x[targets_[number]] = row(number, x.data());
        return;
    }
    sums_.resize(targets_.size());
    for (std::size_t number = 0; number < targets_.size(); ++number)
        sums_[number] = row(number, x.data());
    for (std::size_t number = 0; number < targets_.size(); ++number)
        x[targets_[number]] = sums_[number];
}

void SparseRows::apply(const std::vector<double>& x, std::vector<double>& y) const {
    for (std::size_t number = 0; number < targets_.size(); ++number)
        y[targets_[number]] = row(number, x.data());
}

SparseRows SparseRows::between(const SparseRows& a, const SparseRows& b, double share) {
    SparseRows result = a;
    for (std::size_t term = 0; term < a.values_.size(); ++term)
        result.values_[term] += share * (b.values_[term] - a.values_[term]);
    return result;
}

} // namespace nphys::analysis
