#include "compiler/model/variables.h"

#include "compiler/base/suggest.h"
#include "compiler/model/complex.h"
#include "compiler/model/definitions.h"

namespace nphys::model {
namespace {

enum class NumberType : std::uint8_t { real, complex };

std::optional<NumberType> type_of(Context& context, const syntax::Variables& node) {
    if (!node.type || node.type->text == "real")
        return NumberType::real;
    if (node.type->text == "complex")
        return NumberType::complex;
    auto& told = context.tell(Code::unknown_type, node.type->span, node.type->written);
    const std::vector<std::string> known{"real", "complex"};
    if (const auto nearest = suggest(node.type->text, known))
        told.help("did you mean `{}`?", *nearest);
    return std::nullopt;
}

} // namespace

bool settle_variable(Context& context, Declaration& declaration) {
    const auto& node = std::get<syntax::Variables>(declaration.statement->node);
    const Environment environment = of_scope(*declaration.scope);
    const auto own = declared_indices(context, declaration.indices(), environment);
    const auto type = type_of(context, node);
    if (!own || !type)
        return false;
    const std::vector<Slot> slots = slots_of(*own);
    declaration.symbol = add_tensor(context, declaration.text(), slots, own->rows, type == NumberType::complex);
    context.tensors[declaration.symbol] = &declaration;
    if (slots.empty()) {
        declaration.scalar = element_at(context, declaration.symbol, {});
        return true;
    }
    declaration.whole =
        Whole(slots, own->rows,
              [&context, symbol = declaration.symbol](std::span<const Place> places) -> std::optional<Expr> {
                  return element_at(context, symbol, places);
              });
    declaration.whole->name = declaration.name->written;
    return true;
}

bool is_neuron(const Declaration& variable) {
    const auto* node = std::get_if<syntax::Variables>(&variable.statement->node);
    return node != nullptr && node->kind == syntax::VariableKind::neuron;
}

} // namespace nphys::model
