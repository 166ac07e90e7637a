#pragma once
// Arrays in HDF5 files.
//
// In: a file and the path of a data set in it. Out: its shape and its values as doubles, or an Error that names the data
// sets that there are.
//
//     Result<Array> images = read_hdf5("digits.h5", "train/images");

#include <filesystem>
#include <string>

#include "runtime/data/array.h"
#include "runtime/result.h"

namespace nphys::runtime {

[[nodiscard]] Result<Array> read_hdf5(const std::filesystem::path& file, const std::string& name);

} // namespace nphys::runtime
