#include "compiler/driver/tensor_view.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace nphys::driver {

namespace {

bool has_coordinates(const algebra::Space& space) { return !space.axes.front().coordinate.empty(); }

} // namespace

TensorView::TensorView(const algebra::Pool& pool, const loops::TensorLayout& layout, Order order) : layout_(layout), has_parts_(pool.symbol(layout.symbol).has_parts) {
    const std::vector<algebra::Slot>& slots = pool.symbol(layout.symbol).slots;
    const auto first = [&](std::size_t slot) { return has_coordinates(pool.space(slots[slot].space)); };
    for (std::size_t slot = 0; slot < slots.size(); ++slot)
        if (order == Order::slots || first(slot)) add_axes(pool, slot);
    for (std::size_t slot = 0; slot < slots.size(); ++slot)
        if (order != Order::slots && !first(slot)) add_axes(pool, slot);
}

void TensorView::add_axes(const algebra::Pool& pool, std::size_t slot) {
    const algebra::Slot& declared = pool.symbol(layout_.symbol).slots[slot];
    const algebra::Space& space = pool.space(declared.space);
    for (std::size_t axis = 0; axis < space.axes.size(); ++axis) {
        const algebra::Axis& whole = space.axes[axis];
        const bool part = space.axes.size() == 1;      // only these have subranges
        axes_.push_back({slot, static_cast<int>(axis), part ? declared.first : whole.first,
                         part ? declared.last - declared.first + 1 : whole.extent, has_coordinates(space)});
    }
}

std::int64_t TensorView::size() const {
    std::int64_t product = 1;
    for (const ViewAxis& axis : axes_) product *= axis.extent;
    return product;
}

std::size_t TensorView::axis_of(std::size_t slot, int axis) const {
    const auto found = std::ranges::find_if(axes_, [&](const ViewAxis& a) { return a.slot == slot && a.axis == axis; });
    return static_cast<std::size_t>(found - axes_.begin());
}

const loops::ComponentLayout* TensorView::component_at(const std::vector<std::int64_t>& places) const {
    for (const loops::ComponentLayout& component : layout_.components) {
        bool here = true;
        for (std::size_t k = 0; k < layout_.written_out.size(); ++k)
            here = here && places[axis_of(layout_.written_out[k], 0)] == component.small[k];
        if (here) return &component;
    }
    return nullptr;
}

std::int64_t TensorView::index_at(const std::vector<std::int64_t>& places) const {
    std::int64_t index = 0;
    for (const loops::StoredAxis& stored : layout_.axes) index = index * stored.extent + places[axis_of(stored.slot, stored.axis)] - stored.first;
    return index;
}

// Along a stored axis the place in the buffer moves by a fixed stride; along a written-out one the buffer changes.
void TensorView::visit(const std::function<void(loops::BufferId, std::int64_t)>& element) const {
    std::vector<std::int64_t> strides(axes_.size(), 0);
    std::int64_t stride = 1;
    for (std::size_t k = layout_.axes.size(); k-- > 0; stride *= layout_.axes[k].extent) strides[axis_of(layout_.axes[k].slot, layout_.axes[k].axis)] = stride;
    std::vector<std::int64_t> places;
    for (const ViewAxis& axis : axes_) places.push_back(axis.first);
    const bool one_component = layout_.written_out.empty();
    const loops::ComponentLayout* component = component_at(places);
    std::int64_t index = index_at(places);
    for (std::int64_t n = size(); n > 0; --n) {
        if (!one_component) component = component_at(places);
        if (component != nullptr) element(component->buffer, index);
        for (std::size_t k = axes_.size(); k-- > 0;) {
            index += strides[k];
            if (++places[k] < axes_[k].first + axes_[k].extent) break;
            places[k] = axes_[k].first;
            index -= strides[k] * axes_[k].extent;
        }
    }
}

std::string TensorView::place_name(const loops::ComponentLayout& component, std::int64_t index) const {
    std::vector<std::int64_t> places(axes_.size(), 0);
    for (std::size_t k = 0; k < layout_.written_out.size(); ++k) places[axis_of(layout_.written_out[k], 0)] = component.small[k];
    for (std::size_t k = layout_.axes.size(); k-- > 0;) {
        const loops::StoredAxis& stored = layout_.axes[k];
        places[axis_of(stored.slot, stored.axis)] = stored.first + index % stored.extent;
        index /= stored.extent;
    }
    std::vector<std::string> parts;
    for (std::size_t k = 0; k < axes_.size();) {
        std::vector<std::int64_t> site;
        const std::size_t slot = axes_[k].slot;
        for (; k < axes_.size() && axes_[k].slot == slot; ++k) site.push_back(places[k]);
        parts.push_back(site.size() == 1 ? std::to_string(site.front()) : fmt::format("({})", fmt::join(site, ",")));
    }
    return name_at(layout_.name, std::move(parts), has_parts_);
}

std::string name_at(const std::string& name, std::vector<std::string> places, bool has_parts) {
    std::string part;
    if (has_parts) {
        part = places.back() == "1" ? ".re" : ".im";
        places.pop_back();
    }
    return (places.empty() ? name : fmt::format("{}[{}]", name, fmt::join(places, ","))) + part;
}

std::vector<std::string> TensorView::element_names() const {
    std::vector<std::string> names;
    std::vector<std::int64_t> places;
    for (const ViewAxis& axis : axes_) places.push_back(axis.first);
    for (std::int64_t n = size(); n > 0; --n) {
        std::vector<std::string> numbers;
        for (const std::int64_t place : places) numbers.push_back(std::to_string(place));
        names.push_back(name_at(layout_.name, std::move(numbers), has_parts_));
        for (std::size_t k = axes_.size(); k-- > 0;) {
            if (++places[k] < axes_[k].first + axes_[k].extent) break;
            places[k] = axes_[k].first;
        }
    }
    return names;
}

} // namespace nphys::driver
