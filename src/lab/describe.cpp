// lab: the lab in words, for screen readers and announcements. Says what the models on the screen computed, nothing
// more.
#include "lab/describe.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "lab/attention_shape.h"
#include "lab/findings_text.h"
#include "lab/input_notes.h"
#include "lab/lab.h"
#include "lab/memory_picture.h"
#include "lab/preset_change.h"
#include "lab/reading_ahead.h"
#include "lab/story_picture.h"
#include "lab/strings.h"
#include "lab/two_ways_picture.h"
#include "training/preset.h"

namespace heed {
namespace {

std::string join(const std::vector<std::string>& words, const std::string& separator) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : separator) + word;
  return text;
}

/// The part of this key in a slot of this path, of whatever model has both.
const Part* part_at(const Part& part, std::string_view path, const std::string& key) {
  const std::size_t dot = path.find('.');
  for (const Field& field : part.fields) {
    if (field.key != path.substr(0, dot)) continue;
    for (const Part& inner : field.parts) {
      if (dot == std::string_view::npos && inner.key == key) return &inner;
      if (dot == std::string_view::npos) continue;
      if (const Part* found = part_at(inner, path.substr(dot + 1), key)) return found;
    }
  }
  return nullptr;
}

std::string phase_text(const RunView& run) {
  switch (run.phase) {
    case RunPhase::kTraining:
      return tr("phase.training");
    case RunPhase::kStopped:
      return tr("phase.stopped");
    case RunPhase::kPaused:
      return tr("phase.paused");
    case RunPhase::kEmpty:
      return tr("phase.empty");
  }
  return {};
}

const Evaluation* evaluation_at(const Lab& lab, const RunView& run) {
  const std::vector<Evaluation>& all = run.timeline.evaluations();
  if (all.empty()) return nullptr;
  if (lab.state().cursor.live) return &all.back();
  const Evaluation* found = nullptr;
  for (const Evaluation& evaluation : all) {
    if (evaluation.step <= lab.state().cursor.step) found = &evaluation;
  }
  return found;
}

std::string scores_text(const Evaluation& evaluation) {
  std::vector<std::string> parts = {
      tr("describe.scores", {count_text(evaluation.step), number_text(evaluation.test.exact_match)})};
  if (evaluation.test_long.exact_match >= 0)
    parts.push_back(tr("describe.scores_long", {number_text(evaluation.test_long.exact_match)}));
  if (evaluation.test.alignment_score >= 0) {
    parts.push_back(tr("describe.scores_alignment",
                       {number_text(evaluation.test.alignment_score), number_text(evaluation.test.alignment_argmax)}));
  }
  return join(parts, " ");
}

std::string run_text(const Lab& lab, int run) {
  const RunView& view = lab.state().runs[static_cast<std::size_t>(run)];
  std::vector<std::string> parts;
  if (const std::string name = run_name(lab.state(), run); !name.empty()) parts.push_back(name + ".");
  if (view.phase == RunPhase::kEmpty) {
    parts.push_back(tr("describe.starting", {describe_preset(view.preset)}));
    return join(parts, " ");
  }
  parts.push_back(tr("describe.built", {describe_preset(view.preset), count_text(view.parameter_count)}));
  parts.push_back(tr("describe.progress", {phase_text(view), count_text(view.step)}));
  if (!view.backend.empty()) parts.push_back(describe_backend(lab.state(), run));
  if (!view.timeline.metrics().empty())
    parts.push_back(tr("describe.loss", {number_text(view.timeline.metrics().back().loss, 3)}));
  if (const Evaluation* evaluation = evaluation_at(lab, view)) parts.push_back(scores_text(*evaluation));
  return join(parts, " ");
}

/// "14 of 16 bits right", "24 numbers". Bits where nothing is asked are not counted.
std::string values_text(const ProbeShot& shot) {
  const std::vector<float>&own = shot.decoded_values.values, &truth = shot.target_values.values;
  if (!answers_in_bits(shot) || truth.size() != own.size()) return tr("describe.numbers", {count_text(own.size())});
  const auto width = static_cast<std::size_t>(shot.decoded_values.width);
  std::uint64_t asked = 0, right = 0;
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (!is_asked(shot, i / width)) continue;
    ++asked;
    right += (own[i] > 0.5f) == (truth[i] > 0.5f) ? 1 : 0;
  }
  return tr("describe.bits", {count_text(right), count_text(asked)});
}

std::string decoded_text(const ProbeShot& shot) {
  if (shot.decoded_values.width > 0) return values_text(shot);
  if (shot.decoded.empty()) return tr("describe.nothing");
  std::vector<std::string> words;
  for (const std::string& token : shot.decoded) words.push_back(token_in_words(token));
  return join(words, " ");
}

