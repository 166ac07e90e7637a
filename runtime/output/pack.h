#pragma once
// An array in any layout of memory → the same elements in C order.
//
// In: a view (data and strides), extents, and a range of its first axis. Out: a pointer to the elements in C order:
// into the array itself where they lie so already, else into `buffer`.
//
//     pack({data, {1, 64}}, {64, 2}, Precision::f64, 0, 64, buffer)     // components apart → side by side

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "runtime/output/fields.h"

namespace nphys::runtime {

[[nodiscard]] const void* pack(const FieldView& view, std::span<const std::int64_t> extents, Precision precision,
                               std::int64_t first, std::int64_t last, std::vector<std::byte>& buffer);

// Strides of an array in C order.
[[nodiscard]] std::vector<std::int64_t> dense_strides(std::span<const std::int64_t> extents);

} // namespace nphys::runtime
