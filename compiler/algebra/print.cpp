#include "compiler/algebra/print.h"

#include "compiler/algebra/print_names.h"
#include "compiler/algebra/reading_order.h"

namespace nphys::algebra {

namespace {

// How tightly a text holds together; what is looser than its surroundings is put in parentheses.
enum class Binding : std::uint8_t { choice, logic, comparison, sum, product, power, atom };

struct Text {
    std::string text;
    Binding binding = Binding::atom;
};

bool starts_with_digit(const std::string& text) {
    return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

class Printer {
public:
    Printer(const Pool& pool, Notation notation) : pool_(pool), notation_(notation), places_(pool, notation) {}

    std::string operator()(Expr expression) { return print(expression).text; }

private:
    bool is_latex() const { return notation_ == Notation::latex; }
    std::string parenthesized(const std::string& text) const {
        return is_latex() ? "\\left(" + text + "\\right)" : "(" + text + ")";
    }
    std::string held(const Text& inner, Binding least) const {
        return inner.binding < least ? parenthesized(inner.text) : inner.text;
    }
    std::string held(Expr expression, Binding least) { return held(print(expression), least); }

    Text print(Expr expression) {
        return std::visit([&](const auto& node) { return of(expression, node); }, pool_[expression]);
    }

    Text of(Expr expression, const Rational&) { return of_product(read_term(pool_, expression)); }
    Text of(Expr expression, const Real&) { return of_product(read_term(pool_, expression)); }
    Text of(Expr, const Pi&) { return {is_latex() ? "\\pi" : "pi"}; }
    Text of(Expr, const ImaginaryUnit&) { return {is_latex() ? "\\mathrm{i}" : "1i"}; }
    Text of(Expr, const Parameter& node) {
        return {is_latex() ? latex_name(pool_.symbol(node.symbol).name) : pool_.symbol(node.symbol).name};
    }
    Text of(Expr, const Time&) { return {"t"}; }
    Text of(Expr, const Step&) { return {is_latex() ? "\\Delta t" : "dt"}; }
    Text of(Expr, const Element& node) { return {places_.element(node.tensor, node.positions)}; }

    Text of(Expr, const Coordinate& node) {
        const Space& space = pool_.space_of(node.place.index);
        const std::string name = space.axes[node.axis].coordinate.empty() ? "x" : space.axes[node.axis].coordinate;
        const std::string place = places_.place(node.place, space.axes.size());
        return {is_latex() ? latex_name(name) + "_{" + place + "}" : name + "[" + place + "]"};
    }

    Text of(Expr, const IndexValue& node) {
        const std::string number = number_of(node.place, node.axis);
        const std::int64_t shift = node.place.offset[node.axis];
        if (shift == 0)
            return {number};
        return {number + (shift < 0 ? " - " : " + ") + std::to_string(std::abs(shift)), Binding::sum};
    }

    // The number of a place along an axis: the index itself where there is one axis only.
    std::string number_of(const Place& place, int axis) const {
        const std::string name = places_.index(place.index);
        if (pool_.space_of(place.index).axes.size() == 1)
            return name;
        const std::string number = std::to_string(axis + 1);
        return is_latex() ? name + "_{" + number + "}" : name + "[" + number + "]";
    }

    Text of(Expr, const Delta& node) {
        const std::size_t axes = pool_.space_of(node.left.index).axes.size();
        const std::string pair = places_.place(node.left, axes) + "," + places_.place(node.right, axes);
        return {is_latex() ? "\\delta_{" + pair + "}" : "δ[" + pair + "]"};
    }

    Text of(Expr, const Within& node) {
        const Pool::Extent all = pool_.extent(node.place.index, node.axis);
        const std::string number = number_of(node.place, node.axis), less = is_latex() ? " \\le " : " <= ";
        std::string condition = number;
        if (node.first == node.last)
            condition += (is_latex() ? " = " : " == ") + std::to_string(node.first);
        else {
            if (node.first > all.first)
                condition = std::to_string(node.first) + less + condition;
            if (node.last < all.last)
                condition += less + std::to_string(node.last);
        }
        return {is_latex() ? "\\left[" + condition + "\\right]" : "(" + condition + ")"};
    }

    Text of(Expr, const EdgeSign& node) {
        const std::string place = places_.place(node.place, pool_.space_of(node.place.index).axes.size());
        return {is_latex() ? "\\epsilon_{" + place + "}" : "edge_sign[" + place + "]"};
    }

    Text of(Expr, const Reduce& node) {
        places_.open(node.index, node.body);
        const std::string index = places_.index(node.index);
        const std::string body = is_latex() ? held(node.body, Binding::product) : (*this)(node.body);
        places_.close(node.index);
        if (is_latex())
            return {latex_sign(node.operation) + "_{" + index + "} " + body, Binding::product};
        return {text_sign(node.operation) + "[" + index + "](" + body + ")"};
    }

    static std::string text_sign(Reduction operation) {
        switch (operation) {
        case Reduction::sum:
            return "Σ";
        case Reduction::product:
            return "Π";
        case Reduction::maximum:
            return "max";
        case Reduction::minimum:
            break;
        }
        return "min";
    }
    static std::string latex_sign(Reduction operation) {
        switch (operation) {
        case Reduction::sum:
            return "\\sum";
        case Reduction::product:
            return "\\prod";
        case Reduction::maximum:
            return "\\max";
        case Reduction::minimum:
            break;
        }
        return "\\min";
    }

    Text of(Expr, const Add& node) {
        std::string text;
        for (const ReadTerm& term : read_sum(pool_, node)) {
            ReadTerm positive = term;
            positive.is_negative = false;
            const Text part = of_product(positive);
            if (text.empty())
                text = term.is_negative ? "-" : "";
            else
                text += term.is_negative ? " - " : " + ";
            text += held(part, Binding::product);
        }
        return {text, Binding::sum};
    }

    Text of(Expr expression, const Multiply&) { return of_product(read_term(pool_, expression)); }

    Text of(Expr expression, const Power& node) {
        if (pool_.exact_number(node.exponent))
            return of_product(read_term(pool_, expression));
        if (is_latex())
            return {power_base(node.base) + "^{" + (*this)(node.exponent) + "}", Binding::power};
        return {power_base(node.base) + "^" + held(node.exponent, Binding::atom), Binding::power};
    }

    std::string power_base(Expr base) {
        // A subscript takes an exponent; any other power of functions is written in parentheses.
        return held(base, Binding::atom);
    }

    Text of_factor(const ReadFactor& factor) {
        if (is_one(factor.exponent))
            return print(factor.base);
        if (factor.exponent == Number(Rational{1, 2}))
            return {is_latex() ? "\\sqrt{" + (*this)(factor.base) + "}" : "sqrt(" + (*this)(factor.base) + ")"};
        const std::string base = power_base(factor.base), exponent = print_number(factor.exponent, Notation::text);
        if (is_latex())
            return {base + "^{" + exponent + "}", Binding::power};
        return {base + "^" + (as_integer(factor.exponent) ? exponent : "(" + exponent + ")"), Binding::power};
    }

    void append_factor(std::string& text, const std::string& factor) const {
        if (!text.empty())
            text += !is_latex() ? "*" : starts_with_digit(factor) ? " \\cdot " : " ";
        text += factor;
    }

    Text of_product(const ReadTerm& term) {
        const bool is_bare =
            is_one(term.coefficient) && term.above.size() == 1 && term.below.empty() && !term.is_negative;
        if (is_bare)
            return of_factor(term.above.front());
        const Text product = is_latex() ? latex_product(term) : text_product(term);
        return term.is_negative ? Text{"-" + product.text, Binding::sum} : product;
    }

    // The number goes before the fraction, 1/2*x/h, unless nothing else is above: 1/(2*h).
    struct Numbers {
        std::string above, below;
    };
    Numbers numbers_of(const ReadTerm& term) const {
        const auto* rational = std::get_if<Rational>(&term.coefficient);
        const bool has_names_above = !term.above.empty();
        if (has_names_above && is_one(term.coefficient))
            return {};
        if (has_names_above || term.below.empty() || rational == nullptr || rational->denominator == 1)
            return {print_number(term.coefficient, notation_), {}};
        return {std::to_string(rational->numerator), std::to_string(rational->denominator)};
    }

    std::string with_factors(std::string number, const std::vector<ReadFactor>& factors, Binding alone) {
        const Binding least = number.empty() && factors.size() == 1 ? alone : Binding::power;
        for (const ReadFactor& factor : factors)
            append_factor(number, held(of_factor(factor), least));
        return number;
    }

    Text text_product(const ReadTerm& term) {
        const Numbers numbers = numbers_of(term);
        const std::string above = with_factors(numbers.above, term.above, Binding::product);
        if (term.below.empty()) {
            const bool is_number = term.above.empty() && above.find('/') == std::string::npos;
            return {above, is_number ? Binding::atom : Binding::product};
        }
        const std::string below = with_factors(numbers.below, term.below, Binding::power);
        const bool is_single = numbers.below.empty() && term.below.size() == 1;
        return {above + "/" + (is_single ? below : parenthesized(below)), Binding::product};
    }

    Text latex_product(const ReadTerm& term) {
        const Numbers numbers = numbers_of(term);
        const bool is_fraction = numbers.above.find("\\frac") != std::string::npos;
        if (term.below.empty()) {
            const bool is_number = term.above.empty() && !is_fraction;
            return {with_factors(numbers.above, term.above, Binding::product),
                    is_number ? Binding::atom : Binding::product};
        }
        const std::string above = with_factors(is_fraction ? "" : numbers.above, term.above, Binding::choice);
        const std::string below = with_factors(numbers.below, term.below, Binding::choice);
        return {(is_fraction ? numbers.above + " " : "") + "\\frac{" + above + "}{" + below + "}", Binding::product};
    }

    Text of(Expr, const Apply& node) {
        if (node.op == Op::logical_not)
            return {is_latex() ? "\\lnot " + held(node.arguments[0], Binding::atom)
                               : "not " + held(node.arguments[0], Binding::atom),
                    Binding::logic};
        if (node.op >= Op::less)
            return infix(node);
        if (!is_latex())
            return {std::string(op_spelling(node.op)) + "(" + listed(node.arguments) + ")"};
        const std::string pattern(op_latex(node.op));
        const std::size_t hole = pattern.find("#1");
        if (hole != std::string::npos)
            return {pattern.substr(0, hole) + (*this)(node.arguments[0]) + pattern.substr(hole + 2)};
        return {pattern + parenthesized(listed(node.arguments))};
    }

    std::string listed(const std::vector<Expr>& arguments) {
        std::string text;
        for (const Expr argument : arguments)
            text += (text.empty() ? "" : ", ") + (*this)(argument);
        return text;
    }

    Text infix(const Apply& node) {
        const bool is_logic = node.op == Op::logical_and || node.op == Op::logical_or;
        const Binding inner = is_logic ? Binding::comparison : Binding::sum;
        const std::string sign(is_latex() ? op_latex(node.op) : op_spelling(node.op));
        return {held(node.arguments[0], inner) + " " + sign + " " + held(node.arguments[1], inner),
                is_logic ? Binding::logic : Binding::comparison};
    }

    // (λ ↦ √λ)([a; b, c])[2,1] with the lower triangle, and ∂[1] before it where it is the derivative by the first entry.
    Text of(Expr, const Spectral& node) {
        const bool is_value = node.part == SpectralPart::value;
        const std::string row = std::to_string(node.row + 1), column = std::to_string(node.column + 1);
        const std::string place = is_value ? row : row + (is_latex() ? "" : ",") + column;
        const std::string matrix = parenthesized(triangle(node)) + (is_latex() ? "_{" + place + "}" : "[" + place + "]");
        if (node.part != SpectralPart::entry)
            return {(is_value ? "eigenvalue" : "eigenvector") + matrix};
        std::string along;
        for (const std::uint16_t direction : node.directions)
            along += (is_latex() ? "\\partial_{" : "∂[") + std::to_string(direction + 1) + (is_latex() ? "} " : "]");
        return {along + parenthesized((is_latex() ? "\\lambda \\mapsto " : "λ ↦ ") + (*this)(node.function)) + matrix};
    }

    std::string triangle(const Spectral& node) {
        std::string text = "[";
        for (std::size_t row = 0, place = 0; place < node.entries.size(); ++row)
            for (std::size_t column = 0; column <= row; ++column, ++place)
                text += (column > 0 ? ", " : row > 0 ? "; " : "") + (*this)(node.entries[place]);
        return text + "]";
    }

    Text of(Expr, const Select& node) {
        if (is_latex())
            return {"\\begin{cases}" + (*this)(node.chosen) + " & \\text{if } " + (*this)(node.condition) + " \\\\ " +
                    (*this)(node.otherwise) + " & \\text{else}\\end{cases}"};
        return {held(node.chosen, Binding::logic) + " if " + held(node.condition, Binding::logic) + " else " +
                    (*this)(node.otherwise),
                Binding::choice};
    }

    Text of(Expr, const AtStart& node) {
        return {(is_latex() ? "\\mathrm{initial}" : "initial") + parenthesized((*this)(node.value))};
    }
    Text of(Expr, const AtEnd& node) {
        return {(is_latex() ? "\\mathrm{final}" : "final") + parenthesized((*this)(node.value))};
    }

    const Pool& pool_;
    Notation notation_;
    PlacePrinter places_;
};

} // namespace

std::string print(const Pool& pool, Expr expression, Notation notation) {
    return Printer(pool, notation)(expression);
}

std::string print_element(const Pool& pool, SymbolId tensor, const std::vector<Place>& place, Notation notation) {
    return PlacePrinter(pool, notation).element(tensor, place);
}

} // namespace nphys::algebra
