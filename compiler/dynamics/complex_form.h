#pragma once
// The laws of the real and the imaginary part of a complex variable as one complex law, for people.
//
// Goes in: the two laws. Comes out: one in ψ and conj(ψ), with sines and cosines as exponentials where that is shorter.
//
// Example: d/dt re(ψ) = V im(ψ) and d/dt im(ψ) = -V re(ψ) are d/dt ψ = -1i V ψ.

#include <map>
#include <vector>

#include "compiler/dynamics/motion.h"

namespace nphys::dynamics {

class ComplexForm {
public:
    explicit ComplexForm(Pool& pool) : pool_(pool) {}

    // The law of the imaginary part, where `law` is that of a real part.
    [[nodiscard]] const DerivedLaw* imaginary_part_of(const DerivedLaw& law, const std::vector<DerivedLaw>& laws) const;
    [[nodiscard]] bool is_imaginary_part(const DerivedLaw& law, const std::vector<DerivedLaw>& laws) const;

    [[nodiscard]] Component joined(const Component& real, const Component& imaginary);

private:
    [[nodiscard]] SymbolId complex_tensor(SymbolId tensor);
    [[nodiscard]] Expr in_complex_elements(Expr value);
    [[nodiscard]] Expr with_exponentials(Expr value);

    Pool& pool_;
    std::map<SymbolId, SymbolId> tensors_;
};

} // namespace nphys::dynamics
