// tests/webgpu: which ops have a kernel on the GPU: shaders/README.md says so, and is made here.
// HEED_WEBGPU_TABLE=write writes it anew.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "engine/backend/webgpu/kernel.h"
#include "ops/op_case.h"
#include "recorded.h"

namespace heed::test {
namespace {

constexpr const char* kTable = HEED_SOURCE_DIR "/shaders/README.md";

bool is_given(OpKind op) {
  return op == OpKind::kInput || op == OpKind::kExternal || op == OpKind::kConstant;
}
bool has_kernel(OpKind op) {
  return webgpu::find_kernel(op) != nullptr;
}

/// The files that an op's samples take, by op.
std::map<OpKind, std::set<std::string>> shaders_of_ops() {
  std::map<OpKind, std::set<std::string>> out;
  for (const OpDef* def : all_ops()) {
    if (def->samples == nullptr) continue;
    for (const Sample& sample : def->samples())
      for (const webgpu::Dispatch& dispatch : recorded({def, sample, ""}))
        out[def->kind].insert(dispatch.shader + ".wgsl");
  }
  if (has_kernel(OpKind::kFill)) out[OpKind::kFill].insert("elementwise.wgsl");
  return out;
}

std::string table() {
  std::ostringstream out;
  out << "# Shaders of the webgpu backend\n\n"
         "One file per kernel, valid as it stands; the makers that choose entry points, constants and workgroups are "
         "in\n"
         "src/engine/backend/webgpu/. This page is made by the tests (tests/webgpu/completeness_test.cpp), which fail "
         "where it is not current\n"
         "or where an op has lost its kernel: `HEED_WEBGPU_TABLE=write node tests/webgpu/run.mjs -tc=\"webgpu: the "
         "table*\"`.\n\n"
         "Two things are chosen for each adapter by measuring when it is first opened (tuning.h): the tiles of large "
         "products, and whether the\n"
         "shaders of rows add up by subgroups; then what stands between the marks <across> in subgroups.wgsl takes the "
         "place of the same in them.\n\n"
         "\"composition\": runs as the primitives that it is made of. \"cpu\": a model with this op runs on the "
         "cpu.\n\n"
         "| op | on the GPU | files |\n| --- | --- | --- |\n";
  const auto shaders = shaders_of_ops();
  int kernels = 0, others = 0;
  for (const OpDef* def : all_ops()) {
    if (is_given(def->kind)) continue;
    const bool kernel = has_kernel(def->kind);
    ++(kernel ? kernels : others);
    out << "| " << def->name << " | " << (kernel ? "kernel" : is_fused(def->kind) ? "composition" : "cpu") << " | ";
    const char* separator = "";
    if (const auto found = shaders.find(def->kind); found != shaders.end())
      for (const std::string& file : found->second) out << std::exchange(separator, ", ") << file;
    out << " |\n";
  }
  out << "\n" << kernels << " ops have a kernel, " << others << " have none.\n";
  return out.str();
}

std::string committed_table() {
  std::ifstream file(kTable);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

TEST_SUITE("webgpu") {
  TEST_CASE("webgpu: no op has lost its kernel; those without one are named") {
    const std::string committed = committed_table();
    std::string without;
    for (const OpDef* def : all_ops()) {
      if (is_given(def->kind)) continue;
      const bool promised = committed.find("| " + std::string(def->name) + " | kernel |") != std::string::npos;
      CHECK_MESSAGE((has_kernel(def->kind) || !promised), def->name,
                    " has a kernel in shaders/README.md, but none in the backend");
      if (!has_kernel(def->kind)) without += " " + std::string(def->name);
    }
    if (!without.empty()) std::printf("Ops without a kernel on the GPU:%s\n", without.c_str());
  }

  TEST_CASE("webgpu: the table of shaders/README.md is current") {
    const char* mode = std::getenv("HEED_WEBGPU_TABLE");
    if (mode != nullptr && std::string(mode) == "write") std::ofstream(kTable) << table();
    CHECK_MESSAGE(committed_table() == table(),
                  "shaders/README.md is not what the backend has; its head says how it is made");
  }

  TEST_CASE("webgpu: every file of shaders/ is used by some op") {
    std::set<std::string> used{"subgroups.wgsl"};  // a part of others, and run by itself when a device is opened
    for (const auto& [op, files] : shaders_of_ops()) used.insert(files.begin(), files.end());
    for (const auto& entry : std::filesystem::directory_iterator(HEED_SOURCE_DIR "/shaders"))
      if (entry.path().extension() == ".wgsl")
        CHECK_MESSAGE(used.contains(entry.path().filename().string()), entry.path().filename().string());
  }
}

}  // namespace
}  // namespace heed::test
