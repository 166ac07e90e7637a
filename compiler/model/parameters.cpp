// Values of parameters: what the text says, the run's `param` over it, the request's value over both.

#include <algorithm>

#include "compiler/base/suggest.h"
#include "compiler/base/unicode.h"
#include "compiler/model/elaborate.h"
#include "compiler/model/settle.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

// γ, or gamma for who has no Greek letters.
bool names_parameter(const std::string& asked, const Declaration& parameter) {
    return normalize_name(asked) == parameter.text() || asked == latin_name(parameter.text());
}

void check_range(Context& context, const syntax::Parameter& node, const Environment& environment,
                 Parameter& parameter) {
    if (!node.range)
        return;
    const auto first = constant(context, *node.range->first, environment, "a bound");
    const auto last = constant(context, *node.range->last, environment, "a bound");
    if (!first || !last)
        return;
    parameter.range = Range{*first, *last};
    if (*first > *last) {
        context.tell(Code::empty_range, node.range->span, *first, *last);
    } else if (parameter.value < *first || parameter.value > *last) {
        context.tell(Code::parameter_out_of_range, node.name.span, node.name.written, parameter.value, *first, *last)
            .label(node.range->span, "the range it was given");
    }
}

} // namespace

bool settle_parameter(Context& context, Declaration& declaration) {
    const auto& node = std::get<syntax::Parameter>(declaration.statement->node);
    const Environment environment = of_scope(*declaration.scope);
    declaration.symbol =
        context.pool.add_symbol({.name = node.name.text, .kind = algebra::SymbolKind::parameter, .slots = {}});
    Parameter parameter;
    parameter.symbol = declaration.symbol;
    parameter.name = node.name.text;
    parameter.documentation = declaration.statement->documentation;
    parameter.span = declaration.statement->span;
    const auto changed = context.changed.find(&declaration);
    const syntax::Expression& value = changed != context.changed.end() ? *changed->second : node.value;
    const std::optional<double> own = constant(context, value, environment, "the value of a parameter");
    const auto given = context.given.find(&declaration);
    if (!own && given == context.given.end())
        return false;
    parameter.value = given != context.given.end() ? given->second : *own;
    context.parameter_values[declaration.symbol.value] = parameter.value;
    check_range(context, node, environment, parameter);
    context.model.parameters.push_back(std::move(parameter));
    return true;
}

void take_parameters(Context& context) {
    std::vector<std::string> names;
    for (const Scope& scope : context.scopes)
        for (const Declaration& declaration : scope.declarations)
            if (declaration.kind == NameKind::parameter)
                names.push_back(declaration.name->written);
    for (const auto& [asked, value] : context.request.parameters) {
        bool known = false;
        for (Scope& scope : context.scopes)
            for (const Declaration& declaration : scope.declarations)
                if (!known && declaration.kind == NameKind::parameter && names_parameter(asked, declaration)) {
                    context.given[&declaration] = value;
                    known = true;
                }
        if (known)
            continue;
        auto& told = context.tell(Code::unknown_parameter, Span{}, asked);
        if (const auto nearest = suggest(asked, names))
            told.help("did you mean `{}`?", *nearest);
        else if (names.empty())
            told.note("the model has no parameters");
    }
}

} // namespace nphys::model
