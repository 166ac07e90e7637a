#pragma once
// Numbers for the names of a model, at the start of its run: parameters, data, stored constants, initial values.
//
// Example: with `init φ[i] = exp(-x^2)` the value of φ at the site 3 is exp(-x(3)^2).

#include <limits>
#include <map>
#include <span>
#include <tuple>
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
    [[nodiscard]] double element(algebra::SymbolId tensor, std::span<const std::int64_t> numbers) const { return element(tensor, numbers, at_the_end); }
    [[nodiscard]] algebra::Environment environment() const { return environment(at_the_end); }

private:
    // Of what is defined twice the last one holds; what a definition reads, its own tensor included, are those before it.
    struct Definition { const model::Component* component; std::size_t order; };
    static constexpr std::size_t at_the_end = std::numeric_limits<std::size_t>::max();

    void define(const model::Component& component) { definitions_[component.tensor.value].push_back({&component, order_++}); }
    void define_sums(const dynamics::Update& update, const dynamics::Program& program);
    [[nodiscard]] double element(algebra::SymbolId tensor, std::span<const std::int64_t> numbers, std::size_t before) const;
    [[nodiscard]] double computed(algebra::SymbolId tensor, std::span<const std::int64_t> numbers, std::size_t before) const;
    [[nodiscard]] algebra::Environment environment(std::size_t before) const;
    [[nodiscard]] double from_data(const model::Data& data, std::span<const std::int64_t> numbers) const;

    const model::Model& model_;
    std::vector<model::Draw> draws_;
    const algebra::Pool& pool_;
    std::map<std::uint32_t, std::vector<Definition>> definitions_;
    std::size_t order_ = 0;
    std::map<std::uint32_t, const model::Data*> data_;
    std::map<std::uint32_t, algebra::SymbolId> stands_for_;
    mutable std::map<std::tuple<std::uint32_t, std::size_t, std::vector<std::int64_t>>, double> known_;
};

} // namespace nphys::analysis
