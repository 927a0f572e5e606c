# Compiler settings of our own code: heed_own(TARGET) applies them. Third-party code compiles without them.

set(HEED_SIMD simd CACHE STRING "SIMD variant of the wasm kernels: none, simd or relaxed")
set_property(CACHE HEED_SIMD PROPERTY STRINGS none simd relaxed)
option(HEED_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(HEED_CCACHE ccache)
  if(HEED_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${HEED_CCACHE})
  endif()
endif()

# One multiplication and one addition stay two roundings: the same numbers from every compiler.
add_compile_options(-ffp-contract=off)

if(HEED_SANITIZE)
  # Without four checks that take a fifth of the time to compile: null and object-size, which the address sanitizer sees as well, alignment and vptr.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=null,alignment,object-size,vptr -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

if(EMSCRIPTEN)
  # With atomic instructions and bulk memory, the same objects link to programs with and without threads.
  add_compile_options(-fwasm-exceptions -matomics -mbulk-memory)
  add_link_options(-fwasm-exceptions -sSTACK_SIZE=1MB -sALLOW_MEMORY_GROWTH=1 -sMODULARIZE=1 -sEXPORT_ES6=1
                   -sENVIRONMENT=web,worker,node)
  if(HEED_SIMD STREQUAL "simd")
    add_compile_options(-msimd128)
  elseif(HEED_SIMD STREQUAL "relaxed")
    add_compile_options(-msimd128 -mrelaxed-simd)
  elseif(NOT HEED_SIMD STREQUAL "none")
    message(FATAL_ERROR "HEED_SIMD is none, simd or relaxed, not '${HEED_SIMD}'")
  endif()
endif()

function(heed_own target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wno-missing-field-initializers -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-restrict)  # GCC 12 is wrong about std::string's operator+ (its bug 105651)
    if(HEED_SANITIZE)
      target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)  # wrong about the standard library's own code then
    endif()
  endif()
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/src)
endfunction()
