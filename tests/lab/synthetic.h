// tests: made-up events of a run, for tests of the lab that need no model.
#pragma once

#include <string>
#include <vector>

#include "lab/lab.h"
#include "training/preset.h"

namespace heed::synthetic {

inline RunStarted started(const Json& preset, bool attention = true) {
  RunStarted event;
  event.preset = preset;
  event.parameter_count = 33598;
  event.backend = "cpu";
  event.alignment_tap = attention ? "decoder.alignment" : "";
  event.example_source = "abcd";
  event.max_source_length = 10;
  event.max_source_length_long = 20;
  return event;
}

/// Reversal of three letters; `weight` on the true input, the rest on the others.
inline ProbeShot reversal_shot(float weight) {
  ProbeShot shot;
  shot.source = {"a", "b", "c"};
  shot.target = {"c", "b", "a", "<end>"};
  shot.decoded = {"c", "b", "a"};
  shot.truth = {{2}, {1}, {0}, {}};
  shot.exact = true;
  const float rest = (1 - weight) / 2;
  TapValue tap{"decoder.alignment", Shape{4, 3}, std::vector<float>(12, rest)};
  for (int t = 0; t < 3; ++t) tap.values[static_cast<std::size_t>(t * 3 + 2 - t)] = weight;
  tap.values[9] = weight;
  shot.taps.push_back(std::move(tap));
  return shot;
}

inline Snapshot snapshot(std::uint64_t step, float weight) {
  return {step, {reversal_shot(weight)}};
}

inline Evaluation evaluation(std::uint64_t step, float exact, float exact_long, float alignment) {
  Evaluation event;
  event.step = step;
  event.test.exact_match = exact;
  event.test.alignment_score = event.test.alignment_argmax = alignment;
  event.test_long.exact_match = exact_long;
  event.exact_match_by_length = {-1, -1, 1, exact, exact_long};
  return event;
}

inline void start(Lab& lab, int run = 0, bool attention = true) {
  lab.receive(run, started(lab.state().runs[static_cast<std::size_t>(run)].preset, attention));
}

template <class T>
std::vector<std::pair<int, T>> commands_of(Lab& lab) {
  std::vector<std::pair<int, T>> found;
  for (auto& [run, command] : lab.take_run_commands()) {
    if (const T* wanted = std::get_if<T>(&command)) found.emplace_back(run, *wanted);
  }
  return found;
}

inline std::vector<PageMessage> messages_of(Lab& lab, const std::string& kind) {
  std::vector<PageMessage> found;
  for (PageMessage& message : lab.take_page_messages()) {
    if (message.json["kind"] == kind) found.push_back(std::move(message));
  }
  return found;
}

/// The tables of assets/strings.
void load_strings(const std::string& language = "en");

}  // namespace heed::synthetic
