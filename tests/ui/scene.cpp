// tests/ui: see scene.h.
#include "ui/scene.h"

#include <doctest/doctest.h>
#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "lab/strings.h"
#include "training/cost.h"
#include "training/preset.h"

namespace heed::scene {
namespace {

Bytes read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

Json read_json(const std::string& path) {
  const Bytes bytes = read_bytes(path);
  return Json::parse(bytes.begin(), bytes.end());
}

/// A model that looks at the right place more and more; further heads look further along.
void add_attention(ProbeShot& shot, float sharpness, int heads) {
  const std::size_t S = shot.source.size(), T = shot.target.empty() ? shot.decoded.size() + 1 : shot.target.size();
  TapValue tap{"decoder.alignment", Shape{static_cast<int>(T), static_cast<int>(S)}, {}};
  if (heads > 1) tap.shape = Shape{heads, static_cast<int>(T), static_cast<int>(S)};
  for (std::size_t row_of_all = 0; row_of_all < T * static_cast<std::size_t>(heads); ++row_of_all) {
    const std::size_t t = row_of_all % T, head = row_of_all / T;
    float sum = 0;
    std::vector<float> row;
    for (std::size_t s = 0; s < S; ++s) {
      const float distance =
          static_cast<float>(S) - 1 - static_cast<float>(t) - static_cast<float>(s) + static_cast<float>(head);
      row.push_back(std::exp(-sharpness * distance * distance));
      sum += row.back();
    }
    for (const float value : row) tap.values.push_back(sum > 0 ? value / sum : 1.0f / static_cast<float>(S));
  }
  shot.taps.push_back(std::move(tap));
}

Evaluation make_evaluation(std::uint64_t step, float quality, bool attention) {
  Evaluation evaluation;
  evaluation.step = step;
  evaluation.test = {2.0f - 1.9f * quality,
                     quality,
                     quality * quality,
                     attention ? quality : -1,
                     attention ? quality : -1,
                     attention ? quality : -1,
                     attention ? 2 - quality : -1,
                     256};
  evaluation.test_long = evaluation.test;
  evaluation.test_long.exact_match = attention ? quality * 0.6f : 0;
  for (int length = 0; length <= 16; ++length)
    evaluation.exact_match_by_length.push_back(length < 4     ? -1
                                               : length <= 10 ? quality
                                               : attention    ? quality * 0.5f
                                                              : 0.02f);
  return evaluation;
}

/// Seven maps of waves, one of them signed, in some order each.
LookedInside make_inside(const ProbeShot& shot, int targets) {
  LookedInside seen;
  seen.step = 1200;
  seen.source = shot.source;
  seen.targets = targets > 0 ? targets : static_cast<int>(shot.target.size());
  for (int t = 0; t < seen.targets; ++t) {
    seen.asked.push_back(t);
    seen.chosen.push_back(shot.forced.at(static_cast<std::size_t>(t)));
    seen.target.push_back(shot.target.at(static_cast<std::size_t>(t)));
  }
  const std::size_t S = shot.source.size(), cells = S * static_cast<std::size_t>(seen.targets);
  for (const char* key : {"attention", "rollout", "erasure", "gradient", "gradient_times_input", "integrated_gradients",
                          "sequential_jacobian"}) {
    InsideMap map{key, std::string(key) == "erasure", {}};
    for (std::size_t i = 0; i < cells; ++i)
      map.values.push_back(std::abs(std::sin(0.9f * static_cast<float>(i + seen.maps.size()))) *
                           (map.is_signed && i % 3 == 0 ? -1.0f : 1.0f));
    seen.maps.push_back(std::move(map));
  }
  for (std::size_t a = 0; a < seen.maps.size(); ++a)
    for (std::size_t b = 0; b < seen.maps.size(); ++b)
      seen.agreement.push_back(a == b ? 1.0f : a + b == 3 ? NAN : 1 - 0.18f * static_cast<float>(a + b));
  for (std::size_t s = 0; s < S; ++s) seen.loss_gradient.push_back(std::pow(10.0f, -static_cast<float>(s % 6)));
  seen.largest_change = 3.5f;
  seen.completeness_gap = 0.02f;
  return seen;
}

CostMeasured make_cost() {
  CostMeasured cost;
  cost.width = 64;
  for (const std::string& key : cost_mechanisms()) {
    cost.mechanisms.push_back({key, {}});
    for (const int n : {8, 16, 32, 64, 128, 256}) {
      const double work = cost_by_formula(key, n, 64);
      cost.mechanisms.back().points.push_back({n, work, work / 20, key == "self_attention" ? 9 : 9 * n, work / 100,
                                               work / 10, work, static_cast<float>(work / 1e6)});
    }
  }
  cost.model = {"model", cost.mechanisms.front().points};
  return cost;
}

void start(Lab& lab, int run, bool attention, bool long_words, int heads) {
  const Result<Json> preset = validate_preset(Json{{"model", {{"attention", attention ? "additive" : "none"}}}});
  RunStarted started;
  started.preset = preset.value();
  started.parameter_count = 12345;
  started.backend = "cpu";
  started.taps = {"decoder.context"};
  if (attention) started.alignment_tap = "decoder.alignment";
  for (int head = 0; heads > 1 && head < heads; ++head)
    started.head_names.push_back("layer " + std::to_string(head / 4 + 1) + ", head " + std::to_string(head % 4 + 1));
  started.example_source = long_words ? "elle ne les porte pas toujours sur une chaise rouge" : "c a f e";
  started.max_source_length = 10;
  started.max_source_length_long = 16;
  lab.receive(run, started);
}

void train(Lab& lab, int run, const Made& made, bool attention) {
  MetricsReady metrics;
  metrics.steps_per_second = 212.5f;
  for (std::uint64_t step = 1; step <= 1240; step += 5) {
    const float t = static_cast<float>(step) / 1240;
    metrics.points.push_back({step, 2.3f * std::exp(-4 * t) + 0.1f * std::sin(static_cast<float>(step)),
                              1 - std::exp(-4 * t), 1.0f, 0.003f});
  }
  lab.receive(run, metrics);
  for (std::uint64_t step = 0; step <= 1200; step += 60) {
    const float quality = static_cast<float>(step) / 1240;
    if (made.evaluations) lab.receive(run, EvaluationReady{make_evaluation(step, quality, attention)});
    if (!made.snapshots) continue;
    Snapshot snapshot;
    snapshot.step = step;
    for (int probe = 0; probe < 4; ++probe)
      snapshot.probes.push_back(make_shot(made.length + probe % 2, made.long_words, attention, true, made.heads));
    lab.receive(run, SnapshotReady{std::move(snapshot)});
  }
  lab.receive(run, MarkAdded{600, "learning rate 0.003 -> 0.001"});
  lab.receive(run, PhaseChanged{RunPhase::kTraining, 1240});
}

/// Every sentence half as long again and more, with long words, so that wrapping is put to the test.
Json stretched(const Json& english) {
  Json out = english;
  for (auto& [key, value] : out.items()) {
    if (!value.is_string() || key.rfind("number.", 0) == 0) continue;
    std::string text = value.get<std::string>();
    const std::size_t extra = text.size() < 12 ? 1 : text.size() / 14;
    for (std::size_t i = 0; i < extra; ++i) text += i % 2 ? " sowie" : " Genauigkeit";
    value = text;
  }
  return out;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += "[" + text + "] ";
  return out;
}

/// Two boxes share more than a hair's breadth.
bool overlap(const ImVec4& a, const ImVec4& b) {
  return std::min(a.z, b.z) - std::max(a.x, b.x) > 1 && std::min(a.w, b.w) - std::max(a.y, b.y) > 1;
}

}  // namespace

void check_drawn(Stage& stage, const std::string& what) {
  INFO(what);
  INFO("clipped: ", joined(stage.ui.clipped));
  CHECK(stage.ui.clipped.empty());
  const auto& boxes = stage.ui.focus_boxes;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    INFO("item ", i, " from ", boxes[i].x, " to ", boxes[i].z);
    CHECK(boxes[i].x >= 0);
    CHECK(boxes[i].z <= stage.ui.viewport.width + 0.5f);
    const float least = stage.ui.viewport.coarse ? 44.0f : 24.0f;
    CHECK(boxes[i].w - boxes[i].y >= least - 0.5f);
    for (std::size_t j = i + 1; j < boxes.size(); ++j) {
      // What scrolls may pass under the bar at the top.
      if (boxes[i].y < stage.ui.header_height) continue;
      INFO("and item ", j);
      CHECK_FALSE(overlap(boxes[i], boxes[j]));
    }
  }
}

