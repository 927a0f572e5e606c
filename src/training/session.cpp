// training: a session's slices of time: queued work first, then training steps, results as they arrive.
#include "training/session.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/rng.h"
#include "nn/optimiser.h"

namespace heed {
namespace {

constexpr double kMetricsEvery_ms = 33;
constexpr double kRateWindow_seconds = 0.5;
constexpr int kTestExamples = 128, kLongExamples = 64;
constexpr std::size_t kMostCheckpointBytes = 64u << 20;
constexpr double kMostPictureBytes = 1 << 20;  ///< attention in one snapshot

TimelineLimits limits_for(std::size_t arena_elems) {
  TimelineLimits limits;
  const std::size_t bytes_each = 4 * sizeof(float) * arena_elems + 4096;
  limits.checkpoints = std::clamp(static_cast<int>(kMostCheckpointBytes / bytes_each), 3, limits.checkpoints);
  return limits;
}

/// As many of the task's probes as a snapshot holds the attention of; at least one.
std::vector<Example> probes_of(const Experiment& experiment) {
  std::vector<Example> probes = experiment.task->probes();
  double bytes = 0;
  std::size_t kept = 0;
  for (; kept < probes.size(); ++kept) {
    bytes += attention_bytes(*experiment.model, static_cast<int>(probes[kept].source.size()), static_cast<int>(probes[kept].target.size()));
    if (kept > 0 && bytes > kMostPictureBytes) break;
  }
  probes.resize(kept);
  return probes;
}

/// The seed of a step's random ops: the same for a step whenever it is taken.
std::uint64_t step_seed(std::uint64_t seed, std::uint64_t step) {
  Random random(seed, Purpose::kNoise, step);
  const std::uint64_t high = random.bits();
  return high << 32 | random.bits();
}

/// The shortest text that reads as this number again: "0.003".
std::string short_text(float number) {
  char text[32];
  const auto result = std::to_chars(text, text + sizeof text, number);
  return {text, result.ptr};
}

}  // namespace

bool is_snapshot_step(std::uint64_t step, std::uint64_t every) {
  if (step % every == 0) return true;
  std::uint64_t a = 1, b = 2;
  while (a < step && b - a < every) {
    const std::uint64_t next = a + b;
    a = b;
    b = next;
  }
  return a == step;
}

void Outbox::send_snapshot(const Snapshot& snapshot) {
  constexpr std::size_t kMostWaiting = 16;
  if (!on_the_way_) {
    on_the_way_ = true;
    send(SnapshotReady{snapshot});
    return;
  }
  waiting_.push_back(snapshot);
  if (waiting_.size() <= kMostWaiting) return;
  std::deque<Snapshot> kept;  // the reader is slow: every second one has to do, and the newest stays
  for (std::size_t i = waiting_.size() % 2 == 0 ? 1 : 0; i < waiting_.size(); i += 2)
    kept.push_back(std::move(waiting_[i]));
  waiting_ = std::move(kept);
}

void Outbox::snapshot_taken() {
  on_the_way_ = !waiting_.empty();
  if (waiting_.empty()) return;
  send(SnapshotReady{std::move(waiting_.front())});
  waiting_.pop_front();
}

void Outbox::forget_snapshots_after(std::uint64_t step) {
  std::erase_if(waiting_, [step](const Snapshot& snapshot) { return snapshot.step > step; });
}

Session::Session(std::unique_ptr<Experiment> experiment, const Backends& backends, const Clock& clock_ms,
                 Outbox& outbox)
    : experiment_(std::move(experiment)),
      backends_(backends),
      backend_(backends.cpu()),
      clock_ms_(clock_ms),
      outbox_(outbox),
      arena_elems_(experiment_->model->parameters().arena_elems()),
      timeline_(limits_for(arena_elems_)) {
  state_ = backend_->create_state(arena_elems_);
  backend_->write(state_, Arena::kParameters, 0, experiment_->model->parameters().initial_values(experiment_->seed));
  plans_ = std::make_unique<PlanCache>(*experiment_, *backend_, state_);
  probes_ = probes_of(*experiment_);
  progress_.rate = experiment_->optimiser().at("rate").get<double>();
  // Recorded now, so that what does not fit is found before the run begins.
  plans_->get(PlanKind::kTrain, experiment_->train_shape);
}

Session::~Session() {
  choosing_.reset();
  profiling_.reset();
  writer_.reset();
  plans_.reset();
  backend_->release_state(state_);
}

void Session::announce(bool resumed) {
  const Task& task = *experiment_->task;
  RunStarted started;
  started.preset = experiment_->preset;
  started.step = progress_.step;
  started.parameter_count = experiment_->model->parameters().count();
  started.backend = std::string(backend_->name());
  started.taps = experiment_->model->tap_names();
  started.alignment_tap = experiment_->model->alignment_tap();
  started.head_names = experiment_->model->head_names();
  started.input_tap = experiment_->model->input_tap();
  started.answer = answer_key(experiment_->form.answer);
  started.example_source = probes_.empty() ? "" : task.input_text(probes_.front());
  started.hops = experiment_->model->heads_are_hops();
  started.sentences = experiment_->form.words > 0;
  started.examples = task.input_examples();
  if (started.sentences)
    for (const Example& probe : probes_) started.examples.push_back({"probe", task.input_text(probe)});
  started.max_source_length = task.max_source_length(Split::kTrain);
  started.max_source_length_long = task.max_source_length(Split::kTestLong);
  started.resumed = resumed;
  outbox_.send(std::move(started));
  outbox_.send(PhaseChanged{phase_, progress_.step});
  for (TaskNote& note : task.notes()) outbox_.notice(Severity::kInfo, std::move(note.code), std::move(note.text), std::move(note.values));
  keep_checkpoint();
  queue_snapshot();
  queue_evaluation(kTestExamples, kLongExamples);
}

void Session::play(std::uint64_t until_step) {
  until_ = until_step != 0 ? until_step : progress_.step < experiment_->steps ? experiment_->steps : 0;
  if (until_ != 0 && until_ <= progress_.step) {
    outbox_.notice(Severity::kInfo, "already_there",
                   "The run is at step " + std::to_string(progress_.step) +
                       " already. Ask for a later step, or go back to an earlier one.");
    return;
  }
  set_phase(RunPhase::kTraining);
}

void Session::pause() {
  if (phase_ == RunPhase::kTraining) come_to_rest(RunPhase::kPaused);
}

void Session::step_once(int count) {
  until_ = progress_.step + static_cast<std::uint64_t>(std::max(count, 1));
  set_phase(RunPhase::kTraining);
}

void Session::set_learning_rate(float rate) {
  if (!std::isfinite(rate) || rate <= 0) {
    outbox_.notice(Severity::kWarning, "bad_rate", "A learning rate is a number above zero, for example 0.003.");
    return;
  }
  const std::string before = short_text(static_cast<float>(progress_.rate)), after = short_text(rate);
  add_mark("rate", "learning rate " + before + " -> " + after, {before, after});
  progress_.rate = static_cast<double>(rate);
}

/// Too much is waiting already.
bool Session::refuses_evaluation() {
  constexpr std::size_t kMostQueued = 256;
  if (queue_.size() <= kMostQueued) return false;
  outbox_.notice(Severity::kInfo, "busy", "Earlier evaluations are still going on. Ask again when they are there.");
  return true;
}

void Session::evaluate_now(int examples) {
  if (refuses_evaluation()) return;
  constexpr int kMostLonger = 4096, kDeletions = 252;
  const int count = std::clamp(examples, 1, kMostEvaluated);
  queue_evaluation(count, std::min(count, kMostLonger), std::min(count, kDeletions));
}

void Session::stop() {
  forget_work();
  looking_ = 0;
  set_phase(RunPhase::kStopped);
}

Tick Session::tick(double budget_ms) {
  const double started_ms = clock_ms_();
  bool moved = false;
  do {
    moved = turn();
  } while (moved && clock_ms_() - started_ms < budget_ms);
  const bool more =
      phase_ == RunPhase::kTraining || !queue_.empty() || !in_flight_.empty() || choosing_ || profiling_;
  if (!unsent_.empty() && (!more || clock_ms_() - sent_ms_ >= kMetricsEvery_ms)) flush_metrics();
  return !more ? kResting : moved ? kWorking : kWaiting;
}

/// A little of everything that goes on; false when nothing moved.
bool Session::turn() {
  try {
    if (on_gpu_) {
      if (const std::string why = backend_->failure(); !why.empty()) {
        lose_gpu(why);
        return true;
      }
    }
    bool moved = collect();
    if (profiling_) moved = profile() || moved;
    if (choosing_) moved = choose() || moved;
    if (!advance()) return moved;
    collect();
    return true;
  } catch (const LackingOp& error) {
    if (!on_gpu_) throw;
    leave_gpu("unsupported", error.op);
    return true;
  } catch (const std::exception& error) {
    if (!on_gpu_) throw;
    leave_gpu("too_large", error.what());
    return true;
  }
}

/// Takes the results that are there, in the order of their submission.
bool Session::collect() {
  bool any = false;
  while (!in_flight_.empty()) {
    std::optional<Outputs> outputs = backend_->poll(in_flight_.front().ticket);
    if (!outputs) break;
    any = true;
    const InFlight arrived = std::move(in_flight_.front());
    in_flight_.pop_front();
    if (arrived.era != era_ && !arrived.work.requested) continue;
    try {
      arrived.work.done(std::move(*outputs));
    } catch (...) {
      if (on_gpu_ && arrived.work.requested) queue_.push_front(arrived.work);  // once more, elsewhere
      throw;
    }
  }
  return any;
}

void Session::submit(Work work) {
  try {
    const Ticket ticket = work.submit();
    in_flight_.push_back({ticket, std::move(work), era_});
  } catch (...) {
    if (on_gpu_) queue_.push_front(std::move(work));
    throw;
  }
}

/// One piece of work; false when there is none, or when the backend has to catch up first.
bool Session::advance() {
  if (in_flight_.size() >= most_under_way() || moving()) return false;
  if (!queue_.empty() && !(choosing_ && queue_.front().can_wait)) {
    Work work = std::move(queue_.front());
    queue_.pop_front();
    submit(std::move(work));
    return true;
  }
  if (phase_ != RunPhase::kTraining || looking_ > 0 || choosing_) return false;
  if (until_ == 0 || progress_.step < until_) {
    submit_step();
    return true;
  }
  if (!in_flight_.empty()) return false;
  come_to_rest(RunPhase::kPaused);
  return true;
}

/// The batch and the numbers of the step after `step`.
StepFeeds Session::feeds_of(std::uint64_t step) const {
  StepFeeds feeds;
  const auto batch = static_cast<std::uint64_t>(experiment_->train_shape.batch);
  for (std::uint64_t row = 0; row < batch; ++row)
    feeds.examples.push_back(experiment_->task->example(Split::kTrain, experiment_->seed, step * batch + row));
  Json optimiser = experiment_->optimiser();
  optimiser["rate"] = progress_.rate;
  feeds.rate = static_cast<float>(learning_rate(optimiser, step + 1, experiment_->steps));
  feeds.step = static_cast<float>(step + 1);
  return feeds;
}

void Session::submit_step() {
  const double submitted_ms = clock_ms_();
  PreparedPlan& plan = plans_->get(PlanKind::kTrain, experiment_->train_shape);
  const StepFeeds feeds = feeds_of(progress_.step);
  plan.batch.fill(feeds.examples);
  const std::uint64_t step = progress_.step + 1;
  const Ticket ticket = backend_->submit(plan.executable, plan.batch.feeds(plan.plan, &feeds.rate, &feeds.step),
                                         step_seed(experiment_->seed, step));
  progress_.step = step;
  in_flight_.push_back({ticket,
                        {{},
                         [this, step, submitted_ms, rate = feeds.rate](const Outputs& outputs) {
                           step_done(step, rate, submitted_ms, outputs);
                         }},
                        era_});
  after_step();
}

void Session::step_done(std::uint64_t step, float rate, double submitted_ms, const Outputs& outputs) {
  const Plan& plan = plans_->get(PlanKind::kTrain, experiment_->train_shape).plan;
  const auto scalar = [&](const char* name) {
    return outputs.values[static_cast<std::size_t>(plan.output_index(name))].at(0);
  };
  const MetricPoint point{step, scalar("loss"), scalar("token_accuracy"), scalar("gradient_norm"), rate};
  if (!std::isfinite(point.loss) || !std::isfinite(point.gradient_norm)) {
    not_finite(step, std::isfinite(point.loss) ? "gradient" : "loss");
    return;
  }
  timeline_.add(point);
  unsent_.push_back(point);
  const double now_ms = clock_ms_();
  const double seconds = std::max(0.0, now_ms - std::max(submitted_ms, last_done_ms_)) / 1000;
  last_done_ms_ = now_ms;
  step_ms_ = seconds * 1000;
  progress_.train_seconds += seconds;
  window_seconds_ += seconds;
  ++window_steps_;
  if (steps_per_second_ == 0 || window_seconds_ >= kRateWindow_seconds) {
    if (window_seconds_ > 0) steps_per_second_ = window_steps_ / window_seconds_;
    if (window_seconds_ >= kRateWindow_seconds) window_seconds_ = window_steps_ = 0;
  }
  if (now_ms - sent_ms_ >= kMetricsEvery_ms) flush_metrics();
}

/// What the timeline wants of the weights as they are after the step just submitted.
void Session::after_step() {
  for (const TrainingTurn& turn : experiment_->model->turns()) {
    if (turn.step == progress_.step) add_mark(turn.code, turn.text);
  }
  if (is_snapshot_step(progress_.step, experiment_->snapshot_every)) queue_snapshot();
  if (progress_.step % experiment_->evaluate_every != 0) return;
  keep_checkpoint();
  queue_evaluation(kTestExamples, kLongExamples);
}

/// The run stands still: the page gets what it has not seen yet, and a picture of where the run stopped.
void Session::come_to_rest(RunPhase phase) {
  const std::uint64_t step = progress_.step;
  set_phase(phase);
  if (!is_snapshot_step(step, experiment_->snapshot_every)) queue_snapshot();
  const bool at_goal = step == until_ || step == experiment_->steps, fresh = step % experiment_->evaluate_every == 0;
  if (!fresh && (at_goal || on_gpu_)) keep_checkpoint();  // what is only on a GPU may be lost with it
  if (!at_goal || fresh) return;
  queue_evaluation(kTestExamples, kLongExamples);
}

void Session::set_phase(RunPhase phase) {
  if (!unsent_.empty()) flush_metrics();
  if (phase == phase_) return;
  phase_ = phase;
  outbox_.send(PhaseChanged{phase_, progress_.step});
}

void Session::flush_metrics() {
  sent_ms_ = clock_ms_();
  outbox_.send(
      MetricsReady{std::exchange(unsent_, {}), static_cast<float>(steps_per_second_), progress_.train_seconds});
}

void Session::add_mark(std::string code, std::string text, std::vector<std::string> values) {
  timeline_.add_mark(progress_.step, text, code, values);
  outbox_.send(MarkAdded{progress_.step, std::move(text), std::move(code), std::move(values)});
}

void Session::forget_work() {
  std::erase_if(queue_, [](const Work& work) { return !work.requested; });
  ++era_;
}

bool Session::not_finite(std::uint64_t step, const std::string& what) {
  const std::string rate = short_text(static_cast<float>(progress_.rate));
  forget_work();
  unsent_.clear();
  const bool went_back = go_back(step);
  set_phase(RunPhase::kStopped);
  const std::string where =
      went_back ? "The run is back at step " + std::to_string(progress_.step) + ", its last good checkpoint. "
                : "There is no earlier checkpoint to go back to. ";
  outbox_.notice(Severity::kError, "not_finite",
                 "At step " + std::to_string(step) + " the " + what +
                     " was no longer a finite number: training diverged. " + where +
                     "Try a smaller learning rate (now " + rate +
                     "), or clip the gradients (optimiser.clip 1), and train on.");
  return went_back;
}

}  // namespace heed
