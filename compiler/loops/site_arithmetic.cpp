#include "compiler/loops/sites.h"

namespace nphys::loops {

ValueId SiteWriter::compute_arithmetic(const Node& node) {
    if (node.arithmetic == Arithmetic::convert && node.type != Type::truth) {
        const Node& below = graph_[node.arguments[0]];
        if (below.kind == NodeKind::number)
            return build_.constant(below.number, node.type);
        if (below.kind == NodeKind::scalar)
            return build_.scalar(below.scalar, node.type);
    }
    if (node.arithmetic == Arithmetic::select) {
        if (const auto is_chosen = known_truth(node.arguments[0]))
            return value(node.arguments[*is_chosen ? 1 : 2]);
    }
    std::vector<ValueId> x;
    for (const NodeId argument : node.arguments)
        x.push_back(value(argument));
    switch (node.arithmetic) {
    case Arithmetic::add:
        return build_.add(x[0], x[1]);
    case Arithmetic::subtract:
        return build_.subtract(x[0], x[1]);
    case Arithmetic::multiply:
        return build_.multiply(x[0], x[1]);
    case Arithmetic::divide:
        return build_.divide(x[0], x[1]);
    case Arithmetic::negate:
        return build_.negate(x[0]);
    case Arithmetic::fma:
        return build_.fma(x[0], x[1], x[2]);
    case Arithmetic::square_root:
        return build_.square_root(x[0]);
    case Arithmetic::select:
        return build_.select(x[0], x[1], x[2]);
    case Arithmetic::convert:
        return build_.convert(x[0], node.type);
    }
    return {};
}

} // namespace nphys::loops
