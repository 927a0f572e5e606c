# Third-party libraries as the targets heed::eigen, heed::json, heed::doctest, heed::cli11 and heed::imgui. `./heed` fetches them into .heed/deps.

set(HEED_DEPS_DIR ${CMAKE_SOURCE_DIR}/.heed/deps CACHE PATH "Folder of the third-party headers and sources")
if(NOT EXISTS ${HEED_DEPS_DIR}/usr/include/eigen3/Eigen/Core)
  message(FATAL_ERROR "The libraries are not in ${HEED_DEPS_DIR}: run './heed setup' once, or name their folder with -DHEED_DEPS_DIR=...")
endif()

# Header-only libraries. JSON, doctest and CLI11 share one include folder with nothing else in it.
function(heed_header_library name include_dir)
  add_library(heed_dep_${name} INTERFACE)
  target_include_directories(heed_dep_${name} SYSTEM INTERFACE ${include_dir})
  add_library(heed::${name} ALIAS heed_dep_${name})
endfunction()
heed_header_library(eigen ${HEED_DEPS_DIR}/usr/include/eigen3)
heed_header_library(json ${HEED_DEPS_DIR}/usr/include)
heed_header_library(doctest ${HEED_DEPS_DIR}/usr/include)
heed_header_library(cli11 ${HEED_DEPS_DIR}/usr/include)
target_compile_definitions(heed_dep_eigen INTERFACE EIGEN_MPL2_ONLY)

set(imgui_dir ${HEED_DEPS_DIR}/imgui)
add_library(heed_dep_imgui STATIC EXCLUDE_FROM_ALL
  ${imgui_dir}/imgui.cpp ${imgui_dir}/imgui_draw.cpp ${imgui_dir}/imgui_tables.cpp ${imgui_dir}/imgui_widgets.cpp)
if(EMSCRIPTEN)
  target_sources(heed_dep_imgui PRIVATE ${imgui_dir}/backends/imgui_impl_opengl3.cpp)
endif()
target_include_directories(heed_dep_imgui SYSTEM PUBLIC ${imgui_dir} ${imgui_dir}/backends)
# Indices of 32 bits: the cells of one large picture have more corners than 16 bits can tell apart.
target_compile_definitions(heed_dep_imgui PUBLIC IMGUI_DISABLE_OBSOLETE_FUNCTIONS IMGUI_DISABLE_DEMO_WINDOWS ImDrawIdx=ImU32)
target_compile_options(heed_dep_imgui PRIVATE -w)
add_library(heed::imgui ALIAS heed_dep_imgui)
