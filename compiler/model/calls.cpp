// What stands before brackets with arguments: functions, Σ and its kin, built-in functions of numbers and of whole
// tensors.

#include <algorithm>
#include <array>

#include "compiler/model/arithmetic.h"
#include "compiler/model/builtins.h"
#include "compiler/model/complex.h"
#include "compiler/model/draws.h"
#include "compiler/model/elaborate.h"
#include "compiler/model/evolves.h"
#include "compiler/model/index_rule.h"
#include "compiler/model/levels.h"
#include "compiler/model/matrices.h"
#include "compiler/model/regimes.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"
#include "compiler/model/spectrum.h"
#include "compiler/model/statistics.h"
#include "compiler/model/wording.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

using syntax::Expression;

struct NamedGathering {
    std::string_view name;
    Gathering how;
};
constexpr std::array<NamedGathering, 7> gatherings{{{"Σ", Gathering::sum},
                                                    {"sum", Gathering::sum},
                                                    {"Π", Gathering::product},
                                                    {"prod", Gathering::product},
                                                    {"max", Gathering::maximum},
                                                    {"min", Gathering::minimum},
                                                    {"mean", Gathering::mean}}};

std::optional<Gathering> gathering_named(std::string_view name) {
    const auto found = std::ranges::find(gatherings, name, &NamedGathering::name);
    return found == gatherings.end() ? std::nullopt : std::optional(found->how);
}

constexpr std::array<std::string_view, 7> tensor_functions{"transpose", "inv",         "det",     "trace",
                                                           "kronecker", "eigenvalues", "spectrum"};


