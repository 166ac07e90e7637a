#pragma once
// The levels of one run side by side in one series.csv and one fields.h5.
//
// Goes in: the folders of the levels. Comes out: in the folder above, at the times that all of them have, `centre[ensemble]`,
// `centre_stderr[ensemble]`, `centre[density]`; fields are named likewise, `P[density]`. The name of the level is one more index.

#include <filesystem>
#include <vector>

#include "compiler/driver/comparison.h"

namespace nphys::driver {

[[nodiscard]] runtime::Status put_side_by_side(const std::filesystem::path& folder, const std::vector<Side>& levels);

// `centre`, `trait[1]` at the level of densities: `centre[density]`, `trait[1,density]`.
[[nodiscard]] std::string name_at_level(const std::string& name, const std::string& level);

} // namespace nphys::driver
