#pragma once
// Formulas for many rows at once.
//
// Goes in: which tensors are of a row, and how many rows there are. Comes out: formulas in tensors that have the row in
// their first slot.
//
// Example: for the rows m, Σ_k W[n,k] x[k] becomes Σ_k W[n,k] x[m,k]; the mean of (x[1] - y)^2 + λ*W[1,1]^2 is
// 1/M Σ_m (x[m,1] - y[m])^2 + λ*W[1,1]^2.

#include <map>
#include <string>
#include <vector>

#include "compiler/algebra/pool.h"
#include "compiler/model/run.h"

namespace nphys::model {

class Rows {
public:
    // Tensors stay what they are where there is but one row and `always` is not asked for.
    Rows(algebra::Pool& pool, const std::vector<SymbolId>& tensors, std::int64_t rows, const std::string& name,
         bool always = false);

    [[nodiscard]] std::int64_t count() const { return count_; }
    [[nodiscard]] SymbolId of(SymbolId tensor) const;
    [[nodiscard]] bool depends(Expr expression) const;
    [[nodiscard]] Expr at(Expr expression, const Place& row) const;
    [[nodiscard]] Expr mean(Expr expression) const;
    // One component for each row (all of them under one index, where there are many).
    [[nodiscard]] std::vector<Component> components(const std::vector<Component>& components) const;
    // Components of tensors that are not of a row: the means of their values.
    [[nodiscard]] std::vector<Component> means(const std::vector<Component>& components) const;
    [[nodiscard]] const std::vector<Place>& places() const { return places_; }

private:
    algebra::Pool* pool_;
    std::int64_t count_;
    std::map<SymbolId, SymbolId> tensors_; // of one row, of many
    std::vector<Place> places_;            // none: tensors stay what they are
};

} // namespace nphys::model
