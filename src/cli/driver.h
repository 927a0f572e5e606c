// cli: one run driven to its end in process, and what a person or a program reads of it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/commands.h"
#include "training/run.h"

namespace heed::cli {

/// A bar on a terminal, one line per evaluation elsewhere; both on the error stream.
class Progress {
 public:
  explicit Progress(std::uint64_t steps, std::optional<double> seconds);
  void show(const MetricsReady& metrics);
  void show(const Evaluation& evaluation);
  void finish();

 private:
  std::uint64_t steps_;
  std::optional<double> seconds_;
  bool terminal_, shown_ = false;
};

/// A run together with what it has said so far.
class Driver {
 public:
  Driver(const MakeBackend& make_backend, const std::string& backend);

  void apply(const Command& command) { run_.apply(command); }
  /// Works until the run rests; `on_event` sees every event, and may apply commands.
  void work(const std::function<void(const Event&)>& on_event = {});
  /// Scores on so many held-out examples, now.
  void evaluate(int examples);
  /// Scores on so many of the examples that it was trained on.
  Scores score_training(int examples);
  std::optional<Bytes> checkpoint();

  Run& run() { return run_; }
  const std::optional<RunStarted>& started() const { return started_; }
  const std::string& error() const { return error_; }
  double train_seconds() const { return train_seconds_; }
  /// Of the last evaluation; nothing scored before there was one.
  Scores test() const { return evaluation_ ? evaluation_->test : Scores{}; }

  /// The result as one JSON object.
  Json summary() const;
  /// The same for people, on the standard output.
  void print_summary() const;

 private:
  void note(const Event& event);

  Run run_;
  std::optional<RunStarted> started_;
  std::optional<Evaluation> evaluation_;
  std::optional<MetricPoint> last_point_;
  std::optional<TapValue> two_ways_;  ///< of fast weights, in the latest picture
  std::optional<Bytes> checkpoint_;
  std::string error_;
  double train_seconds_ = 0;
  std::uint64_t trained_steps_ = 0;
};

/// The share of wrong answers; of answers in numbers their error; the loss where neither is known.
double error_of(const Scores& scores);

/// Says what went wrong: on the error stream, and as the JSON object where one is asked for. Returns `exit_code`.
int fail(const std::string& message, bool json, int exit_code = kFailed);

}  // namespace heed::cli
