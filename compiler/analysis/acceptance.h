#pragma once
// The probability with which a jump is kept, as a function of the losses h before and h' after it.
//
// Goes in: an Evolution. Comes out: its values, its slope where h' = h from either side, and whether
// A(h, h') = A(h', h) exp(b(h - h')): by algebra, where A is rational in exponentials of multiples of b(h - h').
//
// Example: A = sigmoid(β(h - h')) = 1/(1 + E⁻¹) with E = exp(β(h - h')), and 1/(1 + E⁻¹) = E/(1 + E).

#include <optional>

#include "compiler/model/model.h"

namespace nphys::analysis {

class Acceptance {
public:
    Acceptance(const model::Model& model, const model::Evolution& evolution);

    [[nodiscard]] std::optional<double> value(double before, double after) const; // nothing where it depends on the state
    [[nodiscard]] std::optional<double> number(algebra::Expr expression) const;    // of parameters, at t = 0

    // One side of h' = h: +1 where the loss grows. Pieces (min, max, if) are resolved if they are the same all along it.
    [[nodiscard]] std::optional<algebra::Expr> piece(int side) const;
    [[nodiscard]] algebra::Expr at_rest(algebra::Expr piece) const;  // h' = h put in
    [[nodiscard]] algebra::Expr slope(algebra::Expr piece) const;    // -∂A/∂h' at h' = h
    [[nodiscard]] bool balances(algebra::Expr inverse_temperature) const; // the identity, by algebra

private:
    struct Fraction {
        algebra::Expr numerator, denominator;
    };
    [[nodiscard]] algebra::Expr put(algebra::Expr expression, algebra::Expr before, algebra::Expr after) const;
    [[nodiscard]] std::optional<bool> decided(algebra::Expr condition, int side) const;
    [[nodiscard]] std::optional<algebra::Expr> resolved(algebra::Expr expression, int side) const;
    [[nodiscard]] std::optional<Fraction> fraction(algebra::Expr expression, algebra::Expr half) const;
    [[nodiscard]] std::optional<Fraction> exponential(algebra::Expr argument, algebra::Expr half) const;

    const model::Model& model_;
    const model::Evolution& evolution_;
    algebra::Pool& pool_;
    algebra::Expr before_, after_; // h and h'
    algebra::Expr unit_;           // stands for exp(b(h - h')/2)
};

} // namespace nphys::analysis
