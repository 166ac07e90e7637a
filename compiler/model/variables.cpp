#include "compiler/model/variables.h"

#include "compiler/base/suggest.h"
#include "compiler/model/definitions.h"
#include "compiler/model/later.h"

namespace nphys::model {
namespace {

bool is_real(Context& context, const syntax::Variables& node) {
    if (!node.type || node.type->text == "real")
        return true;
    if (node.type->text == "complex") {
        tell_later(context, Code::later_complex, node.type->span, "a complex variable");
        return false;
    }
    auto& told = context.tell(Code::unknown_type, node.type->span, node.type->written);
    const std::vector<std::string> known{"real", "complex"};
    if (const auto nearest = suggest(node.type->text, known))
        told.help("did you mean `{}`?", *nearest);
    return false;
}

} // namespace

bool settle_variable(Context& context, Declaration& declaration) {
    const auto& node = std::get<syntax::Variables>(declaration.statement->node);
    const Environment environment = of_scope(*declaration.scope);
    const auto own = declared_indices(context, declaration.indices(), environment);
    if (!own || !is_real(context, node))
        return false;
    const std::vector<Slot> slots = slots_of(*own);
    declaration.symbol = context.pool.add_symbol({.name = declaration.text(), .slots = slots, .row_slots = own->rows});
    context.tensors[declaration.symbol] = &declaration;
    if (slots.empty()) {
        declaration.scalar = context.pool.element(declaration.symbol, {});
        return true;
    }
    declaration.whole =
        Whole(slots, own->rows,
              [&context, symbol = declaration.symbol](std::span<const Place> places) -> std::optional<Expr> {
                  return context.pool.element(symbol, {places.begin(), places.end()});
              });
    declaration.whole->name = declaration.name->written;
    return true;
}

bool is_neuron(const Declaration& variable) {
    const auto* node = std::get_if<syntax::Variables>(&variable.statement->node);
    return node != nullptr && node->kind == syntax::VariableKind::neuron;
}

} // namespace nphys::model