template <class Names>
bool among(const Names& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

// A built-in name that the user has not declared anew.
const syntax::Name* builtin_name(const Environment& environment, const Expression& callee) {
    const auto* name = std::get_if<syntax::Name>(&callee.node);
    if (name == nullptr || environment.argument(name->text) != nullptr)
        return nullptr;
    if (environment.scope->find_own(name->text) != nullptr)
        return nullptr;
    for (const auto& [module_name, module] : environment.scope->used)
        if (const Declaration* imported = module->find_own(name->text);
            imported != nullptr && imported->kind != NameKind::index)
            return nullptr;
    return name;
}

Declaration* function_of(Context& context, const Environment& environment, const Expression& callee) {
    Found found;
    if (const auto* name = std::get_if<syntax::Name>(&callee.node)) {
        if (environment.argument(name->text) == nullptr)
            found = find(context, *environment.scope, *name);
    } else if (const auto* member = std::get_if<syntax::Member>(&callee.node)) {
        if (const auto* module = std::get_if<syntax::Name>(&member->base->node))
            found = find_in_module(context, *environment.scope, *module, member->member);
    }
    return found.declaration != nullptr && found.declaration->kind == NameKind::function ? found.declaration : nullptr;
}

struct Reducer {
    Context& context;
    Gathering how;
    const std::vector<syntax::Position>& positions;
    const Expression& body;
    Span span;

    Value from(std::size_t k, const Environment& environment) const {
        if (k == positions.size())
            return elaborate(context, body, environment);
        const auto* name = positions[k].coordinates.size() == 1
                               ? std::get_if<syntax::Name>(&positions[k].coordinates.front().node)
                               : nullptr;
        if (name == nullptr || !is_index(context, environment, *name)) {
            if (name != nullptr && !find(context, *environment.scope, *name).poison &&
                find(context, *environment.scope, *name).declaration == nullptr)
                tell_unknown(context, *environment.scope, *name);
            else
                context.tell(Code::sum_over_no_index, positions[k].span);
            return Poison{};
        }
        if (environment.index(name->text) != nullptr) {
            context.tell(Code::index_bound_again, positions[k].span, name->written)
                .help("use another index over the same set");
            return Poison{};
        }
        const auto set = set_of_index(context, environment, *name, body);
        if (!set)
            return Poison{};
        return gather(context, how, name->text, *set, environment, span,
                      [&](const Environment& inner) { return from(k + 1, inner); });
    }
};

Value reduction(Context& context, const syntax::Call& call, Span span, const Environment& environment) {
    const auto& callee = std::get<syntax::Indexed>(call.callee->node);
    const auto& name = std::get<syntax::Name>(callee.base->node);
    const auto* body = call.arguments.size() == 1 ? std::get_if<Expression>(&call.arguments.front().value) : nullptr;
    if (body == nullptr || callee.indices.columns) {
        context.tell(Code::argument_count, span, name.written, counted(std::size_t{1}, "argument", "arguments"),
                     call.arguments.size());
        return Poison{};
    }
    return Reducer{context, *gathering_named(name.text), callee.indices.rows, *body, span}.from(0, environment);
}

struct BuiltinCaller {
    Context& context;
    const syntax::Name& name;
    const syntax::Call& call;
    Span span;
    const Environment& environment;

    [[nodiscard]] bool arguments_are(std::size_t least, std::size_t most) const {
        if (call.arguments.size() < least || call.arguments.size() > most) {
            auto& told = context.tell(Code::argument_count, span, name.written,
                                      counted(call.arguments.size() < least ? least : most, "argument", "arguments"), call.arguments.size());
            if (call.arguments.size() == 1 && gathering_named(name.text))
                told.help("over places write `{}[i](…)` with an index of yours", name.written);
            return false;
        }
        for (const syntax::Argument& argument : call.arguments)
            if (argument.key || std::holds_alternative<syntax::Range>(argument.value)) {
                context.tell(Code::argument_form, argument.span, name.written);
                return false;
            }
        return true;
    }
    [[nodiscard]] const Expression& argument(std::size_t k) const {
        return std::get<Expression>(call.arguments[k].value);
    }

    [[nodiscard]] Value of_numbers(algebra::Op op) const {
        const auto arity = static_cast<std::size_t>(algebra::op_arity(op));
        const bool folds = op == algebra::Op::min || op == algebra::Op::max;
        if (!arguments_are(arity, folds ? std::size_t{1000} : arity))
            return Poison{};
        std::vector<Value> values;
        for (std::size_t k = 0; k < call.arguments.size(); ++k) {
            values.push_back(elaborate(context, argument(k), environment));
            if (auto* whole = std::get_if<Whole>(&values.back()); whole != nullptr && whole->name.empty())
                whole->name = syntax::print(argument(k));
        }
        while (folds && values.size() > 2) {
            const Value joined = apply_function(context, op, {values[0], values[1]}, name.written, span);
            values.erase(values.begin());
            values.front() = joined;
        }
        return apply_function(context, op, values, name.written, argument(0).span);
    }

    [[nodiscard]] Value record_value(bool start) const {
        if (!arguments_are(1, 1))
            return Poison{};
        if (!environment.in_expectation) {
            context.tell(Code::only_in_expectation, span, name.written);
            return Poison{};
        }
        const auto value = elaborate_number(context, argument(0), environment);
        const auto parts = value ? algebra::complex_parts(context.pool, settled(context, *value)) : std::nullopt;
        if (!parts)
            return Poison{};
        const auto recorded = [&](Expr part) { return start ? context.pool.at_start(part) : context.pool.at_end(part); };
        return context.pool.is_zero(parts->imaginary)
                   ? recorded(parts->real)
                   : context.pool.add({recorded(parts->real),
                                       context.pool.multiply({context.pool.imaginary_unit(), recorded(parts->imaginary)})});
    }

    [[nodiscard]] Value unit_matrix() const {
        if (!arguments_are(1, 1))
            return Poison{};
        const auto size = whole_number(context, argument(0), environment, "the size of a matrix");
        if (!size)
            return Poison{};
        if (*size < 1) {
            context.tell(Code::extent_too_small, argument(0).span, *size);
            return Poison{};
        }
        Whole unit = identity_times(context, {slot_of(range_set(context, 1, *size))}, context.pool.integer(1));
        unit.name = "identity";
        return unit;
    }

    // The argument as a matrix; told where it is none.
    [[nodiscard]] std::optional<Whole> matrix(std::size_t k, bool square) const {
        const Value value = tensor_argument(context, argument(k), environment);
        const auto* whole = std::get_if<Whole>(&value);
        if (whole == nullptr)
            return std::nullopt;
        const auto matrix = as_matrix(*whole);
        if (!matrix || (square && !is_square(*matrix))) {
            if (square)
                context.tell(Code::not_square, argument(k).span, describe(context, whole->slots));
            else
                context.tell(Code::not_a_matrix, argument(k).span, describe(context, whole->slots));
            return std::nullopt;
        }
        return matrix;
    }

    [[nodiscard]] Value of_tensors() const {
        const bool two = name.text == "kronecker";
        if (!arguments_are(two ? 2 : 1, two ? 2 : 1))
            return Poison{};
        if (name.text == "eigenvalues" && std::holds_alternative<syntax::Number>(syntax::ungrouped(argument(0)).node))
            return relaxation_rates(context, argument(0), span, environment);
        const bool square =
            name.text == "inv" || name.text == "det" || name.text == "trace" || name.text == "eigenvalues";
        const auto first = matrix(0, square);
        const auto second = two ? matrix(1, false) : first;
        if (!first || !second)
            return Poison{};
        if (name.text == "transpose")
            return transposed(*first);
        if (name.text == "inv")
            return inverse(context, *first, span);
        if (name.text == "det")
            return determinant(context, *first, span);
        if (name.text == "trace")
            return trace(context, *first);
        if (name.text == "eigenvalues")
            return eigenvalues(context, *first, span);
        return kronecker(context, *first, *second, span);
    }

    [[nodiscard]] Value evaluate() const {
        const std::string& text = name.text;
        if (text == "∂" || text == "partial")
            return derivative(context, call, false, span, environment);
        if (text == "d")
            return derivative(context, call, true, span, environment);
        if (text == "initial" || text == "final")
            return record_value(text == "initial");
        if (is_distribution(text))
            return draw(context, call, name, span, environment);
        if (text == "white")
            return arguments_are(0, 0) ? white_noise(context, span, environment) : Value(Poison{});
        if (is_memory(text))
            return memory(context, call, name, span, environment);
        if (text == "identity")
            return unit_matrix();
        if (text == "acceptance")
            return acceptance(context, call, span, environment);
        if (is_statistic(text))
            return statistic(context, call, name, span, environment);
        if (text == "regimes")
            return regimes(context, call, span, environment);
        if (text == "spectrum")
            return spectrum(context, call, name, span, environment);
        if (among(tensor_functions, text))
            return of_tensors();
        if (const auto op = algebra::op_named(text))
            return of_numbers(*op);
        if (gathering_named(text)) {
            context.tell(Code::sum_over_no_index, name.span).help("write `{}[i](…)` with an index of yours", name.written);
            return Poison{};
        }
        tell_unknown(context, *environment.scope, name, builtin_names());
        return Poison{};
    }
};

} // namespace

