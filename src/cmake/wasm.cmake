# Toolchain file: Emscripten's own, from the folder that `./heed` chose (the machine's Emscripten or the one in .heed).

if(NOT DEFINED HEED_EMSCRIPTEN_ROOT)
  set(heed_root_file ${CMAKE_CURRENT_LIST_DIR}/../../.heed/emscripten-root)
  if(NOT EXISTS ${heed_root_file})
    message(FATAL_ERROR "Emscripten is not set up: run './heed setup' once.")
  endif()
  file(STRINGS ${heed_root_file} HEED_EMSCRIPTEN_ROOT LIMIT_COUNT 1)
endif()
include(${HEED_EMSCRIPTEN_ROOT}/cmake/Modules/Platform/Emscripten.cmake)