std::string source_text(const RunView& view, const ProbeShot& shot) {
  return join(shot.source, view.sentences ? ". " : " ");
}

/// "Output 1 'c' looks mostly at input 3 'c' (0.94)."
std::string row_text(const char* key, const ProbeShot& shot, const AttentionRow& row, std::size_t t, const std::string& output) {
  const auto strongest = static_cast<std::size_t>(row.strongest);
  const std::string source = strongest < shot.source.size() ? shot.source[strongest] : std::string();
  return tr(key, {count_text(t + 1), token_in_words(output), count_text(strongest + 1), token_in_words(source),
                  number_text(static_cast<double>(row.weight))});
}

/// One for each output that counts and has a weight that can be told from 0.
std::vector<std::string> row_texts(const ProbeShot& shot, const AttentionPicture& picture,
                                   const std::vector<std::string>& outputs) {
  constexpr float kToldFrom = 0.005f;  // below, it would read 0.00
  std::vector<std::string> rows;
  for (std::size_t t = 0; t < picture.rows.size() && t < outputs.size(); ++t) {
    const AttentionRow& row = picture.rows[t];
    if (is_asked(shot, t) && row.weight >= kToldFrom) rows.push_back(row_text("describe.row", shot, row, t, outputs[t]));
  }
  return rows;
}

/// A single output makes no pattern: where it looks says all.
bool says_itself(const AttentionPicture& picture) {
  return picture.judged.size() == 1 && picture.shape != AttentionShape::kEven && picture.shape != AttentionShape::kFaint;
}

std::string shape_text(const ProbeShot& shot, const AttentionPicture& picture, const std::vector<std::string>& outputs) {
  if (!says_itself(picture)) return tr(shape_key(picture.shape));
  const auto t = static_cast<std::size_t>(picture.judged.front());
  return row_text("shape.one_output", shot, picture.rows[t], t, outputs[t]);
}

/// How many outputs with a known truth look mostly at a true position.
std::string truth_text(const ProbeShot& shot, const AttentionPicture& picture) {
  std::uint64_t known = 0, right = 0;
  for (std::size_t t = 0; t < picture.rows.size() && t < shot.truth.size(); ++t) {
    if (shot.truth[t].empty() || !is_asked(shot, t)) continue;
    ++known;
    right +=
        std::find(shot.truth[t].begin(), shot.truth[t].end(), picture.rows[t].strongest) != shot.truth[t].end() ? 1 : 0;
  }
  return known == 0 ? std::string() : tr("describe.truth", {count_text(right), count_text(known)});
}

std::string head_name(const RunView& view, int head) {
  const auto at = static_cast<std::size_t>(head);
  return head >= 0 && at < view.head_names.size() ? view.head_names[at] : tr("head.mean");
}

/// The shape of every head, where all of them are shown.
std::string heads_text(const RunView& view, const ProbeShot& shot, const TapValue& tap, const std::vector<std::string>& outputs) {
  const std::vector<int> judged = judged_outputs(shot, outputs);
  std::vector<std::string> parts = {tr("describe.heads", {count_text(static_cast<std::uint64_t>(head_count(tap)))})};
  for (int head = 0; head < head_count(tap); ++head)
    parts.push_back(tr("describe.head", {head_name(view, head), shape_text(shot, attention_picture(head_of(tap, head), judged), outputs)}));
  return join(parts, " ");
}

std::string attention_text(const RunView& view, const ProbeShot& shot, const std::vector<std::string>& outputs,
                           int head) {
  if (view.alignment_tap.empty()) return tr(view.answer == "sequence" ? "describe.no_attention" : "describe.no_attention_here");
  const TapValue* tap = find_tap(shot, view.alignment_tap);
  if (!tap) return tr("describe.no_attention_yet");
  if (StoryPicture story; make_story(view, shot, story)) return describe_story(story);
  const AttentionPicture picture = attention_picture(head_of(*tap, head), judged_outputs(shot, outputs));
  const std::string shape = shape_text(shot, picture, outputs);
  std::vector<std::string> parts;
  if (head_count(*tap) > 1) {
    if (head == kAllHeads) parts.push_back(heads_text(view, shot, *tap, outputs));
    parts.push_back(tr("describe.head_shown", {head_name(view, head), shape}));
  } else {
    parts.push_back(tr("describe.attention", {shape}));
  }
  if (picture.shape == AttentionShape::kFaint) return join(parts, " ");  // nothing is looked at mostly
  if (const std::string truth = truth_text(shot, picture); !truth.empty()) parts.push_back(truth);
  if (const ReadingAhead ahead = reading_ahead(shot, head_of(*tap, head)); ahead.is_ahead())
    parts.push_back(tr("describe.read_ahead", {count_text(ahead.before), count_text(ahead.known)}));
  if (says_itself(picture)) return join(parts, " ");
  for (const std::string& row : row_texts(shot, picture, outputs)) parts.push_back(row);
  return join(parts, " ");
}

