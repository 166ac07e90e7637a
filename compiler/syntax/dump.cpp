#include "compiler/syntax/dump.h"

#include <array>
#include <fmt/format.h>

namespace nphys::syntax {

namespace {

constexpr std::array unary_words = {"minus", "plus", "root", "not"};
constexpr std::array binary_words = {"add", "subtract", "multiply", "divide", "power"};
constexpr std::array comparator_words = {"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"};
constexpr std::array form_words = {"map", "flow", "descends", "evolves"};
constexpr std::array definition_words = {"weight", "bias", "loss"};
constexpr std::array scale_words = {"activation", "boundary", "learning"};

template <class Words, class Enumerator>
std::string_view word(const Words& words, Enumerator enumerator) {
    return words[static_cast<std::size_t>(enumerator)];
}

// (head part part …), leaving out empty parts.
class ListText {
public:
    explicit ListText(std::string_view head) : text_("(" + std::string(head)) {}
    ListText& add(std::string_view part) {
        if (!part.empty())
            text_ += " " + std::string(part);
        return *this;
    }
    [[nodiscard]] std::string close() const { return text_ + ")"; }

private:
    std::string text_;
};

struct Dumper {
    std::string operator()(const Expression& node) const { return std::visit(*this, node.node); }
    std::string operator()(const Name& node) const { return node.text; }
    std::string operator()(const Number& node) const { return fmt::format("{}", node.value); }
    std::string operator()(const Imaginary& node) const { return fmt::format("{}i", node.value); }
    std::string operator()(const String& node) const { return fmt::format("\"{}\"", node.value); }
    std::string operator()(const Group& node) const { return ListText("group").add((*this)(*node.inner)).close(); }
    std::string operator()(const List& node) const { return list("list", node.elements); }
    std::string operator()(const Member& node) const {
        return ListText("member").add((*this)(*node.base)).add(node.member.text).close();
    }
    std::string operator()(const Indexed& node) const {
        return ListText("indexed").add((*this)(*node.base)).add((*this)(node.indices)).close();
    }
    std::string operator()(const Call& node) const {
        return ListText("call").add((*this)(*node.callee)).add(parts(node.arguments)).close();
    }
    std::string operator()(const Argument& node) const {
        return node.key ? ListText("key").add(node.key->text).add((*this)(node.value)).close() : (*this)(node.value);
    }
    std::string operator()(const Unary& node) const {
        return ListText(word(unary_words, node.op)).add((*this)(*node.operand)).close();
    }
    std::string operator()(const Binary& node) const {
        return ListText(word(binary_words, node.op)).add((*this)(*node.left)).add((*this)(*node.right)).close();
    }
    std::string operator()(const Comparison& node) const {
        ListText text("compare");
        text.add((*this)(node.operands.front()));
        for (std::size_t i = 0; i < node.operators.size(); ++i)
            text.add(word(comparator_words, node.operators[i])).add((*this)(node.operands[i + 1]));
        return text.close();
    }
    std::string operator()(const Logical& node) const {
        return list(node.op == LogicalOperator::conjunction ? "and" : "or", node.operands);
    }
    std::string operator()(const Conditional& node) const {
        return ListText("if")
            .add((*this)(*node.condition))
            .add((*this)(*node.value))
            .add((*this)(*node.otherwise))
            .close();
    }

    std::string operator()(const Position& node) const {
        return node.coordinates.size() == 1 ? (*this)(node.coordinates.front()) : list("site", node.coordinates);
    }
    std::string operator()(const Indices& node) const {
        return ListText("at").add(parts(node.rows)).add(node.columns ? "; " + parts(*node.columns) : "").close();
    }
    std::string operator()(const Range& node) const {
        return ListText("range")
            .add((*this)(*node.first))
            .add((*this)(*node.last))
            .add(node.step ? (*this)(**node.step) : "")
            .close();
    }
    std::string operator()(const ExpressionOrRange& node) const {
        const auto* range = std::get_if<Range>(&node);
        return range != nullptr ? (*this)(*range) : (*this)(std::get<Expression>(node));
    }
    std::string operator()(const Target& node) const {
        return node.indices ? ListText(node.name.text).add((*this)(*node.indices)).close() : node.name.text;
    }
    std::string operator()(const Option& node) const { return ListText(node.key.text).add(maybe(node.value)).close(); }
    std::string operator()(const Use::Source& node) const { return node.is_path ? "\"" + node.text + "\"" : node.text; }
    std::string operator()(const Hamiltonian::Pair& node) const {
        return ListText(node.neuron.text).add(node.trainable.text).close();
    }
    std::string operator()(const Timescale::Period& node) const {
        return ListText(word(scale_words, node.scale)).add((*this)(node.value)).close();
    }
    std::string operator()(const Setting::GridAxis& node) const {
        return ListText("axis").add((*this)(node.variable)).add((*this)(node.points)).close();
    }
    std::string operator()(const Cadence& node) const {
        return ListText(node.in_time ? "every_time" : "every").add((*this)(node.period)).close();
    }

