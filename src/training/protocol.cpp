// training: commands and events as messages. Each type lists its fields once; its name in JSON is in the tables at the
// end.
#include "training/protocol.h"

#include <array>
#include <utility>

#include "training/archive.h"

namespace heed {

// Found by the archives through their arguments, so these live in the namespace itself.
constexpr int enum_count(RunPhase) {
  return 4;
}
constexpr int enum_count(Severity) {
  return 3;
}

/// Maps of T by S values, an agreement of each with each, and outputs that are there.
static void check_sizes(const LookedInside& x) {
  const std::size_t cells = x.source.size() * static_cast<std::size_t>(x.targets < 0 ? 0 : x.targets);
  bool good = x.agreement.size() == x.maps.size() * x.maps.size() &&
              (x.loss_gradient.empty() || x.loss_gradient.size() == x.source.size());
  for (const InsideMap& map : x.maps) good = good && map.values.size() == cells;
  for (const int t : x.asked) good = good && t >= 0 && t < x.targets;
  if (!good) throw DecodeError("the maps of a look inside must fit its tokens");
}

// `Of<T>` stands for T when reading and for const T when writing.
template <class A, class T>
concept Of = std::is_same_v<std::remove_const_t<A>, T>;

// clang-format off
template <class A> void fields(A& a, Of<StartRun> auto& x) { a("preset", x.preset); a("data", x.data); a("backend", x.backend); }
template <class A> void fields(A& a, Of<ResumeRun> auto& x) { a("checkpoint", x.checkpoint); a("data", x.data); a("backend", x.backend); }
template <class A> void fields(A& a, Of<Play> auto& x) { a("until_step", x.until_step); }
template <class A> void fields(A&, Of<Pause> auto&) {}
template <class A> void fields(A& a, Of<StepOnce> auto& x) { a("count", x.count); }
template <class A> void fields(A& a, Of<TryInput> auto& x) { a("request", x.request); a("text", x.text); }
template <class A> void fields(A& a, Of<TakeCheckpoint> auto& x) { a("request", x.request); }
template <class A> void fields(A& a, Of<RestoreStep> auto& x) { a("step", x.step); }
template <class A> void fields(A& a, Of<SetLearningRate> auto& x) { a("rate", x.rate); }
template <class A> void fields(A& a, Of<EvaluateNow> auto& x) { a("examples", x.examples); }
template <class A> void fields(A& a, Of<ScoreTraining> auto& x) { a("examples", x.examples); }
template <class A> void fields(A&, Of<SnapshotTaken> auto&) {}
template <class A> void fields(A& a, Of<ChooseBackend> auto& x) { a("backend", x.backend); }
template <class A> void fields(A& a, Of<ProfileStep> auto& x) { a("request", x.request); }
template <class A> void fields(A& a, Of<FindAddress> auto& x) {
  a("request", x.request); a("rows", x.rows); a("width", x.width); a("memory", x.memory); a("key", x.key); a("previous", x.previous);
  a("shift", x.shift); a("strength", x.strength); a("gate", x.gate); a("sharpening", x.sharpening); a("hard", x.hard); a("rounds", x.rounds);
}
template <class A> void fields(A& a, Of<CheckData> auto& x) { a("request", x.request); a("task", x.task); a("data", x.data); }
template <class A> void fields(A& a, Of<LookInside> auto& x) { a("request", x.request); a("probe", x.probe); a("text", x.text); }
template <class A> void fields(A& a, Of<MeasureCost> auto& x) { a("request", x.request); a("width", x.width); }
template <class A> void fields(A& a, Of<Generate> auto& x) {
  a("request", x.request); a("prompt", x.prompt); a("length", x.length); a("temperature", x.sampling.temperature);
  a("top_k", x.sampling.top_k); a("top_p", x.sampling.top_p); a("seed", x.sampling.seed);
}

template <class A> void fields(A& a, Of<Scores> auto& x) {
  a("loss", x.loss); a("token_accuracy", x.token_accuracy); a("exact_match", x.exact_match);
  a("alignment_score", x.alignment_score); a("alignment_argmax", x.alignment_argmax); a("alignment_near", x.alignment_near);
  a("attention_entropy", x.attention_entropy); a("value_error", x.value_error); a("alignment_head", x.alignment_head);
  a("example_bits", x.example_bits); a("best_example_bits", x.best_example_bits); a("examples", x.examples);
}
template <class A> void fields(A& a, Of<Evaluation> auto& x) {
  a("step", x.step); a("test", x.test); a("test_long", x.test_long); a("exact_match_by_length", x.exact_match_by_length);
}
template <class A> void fields(A& a, Of<TapValue> auto& x) {
  a("name", x.name); a("shape", x.shape); a("values", x.values);
  if (x.values.size() != x.shape.count()) throw DecodeError("'values' must be as many as 'shape' says");
}
template <class A> void fields(A& a, Of<ValueRows> auto& x) { a("width", x.width); a("values", x.values); }
template <class A> void fields(A& a, Of<ProbeShot> auto& x) {
  a("source", x.source); a("target", x.target); a("forced", x.forced); a("decoded", x.decoded); a("truth", x.truth);
  a("chances", x.chances); a("exact", x.exact); a("query", x.query); a("asked", x.asked); a("source_values", x.source_values);
  a("target_values", x.target_values); a("decoded_values", x.decoded_values); a("taps", x.taps);
}
template <class A> void fields(A& a, Of<Snapshot> auto& x) { a("step", x.step); a("probes", x.probes); }

template <class A> void fields(A& a, Of<RunStarted> auto& x) {
  a("preset", x.preset); a("step", x.step); a("parameter_count", x.parameter_count); a("backend", x.backend); a("taps", x.taps);
  a("alignment_tap", x.alignment_tap); a("head_names", x.head_names); a("input_tap", x.input_tap);
  a("hops", x.hops); a("sentences", x.sentences); a("examples", x.examples);
  a("answer", x.answer); a("example_source", x.example_source); a("max_source_length", x.max_source_length);
  a("max_source_length_long", x.max_source_length_long); a("resumed", x.resumed);
}
template <class A> void fields(A& a, Of<InputExample> auto& x) { a("key", x.key); a("text", x.text); }
template <class A> void fields(A& a, Of<InputFault> auto& x) {
  a("code", x.code); a("values", x.values); a("begin", x.begin); a("end", x.end); a("text", x.text);
}
template <class A> void fields(A& a, Of<PhaseChanged> auto& x) { a("phase", x.phase); a("step", x.step); }
template <class A> void fields(A& a, Of<EvaluationReady> auto& x) { a("evaluation", x.evaluation); }
template <class A> void fields(A& a, Of<TrainingScored> auto& x) { a("step", x.step); a("scores", x.scores); }
template <class A> void fields(A& a, Of<SnapshotReady> auto& x) { a("snapshot", x.snapshot); }
template <class A> void fields(A& a, Of<InputTried> auto& x) {
  a("request", x.request); a("step", x.step); a("error", x.error); a("shot", x.shot); a("fault", x.fault);
}
template <class A> void fields(A& a, Of<TextWritten> auto& x) {
  a("request", x.request); a("step", x.step); a("error", x.error); a("prompt", x.prompt); a("pieces", x.pieces);
  a("chances", x.chances); a("text", x.text);
}
template <class A> void fields(A& a, Of<CheckpointReady> auto& x) { a("request", x.request); a("step", x.step); a("bytes", x.bytes); }
template <class A> void fields(A& a, Of<MarkAdded> auto& x) { a("step", x.step); a("text", x.text); a("code", x.code); a("values", x.values); }
template <class A> void fields(A& a, Of<WentBack> auto& x) { a("step", x.step); }
template <class A> void fields(A& a, Of<Notice> auto& x) { a("severity", x.severity); a("code", x.code); a("text", x.text); a("values", x.values); }
template <class A> void fields(A& a, Of<KernelChoice> auto& x) { a("tiles", x.tiles); a("subgroups", x.subgroups); a("since", x.since); }
template <class A> void fields(A& a, Of<BackendChosen> auto& x) {
  a("step", x.step); a("wish", x.wish); a("backend", x.backend); a("code", x.code); a("detail", x.detail); a("device", x.device);
  a("cpu_ms", x.cpu_ms); a("webgpu_ms", x.webgpu_ms); a("reason", x.reason);
  a("kernels", x.kernels);
}
template <class A> void fields(A& a, Of<KernelShare> auto& x) { a("label", x.label); a("calls", x.calls); a("ms", x.ms); }
template <class A> void fields(A& a, Of<StepProfiled> auto& x) {
  a("request", x.request); a("backend", x.backend); a("device", x.device); a("error", x.error); a("has_clock", x.has_clock);
  a("step_ms", x.step_ms); a("memory_bytes", x.memory_bytes); a("kernels", x.kernels);
}
template <class A> void fields(A& a, Of<AddressFound> auto& x) {
  a("request", x.request); a("error", x.error); a("similarity", x.similarity); a("content", x.content); a("gated", x.gated);
  a("shifted", x.shifted); a("sharpened", x.sharpened); a("reading", x.reading); a("rounds", x.rounds);
}

template <class A> void fields(A& a, Of<DataChecked> auto& x) { a("request", x.request); a("error", x.error); }

template <class A> void fields(A& a, Of<InsideMap> auto& x) { a("key", x.key); a("is_signed", x.is_signed); a("values", x.values); }
template <class A> void fields(A& a, Of<LookedInside> auto& x) {
  a("request", x.request); a("step", x.step); a("error", x.error); a("source", x.source); a("target", x.target); a("chosen", x.chosen);
  a("targets", x.targets); a("asked", x.asked); a("causal", x.causal); a("truth", x.truth); a("maps", x.maps);
  a("agreement", x.agreement); a("loss_gradient", x.loss_gradient); a("completeness_gap", x.completeness_gap);
  a("largest_change", x.largest_change);
  check_sizes(x);
}
template <class A> void fields(A& a, Of<CostPoint> auto& x) {
  a("length", x.length); a("multiply_adds", x.multiply_adds); a("other", x.other); a("chain", x.chain); a("memory_bytes", x.memory_bytes);
  a("training_bytes", x.training_bytes); a("by_formula", x.by_formula); a("milliseconds", x.milliseconds);
}
template <class A> void fields(A& a, Of<CostCurve> auto& x) { a("key", x.key); a("points", x.points); }
template <class A> void fields(A& a, Of<CostMeasured> auto& x) {
  a("request", x.request); a("width", x.width); a("mechanisms", x.mechanisms); a("model", x.model);
}
// clang-format on

/// Metric points travel as columns: the steps in JSON, the four numbers of each point in the block.
struct PointColumns {
  std::vector<std::uint64_t> steps;
  std::vector<float> numbers;
};

static void fields(ArchiveWriter& a, const MetricsReady& x) {
  PointColumns columns;
  for (const MetricPoint& point : x.points) {
    columns.steps.push_back(point.step);
    for (const float number : {point.loss, point.token_accuracy, point.gradient_norm, point.learning_rate})
      columns.numbers.push_back(number);
  }
  a("steps", columns.steps);
  a("numbers", columns.numbers);
  a("steps_per_second", x.steps_per_second);
  a("train_seconds", x.train_seconds);
}
static void fields(ArchiveReader& a, MetricsReady& x) {
  PointColumns columns;
  a("steps", columns.steps);
  a("numbers", columns.numbers);
  if (columns.numbers.size() != columns.steps.size() * 4)
    throw DecodeError("'numbers' must be four for each of 'steps'");
  x.points.clear();
  for (std::size_t i = 0; i < columns.steps.size(); ++i) {
    const float* numbers = columns.numbers.data() + i * 4;
    x.points.push_back({columns.steps[i], numbers[0], numbers[1], numbers[2], numbers[3]});
  }
  a("steps_per_second", x.steps_per_second);
  a("train_seconds", x.train_seconds);
}

namespace {

constexpr std::array<const char*, std::variant_size_v<Command>> kCommandNames = {
    "start_run",    "resume_run",        "play",         "pause",         "step_once", "try_input", "take_checkpoint",
    "restore_step", "set_learning_rate", "evaluate_now", "snapshot_taken", "generate",
    "look_inside",  "measure_cost", "choose_backend", "profile_step", "find_address", "check_data", "score_training"};
constexpr std::array<const char*, std::variant_size_v<Event>> kEventNames = {
    "run_started", "phase_changed",    "metrics_ready", "evaluation_ready", "snapshot_ready",
    "input_tried", "checkpoint_ready", "mark_added",    "went_back",        "notice",
    "text_written", "looked_inside", "cost_measured", "backend_chosen", "step_profiled", "address_found", "data_checked", "training_scored"};

template <class Variant, std::size_t N>
Message encode_variant(const Variant& value, const std::array<const char*, N>& names) {
  Message message;
  ArchiveWriter writer(message.blob);
  std::visit([&writer](const auto& alternative) { fields(writer, alternative); }, value);
  writer.json["is"] = names[value.index()];
  message.json = writer.json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return message;
}

template <class Variant, std::size_t... I>
bool read_alternative(Variant& value, std::size_t wanted, ArchiveReader& reader, std::index_sequence<I...>) {
  return ((wanted == I ? (fields(reader, value.template emplace<I>()), true) : false) || ...);
}

template <class Variant, std::size_t N>
Result<Variant> decode_variant(const char* what, const std::string& text, const Bytes& blob,
                               const std::array<const char*, N>& names) {
  const auto json = parse_json(text);
  if (!json) return Error{std::string("Unreadable ") + what + ": " + json.error()};
  try {
    ArchiveReader reader(*json, blob);
    std::string name;
    reader("is", name);
    for (std::size_t i = 0; i < N; ++i) {
      if (name != names[i]) continue;
      Variant value;
      read_alternative(value, i, reader, std::make_index_sequence<N>());
      return value;
    }
    return Error{std::string("Unknown ") + what + " '" + name.substr(0, 40) + "'."};
  } catch (const std::exception& error) {
    return Error{std::string("Unreadable ") + what + ": " + error.what() + "."};
  }
}

}  // namespace

Message encode(const Command& command) {
  return encode_variant(command, kCommandNames);
}

Message encode(const Event& event) {
  return encode_variant(event, kEventNames);
}

Result<Command> decode_command(const std::string& json, const Bytes& blob) {
  return decode_variant<Command>("command", json, blob, kCommandNames);
}

Result<Event> decode_event(const std::string& json, const Bytes& blob) {
  return decode_variant<Event>("event", json, blob, kEventNames);
}

}  // namespace heed
