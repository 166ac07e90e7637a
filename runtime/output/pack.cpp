#include "runtime/output/pack.h"

namespace nphys::runtime {
namespace {

struct Walk {
    std::span<const std::int64_t> extents;
    std::span<const std::int64_t> strides;
};

template <class Real>
Real* copy_axes(const Real* from, Real* to, const Walk& walk, std::size_t axis, std::int64_t first, std::int64_t last) {
    const std::int64_t stride = walk.strides[axis];
    if (axis + 1 == walk.extents.size()) {
        for (std::int64_t place = first; place < last; ++place)
            *to++ = from[place * stride];
        return to;
    }
    for (std::int64_t place = first; place < last; ++place)
        to = copy_axes(from + place * stride, to, walk, axis + 1, 0, walk.extents[axis + 1]);
    return to;
}

template <class Real>
const void* pack_as(const FieldView& view, std::span<const std::int64_t> extents, std::int64_t first, std::int64_t last,
                    std::vector<std::byte>& buffer) {
    const auto* const data = static_cast<const Real*>(view.data);
    const std::vector<std::int64_t> dense = dense_strides(extents);
    if (extents.empty())
        return data;
    if (view.strides == dense)
        return data + first * dense[0];
    buffer.resize(static_cast<std::size_t>((last - first) * dense[0]) * sizeof(Real));
    copy_axes(data, reinterpret_cast<Real*>(buffer.data()), Walk{extents, view.strides}, 0, first, last);
    return buffer.data();
}

} // namespace

std::vector<std::int64_t> dense_strides(std::span<const std::int64_t> extents) {
    std::vector<std::int64_t> strides(extents.size());
    std::int64_t stride = 1;
    for (std::size_t axis = extents.size(); axis-- > 0; stride *= extents[axis])
        strides[axis] = stride;
    return strides;
}

const void* pack(const FieldView& view, std::span<const std::int64_t> extents, Precision precision, std::int64_t first,
                 std::int64_t last, std::vector<std::byte>& buffer) {
    return precision == Precision::f32 ? pack_as<float>(view, extents, first, last, buffer)
                                       : pack_as<double>(view, extents, first, last, buffer);
}

} // namespace nphys::runtime
