#include "compiler/syntax/build.h"

#include "NphysParser.h"

namespace nphys::syntax {

namespace {

using Grammar = grammar::NphysParser;

class StatementBuilder {
public:
    explicit StatementBuilder(BuildContext context) : context_(context) {}

    Statement::Node statement(Grammar::StatementContext& rule) {
        if (auto* use = dynamic_cast<Grammar::UseContext*>(&rule))
            return this->use(*use);
        if (auto* param = dynamic_cast<Grammar::ParamContext*>(&rule))
            return parameter(*param->parameter());
        if (auto* lattice = dynamic_cast<Grammar::LatticeContext*>(&rule))
            return this->lattice(*lattice);
        if (auto* graph = dynamic_cast<Grammar::GraphContext*>(&rule))
            return Graph{name(*graph->name()), expression(*graph->arithmetic())};
        if (auto* dataset = dynamic_cast<Grammar::DatasetContext*>(&rule))
            return Dataset{name(*dataset->name()), expression(*dataset->arithmetic())};
        if (auto* index = dynamic_cast<Grammar::IndexContext*>(&rule))
            return Index{all(index->name()), build_values(*index->values(), context_)};
        if (auto* variables = dynamic_cast<Grammar::VariablesContext*>(&rule))
            return Variables{variables->NEURON() != nullptr ? VariableKind::neuron : VariableKind::trainable,
                             all(variables->target()), optional_name(variables->name())};
        if (auto* definition = dynamic_cast<Grammar::DefinitionContext*>(&rule))
            return Definition{kind(*definition), target(*definition->target()), expression(*definition->expression())};
        if (auto* let = dynamic_cast<Grammar::LetContext*>(&rule))
            return this->let(*let);
        if (auto* hamiltonian = dynamic_cast<Grammar::HamiltonianContext*>(&rule))
            return this->hamiltonian(*hamiltonian);
        if (auto* noise = dynamic_cast<Grammar::NoiseContext*>(&rule))
            return this->noise(*noise);
        if (auto* metric = dynamic_cast<Grammar::MetricContext*>(&rule))
            return Metric{target(*metric->target()), optional_name(metric->name()), expression(*metric->expression())};
        if (auto* dynamics = dynamic_cast<Grammar::DynamicsContext*>(&rule))
            return law(*dynamics);
        if (auto* boundary = dynamic_cast<Grammar::BoundaryContext*>(&rule))
            return this->boundary(*boundary);
        if (auto* timescale = dynamic_cast<Grammar::TimescaleContext*>(&rule))
            return this->timescale(*timescale);
        if (auto* init = dynamic_cast<Grammar::InitContext*>(&rule))
            return initial(*init->initial());
        if (auto* observe = dynamic_cast<Grammar::ObserveContext*>(&rule))
            return Observe{target(*observe->target()), optional_expression(observe->expression())};
        return expectation(*dynamic_cast<Grammar::ExpectContext&>(rule).expectation());
    }

    decltype(RunItem::node) item(Grammar::ItemContext& rule) {
        if (auto* setting = dynamic_cast<Grammar::SettingContext*>(&rule))
            return this->setting(*setting);
        if (auto* recorded = dynamic_cast<Grammar::RecordedContext*>(&rule))
            return Recorded{false, all(recorded->arithmetic()), cadence(recorded->cadence())};
        if (auto* saved = dynamic_cast<Grammar::SavedContext*>(&rule))
            return Recorded{true, all(saved->arithmetic()), cadence(saved->cadence())};
        if (auto* swept = dynamic_cast<Grammar::SweptContext*>(&rule))
            return Sweep{name(*swept->name()), build_values(*swept->values(), context_)};
        if (auto* changed = dynamic_cast<Grammar::ChangedContext*>(&rule))
            return parameter(*changed->parameter());
        if (auto* restart = dynamic_cast<Grammar::RestartContext*>(&rule))
            return initial(*restart->initial());
        return expectation(*dynamic_cast<Grammar::CheckedContext&>(rule).expectation());
    }

    std::optional<Name> optional_name(Grammar::NameContext* rule) {
        return rule == nullptr ? std::nullopt : std::optional(name(*rule));
    }

private:
    [[nodiscard]] Span span(const antlr4::ParserRuleContext& rule) const { return context_.places.of(rule); }
    Name name(antlr4::ParserRuleContext& rule) { return build_name(rule, context_); }
    Expression expression(antlr4::ParserRuleContext& rule) { return build_expression(rule, context_); }
    std::optional<Expression> optional_expression(Grammar::ExpressionContext* rule) {
        return rule == nullptr ? std::nullopt : std::optional(expression(*rule));
    }

