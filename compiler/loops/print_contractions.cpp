#include <algorithm>
#include <fmt/format.h>
#include <utility>
#include <vector>

#include "compiler/algebra/print.h"
#include "compiler/base/unicode.h"
#include "compiler/loops/lower.h"
#include "compiler/model/storage.h"

namespace nphys::loops {

namespace {

std::string map_text(const algebra::Pool& pool, const model::Tensor& tensor) {
    const algebra::Symbol& symbol = pool.symbol(tensor.symbol);
    return fmt::format("{} {}", tensor.role == model::Role::weight ? "weight" : "bias", symbol.name);
}

// What became of a linear map that the model names.
std::string fate_of(const algebra::Pool& pool, const model::Tensor& map) {
    if (map.stored || map.definition.empty())
        return "stored, dense";
    const bool is_written_out = std::all_of(map.definition.begin(), map.definition.end(), [](const model::Component& component) {
        return std::all_of(component.target.begin(), component.target.end(), [](const algebra::Place& place) { return place.is_literal(); });
    });
    if (is_written_out)
        return "written out: its entries stand in the formulas";
    const bool is_stencil = std::all_of(map.definition.begin(), map.definition.end(), [&](const model::Component& component) {
        return pool.is_zero(component.value) || model::is_stencil(pool, component.value);
    });
    return is_stencil ? "a stencil: its δ are contracted, it is never stored" : "never stored: computed where it is used";
}

std::string words_of(const Contraction& contraction) {
    switch (contraction.form) {
    case ContractionForm::product:
        return "a call of BLAS: " + contraction.reason;
    case ContractionForm::sparse:
        return "a sparse loop (CSR): " + contraction.reason;
    case ContractionForm::loops:
        break;
    }
    return "a dense loop: " + contraction.reason;
}

} // namespace

std::vector<std::pair<std::string, std::string>> contraction_lines(const model::Model& model, const Lowered& lowered) {
    const algebra::Pool& pool = *model.pool;
    std::vector<std::pair<std::string, std::string>> lines;
    for (const model::Tensor& tensor : model.tensors) {
        if (tensor.role == model::Role::weight || tensor.role == model::Role::bias)
            lines.emplace_back(map_text(pool, tensor), fate_of(pool, tensor));
    }
    for (const Contraction& contraction : lowered.contractions)
        lines.emplace_back(algebra::print(pool, contraction.sum), words_of(contraction));
    return lines;
}

std::string print_contractions(const model::Model& model, const Lowered& lowered) {
    constexpr std::size_t widest = 48;
    std::string text;
    for (const auto& [what, how] : contraction_lines(model, lowered)) {
        const std::size_t width = display_width(what);
        text += width <= widest ? fmt::format("  {}{}  {}\n", what, std::string(widest - width, ' '), how)
                                : fmt::format("  {}\n  {}  {}\n", what, std::string(widest, ' '), how);
    }
    return text.empty() ? text : "contractions\n" + text;
}

} // namespace nphys::loops