void use_words(Words words) {
  const std::string folder = std::string(HEED_SOURCE_DIR) + "/assets/strings/";
  const Json english = read_json(folder + "en.json");
  if (words == Words::kEnglish) set_strings(english, english);
  if (words == Words::kFrench) set_strings(english, read_json(folder + "fr.json"));
  if (words == Words::kLong) set_strings(english, stretched(english));
}

ProbeShot make_shot(int length, bool long_words, bool attention, bool with_target, int heads) {
  static const char* const kWords[] = {"les",    "pommes", "extraordinaires",  "ne", "tombent",
                                       "jamais", "loin",   "\303\251t\303\251"};
  ProbeShot shot;
  for (int i = 0; i < length; ++i)
    shot.source.push_back(long_words ? kWords[i % 8] : std::string(1, static_cast<char>('a' + i % 8)));
  for (int i = length - 1; i >= 0; --i) {
    shot.target.push_back(shot.source[static_cast<std::size_t>(i)]);
    shot.truth.push_back({i});
  }
  shot.forced = shot.target;
  if (length > 2) shot.forced[1] = shot.source[0];
  shot.decoded = shot.forced;
  shot.target.push_back("<end>");
  shot.forced.push_back("<end>");
  shot.truth.emplace_back();
  if (!with_target) {
    shot.target.clear();
    shot.truth.clear();
  }
  if (attention) {
    add_attention(shot, 0.9f, heads);
  } else {
    TapValue tap{"decoder.context", Shape{length + 1, 64}, {}};
    for (int i = 0; i < (length + 1) * 64; ++i) tap.values.push_back(std::sin(static_cast<float>(i % 64)));
    shot.taps.push_back(std::move(tap));
  }
  return shot;
}

