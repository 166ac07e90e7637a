#pragma once
// Arrays in NumPy's format.
//
// In: an .npy file (versions 1 to 3; booleans, whole numbers, f32, f64; little-endian; C or Fortran order). Out: its
// shape and its values as doubles in C order, or an Error.
//
//     Result<Array> images = read_npy("images.npy");    // shape {1797, 8, 8}

#include <filesystem>

#include "runtime/data/array.h"
#include "runtime/result.h"

namespace nphys::runtime {

[[nodiscard]] Result<Array> read_npy(const std::filesystem::path& path);

} // namespace nphys::runtime
