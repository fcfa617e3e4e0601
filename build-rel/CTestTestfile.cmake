# CMake generated Testfile for 
# Source directory: /tmp/w/http
# Build directory: /tmp/w/http/build-rel
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
subdirs("storage")
subdirs("server")
subdirs("tests")
