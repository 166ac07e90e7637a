// `lattice space(x, y) = periodic(64) × open(128) over (-8..8, 0..1)`

#include <algorithm>
#include <cmath>

#include "compiler/base/suggest.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"
#include "compiler/model/wording.h"

namespace nphys::model {
namespace {

using algebra::Edge;
using syntax::Expression;

// Sites of a lattice, and elements of one field, stay countable in 64 bits with room for offsets.
constexpr double most_sites = 1e15;

std::optional<Edge> edge_named(std::string_view name) {
    if (name == "periodic")
        return Edge::periodic;
    if (name == "antiperiodic")
        return Edge::antiperiodic;
    if (name == "open")
        return Edge::open;
    if (name == "reflecting")
        return Edge::reflecting;
    return std::nullopt;
}

struct LatticeBuilder {
    Context& context;
    const Environment& environment;
    std::vector<algebra::Axis> axes;
    bool wrong = false;

    void not_a_kind(const Expression& expression) {
        wrong = true;
        context.tell(Code::not_a_lattice, expression.span)
            .help("write the kinds of the axes: `periodic(64, 64)`, or mixed, `periodic(64) × open(128)`");
    }

    void unknown_kind(const syntax::Name& name) {
        wrong = true;
        auto& told = context.tell(Code::unknown_edge, name.span, name.written);
        const std::vector<std::string> known{"periodic", "antiperiodic", "open", "reflecting"};
        if (const auto nearest = suggest(name.text, known))
            told.help("did you mean `{}`?", *nearest);
        else
            told.help("the kinds are periodic, antiperiodic, open and reflecting");
    }

    void add_axis(const syntax::Argument& argument, Edge edge) {
        const auto* extent = std::get_if<Expression>(&argument.value);
        if (extent == nullptr || argument.key) {
            wrong = true;
            context.tell(Code::not_an_extent, argument.span)
                .help("an axis is given by its number of sites; its coordinates stand after `over`");
            return;
        }
        const auto sites = whole_number(context, *extent, environment, "a number of sites");
        if (!sites)
            wrong = true;
        else if (*sites < 1) {
            wrong = true;
            context.tell(Code::extent_too_small, extent->span, *sites);
        } else
            axes.push_back({.coordinate = "", .first = 1, .extent = *sites, .edge = edge, .origin = 0, .spacing = 1});
    }

    void read(const Expression& expression) {
        if (const auto* product = std::get_if<syntax::Binary>(&expression.node);
            product != nullptr && product->op == syntax::BinaryOperator::multiply) {
            read(*product->left);
            return read(*product->right);
        }
        if (const auto* group = std::get_if<syntax::Group>(&expression.node))
            return read(*group->inner);
        const auto* call = std::get_if<syntax::Call>(&expression.node);
        const auto* name = call == nullptr ? nullptr : std::get_if<syntax::Name>(&call->callee->node);
        if (name == nullptr || call->arguments.empty())
            return not_a_kind(expression);
        const std::optional<Edge> edge = edge_named(name->text);
        if (!edge)
            return unknown_kind(*name);
        for (const syntax::Argument& argument : call->arguments)
            add_axis(argument, *edge);
    }

    void check_size(const Expression& kinds) {
        double sites = 1;
        for (const algebra::Axis& axis : axes)
            sites *= static_cast<double>(axis.extent);
        if (axes.size() > static_cast<std::size_t>(algebra::max_axes)) {
            wrong = true;
            context.tell(Code::too_many_axes, kinds.span, axes.size(), algebra::max_axes);
        } else if (sites > most_sites) {
            wrong = true;
            context.tell(Code::too_many_sites, kinds.span, sites).help("no field on it would fit in memory");
        }
    }

    void set_coordinates(const syntax::Range& range, algebra::Axis& axis) {
        if (range.step) {
            wrong = true;
            context.tell(Code::misplaced_step, range.span)
                .help("the spacing follows from the range and the number of sites");
            return;
        }
        const auto first = constant(context, *range.first, environment, "an end of a range");
        const auto last = constant(context, *range.last, environment, "an end of a range");
        if (!first || !last) {
            wrong = true;
            return;
        }
        if (*first >= *last) {
            wrong = true;
            context.tell(Code::empty_range, range.span, *first, *last);
            return;
        }
        axis.spacing = (*last - *first) / static_cast<double>(axis.extent);
        const bool wraps = axis.edge == Edge::periodic || axis.edge == Edge::antiperiodic;
        axis.origin = wraps ? *first : *first + axis.spacing / 2;
    }

    void set_extent(const syntax::Lattice& node) {
        if (node.extent.empty())
            return;
        if (node.extent.size() != axes.size()) {
            wrong = true;
            context.tell(Code::extent_count, join(node.extent.front().span, node.extent.back().span),
                         counted(node.extent.size(), "range", "ranges"), counted(axes.size(), "axis", "axes"));
            return;
        }
        for (std::size_t axis = 0; axis < axes.size(); ++axis)
            set_coordinates(node.extent[axis], axes[axis]);
    }

    void name_coordinates(const syntax::Lattice& node) {
        if (node.coordinates.empty())
            return;
        if (node.coordinates.size() != axes.size()) {
            wrong = true;
            context
                .tell(Code::coordinate_count, node.name.span, node.name.written,
                      counted(node.coordinates.size(), "coordinate", "coordinates"),
                      counted(axes.size(), "axis", "axes"))
                .label(node.kinds.span, "{} here", axes.size());
            return;
        }
        for (std::size_t axis = 0; axis < axes.size(); ++axis)
            axes[axis].coordinate = node.coordinates[axis].text;
    }
};

} // namespace

bool settle_lattice(Context& context, Declaration& declaration) {
    const auto& node = std::get<syntax::Lattice>(declaration.statement->node);
    const Environment environment = of_scope(*declaration.scope);
    LatticeBuilder builder{context, environment, {}};
    builder.read(node.kinds);
    if (builder.wrong)
        return false;
    builder.check_size(node.kinds);
    if (builder.wrong)
        return false;
    builder.set_extent(node);
    builder.name_coordinates(node);
    if (builder.wrong)
        return false;
    algebra::Space space;
    space.name = node.name.text;
    space.kind = algebra::SpaceKind::lattice;
    space.axes = std::move(builder.axes);
    declaration.space = context.pool.add_space(std::move(space));
    return true;
}

} // namespace nphys::model
