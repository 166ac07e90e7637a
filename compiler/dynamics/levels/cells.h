#pragma once
// Formulas in the variables, read at the cells of a grid and between them.
//
// Goes in: the Level of a Model. Comes out: the same formulas with coordinates for variables, and tensors over the grid
// that are worked out once.
//
// Example: U = q² between cell i and the next one is (x[i] + h/2)².

#include "compiler/algebra/transform.h"
#include "compiler/model/model.h"

namespace nphys::dynamics {

using algebra::Expr;
using algebra::Place;
using algebra::Pool;
using algebra::SymbolId;

class Cells {
public:
    explicit Cells(model::Model& model) : model_(model), level_(*model.level), pool_(*model.pool) {}

    [[nodiscard]] std::size_t axes() const { return level_.axes.size(); }
    [[nodiscard]] const algebra::Axis& axis(std::size_t number) const { return pool_.space(level_.grid).axes[number]; }
    [[nodiscard]] Place cell() const;
    [[nodiscard]] Place next(std::size_t axis, std::int64_t steps = 1) const;
    [[nodiscard]] Expr width(std::size_t axis) const { return pool_.real(this->axis(axis).spacing); }
    [[nodiscard]] Expr volume_of_cell() const;

    // The value at a cell, or so many widths further along one axis.
    [[nodiscard]] Expr at(Expr value, const Place& place) const;
    [[nodiscard]] Expr here(Expr value) const { return at(value, cell()); }
    [[nodiscard]] Expr along(Expr value, std::size_t axis, Expr widths) const;
    // An expression over the cells, read at a neighbour.
    [[nodiscard]] Expr moved(Expr value, std::size_t axis, std::int64_t steps) const;

    // The value half-way along two axes: at the corner of four cells.
    [[nodiscard]] Expr between(Expr value, std::size_t first, std::size_t second) const;
    // A value between the cell and the next one; 0 beyond a closed end.
    [[nodiscard]] Expr inside(std::size_t axis, Expr value) const;
    [[nodiscard]] bool depends(Expr value) const; // on the variables of the grid

    // A tensor over the grid that holds these values, and its element at the cell.
    [[nodiscard]] Expr stored(const std::string& name, Expr value);
    [[nodiscard]] Expr stored_as(SymbolId symbol, Expr value);
    [[nodiscard]] algebra::Slot slot() const;
    [[nodiscard]] Expr integral(Expr value) const; // Σ over the cells

private:
    [[nodiscard]] Expr with_coordinates(Expr value, const Place& place, std::size_t axis, std::optional<Expr> shift) const;

    model::Model& model_;
    const model::Level& level_;
    Pool& pool_;
};

} // namespace nphys::dynamics
