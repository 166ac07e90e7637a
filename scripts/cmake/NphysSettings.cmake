# What holds for every target: the language, the numerics, the warnings, the tools.
include(GNUInstallDirs)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release or Debug" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

# Includes are written from the repository root.
include_directories("${PROJECT_SOURCE_DIR}")

# The same numbers everywhere: a fused multiply-add must never appear because one compiler saw a chance for it.
add_compile_options(-ffp-contract=off)

# Generated sources switch these off for themselves with -w.
add_compile_options(-Wall -Wextra -Wpedantic)
if(NPHYS_WARNINGS_AS_ERRORS)
  add_compile_options(-Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 sees uninitialized members in std::variant moves, where there are none, as soon as it inlines them.
  add_compile_options(-Wno-maybe-uninitialized)
endif()

if(NPHYS_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

find_program(NPHYS_CCACHE ccache)
mark_as_advanced(NPHYS_CCACHE)
if(NPHYS_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER "${NPHYS_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${NPHYS_CCACHE}")
endif()

# The first of these linkers that is installed and that the compiler accepts.
include(CheckCXXSourceCompiles)
foreach(linker IN ITEMS mold lld)
  if(NOT NPHYS_LINKER)
    set(CMAKE_REQUIRED_LINK_OPTIONS "-fuse-ld=${linker}")
    check_cxx_source_compiles("int main() { return 0; }" NPHYS_LINKS_WITH_${linker})
    unset(CMAKE_REQUIRED_LINK_OPTIONS)
    if(NPHYS_LINKS_WITH_${linker})
      set(NPHYS_LINKER ${linker})
    endif()
  endif()
endforeach()
if(NPHYS_LINKER)
  add_link_options("-fuse-ld=${NPHYS_LINKER}")
endif()
