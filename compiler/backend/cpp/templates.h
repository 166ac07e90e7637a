// Files that are emitted as they stand in templates/ (with @MODEL@ and @SOURCES@ replaced); embedded by the build.
#pragma once

#include <string_view>

namespace nphys::backend::cpp::templates {

extern const std::string_view numeric, parallel, dense, draws, samples, eigensystems, noise, noise_single, philox, poisson, shuffle, show_rows, spectral,
    propagation, power, lattice_modes, matrices, step_table, band, lattice_matrix, rightmost, at_rest, planning, waves, turn_modes, main_cpp, cmake_lists;

} // namespace nphys::backend::cpp::templates
