#pragma once
// Linear maps between the variables of a model, exactly: as formulas on test fields.
//
// Goes in: the motion of a model. Comes out: its derivatives W - 1, B, A, V - 1 as maps, their products, transposes and
// sums. Each row is a formula in test fields (tensors of the shape and name of the variables, but apart from them), so
// the edge rules of lattices hold in products and transposes, and nothing is ever stored.
//
// Example: B of φ ← φ + D π with D the difference to the next site has the row π[i+e[1]] - π[i]; its transpose
// φ[i-e[1]] - φ[i], also at open edges.

#include <map>
#include <span>
#include <vector>

#include "compiler/dynamics/motion.h"

namespace nphys::analysis {

using algebra::Expr;
using algebra::Place;
using algebra::Pool;
using algebra::SymbolId;

// The elements of some tensors: one target for each component, in index variables that stand for all of its sites.
struct Variables {
    std::vector<SymbolId> tensors;
    std::vector<model::Component> components; // the value is the element itself
};

[[nodiscard]] Variables variables_of(Pool& pool, const dynamics::Motion& motion, model::Dynamics dynamics);

// The rates of the motion at these components; 0 where no law moves one.
[[nodiscard]] std::vector<Expr> rates_of(Pool& pool, const dynamics::Motion& motion, const Variables& variables);

struct LinearMap {
    const Variables* to;
    const Variables* from;
    std::vector<Expr> rows; // one for each component of `to`, in test fields of `from`
};

class MapAlgebra {
public:
    explicit MapAlgebra(Pool& pool);

    // The derivative of formulas along the test fields of `by`.
    [[nodiscard]] LinearMap derivative(const std::vector<Expr>& formulas, const Variables& of, const Variables& by);
    [[nodiscard]] LinearMap identity(const Variables& variables);
    [[nodiscard]] LinearMap zero(const Variables& to, const Variables& from);
    [[nodiscard]] LinearMap product(const LinearMap& left, const LinearMap& right);
    [[nodiscard]] LinearMap transposed(const LinearMap& map);
    [[nodiscard]] LinearMap sum(const LinearMap& left, const LinearMap& right);
    [[nodiscard]] LinearMap negated(const LinearMap& map);
    // The same map on variables of the same shape.
    [[nodiscard]] LinearMap carried_over(const LinearMap& map, const Variables& to, const Variables& from);

    // The rows with fields in the place of test fields, and formulas with test fields in the place of fields.
    [[nodiscard]] std::vector<Expr> of_fields(const LinearMap& map);
    // Σ left · right over all components.
    [[nodiscard]] Expr inner(const Variables& variables, const std::vector<Expr>& left, const std::vector<Expr>& right);
    [[nodiscard]] SymbolId test(SymbolId variable);
    [[nodiscard]] Pool& pool() const { return pool_; }

private:
    SymbolId copy(std::map<std::uint32_t, SymbolId>& copies, SymbolId variable);
    Expr renamed(Expr expression, const Variables& variables, const std::map<std::uint32_t, SymbolId>* from,
                 std::map<std::uint32_t, SymbolId>& to);
    Expr shifted(Expr expression, const Variables& by);

    Pool& pool_;
    Expr small_;
    SymbolId small_symbol_;
    std::map<std::uint32_t, SymbolId> tests_, partners_; // by variable
};

[[nodiscard]] bool same_shapes(const Pool& pool, const Variables& left, const Variables& right);

} // namespace nphys::analysis
