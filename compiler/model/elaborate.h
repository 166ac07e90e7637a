#pragma once
// From the text of an expression to what it means.
//
// Goes in: an expression of the syntax tree and what its indices and arguments stand for. Comes out: a Value: an
// algebra expression with every definition put in, every index of a small range written out and every sum where the
// index rule puts it; or a whole tensor. Poison where an error was told.
//
// Example: `W[n,k]*x[k]` with n bound to itself becomes Σ_k W[n,k] x[k].

#include <functional>
#include <optional>

#include "compiler/model/environment.h"

namespace nphys::model {

[[nodiscard]] Value elaborate(Context& context, const syntax::Expression& expression, const Environment& environment);

// The same where only a number will do.
[[nodiscard]] std::optional<Expr> elaborate_number(Context& context, const syntax::Expression& expression,
                                                   const Environment& environment);

// The body for every place of a set, put together: written out, or under an index variable.
using Body = std::function<Value(const Environment&)>;
enum class Gathering : std::uint8_t { sum, product, maximum, minimum, mean };
[[nodiscard]] Value gather(Context& context, Gathering how, const std::string& name, const IndexSet& set,
                           const Environment& environment, Span span, const Body& body);

// A name alone: argument, index, parameter, coordinate, tensor, built-in constant.
[[nodiscard]] Value reference(Context& context, const syntax::Name& name, const Environment& environment);
// space.x, dirac.X0, iris.x
[[nodiscard]] Value member(Context& context, const syntax::Member& member, Span span, const Environment& environment);
[[nodiscard]] Value indexed(Context& context, const syntax::Indexed& indexed, Span span,
                            const Environment& environment);
// W[n,k], H[a]: an entry, or the whole that remains when only leading indices are given.
[[nodiscard]] Value index_whole(Context& context, const Whole& whole, const syntax::Indices& indices,
                                const std::string& name, const Environment& environment);
[[nodiscard]] Value call(Context& context, const syntax::Call& call, Span span, const Environment& environment);
[[nodiscard]] Value list(Context& context, const syntax::List& list, Span span, const Environment& environment);

// What a declaration stands for where it is used.
[[nodiscard]] Value value_of_declaration(Context& context, Declaration& declaration, const syntax::Name& name,
                                         const Environment& environment);
// The slots of a tensor or argument that a name stands for; nothing if it is none.
[[nodiscard]] std::optional<std::vector<Slot>> slots_of_name(Context& context, const syntax::Name& name,
                                                             const Environment& environment);

// The lattice that `h`, `e` and `axes` speak of: the one in sight, or the only one.
[[nodiscard]] std::optional<SpaceId> lattice_meant(Context& context, const Environment& environment, Span span,
                                                   const std::string& text);

[[nodiscard]] Value call_function(Context& context, Declaration& function, const syntax::Call& call, Span span,
                                  const Environment& environment);
// Tells names in the body of a function that mean nothing; what else is wrong shows where it is called.
[[nodiscard]] bool check_function(Context& context, const Declaration& function);
// An argument that is taken as a whole tensor; indices of its own are its slots, counted from 1 in ranges.
[[nodiscard]] Value tensor_argument(Context& context, const syntax::Expression& expression,
                                    const Environment& environment);
[[nodiscard]] Value derivative(Context& context, const syntax::Call& call, bool total, Span span,
                               const Environment& environment);

} // namespace nphys::model
