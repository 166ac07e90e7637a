#pragma once
// Arrays in the IDX format, in which MNIST and its kin are given away.
//
// In: a file of two zero bytes, a type (bytes, 16 and 32 bit whole numbers, f32, f64), a number of axes, their extents and
// the values, all big-endian. Out: its shape and its values as doubles, or an Error.
//
//     Result<Array> images = read_idx("train-images-idx3-ubyte");    // shape {60000, 28, 28}

#include <filesystem>

#include "runtime/data/array.h"
#include "runtime/result.h"

namespace nphys::runtime {

[[nodiscard]] Result<Array> read_idx(const std::filesystem::path& path);

} // namespace nphys::runtime
