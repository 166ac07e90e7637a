#include "compiler/model/settle.h"

#include <algorithm>
#include <cmath>

#include "compiler/algebra/evaluate.h"
#include "compiler/model/complex.h"
#include "compiler/model/data.h"
#include "compiler/model/definitions.h"
#include "compiler/model/elaborate.h"
#include "compiler/model/estimates.h"
#include "compiler/model/metric.h"
#include "compiler/model/spaces.h"
#include "compiler/model/state_matrix.h"
#include "compiler/model/variables.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

// Definitions that wait for one another take stack.
constexpr std::size_t deepest_chain = 500;

bool settle_kind(Context& context, Declaration& declaration) {
    switch (declaration.kind) {
    case NameKind::parameter:
        return settle_parameter(context, declaration);
    case NameKind::lattice:
        return settle_lattice(context, declaration);
    case NameKind::coordinate:
        return settle(context, *declaration.lattice);
    case NameKind::graph:
        return settle_graph(context, declaration);
    case NameKind::dataset:
        return settle_dataset(context, declaration);
    case NameKind::index:
        return settle_index(context, declaration);
    case NameKind::variable:
        return settle_variable(context, declaration);
    case NameKind::definition:
    case NameKind::observable:
    case NameKind::hamiltonian:
        return settle_definition(context, declaration);
    case NameKind::function:
        return check_function(context, declaration);
    case NameKind::noise:
    case NameKind::metric:
        if (is_estimated(context, declaration))
            return check_estimated(context, declaration);
        return is_read_by_laws(context, declaration) || settle_matrix_of_law(context, declaration);
    }
    return false;
}

void tell_circle(Context& context, Declaration& declaration) {
    std::string circle;
    const auto begin = std::ranges::find(context.active, &declaration);
    for (auto step = begin; step != context.active.end(); ++step) {
        circle += "`" + (*step)->name->written + "` → ";
        (*step)->progress = Progress::broken;
    }
    context.tell(Code::circular_definition, declaration.name->span, declaration.name->written)
        .note("{}`{}`", circle, declaration.name->written);
}

} // namespace

bool settle(Context& context, Declaration& declaration) {
    if (declaration.progress == Progress::done)
        return true;
    if (declaration.progress == Progress::broken)
        return false;
    if (declaration.progress == Progress::active) {
        tell_circle(context, declaration);
        return false;
    }
    if (context.active.size() >= deepest_chain) {
        context.tell(Code::nested_too_deeply, declaration.name->span)
            .help("definitions build on one another more than {} deep here; declare them in the order in which they "
                  "build",
                  deepest_chain);
        return false;
    }
    declaration.progress = Progress::active;
    context.active.push_back(&declaration);
    const bool done = settle_kind(context, declaration) && declaration.progress != Progress::broken;
    context.active.pop_back();
    declaration.progress = done ? Progress::done : Progress::broken;
    return done;
}

std::optional<double> constant_value(Context& context, Expr value) {
    const auto parameter = [&](SymbolId symbol) {
        context.structural.insert(symbol);
        return context.parameter_values.at(symbol.value);
    };
    const auto number = algebra::constant_value(context.pool, value, parameter);
    if (!number || number->imag() != 0)
        return std::nullopt;
    return number->real();
}

std::optional<double> constant(Context& context, const syntax::Expression& expression, const Environment& environment,
                               const char* what) {
    const std::optional<Expr> value = elaborate_real(context, expression, environment, what);
    if (!value)
        return std::nullopt;
    const std::optional<double> number = constant_value(context, *value);
    if (!number)
        context.tell(Code::not_constant, expression.span, syntax::print(expression), what)
            .help("here only numbers and parameters may stand");
    else if (!std::isfinite(*number)) {
        context.tell(Code::not_finite, expression.span, syntax::print(expression), *number);
        return std::nullopt;
    }
    return number;
}

std::optional<std::int64_t> whole_number(Context& context, const syntax::Expression& expression,
                                         const Environment& environment, const char* what) {
    const std::optional<double> number = constant(context, expression, environment, what);
    if (!number)
        return std::nullopt;
    constexpr double largest = 9e15; // where doubles still count
    if (std::abs(*number) > largest) {
        context.tell(Code::not_whole, expression.span, what, *number).here("counting ends at {}", largest);
        return std::nullopt;
    }
    if (*number != std::floor(*number)) {
        context.tell(Code::not_whole, expression.span, what, *number).here("this is {}", *number);
        return std::nullopt;
    }
    return static_cast<std::int64_t>(*number);
}

} // namespace nphys::model
