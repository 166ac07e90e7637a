# cmake -DFOLDER=templates -DRANDOM=runtime/random -DDATA=runtime/data -DSTATISTICS=runtime/statistics -DSPECTRAL=runtime/spectral -DSPARSE=runtime/sparse -DLINALG=runtime/linalg -DOUTPUT=templates.cpp -P embed_templates.cmake: writes the templates as string literals.
set(text "#include \"compiler/backend/cpp/templates.h\"\n\nnamespace nphys::backend::cpp::templates {\n")
foreach(row IN ITEMS "numeric=numeric.hpp" "parallel=parallel.hpp" "dense=dense.hpp" "draws=draws.hpp"
         "samples=${STATISTICS}/samples.h" "eigensystems=${LINALG}/eigensystems.h" "noise=${RANDOM}/noise.h" "noise_single=${RANDOM}/noise_single.h" "philox=${RANDOM}/philox.h" "poisson=${RANDOM}/poisson.h" "shuffle=${DATA}/shuffle.h" "show_rows=${DATA}/show_rows.h"
         "spectral=spectral.hpp" "power=${SPECTRAL}/power.h" "propagation=${SPECTRAL}/propagation.h" "lattice_modes=${SPECTRAL}/lattice_modes.h"
         "matrices=${SPECTRAL}/matrices.h" "step_table=${SPECTRAL}/step_table.h" "planning=${SPECTRAL}/planning.h" "turn_modes=${SPECTRAL}/turn_modes.h" "waves=waves.hpp"
         "band=${SPARSE}/band.h" "lattice_matrix=${SPARSE}/lattice_matrix.h" "rightmost=${SPARSE}/rightmost.h" "at_rest=${SPARSE}/at_rest.h" "main_cpp=main.cpp.in" "cmake_lists=CMakeLists.txt.in")
  string(REGEX MATCH "^([^=]+)=(.+)$" matched "${row}")
  set(name "${CMAKE_MATCH_1}")
  set(path "${CMAKE_MATCH_2}")
  if(NOT IS_ABSOLUTE "${path}")
    set(path "${FOLDER}/${path}")
  endif()
  file(READ "${path}" content)
  string(APPEND text "\nextern const std::string_view ${name};\nconst std::string_view ${name} = R\"embedded(${content})embedded\";\n")
endforeach()
string(APPEND text "\n} // namespace nphys::backend::cpp::templates\n")
file(WRITE "${OUTPUT}" "${text}")
