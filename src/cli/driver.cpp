// cli: driving a run and showing how it goes.
#include "cli/driver.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>

#include "training/preset.h"

namespace heed::cli {
namespace {

constexpr double kSlice_ms = 50;

double now_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string percent(float share) {
  if (share < 0) return "-";
  char text[16];
  std::snprintf(text, sizeof text, "%.1f %%", static_cast<double>(share) * 100);
  return text;
}

std::string number(double value, const char* format = "%.3f") {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

/// A score that does not apply is null.
Json score(float value) {
  return value < 0 || !std::isfinite(value) ? Json() : Json(std::round(static_cast<double>(value) * 1e6) / 1e6);
}

Json as_json(const Scores& scores) {
  return {{"examples", scores.examples},
          {"loss", score(scores.loss)},
          {"token_accuracy", score(scores.token_accuracy)},
          {"exact_match", score(scores.exact_match)},
          {"alignment_score", score(scores.alignment_score)},
          {"alignment_argmax", score(scores.alignment_argmax)},
          {"alignment_near", score(scores.alignment_near)},
          {"attention_entropy", score(scores.attention_entropy)},
          {"value_error", score(scores.value_error)},
          {"bits_per_example", score(scores.example_bits)},
          {"best_bits_per_example", score(scores.best_example_bits)}};
}

/// Error per kind and their mean; how often each hop's largest weight lay on each supporting fact.
Json as_json(const std::vector<KindScore>& kinds) {
  Json list = Json::array();
  for (const KindScore& kind : kinds)
    list.push_back({{"kind", kind.kind}, {"name", kind.name}, {"examples", kind.examples}, {"error", 1 - static_cast<double>(kind.exact) / std::max(1, kind.examples)}});
  return list;
}

Json as_json(const std::vector<HeadOnSupport>& supports) {
  Json list = Json::array();
  for (const HeadOnSupport& one : supports) {
    Json heads = Json::array();
    for (const int count : one.of_heads) heads.push_back(static_cast<double>(count) / std::max(1, one.examples));
    list.push_back({{"examples", one.examples}, {"hops", std::move(heads)}});
  }
  return list;
}

double mean_error(const std::vector<KindScore>& kinds) {
  double sum = 0;
  for (const Json& kind : as_json(kinds)) sum += kind.at("error").get<double>();
  return kinds.empty() ? 0 : sum / static_cast<double>(kinds.size());
}

void print_kinds(const std::vector<KindScore>& kinds) {
  constexpr double kFailed = 0.05;
  if (kinds.empty()) return;
  int failed = 0;
  std::printf("\n  %-34s %10s %10s\n", "kind", "questions", "error");
  for (const KindScore& kind : kinds) {
    const double error = 1 - static_cast<double>(kind.exact) / std::max(1, kind.examples);
    failed += error > kFailed ? 1 : 0;
    std::printf("  %2d %-31s %10d %8.1f %%\n", kind.kind, kind.name.c_str(), kind.examples, error * 100);
  }
  std::printf("  %-34s %10s %8.1f %%   (%d of %d kinds above 5 %%)\n", "mean", "", mean_error(kinds) * 100, failed, static_cast<int>(kinds.size()));
}

void print_supports(const std::vector<HeadOnSupport>& supports) {
  constexpr std::size_t kMostShown = 3;
  if (supports.empty() || supports.front().of_heads.empty()) return;
  std::printf("\n  %-34s", "largest weight on");
  for (std::size_t head = 1; head <= supports.front().of_heads.size(); ++head) std::printf("      hop %zu", head);
  std::printf("\n");
  for (std::size_t n = 0; n < std::min(kMostShown, supports.size()); ++n) {
    std::printf("  supporting fact %-18zu", n + 1);
    for (const int count : supports[n].of_heads) std::printf(" %8.1f %%", 100.0 * count / std::max(1, supports[n].examples));
    std::printf("\n");
  }
}

void print_outside(const Evaluation& evaluation) {
  if (evaluation.supports_outside > 0) std::printf("  %d supporting sentences were outside of the memory\n", evaluation.supports_outside);
}

void print_deletion(const DeletionScore& deletion) {
  if (deletion.examples == 0) return;
  const auto share = [&](int changed) { return 100.0 * changed / deletion.examples; };
  std::printf("\n  %-34s %8.1f %%\n", "answer changes without the sentence", share(deletion.attended_changed));
  std::printf("  %-34s\n", "that was looked at most");
  std::printf("  %-34s %8.1f %%   (of %d right answers)\n", "  ... without another", share(deletion.other_changed), deletion.examples);
}

void print_row(const char* label, const std::string& test, const std::string& test_long) {
  std::printf("  %-34s %10s %10s\n", label, test.c_str(), test_long.c_str());
}

/// How large A h became, and how far matrix and attention were apart at most.
std::pair<float, float> apart(const TapValue& ways) {
  std::pair<float, float> most{0.0f, 0.0f};
  for (std::size_t n = 0; n + 1 < ways.values.size(); n += 2)
    most = {std::max(most.first, ways.values[n]), std::max(most.second, ways.values[n + 1])};
  return most;
}

}  // namespace

Progress::Progress(std::uint64_t steps, std::optional<double> seconds)
    : steps_(steps), seconds_(seconds), terminal_(isatty(STDERR_FILENO) != 0) {}

void Progress::show(const MetricsReady& metrics) {
  if (!terminal_ || metrics.points.empty()) return;
  constexpr int kWidth = 30;
  const MetricPoint& point = metrics.points.back();
  double done = steps_ > 0 ? static_cast<double>(point.step) / static_cast<double>(steps_) : 0;
  if (seconds_) done = std::max(done, metrics.train_seconds / *seconds_);
  done = std::clamp(done, 0.0, 1.0);
  const auto filled = static_cast<int>(std::lround(done * kWidth));
  const double left_s = done > 0 ? metrics.train_seconds * (1 - done) / done : 0;
  std::fprintf(stderr, "\r\033[K[%s%s] step %llu  loss %.3f  accuracy %.3f  %.0f steps/s  %.0f s left",
               std::string(static_cast<std::size_t>(filled), '#').c_str(),
               std::string(static_cast<std::size_t>(kWidth - filled), '.').c_str(),
               static_cast<unsigned long long>(point.step), static_cast<double>(point.loss),
               static_cast<double>(point.token_accuracy), static_cast<double>(metrics.steps_per_second), left_s);
  shown_ = true;
}

void Progress::show(const Evaluation& evaluation) {
  if (terminal_) return;
  std::cerr << "step " << evaluation.step << "  loss " << number(static_cast<double>(evaluation.test.loss))
            << "  exact match " << percent(evaluation.test.exact_match) << "  longer "
            << percent(evaluation.test_long.exact_match) << "  alignment " << percent(evaluation.test.alignment_score)
            << "\n";
}

void Progress::finish() {
  if (shown_) std::fprintf(stderr, "\r\033[K");
  shown_ = false;
}

Driver::Driver(const MakeBackend& make_backend, const std::string& backend)
    : run_([make_backend, backend] { return make_backend(backend); }, now_ms) {}

void Driver::work(const std::function<void(const Event&)>& on_event) {
  for (bool more = true; more;) {
    more = run_.tick(kSlice_ms);
    std::vector<Event> events = run_.take_events();
    for (const Event& event : events) {
      note(event);
      if (on_event) on_event(event);
      if (std::holds_alternative<SnapshotReady>(event)) run_.apply(SnapshotTaken{});
    }
    more = more || (!events.empty() && run_.phase() == RunPhase::kTraining);
  }
}

void Driver::note(const Event& event) {
  if (const auto* started = std::get_if<RunStarted>(&event)) started_ = *started;
  if (const auto* ready = std::get_if<EvaluationReady>(&event)) evaluation_ = ready->evaluation;
  if (const auto* ready = std::get_if<CheckpointReady>(&event)) checkpoint_ = ready->bytes;
  if (const auto* ready = std::get_if<SnapshotReady>(&event)) {
    for (const ProbeShot& shot : ready->snapshot.probes)
      for (const TapValue& tap : shot.taps)
        if (tap.name == "memory.two_ways") two_ways_ = tap;
  }
  if (const auto* metrics = std::get_if<MetricsReady>(&event)) {
    if (!metrics->points.empty()) last_point_ = metrics->points.back();
    trained_steps_ += metrics->points.size();
    train_seconds_ = metrics->train_seconds;
  }
  if (const auto* notice = std::get_if<Notice>(&event)) {
    if (notice->severity == Severity::kError)
      error_ = notice->text;
    else
      std::cerr << "heed: " << notice->text << "\n";
  }
}

void Driver::evaluate(int examples) {
  run_.apply(EvaluateNow{examples});
  work();
}

Scores Driver::score_training(int examples) {
  Scores scores;
  run_.apply(ScoreTraining{examples});
  work([&](const Event& event) {
    if (const auto* scored = std::get_if<TrainingScored>(&event)) scores = scored->scores;
  });
  return scores;
}

std::optional<Bytes> Driver::checkpoint() {
  run_.apply(TakeCheckpoint{1});
  work();
  return checkpoint_;
}

Json Driver::summary() const {
  const Json& preset = started_->preset;
  const Scores scores = evaluation_ ? evaluation_->test : Scores{};
  Json json = {
      {"model", preset.at("model").at("type")},
      {"task", preset.at("task").at("type")},
      {"steps", run_.step()},
      {"seconds", std::round(train_seconds_ * 1000) / 1000},
      {"steps_per_second",
       train_seconds_ > 0 ? Json(std::round(static_cast<double>(trained_steps_) / train_seconds_ * 10) / 10) : Json()},
      {"parameters", started_->parameter_count},
      {"loss", score(scores.loss)},
      {"accuracy", score(scores.token_accuracy)},
      {"exact_match", score(scores.exact_match)},
      {"exact_match_long", score(evaluation_ ? evaluation_->test_long.exact_match : -1)},
      {"alignment_score", score(scores.alignment_score)},
      {"alignment_argmax", score(scores.alignment_argmax)},
      {"alignment_near", score(scores.alignment_near)},
      {"value_error", score(scores.value_error)},
      {"value_error_long", score(evaluation_ ? evaluation_->test_long.value_error : -1)},
      {"bits_per_example", score(scores.example_bits)},
      {"best_bits_per_example", score(scores.best_example_bits)},
      {"seed", preset.at("seed")},
      {"backend", started_->backend},
      {"train_loss", last_point_ ? Json(last_point_->loss) : Json()},
      {"preset", preset}};
  if (preset.at("model").contains("attention")) json["attention"] = preset["model"]["attention"]["type"];
  if (evaluation_) {
    json["test"] = as_json(evaluation_->test);
    json["test_long"] = as_json(evaluation_->test_long);
    Json by_length = Json::object();
    for (std::size_t length = 0; length < evaluation_->exact_match_by_length.size(); ++length) {
      const float share = evaluation_->exact_match_by_length[length];
      if (share >= 0) by_length[std::to_string(length)] = score(share);
    }
    json["exact_match_by_length"] = std::move(by_length);
    if (!evaluation_->kinds.empty()) json["kinds"] = as_json(evaluation_->kinds), json["mean_error"] = mean_error(evaluation_->kinds);
    if (!evaluation_->supports.empty()) json["supports"] = as_json(evaluation_->supports), json["supports_outside"] = evaluation_->supports_outside;
    if (const DeletionScore& one = evaluation_->deletion; one.examples > 0)
      json["deletion"] = {{"examples", one.examples},
                          {"attended", static_cast<double>(one.attended_changed) / one.examples},
                          {"other", static_cast<double>(one.other_changed) / one.examples}};
  }
  if (two_ways_) json["matrix_and_attention"] = {{"largest", apart(*two_ways_).first}, {"apart", apart(*two_ways_).second}};
  json["evaluations"] = Json::array();
  for (const Evaluation& one : run_.timeline().evaluations()) {
    json["evaluations"].push_back({{"step", one.step},
                                   {"loss", score(one.test.loss)},
                                   {"exact_match", score(one.test.exact_match)},
                                   {"exact_match_long", score(one.test_long.exact_match)},
                                   {"accuracy", score(one.test.token_accuracy)},
                                   {"alignment_score", score(one.test.alignment_score)},
                                   {"alignment_argmax", score(one.test.alignment_argmax)},
                                   {"alignment_near", score(one.test.alignment_near)},
                                   {"value_error", score(one.test.value_error)},
                                   {"value_error_long", score(one.test_long.value_error)},
                                   {"bits_per_example", score(one.test.example_bits)}});
  }
  return json;
}

void Driver::print_summary() const {
  std::cout << preset_summary(started_->preset) << "\n";
  std::cout << run_.step() << " steps, " << started_->parameter_count << " parameters, backend " << started_->backend;
  if (train_seconds_ > 0) {
    std::cout << ", " << number(train_seconds_, "%.1f") << " s of training, "
              << number(static_cast<double>(trained_steps_) / train_seconds_, "%.0f") << " steps/s";
  }
  std::cout << std::endl;
  if (!evaluation_) return;
  if (two_ways_)
    std::printf("Fast weights as a matrix and as attention: values up to %.3g, at most %.1e apart.\n", static_cast<double>(apart(*two_ways_).first),
                static_cast<double>(apart(*two_ways_).second));
  const Scores &test = evaluation_->test, &longer = evaluation_->test_long;
  const auto loss = [](const Scores& scores) {
    return scores.loss < 0 ? std::string("-") : number(static_cast<double>(scores.loss));
  };
  print_row("", "test", "longer");
  print_row(test.example_bits >= 0 ? "loss (nats per bit)" : "loss (nats per token)", loss(test), loss(longer));
  print_row("token accuracy", percent(test.token_accuracy), percent(longer.token_accuracy));
  print_row("exact match", percent(test.exact_match), percent(longer.exact_match));
  const auto bits = [](float value) { return value < 0 ? std::string("-") : number(static_cast<double>(value), "%.2f"); };
  if (test.example_bits >= 0) {
    print_row("wrong bits", percent(test.value_error), percent(longer.value_error));
    print_row("bits per example", bits(test.example_bits), bits(longer.example_bits));
  }
  if (test.best_example_bits >= 0) print_row("  ... of the best there can be", bits(test.best_example_bits), bits(longer.best_example_bits));
  if (test.attention_entropy < 0) return print_kinds(evaluation_->kinds);
  print_row("alignment score", percent(test.alignment_score), percent(longer.alignment_score));
  print_row("largest weight on a true position", percent(test.alignment_argmax), percent(longer.alignment_argmax));
  print_row("  ... or beside one", percent(test.alignment_near), percent(longer.alignment_near));
  print_kinds(evaluation_->kinds);
  print_supports(evaluation_->supports);
  print_outside(*evaluation_);
  print_deletion(evaluation_->deletion);
}

double error_of(const Scores& scores) {
  if (scores.exact_match >= 0) return 1 - static_cast<double>(scores.exact_match);
  return static_cast<double>(scores.value_error >= 0 ? scores.value_error : scores.loss);
}

int fail(const std::string& message, bool json, int exit_code) {
  std::cerr << "heed: " << message << "\n";
  if (json) std::cout << Json{{"error", message}}.dump() << std::endl;
  return exit_code;
}

}  // namespace heed::cli
