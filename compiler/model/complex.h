#pragma once
// Complex numbers in a model: formulas may be complex, tensors are real.
//
// Holds: a complex tensor (variable, stored constant, observable) is a real one with one more slot of two places, the
// real and the imaginary part; the value of each component of the model is real. So no later stage knows complex numbers.
//
// Example: `neuron ψ[i] : complex` is a tensor with the slots (i, part); `ψ[i]` in a formula is ψ[i,1] + 1i*ψ[i,2], and the
// law `d/dt ψ[i] = -1i*V[i]*ψ[i]` has the components V[i]*ψ[i,2] and -V[i]*ψ[i,1].

#include "compiler/algebra/complex_parts.h"
#include "compiler/model/elaborate.h"

namespace nphys::model {

[[nodiscard]] SymbolId add_tensor(Context& context, const std::string& name, std::vector<Slot> slots, std::size_t rows,
                                  bool is_complex);
// An element of a tensor at the places of its declared slots.
[[nodiscard]] Expr element_at(Context& context, SymbolId tensor, std::span<const Place> places);
// The variable and place of an element of a complex tensor, made by `element_at`.
struct ComplexElement {
    SymbolId tensor;
    std::vector<Place> places;
};
[[nodiscard]] std::optional<ComplexElement> as_complex_element(const Pool& pool, Expr expression);
[[nodiscard]] std::vector<Place> with_part(std::span<const Place> places, std::int64_t part); // 1: real, 2: imaginary

// The value, without its imaginary part where that is 0 for all states.
[[nodiscard]] Expr settled(Context& context, Expr value);
[[nodiscard]] bool is_complex(const Context& context, Expr value);

// 0 or 1.
[[nodiscard]] Expr differs_from_zero(Context& context, Expr value);

// The same where only a real number will do; what is not real is told of `what`.
[[nodiscard]] std::optional<Expr> real_value(Context& context, Expr value, const syntax::Expression& text,
                                             const std::string& what);
[[nodiscard]] std::optional<Expr> elaborate_real(Context& context, const syntax::Expression& expression,
                                                 const Environment& environment, const std::string& what);
// Of a loss or an energy; its imaginary part is named.
[[nodiscard]] std::optional<Expr> real_scalar(Context& context, Expr value, Span span, const char* what);

// A component, or the two of a complex tensor. False: the value of a real tensor is complex.
[[nodiscard]] bool add_component(Context& context, std::vector<Component>& components, SymbolId tensor,
                                 const std::vector<Place>& places, Expr value);

// A tensor with these entries, complex if one of them is.
struct Entries {
    std::vector<std::vector<Place>> places;
    std::vector<Expr> values;
};
struct MadeTensor {
    SymbolId symbol;
    std::vector<Component> components;
};
[[nodiscard]] MadeTensor make_tensor(Context& context, const std::string& name, const std::vector<Slot>& slots,
                                     std::size_t rows, Entries entries);

} // namespace nphys::model
