// lab: what a run computes on and where its time goes, in words.
#include <algorithm>

#include "lab/describe.h"
#include "lab/strings.h"

namespace heed {
namespace {

constexpr std::size_t kKernelsSaid = 5;

/// What web/webgpu/bridge.js says comes in the chosen language, what a browser says as it is.
std::string refused_text(const std::string& reason) {
  if (reason == "The browser gave no graphics adapter.") return tr("backend.no_adapter");
  if (reason == "This browser has no WebGPU.") return tr("backend.no_webgpu");
  return tr("backend.refused", {reason});
}

/// Why it is this backend; empty where nobody had to choose.
std::string why_text(const BackendChosen& chosen) {
  const std::string& code = chosen.code;
  if (code == "opening") return tr("backend.opening");
  if (code == "timing") return tr("backend.timing");
  if (code == "faster")
    return tr("backend.faster", {milliseconds_text(chosen.webgpu_ms), milliseconds_text(chosen.cpu_ms)});
  if (code == "late") return tr("backend.late");
  if (code == "fallback") return tr("backend.fallback");
  if (code == "refused") return refused_text(chosen.detail);
  if (code == "unsupported") return tr("backend.unsupported", {chosen.detail});
  if (code == "large") return tr("backend.large", {chosen.detail});
  if (code == "roomier") return tr("backend.roomier");
  if (code == "too_large") return tr("backend.too_large", {chosen.detail});
  if (code == "lost") return tr("backend.lost", {chosen.detail});
  return {};
}

/// "64x64/8x8" as two texts: the tile, and an invocation's part of it.
std::vector<std::string> tile_texts(const std::string& tiles) {
  std::vector<std::string> out{""};
  for (const char letter : tiles) {
    if (letter == '/') out.emplace_back();
    else if (letter == 'x') out.back() += " × ";
    else out.back() += letter;
  }
  out.resize(2);
  return out;
}

}  // namespace

std::string milliseconds_text(double ms) {
  return number_text(ms, ms >= 100 ? 0 : ms >= 1 ? 1 : ms >= 0.1 ? 2 : 3);
}

std::string backend_name(const std::string& backend) {
  return tr_or("backend." + backend, backend);
}

std::string describe_backend(const LabState& state, int run) {
  const RunView& view = state.runs[static_cast<std::size_t>(run)];
  const bool named = view.backend == "webgpu" && !view.chosen.device.empty();
  std::string text = named ? tr("backend.computes_named", {backend_name(view.backend), view.chosen.device})
                           : tr("backend.computes", {backend_name(view.backend)});
  if (const std::string why = why_text(view.chosen); !why.empty()) text += " " + why;
  return text;
}

std::string describe_kernels(const RunView& view) {
  const KernelChoice& kernels = view.chosen.kernels;
  if (view.backend != "webgpu" || kernels.tiles.empty()) return {};
  const std::vector<std::string> tiles = tile_texts(kernels.tiles);
  std::string text = tr("kernels.tiles", {tiles[0], tiles[1]});
  if (kernels.subgroups) text += " " + tr("kernels.subgroups");
  return text + " " + (kernels.since.empty() ? tr("kernels.unmeasured") : tr("kernels.measured", {kernels.since}));
}

std::string describe_mark(const Timeline::Mark& mark) {
  const std::vector<std::string>& values = mark.values;
  if (mark.code == "rate" && values.size() == 2) return tr("mark.rate", {with_point(values[0]), with_point(values[1])});
  if (mark.code == "moved" && values.size() == 2) return tr("mark.moved", {backend_name(values[0]), backend_name(values[1])});
  if (mark.code == "gpu_lost" && values.size() == 1) return tr("mark.gpu_lost", {values[0]});
  if (mark.code == "restored" || mark.code == "linear_end") return tr("mark." + mark.code);
  return mark.text;
}

std::vector<std::string> describe_profile(const RunView& view) {
  const StepProfiled& profile = view.profile;
  if (profile.backend != "webgpu") return {tr("profile.cpu")};
  if (!profile.error.empty()) return {tr("profile.failed", {profile.error})};
  std::vector<std::string> sentences{
      tr("profile.step", {milliseconds_text(profile.step_ms), number_text(profile.memory_bytes / (1 << 20), 1)})};
  if (std::string kernels = describe_kernels(view); !kernels.empty()) sentences.push_back(std::move(kernels));
  if (!profile.has_clock) {
    sentences.push_back(tr("profile.no_clock", {count_text(profile.kernels.size())}));
    return sentences;
  }
  for (std::size_t i = 0; i < std::min(kKernelsSaid, profile.kernels.size()); ++i) {
    const KernelShare& kernel = profile.kernels[i];
    sentences.push_back(tr("profile.kernel", {kernel.label, milliseconds_text(static_cast<double>(kernel.ms)),
                                              count_text(static_cast<std::uint64_t>(kernel.calls))}));
  }
  return sentences;
}

}  // namespace heed
