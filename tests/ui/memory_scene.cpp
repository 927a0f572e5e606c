// tests/ui: stories and memories over time, made up. See scene.h.
#include <cmath>

#include "training/preset.h"
#include "ui/scene.h"

namespace heed::scene {
namespace {

const char* const kSentences[] = {"mary went to the kitchen", "john picked up the football there", "the woman in the blue dress gave the flower to sandra",
                                  "john travelled to the bathroom", "daniel got the apple"};

ProbeShot story_shot(const ToldStory& told) {
  ProbeShot shot;
  for (int n = 0; n < told.sentences; ++n) shot.source.push_back(told.facts ? std::string(n % 2 ? "ada likes ben" : "karl teaches nora") : kSentences[n % 5]);
  shot.query = {"where", "is", "the", "football"};
  shot.target = {"bathroom"};
  shot.forced = shot.decoded = {told.wrong ? "kitchen" : "bathroom"};
  shot.chances = {0.875f};
  shot.exact = !told.wrong;
  shot.truth = {{1, told.sentences - 1}};
  TapValue tap{"memory.attention", Shape{told.hops, 1, told.sentences}, {}};
  for (int hop = 0; hop < told.hops; ++hop) {
    float sum = 0;
    std::vector<float> row;
    for (int n = 0; n < told.sentences; ++n) sum += row.emplace_back(std::exp(-std::abs(static_cast<float>(n - 1 - hop * (told.sentences - 2)))));
    for (const float value : row) tap.values.push_back(value / sum);
  }
  shot.taps.push_back(std::move(tap));
  return shot;
}

/// Values over (T,N) with one large weight at each step, slot by slot.
std::vector<float> staircase(int steps, int slots, float sharp) {
  std::vector<float> values;
  for (int t = 0; t < steps; ++t) {
    float sum = 0;
    std::vector<float> row;
    for (int i = 0; i < slots; ++i) sum += row.emplace_back(std::exp(-sharp * static_cast<float>((i - t) * (i - t))));
    for (const float value : row) values.push_back(sum > 0 ? value / sum : 1.0f / static_cast<float>(slots));
  }
  return values;
}

void add_stages(ProbeShot& shot, const std::string& head, int steps, int slots, bool writes) {
  const std::string name = "memory." + head + ".";
  float sharp = 0.2f;
  for (const char* stage : {"content", "gated", "shifted", "sharpened"}) shot.taps.push_back({name + stage, Shape{steps, slots}, staircase(steps, slots, sharp += 0.2f)});
  for (const char* number : {"strength", "gate", "sharpening"}) shot.taps.push_back({name + number, Shape{steps, 1}, std::vector<float>(static_cast<std::size_t>(steps), 0.75f)});
  shot.taps.push_back({name + "shift", Shape{steps, 3}, std::vector<float>(static_cast<std::size_t>(steps) * 3, 1.0f / 3)});
  for (const char* vector : {"key", "erase", "add"})
    if (writes || std::string(vector) == "key") shot.taps.push_back({name + vector, Shape{steps, 6}, std::vector<float>(static_cast<std::size_t>(steps) * 6, 0.5f)});
}

ProbeShot memory_shot(int steps, int slots, bool dnc) {
  ProbeShot shot;
  const auto size = static_cast<std::size_t>(steps);
  for (int t = 0; t < steps; ++t) shot.source.push_back(t % 3 ? "f" : "|"), shot.target.push_back("f"), shot.asked.push_back(t >= steps / 2);
  shot.source_values = {5, std::vector<float>(size * 5, 0)};
  shot.target_values = {4, std::vector<float>(size * 4, 0)};
  shot.decoded_values = {4, std::vector<float>(size * 4, 0.25f)};
  for (std::size_t i = 0; i < size * 4; i += 3) shot.target_values.values[i] = 1;
  for (std::size_t i = 0; i < size * 4; i += 6) shot.decoded_values.values[i] = 0.9f;
  const std::vector<float> way = staircase(steps, slots, 1);
  shot.taps.push_back({"memory.write", Shape{1, steps, slots}, way});
  shot.taps.push_back({"memory.read", Shape{1, steps, slots}, way});
  TapValue content{"memory.content", Shape{steps, slots, 6}, {}};
  for (std::size_t i = 0; i < content.shape.count(); ++i) content.values.push_back(std::sin(static_cast<float>(i)));
  shot.taps.push_back(std::move(content));
  shot.taps.push_back({"memory.read_from", Shape{steps, steps}, std::vector<float>(size * size, 1.0f / static_cast<float>(steps))});
  if (!dnc) {
    add_stages(shot, "write1", steps, slots, true);
    add_stages(shot, "read1", steps, slots, false);
    return shot;
  }
  shot.taps.push_back({"memory.usage", Shape{steps, slots}, way});
  shot.taps.push_back({"memory.allocation", Shape{steps, slots}, way});
  shot.taps.push_back({"memory.modes", Shape{1, steps, 3}, std::vector<float>(size * 3, 1.0f / 3)});
  shot.taps.push_back({"memory.write_gates", Shape{steps, 2}, std::vector<float>(size * 2, 0.75f)});
  shot.taps.push_back({"memory.free_gates", Shape{steps, 1}, std::vector<float>(size, 0.25f)});
  shot.taps.push_back({"memory.link", Shape{steps, slots, slots}, std::vector<float>(size * static_cast<std::size_t>(slots * slots), 0.05f)});
  return shot;
}

void begin(Lab& lab, int run, const RunStarted& started, const ProbeShot& shot) {
  lab.receive(run, started);
  for (const std::uint64_t step : {0, 40, 80}) lab.receive(run, SnapshotReady{{step, {shot, shot}}});
  lab.receive(run, PhaseChanged{RunPhase::kPaused, 80});
}

}  // namespace

Lab make_story_lab(const ToldStory& told) {
  Lab lab;
  const Json model = told.facts ? Json{{"type", "key_value_memory"}} : Json{{"type", "end_to_end_memory"}};
  const Json preset = validate_preset(Json{{"task", told.facts ? "facts" : "stories"}, {"model", model}}).value();
  lab.apply(LoadPreset{0, preset, true});
  RunStarted started;
  started.preset = preset;
  started.alignment_tap = "memory.attention";
  started.hops = started.sentences = true;
  for (int hop = 1; hop <= told.hops; ++hop) started.head_names.push_back("hop " + std::to_string(hop));
  started.answer = "label";
  started.example_source = "mary went to the kitchen. where is mary?";
  started.examples = {{"blue_dress", "mary went to the kitchen. where is mary?"}, {"probe", "john slept. where is john?"}};
  begin(lab, 0, started, story_shot(told));
  if (told.compare) {
    lab.apply(SetCompare{true, Json{{"model.embedding", 16}}});
    begin(lab, 1, started, story_shot(told));
  }
  if (!told.tried) return lab;
  lab.apply(TryText{-1, "mary went to the kitchen.\njohn slept.\nwhere is mary?"});
  for (int run = 0; run < (told.compare ? 2 : 1); ++run) {
    InputTried tried;
    tried.request = lab.state().runs[static_cast<std::size_t>(run)].try_request;
    ToldStory typed = told;
    typed.sentences = 2;
    if (told.fault.code.empty()) tried.shot = story_shot(typed);
    tried.fault = told.fault;
    tried.error = told.fault.text;
    lab.receive(run, tried);
  }
  return lab;
}

/// Fast weights of so many steps and numbers; the two ways a little apart.
ProbeShot ways_shot(int steps, int width) {
  ProbeShot shot;
  for (int t = 0; t < steps; ++t) shot.source.push_back(t % 2 ? std::to_string(t % 10) : std::string(1, static_cast<char>('a' + t % 26)));
  shot.target = shot.forced = shot.decoded = {"7"};
  shot.exact = true;
  TapValue read{"memory.read", Shape{1, steps, steps}, {}}, matrix{"memory.by_matrix", Shape{steps, width}, {}};
  for (int t = 0; t < steps; ++t) {
    for (int s = 0; s < steps; ++s) read.values.push_back(s < t ? 1.0f / static_cast<float>(t) : 0.0f);
    for (int r = 0; r < width; ++r) matrix.values.push_back(t == 0 ? 0.0f : std::abs(std::sin(static_cast<float>(t * width + r))));
  }
  TapValue attention{"memory.by_attention", matrix.shape, matrix.values};
  attention.values.back() += 1e-7f;
  const std::vector<float> last(read.values.end() - steps, read.values.end());
  shot.taps = {{"memory.alignment", Shape{1, steps}, last}, read, matrix, attention};
  return shot;
}

Lab make_ways_lab(int steps, int width, bool compare) {
  Lab lab;
  const Json preset = validate_preset(Json{{"task", "retrieval"}, {"model", {{"type", "fast_weights"}}}}).value();
  lab.apply(LoadPreset{0, preset, true});
  RunStarted started;
  started.preset = preset;
  started.alignment_tap = "memory.alignment";
  started.answer = "label";
  begin(lab, 0, started, ways_shot(steps, width));
  if (compare) {
    lab.apply(SetCompare{true, Json{{"model.hidden", 12}}});
    begin(lab, 1, started, ways_shot(steps, width));
  }
  return lab;
}

Lab make_memory_lab(int steps, int slots, bool dnc, bool compare) {
  Lab lab;
  const Json preset = validate_preset(Json{{"task", "bit_copy"}, {"model", {{"type", "neural_turing_machine"}}}}).value();
  lab.apply(LoadPreset{0, preset, true});
  RunStarted started;
  started.preset = preset;
  started.alignment_tap = "memory.read_from";
  started.answer = "each";
  begin(lab, 0, started, memory_shot(steps, slots, dnc));
  if (compare) {
    lab.apply(SetCompare{true, Json{{"model.rows", 12}}});
    begin(lab, 1, started, memory_shot(steps, slots, dnc));
  }
  return lab;
}

}  // namespace heed::scene
