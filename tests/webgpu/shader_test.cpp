// tests/webgpu: every file of shaders/ is valid as it stands, and so is what is compiled in and what kernels make of
// it.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "engine/backend/webgpu/kernel.h"
#include "ops/op_case.h"
#include "patient.h"
#include "recorded.h"
#include "turn.h"

namespace heed::test {
namespace {

std::string complaints(const std::string& code) {
  char* text = heed_test_check_shader(code.c_str());
  std::string out(text);
  std::free(text);
  return out;
}

/// Where a complaint is: FILE:LINE:COLUMN.
std::string placed(const std::string& file, const std::string& said) {
  std::string out = "\n" + said;
  for (std::size_t at = out.find('\n'); at != std::string::npos; at = out.find('\n', at + 1))
    out.insert(at + 1, file + ":");
  return out;
}

TEST_SUITE("webgpu") {
  TEST_CASE("webgpu: every file of shaders/ is valid as it stands") {
    REQUIRE(wait_for_gpu() == GpuState::kReady);
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(HEED_SOURCE_DIR "/shaders")) {
      if (entry.path().extension() != ".wgsl") continue;
      ++files;
      std::ifstream file(entry.path());
      const std::string name = entry.path().filename().string(),
                        said = complaints(std::string(std::istreambuf_iterator<char>(file), {}));
      CHECK_MESSAGE(said.empty(), placed("shaders/" + name, said));
      CHECK_MESSAGE(complaints(std::string(webgpu::shader_text(entry.path().stem().string()))).empty(), name,
                    " as it is compiled in");
    }
    CHECK(files > 0);
  }

  TEST_CASE("webgpu: a complaint about a shader says where") {
    REQUIRE(wait_for_gpu() == GpuState::kReady);
    const std::string said = complaints("@compute @workgroup_size(1)\nfn main() {\n  let a: f32 = 1u;\n}\n");
    CHECK(said.starts_with("3:"));
    CHECK(placed("shaders/a.wgsl", said).starts_with("\nshaders/a.wgsl:3:"));
  }

  TEST_CASE("webgpu: the code that kernels generate is valid") {
    REQUIRE(wait_for_gpu() == GpuState::kReady);
    std::set<std::string> seen;
    const bool subgroups = gpu_about().find("\"subgroups\"") != std::string::npos;
    for (const OpCase& op_case : cases_of(CaseSet::kSamples)) {
      for (const webgpu::Dispatch& dispatch : recorded(op_case, {0, subgroups ? 4u : 0u})) {
        const bool generated = !dispatch.body.empty() || dispatch.by_subgroups;
        if (!generated || !seen.insert(dispatch.shader + dispatch.body).second) continue;
        const std::string said = complaints(webgpu::code_of(dispatch));
        CHECK_MESSAGE(said.empty(), op_case.text(), ":\n", said, "\n", dispatch.body);
      }
    }
    CHECK(seen.size() > 10);
    for (const char* shader : {"softmax", "layer_norm", "cross_entropy", "reduce"}) CHECK(seen.contains(shader) == subgroups);
  }
}

}  // namespace
}  // namespace heed::test
