// engine/backend/webgpu: from a dispatch to the text of its shader and its pipeline.
#include <stdexcept>
#include <utility>

#include "base/json.h"
#include "engine/backend/webgpu/gpu.h"
#include "engine/backend/webgpu/kernel.h"

namespace heed::webgpu {
namespace {

/// Where the lines between "// <MARK>" and "// </MARK>" are: first and one past the last character.
std::pair<std::size_t, std::size_t> marked(std::string_view text, const std::string& mark, const std::string& shader) {
  const std::size_t begin = text.find("// <" + mark + ">\n"), end = text.find("// </" + mark + ">");
  if (begin == std::string::npos || end == std::string::npos)
    throw std::logic_error("[webgpu] shaders/" + shader + ".wgsl has no marks <" + mark + ">");
  return {begin, end};
}

void put(std::string& text, const std::string& mark, const std::string& shader, std::string_view instead) {
  const auto [begin, end] = marked(text, mark, shader);
  text.replace(begin, end - begin, instead);
}

}  // namespace

std::string code_of(const Dispatch& dispatch) {
  std::string text(shader_text(dispatch.shader));
  if (!dispatch.body.empty()) put(text, "body", dispatch.shader, dispatch.body);
  if (!dispatch.by_subgroups) return text;
  const std::string_view subgroups = shader_text("subgroups");
  const auto [begin, end] = marked(subgroups, "across", "subgroups");
  put(text, "across", dispatch.shader, subgroups.substr(begin, end - begin));
  return "enable subgroups;\n" + text;
}

int pipeline_of(const Dispatch& dispatch) {
  Json constants = Json::object();
  for (const auto& [name, value] : dispatch.constants) constants[name] = value;
  return heed_gpu_pipeline(dispatch.label.c_str(), code_of(dispatch).c_str(), dispatch.entry.c_str(), constants.dump().c_str());
}

}  // namespace heed::webgpu