    std::string operator()(const Use& node) const { return list("use", node.sources); }
    std::string operator()(const Parameter& node) const {
        return ListText("param")
            .add(node.name.text)
            .add((*this)(node.value))
            .add(node.range ? (*this)(*node.range) : "")
            .close();
    }
    std::string operator()(const Lattice& node) const {
        return ListText("lattice")
            .add(node.name.text)
            .add(list("coordinates", node.coordinates))
            .add((*this)(node.kinds))
            .add(list("over", node.extent))
            .close();
    }
    std::string operator()(const Graph& node) const {
        return ListText("graph").add(node.name.text).add((*this)(node.value)).close();
    }
    std::string operator()(const Dataset& node) const {
        return ListText("dataset").add(node.name.text).add((*this)(node.value)).close();
    }
    std::string operator()(const Index& node) const {
        return ListText("index").add(list("names", node.names)).add((*this)(node.set)).close();
    }
    std::string operator()(const Variables& node) const {
        return ListText(node.kind == VariableKind::neuron ? "neuron" : "trainable")
            .add(parts(node.targets))
            .add(node.type ? ": " + node.type->text : "")
            .close();
    }
    std::string operator()(const Definition& node) const {
        return ListText(word(definition_words, node.kind)).add((*this)(node.target)).add((*this)(node.value)).close();
    }
    std::string operator()(const Let& node) const {
        return ListText("let")
            .add(node.name.text)
            .add(list("parameters", node.parameters))
            .add(node.indices ? (*this)(*node.indices) : "")
            .add((*this)(node.value))
            .close();
    }
    std::string operator()(const Hamiltonian& node) const {
        return ListText("hamiltonian")
            .add(node.name.text)
            .add(list("pairs", node.pairs))
            .add((*this)(node.value))
            .close();
    }
    std::string operator()(const Noise& node) const {
        return ListText("noise")
            .add((*this)(node.target))
            .add(node.structure ? node.structure->text : "")
            .add(maybe(node.value))
            .add(node.source ? "from " + (*this)(*node.source) : "")
            .add(node.decay ? "decay " + (*this)(*node.decay) : "")
            .close();
    }
    std::string operator()(const Metric& node) const {
        return ListText("metric")
            .add((*this)(node.target))
            .add(node.structure ? node.structure->text : "")
            .add((*this)(node.value))
            .close();
    }
    std::string operator()(const Law& node) const {
        return ListText(node.dynamics == Dynamics::activation ? "activation" : "learning")
            .add(word(form_words, node.form))
            .add(parts(node.targets))
            .add((*this)(node.value))
            .add(list("with", node.options))
            .close();
    }
    std::string operator()(const Boundary& node) const {
        return ListText("boundary")
            .add((*this)(node.target))
            .add((*this)(node.value))
            .add(node.where ? "where " + (*this)(*node.where) : "")
            .add(list("with", node.options))
            .close();
    }
    std::string operator()(const Timescale& node) const { return list("timescale", node.periods); }
    std::string operator()(const Init& node) const {
        return ListText("init").add((*this)(node.target)).add((*this)(node.value)).close();
    }
    std::string operator()(const Observe& node) const {
        return ListText("observe").add((*this)(node.target)).add(maybe(node.value)).close();
    }
    std::string operator()(const Expect& node) const { return ListText("expect").add((*this)(node.condition)).close(); }
    std::string operator()(const Setting& node) const {
        return ListText("set").add(node.key.text).add((*this)(node.value)).add(list("grid", node.grid)).close();
    }
    std::string operator()(const Recorded& node) const {
        return ListText(node.whole_fields ? "save" : "observe")
            .add(parts(node.values))
            .add(node.cadence ? (*this)(*node.cadence) : "")
            .close();
    }
    std::string operator()(const Sweep& node) const {
        return ListText("sweep").add(node.parameter.text).add((*this)(node.values)).close();
    }
    std::string operator()(const RunItem& node) const { return "\n  " + std::visit(*this, node.node); }
    std::string operator()(const Run& node) const {
        return ListText("run").add(node.name ? node.name->text : "").add(parts(node.items)).close();
    }

private:
    [[nodiscard]] std::string maybe(const std::optional<Expression>& expression) const {
        return expression ? (*this)(*expression) : std::string();
    }
    template <class Parts>
    [[nodiscard]] std::string parts(const Parts& all) const {
        std::string text;
        for (const auto& part : all)
            text += (text.empty() ? "" : " ") + (*this)(part);
        return text;
    }
    // Nothing for an empty list.
    template <class Parts>
    [[nodiscard]] std::string list(std::string_view head, const Parts& all) const {
        return all.empty() && head != "list" ? std::string() : ListText(head).add(parts(all)).close();
    }
};

} // namespace

std::string dump(const Expression& expression) {
    return Dumper{}(expression);
}

std::string dump(const SyntaxTree& tree) {
    const Header& header = tree.header;
    std::string text = ListText(header.is_module ? "module" : "model")
                           .add(header.name.text)
                           .add(header.title ? "\"" + *header.title + "\"" : "")
                           .close() +
                       "\n";
    for (const Statement& statement : tree.statements)
        text += std::visit(Dumper{}, statement.node) + "\n";
    return text;
}

} // namespace nphys::syntax