Lab make_lab(const Made& made) {
  Lab lab;
  lab.apply(LoadPreset{0, Json{{"model", {{"attention", made.attention ? "additive" : "none"}}}}, true});
  start(lab, 0, made.attention, made.long_words, made.heads);
  if (made.compare) {
    lab.apply(SetCompare{true, Json()});
    start(lab, 1, false, made.long_words, 1);
  }
  train(lab, 0, made, made.attention);
  if (made.compare) train(lab, 1, made, false);
  if (made.tried) {
    lab.apply(TryText{-1, "a b c"});
    for (int run = 0; run < (made.compare ? 2 : 1); ++run) {
      InputTried tried;
      tried.request = lab.state().runs[static_cast<std::size_t>(run)].try_request;
      tried.step = 1240;
      tried.shot = make_shot(made.length, made.long_words, run == 0 && made.attention, true, made.heads);
      lab.receive(run, tried);
    }
  }
  if (made.inside) {
    lab.apply(LookInto{-1, false});
    lab.apply(MeasureCosts{0});
    for (int run = 0; run < (made.compare ? 2 : 1); ++run) {
      LookedInside seen = make_inside(make_shot(made.length, made.long_words, true), made.targets);
      seen.request = lab.state().runs[static_cast<std::size_t>(run)].inside_request;
      lab.receive(run, seen);
    }
    CostMeasured cost = make_cost();
    cost.request = lab.state().runs[0].cost_request;
    lab.receive(0, cost);
    lab.receive(0, BackendChosen{0, "auto", "webgpu", "faster", "", "vendor architecture", 9.8, 3.1, ""});
    lab.apply(ProfileRun{0});
    StepProfiled profile{lab.state().runs[0].profile_request, "webgpu", "vendor architecture", "", true, 3.1, 5e7, {}};
    for (int n = 0; n < 20; ++n)
      profile.kernels.push_back({"layer_norm_input_gradient (32,256," + std::to_string(256 + n) + ")", 1 + n % 9, 1.0f / static_cast<float>(1 + n)});
    lab.receive(0, profile);
  }
  return lab;
}

// ---- the stage
// ---------------------------------------------------------------------------------------------------------------

Stage::Stage() {
  ImGuiIO& io = ImGui::GetIO();
  io.BackendFlags |= ImGuiBackendFlags_RendererHasTextures | ImGuiBackendFlags_RendererHasVtxOffset;
  const std::string fonts = std::string(HEED_SOURCE_DIR) + "/.heed/deps/usr/share/fonts/";
  ui.add_font("ui", read_bytes(fonts + "opentype/inter/Inter-Regular.otf"));
  ui.add_font("ui_strong", read_bytes(fonts + "opentype/inter/Inter-SemiBold.otf"));
  ui.add_font("mono", read_bytes(fonts + "truetype/jetbrains-mono/JetBrainsMono-Regular.ttf"));
  const Status tokens = ui.set_tokens(read_json(std::string(HEED_SOURCE_DIR) + "/assets/design/tokens.json"));
  if (!tokens) throw std::runtime_error(tokens.error());
}

bool Stage::draw(Lab& lab, int frames) {
  bool more = true;
  for (int i = 0; i < frames && (more || i < 3); ++i) {
    now_ms_ += 16;
    more = ui.frame(lab, now_ms_);
    for (ImTextureData* texture : *ImGui::GetDrawData()->Textures) {
      if (texture->Status == ImTextureStatus_WantDestroy) {
        texture->SetTexID(ImTextureID_Invalid);
        texture->SetStatus(ImTextureStatus_Destroyed);
      } else if (texture->Status != ImTextureStatus_OK && texture->Status != ImTextureStatus_Destroyed) {
        texture->SetTexID(1);
        texture->SetStatus(ImTextureStatus_OK);
      }
    }
    for (LabCommand& command : ui.take_commands()) {
      lab.apply(command);
      commands.push_back(std::move(command));
    }
    for (PageMessage& message : ui.take_messages()) {
      if (message.json.value("kind", "") == "scroll") ui.set_scroll(message.json.at("y").get<float>());
      messages.push_back(std::move(message));
    }
  }
  return more;
}

void Stage::key(ImGuiKey key, bool shift) {
  ImGuiIO& io = ImGui::GetIO();
  io.AddKeyEvent(ImGuiMod_Shift, shift);
  io.AddKeyEvent(key, true);
  io.AddKeyEvent(key, false);
  io.AddKeyEvent(ImGuiMod_Shift, false);
}

void Stage::click(Lab& lab, float x, float y) {
  ImGuiIO& io = ImGui::GetIO();
  io.AddMousePosEvent(x, y);
  draw(lab, 2);
  io.AddMouseButtonEvent(0, true);
  draw(lab, 2);
  io.AddMouseButtonEvent(0, false);
  draw(lab, 4);
}

}  // namespace heed::scene
