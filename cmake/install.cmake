# `cmake --install build/release --prefix <folder>`: the server, the engine as static libraries with their headers, and a CMake
# package, so that an application says
#
#     find_package(lodestone REQUIRED)
#     target_link_libraries(application PRIVATE lodestone::lodestone)
#     #include "server/api/database.h"
include(CMakePackageConfigHelpers)

set(header_folder ${CMAKE_INSTALL_INCLUDEDIR}/lodestone)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/lodestone)

# What server/api/database.h includes, and no more: the rest may change from one version to the next.
foreach(header server/api/call.h server/api/clock.h server/api/database.h storage/kv.h storage/result.h)
  get_filename_component(folder ${header} DIRECTORY)
  install(FILES ${PROJECT_SOURCE_DIR}/${header} DESTINATION ${header_folder}/${folder})
endforeach()

target_include_directories(lodestone_storage PUBLIC $<INSTALL_INTERFACE:${header_folder}>)
set_target_properties(lodestone_api PROPERTIES EXPORT_NAME lodestone)
install(TARGETS lodestone_api lodestone_connection lodestone_expression lodestone_storage EXPORT lodestone
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT lodestone NAMESPACE lodestone:: FILE lodestone-targets.cmake DESTINATION ${package_folder})

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/lodestone-config.cmake.in
  ${PROJECT_BINARY_DIR}/lodestone-config.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/lodestone-config-version.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/lodestone-config.cmake ${PROJECT_BINARY_DIR}/lodestone-config-version.cmake
  DESTINATION ${package_folder})
