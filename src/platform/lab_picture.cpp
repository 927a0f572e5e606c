// platform: frames of the lab on the WebGL2 canvas, no more of them than there is something new to see.
#include "platform/lab_picture.h"

#include <GLES3/gl3.h>
#include <imgui.h>
#include <imgui_impl_opengl3.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <map>

// Dear ImGui's backend asks before each frame for some twenty values of WebGL's state, to set them again afterwards. The browser answers only
// when its GPU process comes to it, and that one may be busy with a training step. Nothing else draws on this canvas: the state before a
// frame is always that before the first one, and is asked for once. The linker puts this in the place of glGetIntegerv (--wrap).
extern "C" {
void __real_glGetIntegerv(GLenum name, GLint* values);
void __wrap_glGetIntegerv(GLenum name, GLint* values);
}

void __wrap_glGetIntegerv(GLenum name, GLint* values) {
  static std::map<GLenum, std::array<GLint, 4>> known;
  const auto [at, is_new] = known.try_emplace(name);
  if (is_new) __real_glGetIntegerv(name, at->second.data());
  std::copy_n(at->second.begin(), name == GL_VIEWPORT || name == GL_SCISSOR_BOX ? 4 : 1, values);
}

namespace heed {
namespace {

constexpr double kLeastMs = 66, kMostMs = 500;  ///< between frames that only bring news of a run
constexpr double kShare = 6;                    ///< of the time that one frame takes, so many pass between two of them

class Fingerprint {
 public:
  void add(const void* data, std::size_t size) {
    const auto* bytes = static_cast<const unsigned char*>(data);
    for (; size >= 8; bytes += 8, size -= 8) {
      std::uint64_t word;
      std::memcpy(&word, bytes, 8);
      mix(word);
    }
    std::uint64_t rest = size;
    if (size > 0) std::memcpy(&rest, bytes, size);
    mix(rest);
  }
  std::uint64_t value() const { return state_ | 1; }  // never 0, which stands for no picture

 private:
  void mix(std::uint64_t word) {
    state_ = (state_ ^ word) * 0x9E3779B97F4A7C15u;
    state_ ^= state_ >> 32;
  }
  std::uint64_t state_ = 0x243F6A8885A308D3u;
};

std::uint64_t fingerprint(const ImDrawData& data, const Ui& ui) {
  Fingerprint print;
  print.add(&data.DisplaySize, sizeof data.DisplaySize);
  print.add(&data.FramebufferScale, sizeof data.FramebufferScale);
  print.add(&ui.theme.colours.background, sizeof(ImU32));
  for (const Ground& ground : ui.grounds()) print.add(&ground, sizeof ground);
  for (const ImDrawList* list : data.CmdLists) {
    print.add(list->VtxBuffer.Data, static_cast<std::size_t>(list->VtxBuffer.size_in_bytes()));
    print.add(list->IdxBuffer.Data, static_cast<std::size_t>(list->IdxBuffer.size_in_bytes()));
    for (const ImDrawCmd& command : list->CmdBuffer) {
      print.add(&command.ClipRect, sizeof command.ClipRect);
      print.add(&command.ElemCount, sizeof command.ElemCount);
    }
  }
  return print.value();
}

bool textures_wait(const ImDrawData& data) {
  return data.Textures && std::any_of(data.Textures->begin(), data.Textures->end(), [](const ImTextureData* texture) {
           return texture->Status != ImTextureStatus_OK;
         });
}

void clear(ImU32 colour) {
  const ImVec4 parts = ImGui::ColorConvertU32ToFloat4(colour);
  glClearColor(parts.x, parts.y, parts.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
}

void clear_grounds(const Ui& ui, ImVec2 scale, float height) {
  glEnable(GL_SCISSOR_TEST);
  for (const Ground& ground : ui.grounds()) {
    const auto left = static_cast<int>(std::lround(ground.low.x * scale.x)),
               right = static_cast<int>(std::lround(ground.high.x * scale.x));
    const auto top = static_cast<int>(std::lround(ground.low.y * scale.y)),
               bottom = static_cast<int>(std::lround(ground.high.y * scale.y));
    if (right <= left || bottom <= top) continue;
    glScissor(left, static_cast<int>(std::lround(height)) - bottom, right - left, bottom - top);
    clear(ground.colour);
  }
  glDisable(GL_SCISSOR_TEST);
}

}  // namespace

bool LabPicture::draw(const Ui& ui) {
  ImDrawData* data = ImGui::GetDrawData();
  if (!data || !data->Valid) return false;
  const std::uint64_t now = fingerprint(*data, ui);
  if (now == shown_ && !textures_wait(*data)) return false;
  shown_ = now;
  const ImVec2 size = data->DisplaySize, scale = data->FramebufferScale;
  glViewport(0, 0, static_cast<int>(size.x * scale.x), static_cast<int>(size.y * scale.y));
  glDisable(GL_SCISSOR_TEST);
  clear(ui.theme.colours.background);
  clear_grounds(ui, scale, size.y * scale.y);
  ImGui_ImplOpenGL3_RenderDrawData(data);
  return true;
}

void Pace::drawn(double now_ms) {
  drawn_ms_ = now_ms;
  waiting_ = true;
}

void Pace::frame(double now_ms) {
  if (!waiting_) return;
  waiting_ = false;
  // A single hiccup of the page is not believed at once, and forgotten after a few frames.
  cost_ms_ += (std::clamp(now_ms - drawn_ms_, 0.0, kMostMs) - cost_ms_) * 0.4;
}

bool Pace::due(double now_ms) const {
  return now_ms - drawn_ms_ >= std::clamp(cost_ms_ * kShare, kLeastMs, kMostMs);
}

}  // namespace heed
