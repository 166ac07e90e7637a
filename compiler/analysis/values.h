#pragma once
// Numbers for the names of a model, at the start of its run: parameters, data, stored constants, initial values.
//
// Example: with `init φ[i] = exp(-x^2)` the value of φ at the site 3 is exp(-x(3)^2).

#include <map>
#include <span>
#include <vector>

#include "compiler/algebra/evaluate.h"
#include "compiler/dynamics/program.h"
#include "compiler/model/model.h"

namespace nphys::analysis {

class Values {
public:
    Values(const model::Model& model, const dynamics::Program& program);

    [[nodiscard]] double parameter(algebra::SymbolId symbol) const;
    // At actual places: the numbers of each axis of each slot.
    [[nodiscard]] double element(algebra::SymbolId tensor, std::span<const std::int64_t> numbers) const;
    [[nodiscard]] algebra::Environment environment() const;

private:
    void define_sums(const dynamics::Update& update, const dynamics::Program& program);
    [[nodiscard]] double computed(algebra::SymbolId tensor, std::span<const std::int64_t> numbers) const;
    [[nodiscard]] double from_data(const model::Data& data, std::span<const std::int64_t> numbers) const;

    const model::Model& model_;
    std::vector<model::Draw> draws_;
    const algebra::Pool& pool_;
    std::map<std::uint32_t, std::vector<const model::Component*>> definitions_; // the last one wins
    std::map<std::uint32_t, const model::Data*> data_;
    std::map<std::uint32_t, algebra::SymbolId> stands_for_;
    mutable std::map<std::pair<std::uint32_t, std::vector<std::int64_t>>, double> known_;
};

} // namespace nphys::analysis
