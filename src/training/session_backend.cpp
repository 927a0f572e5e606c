// training: what a session computes on. Chosen by the user, or by timing a training step on scratch copies; moved between
// steps; given up for the cpu where the GPU fails.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <new>

#include "training/cost.h"
#include "training/session.h"

namespace heed {
namespace {

constexpr double kPatienceAuto_ms = 6000, kPatienceAsked_ms = 30000;  // for a device to open
// For the GPU's first steps, which include the making of its kernels: as long as the cpu takes for so many steps, within limits.
constexpr double kPatienceSteps = 100, kLeastPatience_ms = 5000, kMostPatience_ms = 20000;
/// Multiply-adds of a training step from which on the cpu is not tried beside a GPU: it would take it seconds.
constexpr double kMostTried = 2e10;
constexpr Arena kMoved[] = {Arena::kParameters, Arena::kMoment1, Arena::kMoment2, Arena::kMoment3};

std::string milliseconds(double ms) {
  char text[32];
  std::snprintf(text, sizeof text, ms < 10 ? "%.2g ms" : "%.0f ms", ms);
  return text;
}

std::string in_parentheses(const std::string& text) {
  return text.empty() ? "" : " (" + text + ")";
}

/// For people who read logs and checkpoints; the lab has its own sentences.
std::string sentence(const BackendChosen& chosen) {
  const std::string detail = in_parentheses(chosen.detail);
  if (chosen.code == "opening") return "The GPU is being opened.";
  if (chosen.code == "timing") return "A training step is being timed on the CPU and on the GPU.";
  if (chosen.code == "faster")
    return "WebGPU: " + milliseconds(chosen.webgpu_ms) + " a step, CPU: " + milliseconds(chosen.cpu_ms) + ".";
  if (chosen.code == "refused") return "There is no GPU to compute on" + detail + ": the CPU computes.";
  if (chosen.code == "late") return "The GPU did not answer in time: the CPU computes.";
  if (chosen.code == "fallback") return "This GPU is a program, slower than the CPU that runs it: the CPU computes.";
  if (chosen.code == "unsupported") return "The GPU lacks an operation of this model" + detail + ": the CPU computes.";
  if (chosen.code == "large") return "A step takes " + chosen.detail + " billion multiplications, too many to try the CPU on them: WebGPU computes.";
  if (chosen.code == "roomier") return "The CPU's memory does not hold this run: WebGPU computes.";
  if (chosen.code == "too_large") return "The GPU cannot hold this run" + detail + ": the CPU computes.";
  if (chosen.code == "lost") return "The GPU failed" + detail + ": the CPU computes.";
  return "It was asked for.";
}

const char* title(bool gpu) {
  return gpu ? "WebGPU" : "CPU";
}

}  // namespace

/// The way to a decision, one stage after the other.
struct Session::Choosing {
  enum class Stage : unsigned char { kOpening, kWeights, kTiming, kMoving };

