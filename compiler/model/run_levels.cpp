#include "compiler/model/run_levels.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/base/suggest.h"
#include "compiler/model/wording.h"
#include "compiler/syntax/print.h"
#include "compiler/syntax/walk.h"

namespace nphys::model {

using syntax::Expression;

const Expression* argument_of(const syntax::Call& call) {
    if (call.arguments.size() != 1 || call.arguments.front().key)
        return nullptr;
    return std::get_if<Expression>(&call.arguments.front().value);
}

namespace {

// The word for a level, with the parentheses around its argument or without.
const syntax::Name* name_of(const Expression& level) {
    const auto* call = std::get_if<syntax::Call>(&syntax::ungrouped(level).node);
    return syntax::as_name(call == nullptr ? level : *call->callee);
}

// The kind that is written, with its argument.
std::optional<LevelKind> kind_of(Context& context, const Expression& level) {
    const auto* call = std::get_if<syntax::Call>(&syntax::ungrouped(level).node);
    const syntax::Name* name = name_of(level);
    const std::vector<std::string> known{"ensemble", "density", "wave", "hydrodynamic"};
    const auto row = name == nullptr ? known.end() : std::ranges::find(known, name->text);
    if (row == known.end()) {
        auto& told = context.tell(Code::level_unknown, level.span, syntax::print(level));
        const auto nearest = name == nullptr ? std::nullopt : suggest(name->text, known);
        if (nearest)
            told.help("did you mean `{}`?", *nearest);
        else
            told.help("write `as = density on grid(…)`");
        return std::nullopt;
    }
    const auto kind = static_cast<LevelKind>(row - known.begin());
    const bool takes_beta = kind == LevelKind::wave || kind == LevelKind::hydrodynamic;
    if (takes_beta != (call != nullptr) || (call != nullptr && !argument_of(*call))) {
        context.tell(Code::level_argument, level.span, name->text, takes_beta ? "its β" : "nothing")
            .help("write `as = {}{} on grid(…)`", name->text, takes_beta ? "(1)" : "");
        return std::nullopt;
    }
    return kind;
}

} // namespace

std::vector<const Expression*> joined_by_and(const Expression& expression) {
    const Expression& inner = syntax::ungrouped(expression);
    const auto* joined = std::get_if<syntax::Logical>(&inner.node);
    if (joined == nullptr || joined->op != syntax::LogicalOperator::conjunction)
        return {&expression};
    std::vector<const Expression*> parts;
    for (const Expression& part : joined->operands)
        parts.push_back(&part);
    return parts;
}

std::optional<std::vector<LevelKind>> kinds_of(Context& context, const std::vector<const Expression*>& levels) {
    std::vector<LevelKind> kinds;
    for (const Expression* level : levels) {
        const auto kind = kind_of(context, *level);
        if (!kind)
            return std::nullopt;
        if (std::ranges::find(kinds, *kind) != kinds.end()) {
            context.tell(Code::level_repeated, level->span, name_of(*level)->text)
                .help("give it a run of its own, and put the two side by side with `nphysc compare RUN RUN`");
            return std::nullopt;
        }
        kinds.push_back(*kind);
        context.model.levels.push_back(name_of(*level)->text);
    }
    return kinds;
}

std::optional<std::size_t> chosen_level(Context& context) {
    const auto& levels = context.model.levels;
    if (!context.request.level)
        return 0;
    const auto found = std::ranges::find(levels, *context.request.level);
    if (found != levels.end())
        return static_cast<std::size_t>(found - levels.begin());
    context.tell(Code::level_not_in_run, Span{}, *context.request.level).help("its levels are {}", fmt::join(levels, ", "));
    return std::nullopt;
}

bool is_of_another_level(const Context& context, const Expression& expression) {
    bool found = false;
    syntax::for_each_expression(expression, [&](const Expression& part) {
        const syntax::Name* name = syntax::as_name(part);
        found = found || (name != nullptr && context.foreign.contains(name->text));
    });
    return found;
}

bool is_of_another_level(Context& context, const syntax::Init& initial) {
    const std::string& name = initial.target.name.text;
    const auto has = [&](const char* level) { return std::ranges::find(context.model.levels, level) != context.model.levels.end(); };
    if (name == "P" && has("ensemble") && context.model.level) {
        context.tell(Code::ensemble_initial, initial.target.span, "init P")
            .help("give the variables their law, in the run or in the model: `init {} = normal(0, 1)`", context.model.level->axes.front().name);
        return true;
    }
    const bool is_of_density = name == "P" && (has("density") || has("hydrodynamic"));
    return context.foreign.contains(name) ||
           (is_of_density && context.model.level && context.model.level->kind == LevelKind::wave);
}

bool is_beside_ensemble(const Context& context) {
    const auto& level = context.model.level;
    return level && level->kind != LevelKind::ensemble && std::ranges::find(context.model.levels, "ensemble") != context.model.levels.end();
}

std::optional<syntax::Setting> of_this_level(Context& context, const syntax::Setting& scheme) {
    const auto parts = joined_by_and(scheme.value);
    if (parts.size() == 1)
        return scheme;
    if (parts.size() == context.model.levels.size())
        return syntax::Setting{scheme.key, *parts[context.level_number], {}};
    const std::size_t levels = std::max<std::size_t>(1, context.model.levels.size());
    context
        .tell(Code::schemes_of_levels, scheme.value.span, parts.size(),
              context.model.levels.empty() ? "trajectories alone" : counted(levels, "level", "levels"))
        .help("{}write `scheme = {}`", levels == 1 ? "" : "name one for each level; for all of them together ", syntax::print(*parts.front()));
    return std::nullopt;
}

} // namespace nphys::model