void describe_probe(const Lab& lab, int run, std::vector<std::string>& paragraphs) {
  const RunView& view = lab.state().runs[static_cast<std::size_t>(run)];
  const Snapshot* snapshot = lab.shown_snapshot(run);
  if (!snapshot || snapshot->probes.empty()) return;
  const std::size_t probe =
      std::min(static_cast<std::size_t>(std::max(0, lab.state().cursor.probe)), snapshot->probes.size() - 1);
  const ProbeShot& shot = snapshot->probes[probe];
  const std::string name = run_name(lab.state(), run);
  paragraphs.push_back((name.empty() ? "" : name + ". ") +
                       tr("describe.probe", {count_text(snapshot->step), source_text(view, shot), decoded_text(shot),
                                             tr(shot.exact ? "describe.right" : "describe.wrong")}));
  if (const std::string forced = forced_answer(shot); !forced.empty())
    paragraphs.push_back((name.empty() ? "" : name + ". ") + tr("describe.forced", {forced}));
  if (!shot.query.empty()) paragraphs.push_back(tr("describe.query", {join(shot.query, " ")}));
  paragraphs.push_back((name.empty() ? "" : name + ". ") + attention_text(view, shot, shot.target, lab.state().head));
  if (MemoryPicture memory; make_memory(shot, memory))
    paragraphs.push_back((name.empty() ? "" : name + ". ") + describe_memory(memory, shown_moment(lab.state(), memory)));
  if (TwoWaysPicture ways; make_two_ways(shot, ways))
    paragraphs.push_back((name.empty() ? "" : name + ". ") + describe_two_ways(ways, shown_way(lab.state(), ways)));
}

/// As its newest pictures show.
bool run_answers_in_bits(const RunView& run) {
  const std::vector<Snapshot>& snapshots = run.timeline.snapshots();
  if (snapshots.empty() || snapshots.back().probes.empty()) return false;
  const ProbeShot& shot = snapshots.back().probes.front();
  return shot.decoded_values.width > 0 && answers_in_bits(shot);
}

}  // namespace

bool is_asked(const ProbeShot& shot, std::size_t t) { return t >= shot.asked.size() || shot.asked[t] > 0; }

std::vector<int> judged_outputs(const ProbeShot& shot, const std::vector<std::string>& outputs) {
  std::vector<int> judged;
  for (std::size_t t = 0; t < outputs.size(); ++t)
    if (is_asked(shot, t) && outputs[t] != "<end>") judged.push_back(static_cast<int>(t));
  return judged;
}

bool answers_in_bits(const ProbeShot& shot) {
  const std::vector<float>& truth = shot.target_values.values;
  const std::vector<float>& seen = truth.empty() ? shot.decoded_values.values : truth;
  return std::all_of(seen.begin(), seen.end(), [&](float x) { return truth.empty() ? x >= 0 && x <= 1 : x == 0 || x == 1; });
}

const char* training_share_key(const RunView& run) {
  return run_answers_in_bits(run) ? "ui.curves.accuracy_bits" : "ui.curves.accuracy";
}

const char* score_share_key(const RunView& run) {
  return run_answers_in_bits(run) ? "ui.scores.vectors" : "ui.scores.tokens";
}

std::string run_name(const LabState& state, int run) {
  if (!state.compare) return {};
  const Json own = preset_value(state.runs[static_cast<std::size_t>(run)].preset, "model.attention");
  const Json other = preset_value(state.runs[static_cast<std::size_t>(1 - run)].preset, "model.attention");
  const std::string& letter = tr(run == 0 ? "run.a" : "run.b");
  if (own == other || !own.is_string()) return letter;
  return tr(own == "none" ? "run.without_attention" : "run.with_attention", {letter});
}

bool is_mark(const std::string& token) {
  return token == "<end>" || token == "<pad>" || token == "<start>" || token == "<unknown>";
}

std::string token_in_words(const std::string& token) {
  return is_mark(token) ? tr("ui.token." + token.substr(1, token.size() - 2)) : token;
}

std::string number_text(double value, int decimals) {
  if (!std::isfinite(value) || value < 0) return "\xE2\x80\x93";  // an en dash: does not apply
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
  return with_point(buffer);
}

std::string with_point(std::string digits) {
  if (const std::size_t point = digits.find('.'); point != std::string::npos) digits.replace(point, 1, tr("number.point"));
  return digits;
}

std::string count_text(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, tr("number.thousands"));
  return digits;
}

std::string part_label(const std::string& slot, const std::string& key) {
  const Part* part = part_at(preset_part(), slot, key);
  return part ? tr_or(slot + "." + key + ".label", part->label) : key;
}

