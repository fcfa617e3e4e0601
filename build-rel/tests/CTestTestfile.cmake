# CMake generated Testfile for 
# Source directory: /tmp/w/http/tests
# Build directory: /tmp/w/http/build-rel/tests
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
include("/tmp/w/http/build-rel/tests/storage_tests[1]_include.cmake")