    Target target(Grammar::TargetContext& rule) {
        Target result{span(rule), name(*rule.name()), std::nullopt};
        if (rule.indices() != nullptr)
            result.indices = build_indices(*rule.indices(), context_);
        return result;
    }

    std::vector<Name> all(const std::vector<Grammar::NameContext*>& rules) {
        std::vector<Name> result;
        for (Grammar::NameContext* rule : rules)
            result.push_back(name(*rule));
        return result;
    }
    std::vector<Target> all(const std::vector<Grammar::TargetContext*>& rules) {
        std::vector<Target> result;
        for (Grammar::TargetContext* rule : rules)
            result.push_back(target(*rule));
        return result;
    }
    std::vector<Expression> all(const std::vector<Grammar::ArithmeticContext*>& rules) {
        std::vector<Expression> result;
        for (Grammar::ArithmeticContext* rule : rules)
            result.push_back(expression(*rule));
        return result;
    }

    // Where the grammar takes any values, but only a range has a meaning.
    std::optional<Range> range(Grammar::ValuesContext& rule) {
        ExpressionOrRange values = build_values(rule, context_);
        if (Range* range = std::get_if<Range>(&values))
            return std::move(*range);
        context_.diagnostics.report(Code::range_expected, span(rule), context_.places.source().text(span(rule)))
            .help("write the two ends with `..` between them, such as 0..10");
        return std::nullopt;
    }

    Use use(Grammar::UseContext& rule) {
        Use result;
        for (Grammar::SourceContext* source : rule.source()) {
            const bool is_path = source->STRING() != nullptr;
            std::string text =
                is_path ? build_string(*source->STRING()->getSymbol(), context_) : name(*source->word()).text;
            result.sources.push_back({span(*source), is_path, std::move(text)});
        }
        return result;
    }

    Parameter parameter(Grammar::ParameterContext& rule) {
        Parameter result{name(*rule.name()), expression(*rule.expression()), std::nullopt};
        if (rule.values() != nullptr)
            result.range = range(*rule.values());
        return result;
    }

    Lattice lattice(Grammar::LatticeContext& rule) {
        Lattice result{name(*rule.name()), {}, expression(*rule.arithmetic()), {}};
        if (rule.coordinates() != nullptr)
            result.coordinates = all(rule.coordinates()->name());
        if (rule.extent() != nullptr)
            for (Grammar::ValuesContext* values : rule.extent()->values())
                if (std::optional<Range> extent = range(*values))
                    result.extent.push_back(std::move(*extent));
        return result;
    }

    static DefinitionKind kind(Grammar::DefinitionContext& rule) {
        if (rule.WEIGHT() != nullptr)
            return DefinitionKind::weight;
        return rule.BIAS() != nullptr ? DefinitionKind::bias : DefinitionKind::loss;
    }

    Let let(Grammar::LetContext& rule) {
        Let result{name(*rule.name()), {}, std::nullopt, expression(*rule.expression())};
        if (rule.parameters() != nullptr)
            result.parameters = all(rule.parameters()->target());
        if (rule.indices() != nullptr)
            result.indices = build_indices(*rule.indices(), context_);
        return result;
    }

    Hamiltonian hamiltonian(Grammar::HamiltonianContext& rule) {
        Hamiltonian result{name(*rule.name()), {}, expression(*rule.expression())};
        if (rule.pairs() != nullptr)
            for (Grammar::PairContext* pair : rule.pairs()->pair())
                result.pairs.push_back({name(*pair->name(0)), name(*pair->name(1))});
        return result;
    }

    Noise noise(Grammar::NoiseContext& rule) {
        Noise result{target(*rule.target()), optional_name(rule.name()), std::nullopt, std::nullopt, std::nullopt};
        if (rule.ASSIGN() != nullptr)
            result.value = expression(*rule.expression(0));
        else
            result.source = expression(*rule.expression(0));
        if (rule.DECAY() != nullptr)
            result.decay = expression(*rule.expression(1));
        return result;
    }

    static LawForm form(Grammar::VerbContext& verb) {
        if (verb.DESCENDS() != nullptr)
            return LawForm::descends;
        return verb.EVOLVES() != nullptr ? LawForm::evolves : LawForm::map;
    }