std::string describe_preset(const Json& preset) {
  const auto label = [&](const std::string& slot) {
    const Json key = preset_value(preset, slot);
    return key.is_string() ? part_label(slot, key.get<std::string>()) : std::string();
  };
  const Json seed = preset_value(preset, "seed");
  if (preset_value(preset, "model.encoder").is_null() || preset_value(preset, "model.attention").is_null())
    return tr("describe.preset_model", {label("task"), label("model"), seed.is_null() ? "" : seed.dump()});
  return tr("describe.preset",
            {label("task"), label("model.encoder"), label("model.attention"), seed.is_null() ? "" : seed.dump()});
}

std::string announcement_at_rest(const LabState& state, int run) {
  const RunView& view = state.runs[static_cast<std::size_t>(run)];
  std::string text = run_name(state, run);
  if (!text.empty()) text += ". ";
  text += tr("describe.progress", {phase_text(view), count_text(view.step)});
  if (!view.timeline.evaluations().empty()) text += " " + scores_text(view.timeline.evaluations().back());
  return text;
}

std::string fault_text(const InputTried& tried) {
  const std::string key = "input." + tried.fault.code;
  return &tr_or(key, tried.error) == &tried.error ? tried.error : tr(key, tried.fault.values);
}

std::string refusal_text(const RunView& view) {
  if (view.tried.error.empty()) return {};
  const InputFault& fault = view.tried.fault;
  const std::string text = fault_text(view.tried), key = "input." + fault.code, none;
  if (fault.begin < fault.end || &tr_or(key, none) == &none) return text;  // the sentence has an example itself
  const Json task = preset_value(view.preset, "task");
  const std::string advice = "input.advice." + (task.is_string() ? task.get<std::string>() : std::string());
  if (&tr_or(advice, none) != &none) return text + " " + tr(advice, {view.example_source});
  return view.sentences || view.example_source.empty() ? text : text + " " + tr("input.for_example", {view.example_source});
}

std::string describe_tried(const LabState& state, int run) {
  const RunView& view = state.runs[static_cast<std::size_t>(run)];
  const std::string name = run_name(state, run);
  const std::string prefix = name.empty() ? "" : name + ". ";
  if (!view.tried.error.empty()) return prefix + refusal_text(view);
  const ProbeShot& shot = view.tried.shot;
  const std::string output = decoded_text(shot), source = source_text(view, shot);
  std::string text = shot.target.empty() ? tr("describe.tried", {source, output})
                                         : tr("describe.tried_known", {source, output, tr(shot.exact ? "describe.right" : "describe.wrong")});
  StoryPicture story;  // says it itself
  if (const std::string note = longer_note(view, shot); !note.empty() && !make_story(view, shot, story)) text += " " + note;
  return prefix + text;
}

std::vector<std::string> describe_lab(const LabState& state, const Lab& lab) {
  if (!state.runs[0].used || state.runs[0].preset.is_null()) return {tr("describe.empty")};
  std::vector<std::string> paragraphs;
  const int count = state.compare ? kMaxRuns : 1;
  for (int run = 0; run < count; ++run) {
    const RunView& view = state.runs[static_cast<std::size_t>(run)];
    if (view.used && !view.preset.is_null()) paragraphs.push_back(run_text(lab, run));
  }
  if (!state.cursor.live) paragraphs.push_back(tr("describe.cursor", {count_text(state.cursor.step)}));
  for (int run = 0; run < count; ++run) describe_probe(lab, run, paragraphs);
  for (int run = 0; run < count; ++run) {
    const RunView& view = state.runs[static_cast<std::size_t>(run)];
    if (!view.has_tried) continue;
    paragraphs.push_back(describe_tried(state, run));
    if (view.tried.error.empty()) {
      const ProbeShot& shot = view.tried.shot;
      paragraphs.push_back(attention_text(view, shot, shot.target.empty() ? shot.decoded : shot.target, state.head));
    }
  }
  for (int run = 0; run < count; ++run) {
    const RunView& view = state.runs[static_cast<std::size_t>(run)];
    const std::string name = run_name(state, run);
    if (view.has_inside)
      for (const std::string& text : describe_inside(view.inside))
        paragraphs.push_back((name.empty() ? "" : name + ". ") + text);
    if (view.has_profile)
      for (const std::string& text : describe_profile(view)) paragraphs.push_back((name.empty() ? "" : name + ". ") + text);
    if (view.has_cost)
      for (const std::string& text : describe_cost(view.cost)) paragraphs.push_back(text);
  }
  if (state.addressing.has_found && addressing_open(lab)) paragraphs.push_back(describe_addressing(state.addressing));
  for (const NoticeLine& line : state.notices) paragraphs.push_back(tr("describe.notice", {line.text}));
  return paragraphs;
}

}  // namespace heed
