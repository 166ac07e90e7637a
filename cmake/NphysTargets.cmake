# How a folder becomes a target.

# Adds a folder if it has a CMakeLists.txt.
function(nphys_add_if_present folder)
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
