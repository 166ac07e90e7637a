#include "compiler/syntax/expression.h"

namespace nphys::syntax {

const Expression& ungrouped(const Expression& expression) {
    const Expression* inner = &expression;
    while (const Group* group = std::get_if<Group>(&inner->node))
        inner = &*group->inner;
    return *inner;
}

const Name* as_name(const Expression& expression) {
    return std::get_if<Name>(&ungrouped(expression).node);
}

} // namespace nphys::syntax