bool is_reduction(const Context&, const Environment& environment, const Expression& callee) {
    const auto* indexed = std::get_if<syntax::Indexed>(&callee.node);
    const syntax::Name* name = indexed == nullptr ? nullptr : builtin_name(environment, *indexed->base);
    return name != nullptr && gathering_named(name->text).has_value();
}

bool is_derivative(Context&, const Environment& environment, const Expression& callee) {
    const syntax::Name* name = builtin_name(environment, callee);
    return name != nullptr && (name->text == "∂" || name->text == "partial" || name->text == "d");
}

bool takes_tensor(Context& context, const Environment& environment, const Expression& callee, std::size_t argument) {
    if (const Declaration* function = function_of(context, environment, callee)) {
        const auto& parameters = *function->parameters();
        return argument < parameters.size() && parameters[argument].indices.has_value();
    }
    const syntax::Name* name = builtin_name(environment, callee);
    return name != nullptr && among(tensor_functions, name->text);
}

Value call(Context& context, const syntax::Call& call, Span span, const Environment& environment) {
    if (is_reduction(context, environment, *call.callee))
        return reduction(context, call, span, environment);
    if (Declaration* function = function_of(context, environment, *call.callee))
        return call_function(context, *function, call, span, environment);
    if (const syntax::Name* name = builtin_name(environment, *call.callee)) {
        const Found found = find(context, *environment.scope, *name);
        if (found.poison)
            return Poison{};
        return BuiltinCaller{context, *name, call, span, environment}.evaluate();
    }
    const Value callee = elaborate(context, *call.callee, environment);
    if (!is_poison(callee))
        context.tell(Code::not_a_function, call.callee->span, syntax::print(*call.callee))
            .help("to multiply, write `*`");
    return Poison{};
}

} // namespace nphys::model
