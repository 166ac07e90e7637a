#include "compiler/model/descent.h"

#include <algorithm>

#include "compiler/base/suggest.h"
#include "compiler/model/complex.h"
#include "compiler/model/estimates.h"
#include "compiler/model/joined_metric.h"
#include "compiler/model/metric.h"
#include "compiler/model/regimes.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"
#include "compiler/model/state_matrix.h"
#include "compiler/model/targets.h"
#include "compiler/model/variables.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

// The names of the indices that a loss or variable was declared with.
std::vector<std::string> index_names(const Declaration* declaration) {
    std::vector<std::string> names;
    const syntax::Indices* indices = declaration == nullptr ? nullptr : declaration->indices();
    if (indices == nullptr)
        return names;
    for (const syntax::Position& position : indices->rows)
        if (const syntax::Name* name = syntax::as_name(position.coordinates.front()))
            names.push_back(name->text);
    return names;
}

struct LossMatcher {
    Context& context;
    const Whole& loss;
    std::vector<std::string> loss_names;
    const Declaration& variable;
    Span span;

    // Which slot of the variable each slot of the loss goes with: the one of the same index, or the only one of the
    // same set.
    [[nodiscard]] std::optional<std::vector<std::size_t>> match() const {
        const std::vector<std::string> names = index_names(&variable);
        const std::vector<Slot> slots = variable.whole ? variable.whole->slots : std::vector<Slot>{};
        std::vector<std::size_t> matched;
        for (std::size_t k = 0; k < loss.slots.size(); ++k) {
            std::vector<std::size_t> same;
            for (std::size_t s = 0; s < slots.size(); ++s) {
                const bool named = k < loss_names.size() && s < names.size() && loss_names[k] == names[s];
                if (slots[s] == loss.slots[k] && named)
                    same.insert(same.begin(), s);
                else if (slots[s] == loss.slots[k])
                    same.push_back(s);
            }
            const bool by_name = !same.empty() && k < loss_names.size() && same.front() < names.size() &&
                                 names[same.front()] == loss_names[k];
            if (same.empty() || (same.size() > 1 && !by_name)) {
                context.tell(Code::loss_does_not_match, span, syntax_name(), describe(context, loss.slots),
                             variable.name->written, describe(context, slots));
                return std::nullopt;
            }
            matched.push_back(same.front());
        }
        return matched;
    }

    [[nodiscard]] std::string syntax_name() const { return loss.name.empty() ? "the loss" : loss.name; }
};

struct DescentReader {
    Context& context;
    const syntax::Law& node;
    const Environment& environment;
    Law& law;
    const syntax::Expression *metric = nullptr, *noise = nullptr;

    bool add_target(const syntax::Target& text) {
        const auto target = read_target(context, text, environment, "a law");
        if (!target)
            return false;
        if (is_neuron(*target->variable) && node.dynamics == syntax::Dynamics::learning) {
            context.tell(Code::wrong_dynamics, text.name.span, text.name.written, "a neuron", "learning")
                .label(target->variable->name->span, "declared here");
            return false;
        }
        bool right = true;
        for (const Spread& one : target->spreads) {
            const auto loss = loss_at(*target, one);
            right = right && loss.has_value();
            if (loss)
                add(target->variable->symbol, one.places, *loss);
        }
        return right;
    }

    // Of a complex variable, the real and the imaginary part descend the loss.
    void add(SymbolId variable, const std::vector<Place>& places, Expr loss) {
        if (!context.pool.symbol(variable).has_parts) {
            law.components.push_back({variable, places, loss});
            return;
        }
        for (const std::int64_t part : {1, 2})
            law.components.push_back({variable, with_part(places, part), loss});
    }

    std::optional<Expr> loss_at(const Target& target, const Spread& one) {
        const Value value = elaborate(context, node.value, target.whole ? environment : one.environment);
        if (const auto* number = std::get_if<Expr>(&value))
            return real_scalar(context, *number, node.value.span, "a loss");
        const auto* whole = std::get_if<Whole>(&value);
        if (whole == nullptr) {
            if (!is_poison(value))
                context.tell(Code::text_in_formula, node.value.span);
            return std::nullopt;
        }
        const auto matched =
            LossMatcher{context, *whole, index_names(loss_declaration()), *target.variable, node.value.span}.match();
        if (!matched)
            return std::nullopt;
        std::vector<Place> places;
        for (const std::size_t slot : *matched)
            places.push_back(one.places[slot]);
        const auto loss = whole->at(places);
        return loss ? real_scalar(context, *loss, node.value.span, "a loss") : std::nullopt;
    }

