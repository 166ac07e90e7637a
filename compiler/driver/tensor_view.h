#pragma once
// A tensor in memory seen in the axes of its declaration: lattice axes first, then ranges, each as declared.
//
// Goes in: its layout. Comes out: extents, axis by axis, and the elements in row-major order of these axes.
//
// Example: φ[i,a] with i in a 4 × 3 lattice and a in 1..2 is visited as (x, y, a), a fastest, though φ[·,1] and φ[·,2] are arrays of
// their own.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/algebra/pool.h"
#include "compiler/loops/layout.h"

namespace nphys::driver {

struct ViewAxis {
    std::size_t slot = 0;
    int axis = 0;
    std::int64_t first = 1, extent = 1;
    bool has_coordinates = false;    // of a lattice, or the bins of a histogram
};

class TensorView {
public:
    enum class Order : std::uint8_t { lattices_first, slots };      // slots: axes as the slots are declared
    TensorView(const algebra::Pool& pool, const loops::TensorLayout& layout, Order order = Order::lattices_first);

    [[nodiscard]] const std::vector<ViewAxis>& axes() const& { return axes_; }
    const std::vector<ViewAxis>& axes() const&& = delete;
    [[nodiscard]] std::int64_t size() const;
    void visit(const std::function<void(loops::BufferId, std::int64_t)>& element) const;
    // `φ[(3,4,5), 2]`, `ψ[3].re`: an element of a component, by its place in the buffer.
    [[nodiscard]] std::string place_name(const loops::ComponentLayout& component, std::int64_t index) const;
    // `φ[1,2]`, `ψ[1].re`: the numbers of the ranges, for each element that is not on a lattice; for columns of series.csv.
    [[nodiscard]] std::vector<std::string> element_names() const;

private:
    [[nodiscard]] const loops::ComponentLayout* component_at(const std::vector<std::int64_t>& places) const;
    [[nodiscard]] std::int64_t index_at(const std::vector<std::int64_t>& places) const;
    [[nodiscard]] std::size_t axis_of(std::size_t slot, int axis) const;

    void add_axes(const algebra::Pool& pool, std::size_t slot);

    const loops::TensorLayout& layout_;
    bool has_parts_ = false; // the last axis holds real and imaginary parts
    std::vector<ViewAxis> axes_;
};

// `ψ[1,2]` of the texts of its places; of a complex tensor the last of them is its part: `ψ[1].im`.
[[nodiscard]] std::string name_at(const std::string& name, std::vector<std::string> places, bool has_parts);

} // namespace nphys::driver
