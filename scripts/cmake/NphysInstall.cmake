# <prefix>/bin/nphysc finds its library in <prefix>/share/nphys/stdlib.
if(TARGET nphysc)
  install(TARGETS nphysc RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
install(
  DIRECTORY "${PROJECT_SOURCE_DIR}/stdlib/"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/nphys/stdlib"
  OPTIONAL
  FILES_MATCHING
  PATTERN "*.nphys")