    [[nodiscard]] const Declaration* loss_declaration() const {
        const syntax::Name* name = syntax::as_name(node.value);
        return name == nullptr ? nullptr : find(context, *environment.scope, *name).declaration;
    }

    [[nodiscard]] std::optional<Expr>* slot_of_option(const std::string& key) const {
        return key == "rate"       ? &law.rate
               : key == "momentum" ? &law.momentum
               : key == "average"  ? &law.average
               : key == "nesterov" ? &law.nesterov
               : key == "shrink"   ? &law.shrink
                                   : nullptr;
    }

    bool take_option(const syntax::Option& option) {
        const std::string& key = option.key.text;
        if (key == "metric" && option.value) {
            const Declaration* metric = declaration_named(context, *option.value, environment);
            if (metric != nullptr && metric->kind == NameKind::metric && is_estimated(context, *metric))
                return take_estimated_metric(context, *metric, option.span, law);
        }
        if (key == "calculus")
            return take_calculus(context, option, law);
        if (key != "metric" && key != "noise" && key != "backprop" && slot_of_option(key) == nullptr) {
            const std::vector<std::string> known{"rate",     "momentum", "metric",  "noise",    "calculus",
                                                 "backprop", "average",  "nesterov", "shrink"};
            auto& told = context.tell(Code::unknown_option, option.key.span, option.key.written);
            if (const auto nearest = suggest(key, known))
                told.help("did you mean `{}`?", *nearest);
            return false;
        }
        if (!option.value) {
            context.tell(Code::option_without_value, option.key.span, option.key.written);
            return false;
        }
        if (key == "backprop")
            return take_backprop(option);
        if (key == "metric" || key == "noise")
            return note_matrix(option, key == "metric" ? metric : noise);
        const auto value = elaborate_real(context, *option.value, environment, (key == "average" ? "an " : "a ") + key);
        if (!value)
            return false;
        if ((key == "average" || key == "nesterov") && !is_decay(context, *value, option.value->span))
            return false;
        auto& slot = *slot_of_option(key);
        if (slot)
            context.tell(Code::option_twice, option.key.span, option.key.written);
        slot = *value;
        return true;
    }

    bool note_matrix(const syntax::Option& option, const syntax::Expression*& read) {
        if (read != nullptr)
            context.tell(Code::option_twice, option.key.span, option.key.written);
        read = &*option.value;
        return true;
    }

    // Once all options are read.
    bool take_matrices() {
        if (const auto taken = take_state_matrix(context, law, metric, noise, environment))
            return *taken;
        bool right = true;
        for (const auto& [read, matrix] : {std::pair{metric, &law.given_metric}, std::pair{noise, &law.given_noise}})
            if (read != nullptr)
                right = (*matrix = matrix_of_law(context, law, *read, environment)).has_value() && right;
        if (!right)
            return false;
        if ((joins_places(law.given_metric) || joins_places(law.given_noise)) && !take_joined(context, law, metric, noise, environment))
            return false;
        if (metric != nullptr)
            take_regimes(context, *metric, environment, law);
        return true;
    }

    bool take_backprop(const syntax::Option& option) {
        const auto steps = whole_number(context, *option.value, environment, "the number of steps to go back");
        if (!steps)
            return false;
        if (*steps < 1) {
            context.tell(Code::too_small, option.value->span, "backprop", std::int64_t{1}, *steps);
            return false;
        }
        law.backprop = *steps;
        law.backprop_span = option.span;
        return true;
    }
};

} // namespace

bool read_descent(Context& context, const syntax::Law& node, const Environment& environment, Law& law) {
    if (node.dynamics == syntax::Dynamics::activation) {
        context.tell(Code::activation_descends, node.form_span, node.targets.front().name.written)
            .help("write the law out: `activation d/dt {} = …`", node.targets.front().name.written);
        return false;
    }
    DescentReader reader{context, node, environment, law};
    bool right = true;
    for (const syntax::Target& target : node.targets)
        right = reader.add_target(target) && right;
    for (const syntax::Option& option : node.options)
        right = reader.take_option(option) && right;
    if (right && law.momentum && law.nesterov) {
        context.tell(Code::two_momenta, node.form_span).help("keep one of them");
        return false;
    }
    return right && reader.take_matrices();
}

} // namespace nphys::model
