# `cmake --install build/release --prefix <folder>`: the server, the engine as static libraries with their headers, and a CMake
# package, so that an application says
#
#     find_package(lodestone REQUIRED)
#     target_link_libraries(application PRIVATE lodestone::lodestone)
#     #include "server/api/database.h"
#
# lodestone::model is the modelling layer on top, lodestone::model_http its connections over the network; model/testing/table_test.h is a
# fixture for tests of what uses models, and needs GoogleTest besides.
include(CMakePackageConfigHelpers)

set(header_folder ${CMAKE_INSTALL_INCLUDEDIR}/lodestone)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/lodestone)

# What server/api/database.h and model/http/connect.h include, and the model's own headers; no more: the rest may change from
# one version to the next.
file(GLOB model_headers RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/model/*.h)
foreach(header server/api/call.h server/api/clock.h server/api/database.h server/api/database_connection.h server/api/message_forms.h storage/kv.h
        storage/result.h model/http/connect.h model/http/credentials.h model/http/environment.h model/http/retry.h
        model/testing/table_test.h ${model_headers})
  get_filename_component(folder ${header} DIRECTORY)
  install(FILES ${PROJECT_SOURCE_DIR}/${header} DESTINATION ${header_folder}/${folder})
endforeach()

target_include_directories(lodestone_storage PUBLIC $<INSTALL_INTERFACE:${header_folder}>)
target_include_directories(lodestone_connection PUBLIC $<INSTALL_INTERFACE:${header_folder}>)
set_target_properties(lodestone_api PROPERTIES EXPORT_NAME lodestone)
set_target_properties(lodestone_model PROPERTIES EXPORT_NAME model)
set_target_properties(lodestone_model_http PROPERTIES EXPORT_NAME model_http)
install(TARGETS lodestone_api lodestone_connection lodestone_expression lodestone_model lodestone_model_http lodestone_storage
  EXPORT lodestone ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT lodestone NAMESPACE lodestone:: FILE lodestone-targets.cmake DESTINATION ${package_folder})

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/lodestone-config.cmake.in
  ${PROJECT_BINARY_DIR}/lodestone-config.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/lodestone-config-version.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/lodestone-config.cmake ${PROJECT_BINARY_DIR}/lodestone-config-version.cmake
  DESTINATION ${package_folder})
