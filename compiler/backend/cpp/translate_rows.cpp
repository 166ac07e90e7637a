// Pointers to rows: a vector loop over z that touches `phi[plane * 4096 + y * 64 + z]` gets `phi_row = phi + (plane *
// 4096 + y * 64)` before it and touches `phi_row[z]`. Compilers see contiguous places that way; an index whose parts
// they can combine bit by bit they may take for scattered ones.
#include "compiler/backend/cpp/function_translator.h"

#include <fmt/format.h>

#include "compiler/backend/cpp/literals.h"

namespace nphys::backend::cpp {

using namespace loops;
using tree::atom;
using tree::ExpressionPtr;

void FunctionTranslator::declare_rows(const For& loop) {
    row_pointers_.clear();
    if (loop.kind != LoopKind::vector || !in_kernel_)
        return;
    row_loop_ = &loop;
    std::set<std::uint32_t> written;
    for (const Statement& statement : *loop.body) {
        if (const auto* store = std::get_if<Store>(&statement.node))
            written.insert(store->buffer.value);
    }
    for (const Statement& statement : *loop.body) {
        const auto* store = std::get_if<Store>(&statement.node);
        const auto* define = std::get_if<Define>(&statement.node);
        const auto* load = define == nullptr ? nullptr : std::get_if<Load>(&define->operation);
        if (store != nullptr && !store->streaming)
            declare_row(store->buffer, store->index, true);
        if (load != nullptr && uses_.of(define->value).count > 0)
            declare_row(load->buffer, load->index, written.contains(load->buffer.value));
    }
}

void FunctionTranslator::declare_row(BufferId id, IntegerId index, bool is_written) {
    const RowPlace place = row_place(index);
    if (!place.base || !place.offset)
        return;
    std::string& name = row_pointers_[{id.value, place.terms}];
    if (!name.empty())
        return;
    name = scopes_.declare(names_.local_buffers[id.index()] +
                           (names_.local_buffers[id.index()].back() == '_' ? "row" : "_row"));
    const std::string type =
        fmt::format("{}{}* const", is_written ? "" : "const ", cpp_type(module_.buffers[id.index()].type));
    put(tree::Declare{type, name, tree::binary("+", atom(buffer(id)), place.base)});
}

// The parts of a sum that are the same all along the row, and the others.
FunctionTranslator::RowPlace FunctionTranslator::row_place(IntegerId index) const {
    RowPlace place;
    add_terms(index, place);
    if (place.terms.empty())
        place.base = nullptr;
    return place;
}

void FunctionTranslator::add_terms(IntegerId id, RowPlace& place) const {
    const Integer& integer = function_.integers[id.index()];
    const bool varies = depends_on_row(id);
    if (integer.op == IntegerOp::add && varies) {
        add_terms(integer.a, place);
        add_terms(integer.b, place);
        return;
    }
    // `z + 1` stays together: a constant belongs to its neighbourhood, not to the row.
    const bool moves = varies || integer.op == IntegerOp::constant;
    if (!moves) {
        const Linear form = facts_.linear(id);
        for (const auto& [atom_id, factor] : form.terms)
            place.terms[atom_id] += factor;
        if (form.constant != 0)
            place.terms[IntegerId::none] += form.constant;
    }
    ExpressionPtr& sum = moves ? place.offset : place.base;
    const bool subtracts = integer.op == IntegerOp::constant && integer.value < 0 && sum;
    const ExpressionPtr term = subtracts ? atom(std::to_string(-integer.value)) : this->integer(id);
    sum = !sum ? term : tree::binary(subtracts ? "-" : "+", sum, term);
}

bool FunctionTranslator::depends_on_row(IntegerId id) const {
    if (facts_.depends_on(id, row_loop_->variable))
        return true;
    const Integer& integer = function_.integers[id.index()];
    // What is computed inside the loop has no name before it.
    if (integer.op == IntegerOp::variable) {
        return std::any_of(row_loop_->body->begin(), row_loop_->body->end(), [&](const Statement& statement) {
            const auto* let = std::get_if<Let>(&statement.node);
            return let != nullptr && let->variable == integer.variable;
        });
    }
    return (integer.a.valid() && depends_on_row(integer.a)) || (integer.b.valid() && depends_on_row(integer.b));
}

ExpressionPtr FunctionTranslator::element(BufferId id, IntegerId index) const {
    if (!row_pointers_.empty()) {
        const RowPlace place = row_place(index);
        if (place.base && place.offset) {
            const auto found = row_pointers_.find({id.value, place.terms});
            if (found != row_pointers_.end())
                return tree::subscript(atom(found->second), place.offset);
        }
    }
    return tree::subscript(atom(buffer(id)), integer(index));
}

} // namespace nphys::backend::cpp