    Law law(Grammar::DynamicsContext& rule) {
        const Dynamics dynamics = rule.ACTIVATION() != nullptr ? Dynamics::activation : Dynamics::learning;
        std::vector<Option> options = this->options(rule.options_());
        if (auto* flow = dynamic_cast<Grammar::FlowContext*>(rule.law())) {
            const Span sign = join(context_.places.of(*flow->start), context_.places.of(*flow->DT()->getSymbol()));
            std::vector<Target> targets;
            targets.push_back(target(*flow->target()));
            return {dynamics,          LawForm::flow, sign, std::move(targets), expression(*flow->expression()),
                    std::move(options)};
        }
        auto& step = dynamic_cast<Grammar::StepContext&>(*rule.law());
        Law law{dynamics,
                form(*step.verb()),
                span(*step.verb()),
                all(step.target()),
                expression(*step.expression()),
                std::move(options)};
        if (law.form == LawForm::map && law.targets.size() > 1)
            context_.diagnostics.report(Code::one_target, law.targets[1].span)
                .help("write a law for each of them: {} {} ← …",
                      dynamics == Dynamics::activation ? "activation" : "learning", law.targets[1].name.written);
        return law;
    }

    Boundary boundary(Grammar::BoundaryContext& rule) {
        return {target(*rule.target()), expression(*rule.expression(0)), optional_expression(rule.expression(1)),
                options(rule.options_())};
    }

    std::vector<Option> options(Grammar::Options_Context* rule) {
        std::vector<Option> result;
        if (rule != nullptr)
            for (Grammar::OptionContext* option : rule->option())
                result.push_back({span(*option), name(*option->word()), optional_expression(option->expression())});
        return result;
    }

    Timescale timescale(Grammar::TimescaleContext& rule) {
        Timescale result;
        for (Grammar::PeriodContext* period : rule.period()) {
            const Scale scale = period->ACTIVATION() != nullptr ? Scale::activation
                                : period->BOUNDARY() != nullptr ? Scale::boundary
                                                                : Scale::learning;
            result.periods.push_back({span(*period), scale, expression(*period->expression())});
        }
        return result;
    }

    Init initial(Grammar::InitialContext& rule) { return {target(*rule.target()), expression(*rule.expression())}; }
    Expect expectation(Grammar::ExpectationContext& rule) { return {expression(*rule.expression())}; }

    Setting setting(Grammar::SettingContext& rule) {
        Setting result{name(*rule.name()), expression(*rule.expression()), {}};
        for (Grammar::AxisContext* axis : rule.axis())
            result.grid.push_back(
                {span(*axis), expression(*axis->arithmetic()), build_values(*axis->values(), context_)});
        return result;
    }

    std::optional<Cadence> cadence(Grammar::CadenceContext* rule) {
        if (rule == nullptr)
            return std::nullopt;
        return Cadence{span(*rule), rule->ASSIGN() != nullptr, expression(*rule->expression())};
    }

    BuildContext context_;
};

Span keyword_of(const antlr4::ParserRuleContext& rule, BuildContext context) {
    return context.places.of(*rule.start);
}

} // namespace

Header build_header(antlr4::ParserRuleContext& rule, BuildContext context) {
    auto& header = dynamic_cast<Grammar::HeaderContext&>(rule);
    Header result{context.places.of(rule), header.MODULE() != nullptr, {}, std::nullopt, {}};
    result.name = result.is_module ? build_name(*header.word(), context) : build_name(*header.name(), context);
    if (header.STRING() != nullptr)
        result.title = build_string(*header.STRING()->getSymbol(), context);
    return result;
}

Statement build_statement(antlr4::ParserRuleContext& rule, BuildContext context) {
    return {context.places.of(rule),
            keyword_of(rule, context),
            {},
            StatementBuilder(context).statement(dynamic_cast<Grammar::StatementContext&>(rule))};
}

RunItem build_item(antlr4::ParserRuleContext& rule, BuildContext context) {
    return {context.places.of(rule), StatementBuilder(context).item(dynamic_cast<Grammar::ItemContext&>(rule))};
}

Statement build_run(antlr4::ParserRuleContext& rule, BuildContext context) {
    auto& run = dynamic_cast<Grammar::RunContext&>(rule);
    return {context.places.of(rule),
            keyword_of(rule, context),
            {},
            Run{StatementBuilder(context).optional_name(run.name()), {}}};
}

} // namespace nphys::syntax