  Wish wish = Wish::kAuto;
  bool at_start = false;
  Stage stage = Stage::kOpening;
  double since_ms = 0;  ///< of the stage
  bool asked = false;   ///< for a device
  DeviceAbout about;
  std::string code, detail;        ///< what will be said once the move is done
  std::unique_ptr<Backend> other;  ///< the one that is not the run's yet
  std::vector<float> weights;
  std::optional<Ticket> ticket;
  std::unique_ptr<StepTimer> timer;
  bool timing_gpu = false;
  double cpu_ms = 0, webgpu_ms = 0;
  bool to_gpu = false;
  std::deque<Ticket> reads;
  std::vector<std::vector<float>> arenas;
};

bool Session::moving() const {
  return choosing_ && choosing_->stage == Choosing::Stage::kMoving;
}

/// Short steps keep a GPU busy; of long ones two are enough, and who pauses does not wait for more.
std::size_t Session::most_under_way() const {
  constexpr double kAhead_ms = 250;
  const std::size_t most = backend_->most_in_flight();
  if (!on_gpu_) return most;
  return step_ms_ > 0 ? static_cast<std::size_t>(std::clamp(kAhead_ms / step_ms_, 2.0, static_cast<double>(most))) : 2;
}

/// Nothing is under way but what waits for the decision.
bool Session::quiet() const {
  return in_flight_.empty() && std::ranges::all_of(queue_, &Work::can_wait);
}

void Session::choose_backend(Wish wish, bool at_start) {
  if (moving()) {
    next_wish_ = wish;
    return;
  }
  if (at_start && wish == Wish::kAuto && !backends_.webgpu) return;
  choosing_ = std::make_shared<Choosing>();
  choosing_->wish = wish;
  choosing_->at_start = at_start;
  choosing_->since_ms = clock_ms_();
  if (!backends_.webgpu && wish != Wish::kCpu) return settle("refused", "this program has no WebGPU");
  if (wish != Wish::kAuto && (wish == Wish::kWebGpu) == on_gpu_) return settle("asked", "");
  if (wish == Wish::kCpu) begin_move(*choosing_, false, "asked", "");
}

Backend& Session::contender(Choosing& now, bool gpu) {
  if (gpu == on_gpu_) return *backend_;
  if (!now.other) now.other = gpu ? backends_.webgpu->make() : backends_.cpu();
  return *now.other;
}

/// One piece of the way; false when there is nothing to do but wait.
bool Session::choose() {
  Choosing& now = *choosing_;
  if (now.other) {
    if (const std::string why = now.other->failure(); !why.empty()) return settle("lost", why), true;
  }
  switch (now.stage) {
    case Choosing::Stage::kOpening: return choose_opening(now);
    case Choosing::Stage::kWeights: return choose_weights(now);
    case Choosing::Stage::kTiming: return choose_timing(now);
    case Choosing::Stage::kMoving: return choose_moving(now);
  }
  return false;
}

bool Session::choose_opening(Choosing& now) {
  const Gpu& gpu = *backends_.webgpu;
  const DeviceState state = gpu.state();
  if (state == DeviceState::kReady) {
    begin_opening(now);
    return true;
  }
  if (!now.asked) {
    now.asked = true;
    gpu.open();
    now.code = "opening";
    say_choice(now);
    return true;
  }
  if (state == DeviceState::kRefused || state == DeviceState::kLost) return settle("refused", gpu.about().reason), true;
  const double patience_ms = now.wish == Wish::kAuto ? kPatienceAuto_ms : kPatienceAsked_ms;
  if (clock_ms_() - now.since_ms > patience_ms) return settle("late", ""), true;
  return false;
}

/// The device is there: is it one to compute on?
void Session::begin_opening(Choosing& now) {
  now.about = backends_.webgpu->about();
  if (now.wish == Wish::kAuto && now.about.fallback) {
    if (on_gpu_) return begin_move(now, false, "fallback", "");
    return settle("fallback", "");
  }
  try {
    const std::string lacking = lacking_op(*experiment_, contender(now, true));
    if (!lacking.empty()) return settle("unsupported", lacking);
  } catch (const std::exception& error) {
    return settle("too_large", error.what());
  }
  if (now.wish == Wish::kWebGpu) return begin_move(now, true, "asked", "");
  now.stage = Choosing::Stage::kWeights;
  now.code = "timing";
  say_choice(now);
}

/// Timing wants quiet, and the weights as they are.
bool Session::choose_weights(Choosing& now) {
  if (!now.ticket) {
    if (!quiet() || looking_ > 0) return false;
    now.ticket = backend_->read(state_, Arena::kParameters, 0, arena_elems_);
    return true;
  }
  std::optional<Outputs> outputs = backend_->poll(*now.ticket);
  if (!outputs) return false;
  now.weights = std::move(outputs->values.at(0));
  now.stage = Choosing::Stage::kTiming;
  return true;
}

/// The GPU, without a race against the cpu.
void Session::take_gpu(Choosing& now, std::string code, std::string detail) {
  if (on_gpu_) return settle(std::move(code), std::move(detail));
  begin_move(now, true, std::move(code), std::move(detail));
}

/// First the cpu, then the GPU.
bool Session::choose_timing(Choosing& now) {
  try {
    if (!now.timer && !now.timing_gpu) {
      const double products = count_products(plans_->get(PlanKind::kTrain, experiment_->train_shape).plan);
      if (products > kMostTried) return take_gpu(now, "large", std::to_string(std::lround(products / 1e9))), true;
    }
    if (!now.timer) {
      now.timer = std::make_unique<StepTimer>(*experiment_, contender(now, now.timing_gpu), now.weights,
                                              feeds_of(progress_.step));
      now.since_ms = clock_ms_();
    }
    if (!now.timer->turn(clock_ms_())) {
      if (clock_ms_() - now.since_ms < std::clamp(kPatienceSteps * now.cpu_ms, kLeastPatience_ms, kMostPatience_ms)) return false;
      if (on_gpu_) return begin_move(now, false, "late", ""), true;
      return settle("late", ""), true;
    }
  } catch (const std::bad_alloc&) {
    if (now.timing_gpu) throw;
    return take_gpu(now, "roomier", ""), true;
  } catch (const std::exception& error) {
    if (!now.timing_gpu || on_gpu_) throw;
    return settle("too_large", error.what()), true;
  }
  if (!now.timer->done()) return true;
  (now.timing_gpu ? now.webgpu_ms : now.cpu_ms) = now.timer->step_ms();
  now.timer.reset();
  if (!std::exchange(now.timing_gpu, true)) return true;
  const bool gpu = now.webgpu_ms < now.cpu_ms;
  if (gpu == on_gpu_)
    settle("faster", "");
  else
    begin_move(now, gpu, "faster", "");
  return true;
}

void Session::begin_move(Choosing& now, bool to_gpu, std::string code, std::string detail) {
  now.timer.reset();
  now.to_gpu = to_gpu;
  now.code = std::move(code);
  now.detail = std::move(detail);
  contender(now, to_gpu);
  now.stage = Choosing::Stage::kMoving;
}

/// What is under way comes to its end, the arenas are read, and the other backend takes over.
bool Session::choose_moving(Choosing& now) {
  if (!in_flight_.empty() || profiling_) return false;
  if (now.reads.empty()) {
    for (const Arena arena : kMoved) now.reads.push_back(backend_->read(state_, arena, 0, arena_elems_));
    return true;
  }
  std::optional<Outputs> outputs = backend_->poll(now.reads.front());
  if (!outputs) return false;
  now.arenas.push_back(std::move(outputs->values.at(0)));
  now.reads.pop_front();
  if (!now.reads.empty()) return true;
  try {
    adopt(std::move(now.other), now.to_gpu, now.arenas);
  } catch (const std::exception& error) {
    if (!now.to_gpu) throw;
    return settle("too_large", error.what()), true;
  }
  if (!now.at_start && progress_.step > 0)
    add_mark("moved", std::string(title(!on_gpu_)) + " -> " + title(on_gpu_), {on_gpu_ ? "cpu" : "webgpu", on_gpu_ ? "webgpu" : "cpu"});
  settle(now.code, now.detail);
  return true;
}

/// The run's arenas and plans on another backend. Nothing has changed when it throws.
void Session::adopt(std::unique_ptr<Backend> backend, bool gpu, const std::vector<std::vector<float>>& arenas) {
  const StateId state = backend->create_state(arena_elems_);
  for (std::size_t i = 0; i < arenas.size(); ++i) backend->write(state, kMoved[i], 0, arenas[i]);
  auto plans = std::make_unique<PlanCache>(*experiment_, *backend, state);
  plans->get(PlanKind::kTrain, experiment_->train_shape);
  if (const std::string why = backend->failure(); !why.empty()) throw std::runtime_error(why);
  if (writer_) writer_->move_to(*backend, state);
  plans_ = std::move(plans);
  backend_->release_state(state_);
  backend_ = std::move(backend);
  state_ = state;
  on_gpu_ = gpu;
  step_ms_ = 0;
  ++backend_number_;
}

void Session::say_choice(const Choosing& now) {
  chosen_ = {progress_.step, std::string(wish_key(now.wish)), on_gpu_ ? "webgpu" : std::string(backend_->name()), now.code, now.detail,
             now.about.name, now.cpu_ms, now.webgpu_ms, "", now.about.kernels};
  chosen_.reason = sentence(chosen_);
  outbox_.send(chosen_);
}

/// It is decided. What the user asked for and cannot have, and what failed, is said aloud.
void Session::settle(std::string code, std::string detail) {
  const std::shared_ptr<Choosing> now = std::move(choosing_);
  now->timer.reset();
  now->code = std::move(code);
  now->detail = std::move(detail);
  if (now->about.name.empty() && backends_.webgpu) now->about = backends_.webgpu->about();
  say_choice(*now);
  if (now->wish != Wish::kAuto && now->code != "asked")
    outbox_.notice(Severity::kWarning, "gpu_" + now->code, chosen_.reason + " Choose the CPU, or try the GPU again.", {now->detail});
  if (const auto next = std::exchange(next_wish_, std::nullopt)) choose_backend(*next, false);
}

/// Something cannot be done on the GPU, which still answers: everything moves to the cpu.
void Session::leave_gpu(std::string code, const std::string& why) {
  if (moving()) return lose_gpu(why);
  if (profiling_) end_profile({.error = why});
  choosing_ = std::make_shared<Choosing>();
  choosing_->wish = Wish::kCpu;
  begin_move(*choosing_, false, std::move(code), why);
}

/// The GPU is gone, and what it held: the run goes on from the last kept checkpoint on the cpu.
void Session::lose_gpu(const std::string& why) {
  if (!unsent_.empty()) flush_metrics();
  const std::string device = backends_.webgpu ? backends_.webgpu->about().name : std::string();
  for (auto late = in_flight_.rbegin(); late != in_flight_.rend(); ++late) {
    if (late->work.requested) queue_.push_front(std::move(late->work));
  }
  in_flight_.clear();
  forget_work();
  choosing_.reset();
  next_wish_.reset();
  if (profiling_) end_profile({.error = why});
  const std::uint64_t was_at = progress_.step;
  adopt(backends_.cpu(), false, {});
  if (!go_back(was_at)) start_over();
  add_mark("gpu_lost", "WebGPU -> CPU: the GPU failed at step " + std::to_string(was_at), {std::to_string(was_at)});
  Choosing now;
  now.wish = Wish::kCpu;
  now.code = "lost";
  now.detail = why;
  now.about.name = device;
  say_choice(now);
  outbox_.notice(Severity::kWarning, "gpu_lost_run",
                 "The GPU failed (" + why + "). The run goes on from step " + std::to_string(progress_.step) +
                     " on the CPU. To compute on the GPU again, choose it again.",
                 {why, std::to_string(progress_.step)});
  queue_snapshot();
}

/// The weights of step 0: no checkpoint had been kept yet.
void Session::start_over() {
  backend_->write(state_, Arena::kParameters, 0, experiment_->model->parameters().initial_values(experiment_->seed));
  progress_ = {};
  progress_.rate = experiment_->optimiser().at("rate").get<double>();
  timeline_.truncate_after(0);
  outbox_.forget_snapshots_after(0);
  outbox_.send(WentBack{0});
  keep_checkpoint();
}

}  // namespace heed
