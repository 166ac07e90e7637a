#include "compiler/model/values.h"

#include <algorithm>

namespace nphys::model {

Numbers numbers_from(const std::vector<std::complex<double>>& values) {
    auto real = std::make_shared<std::vector<double>>(), imaginary = std::make_shared<std::vector<double>>();
    for (const std::complex<double>& value : values) {
        real->push_back(value.real());
        imaginary->push_back(value.imag());
    }
    const bool all_real = std::ranges::all_of(*imaginary, [](double part) { return part == 0; });
    return {std::move(real), all_real ? nullptr : std::move(imaginary)};
}

bool Whole::Before::operator()(const std::vector<Place>& left, const std::vector<Place>& right) const {
    return std::ranges::lexicographical_compare(left, right, [](const Place& a, const Place& b) {
        return a.index != b.index ? a.index < b.index : std::ranges::lexicographical_compare(a.offset, b.offset);
    });
}

std::optional<Expr> Whole::at(std::span<const Place> places) const {
    std::vector<Place> key(places.begin(), places.end());
    if (const auto found = entry_->known.find(key); found != entry_->known.end())
        return found->second;
    const std::optional<Expr> value = entry_->entry(places);
    // All entries of a large matrix of numbers pass here once; remembering them would only take memory.
    constexpr std::size_t most_remembered = 4096;
    if (entry_->known.size() < most_remembered)
        entry_->known.emplace(std::move(key), value);
    return value;
}

} // namespace nphys::model
