# How a folder becomes a target.

set(NPHYS_SKIP "" CACHE STRING "Folders left out of the build, such as `compiler/loops;runtime`")

# Adds a folder if it has a CMakeLists.txt and is not in NPHYS_SKIP.
function(nphys_add_if_present folder)
  file(RELATIVE_PATH path "${PROJECT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}/${folder}")
  if(path IN_LIST NPHYS_SKIP)
    return()
  endif()
  if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt")
    add_subdirectory("${folder}")
  endif()
endfunction()

# nphys_library(algebra SOURCES expr.cpp print.cpp LINK nphys_model PRIVATE_LINK LLVM)
# The static library nphys_<name> of an explicit list of sources.
function(nphys_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;PRIVATE_LINK")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "nphys_library(${name}): what is `${arg_UNPARSED_ARGUMENTS}`?")
  endif()
  add_library(nphys_${name} STATIC ${arg_SOURCES})
  target_link_libraries(nphys_${name} PUBLIC ${arg_LINK} PRIVATE ${arg_PRIVATE_LINK})
endfunction()
