#include "compiler/dynamics/complex_form.h"

#include <algorithm>

#include "compiler/algebra/print.h"
#include "compiler/algebra/transform.h"

namespace nphys::dynamics {

namespace {

using algebra::Op;

constexpr std::size_t most_terms = 1024;

bool are_parts_of_one(const DerivedLaw& real, const DerivedLaw& imaginary) {
    const std::vector<Place>&a = real.component.target, &b = imaginary.component.target;
    return real.component.tensor == imaginary.component.tensor && real.is_flow == imaginary.is_flow &&
           real.source == imaginary.source && a.size() == b.size() && std::equal(a.begin(), a.end() - 1, b.begin()) &&
           a.back().offset[0] == 1 && b.back().offset[0] == 2;
}

} // namespace

const DerivedLaw* ComplexForm::imaginary_part_of(const DerivedLaw& law, const std::vector<DerivedLaw>& laws) const {
    if (!pool_.symbol(law.component.tensor).has_parts)
        return nullptr;
    for (const DerivedLaw& other : laws)
        if (are_parts_of_one(law, other))
            return &other;
    return nullptr;
}

bool ComplexForm::is_imaginary_part(const DerivedLaw& law, const std::vector<DerivedLaw>& laws) const {
    if (!pool_.symbol(law.component.tensor).has_parts)
        return false;
    for (const DerivedLaw& other : laws)
        if (are_parts_of_one(other, law))
            return true;
    return false;
}

SymbolId ComplexForm::complex_tensor(SymbolId tensor) {
    if (const auto known = tensors_.find(tensor); known != tensors_.end())
        return known->second;
    algebra::Symbol symbol = pool_.symbol(tensor);
    symbol.slots.pop_back();
    symbol.has_parts = false;
    symbol.is_complex = true;
    return tensors_.emplace(tensor, pool_.add_symbol(std::move(symbol))).first->second;
}

// re ψ = ½(ψ + ψ̄), im ψ = -½i (ψ - ψ̄)
Expr ComplexForm::in_complex_elements(Expr value) {
    return algebra::rewrite_leaves(pool_, value, [&](Expr leaf) {
        const auto* element = pool_.get<algebra::Element>(leaf);
        if (element == nullptr || !pool_.symbol(element->tensor).has_parts || !element->positions.back().is_literal())
            return leaf;
        const bool is_real = element->positions.back().offset[0] == 1;
        const std::vector<Place> places(element->positions.begin(), element->positions.end() - 1);
        const Expr whole = pool_.element(complex_tensor(element->tensor), places);
        const Expr conjugate = pool_.apply(Op::conj, {whole});
        if (is_real)
            return pool_.multiply({pool_.rational(1, 2), pool_.add({whole, conjugate})});
        return pool_.multiply({pool_.rational(-1, 2), pool_.imaginary_unit(), pool_.subtract(whole, conjugate)});
    });
}

Expr ComplexForm::with_exponentials(Expr value) {
    return algebra::rewrite(pool_, value, [&](Expr part) {
        const auto* apply = pool_.get<algebra::Apply>(part);
        if (apply == nullptr || (apply->op != Op::cos && apply->op != Op::sin))
            return part;
        const bool is_cosine = apply->op == Op::cos;
        const Expr turn = pool_.multiply({pool_.imaginary_unit(), apply->arguments[0]});
        const Expr forth = pool_.apply(Op::exp, {turn}), back = pool_.apply(Op::exp, {pool_.negate(turn)});
        if (is_cosine)
            return pool_.multiply({pool_.rational(1, 2), pool_.add({forth, back})});
        return pool_.multiply({pool_.rational(-1, 2), pool_.imaginary_unit(), pool_.subtract(forth, back)});
    });
}

Component ComplexForm::joined(const Component& real, const Component& imaginary) {
    const Expr sum = in_complex_elements(
        pool_.add({real.value, pool_.multiply({pool_.imaginary_unit(), imaginary.value})}));
    const auto tidy = [&](Expr value) { return algebra::collect(pool_, algebra::expand(pool_, value, most_terms)); };
    const Expr plain = tidy(sum), turned = tidy(with_exponentials(sum));
    const bool is_shorter = algebra::print(pool_, turned).size() < algebra::print(pool_, plain).size();
    return {complex_tensor(real.tensor), {real.target.begin(), real.target.end() - 1}, is_shorter ? turned : plain};
}

} // namespace nphys::dynamics
