// The entry of the tests of WebGPU: doctest's own main, which Emscripten may suspend.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
