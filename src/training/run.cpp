// training: a run from the outside: commands go to the session in progress, a new session replaces the old one only
// once it stands.
#include "training/run.h"

#include <exception>
#include <new>
#include <utility>

#include "tasks/registry.h"
#include "training/preset.h"
#include "training/session.h"

namespace heed {

struct Run::State {
  Backends backends;
  Clock clock_ms;
  Outbox outbox;
  std::unique_ptr<Session> session;
  std::unique_ptr<Backend> figures;  ///< computes what needs no run; made when it is first asked for
  Timeline empty_timeline;

  void begin(Result<std::unique_ptr<Session>> made, const char* code, bool resumed, const std::string& backend) {
    if (!made) {
      outbox.notice(Severity::kError, code, made.error() + (session ? " The run that was there goes on." : ""));
      return;
    }
    session = std::move(*made);
    outbox.forget_snapshots();
    session->announce(resumed);
    choose(backend, true);
  }

  void choose(const std::string& backend, bool at_start) {
    const std::optional<Wish> wish = read_wish(backend);
    if (!wish) {
      outbox.notice(Severity::kWarning, "bad_backend", "A run computes on “cpu”, on “webgpu”, or on “auto”: whichever is faster.");
      return;
    }
    session->choose_backend(*wish, at_start);
  }

  Result<std::unique_ptr<Session>> start(const StartRun& command) {
    auto experiment = make_experiment(command.preset, command.data);
    if (!experiment) return Error{experiment.error()};
    return std::make_unique<Session>(std::move(*experiment), backends, clock_ms, outbox);
  }

  void handle(const StartRun& command) {
    const auto valid = validate_preset(command.preset);
    const bool own_data = valid.ok() && takes_data(valid->at("task").at("type").get_ref<const std::string&>());
    begin(guarded([&] { return start(command); }), own_data ? "bad_data" : "bad_preset", false, command.backend);
  }
  void handle(const ResumeRun& command) {
    begin(guarded([&] {
            return Session::from_checkpoint(command.checkpoint, command.data, backends, clock_ms, outbox);
          }),
          "bad_checkpoint", true, command.backend);
  }
  void handle(const SnapshotTaken&) { outbox.snapshot_taken(); }
  void handle(const Play& command) { session->play(command.until_step); }
  void handle(const Pause&) { session->pause(); }
  void handle(const StepOnce& command) { session->step_once(command.count); }
  void handle(const TryInput& command) { session->try_input(command); }
  void handle(const TakeCheckpoint& command) { session->take_checkpoint(command.request); }
  void handle(const RestoreStep& command) { session->restore(command.step); }
  void handle(const SetLearningRate& command) { session->set_learning_rate(command.rate); }
  void handle(const Generate& command) { session->generate(command); }
  void handle(const EvaluateNow& command) { session->evaluate_now(command.examples); }
  void handle(const ScoreTraining& command) { session->score_training(command.examples); }
  void handle(const LookInside& command) { session->look_inside(command); }
  void handle(const MeasureCost& command) { session->measure_cost(command); }
  void handle(const ChooseBackend& command) { choose(command.backend, false); }
  void handle(const ProfileStep& command) { session->profile_step(command.request); }
  void handle(const FindAddress& command) {
    if (!figures) figures = backends.cpu();
    outbox.send(find_address_on(*figures, command));
  }
  void handle(const CheckData& command) {
    try {
      const auto task = make_task(command.task, command.data);
      outbox.send(DataChecked{command.request, task ? "" : task.error()});
    } catch (const std::exception& error) {
      outbox.send(DataChecked{command.request, std::string("This cannot be read (") + error.what() + "). Try a smaller part of it."});
    }
  }

  /// Model and task that do not fit each other, or too little memory: a reason not to start, not to fail.
  template <class Make>
  static Result<std::unique_ptr<Session>> guarded(Make make) {
    try {
      return make();
    } catch (const std::exception& error) {
      return Error{std::string("This experiment cannot be built (") + error.what() +
                   "). Try a smaller or another model."};
    }
  }

  void failed(const std::exception& error) {
    if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
      outbox.notice(Severity::kError, "no_memory",
                    "There is not enough memory for this run here: it had to stop. Lower the batch, the window or the width, or compute on a GPU.");
      if (session) session->stop();
      return;
    }
    outbox.notice(Severity::kError, "internal",
                  std::string("The run had to stop: ") + error.what() + ". Start it again, or load a checkpoint.");
    if (session) session->stop();
  }
};

Run::Run(Backends backends, std::function<double()> clock_ms) : state_(std::make_unique<State>()) {
  state_->backends = std::move(backends);
  state_->clock_ms = std::move(clock_ms);
}

Run::Run(BackendFactory make_backend, std::function<double()> clock_ms)
    : Run(Backends{std::move(make_backend), std::nullopt}, std::move(clock_ms)) {}

Run::~Run() = default;

void Run::apply(const Command& command) {
  const bool needs_none = std::holds_alternative<StartRun>(command) || std::holds_alternative<ResumeRun>(command) ||
                          std::holds_alternative<SnapshotTaken>(command) || std::holds_alternative<FindAddress>(command) ||
                          std::holds_alternative<CheckData>(command);
  if (!needs_none && !state_->session) {
    state_->outbox.notice(Severity::kWarning, "no_run",
                          "There is no run yet. Start one from a preset, or load a checkpoint.");
    return;
  }
  try {
    std::visit([this](const auto& alternative) { state_->handle(alternative); }, command);
  } catch (const std::exception& error) {
    state_->failed(error);
  }
}

Tick Run::tick(double budget_ms) {
  if (!state_->session) return kResting;
  try {
    return state_->session->tick(budget_ms);
  } catch (const std::exception& error) {
    state_->failed(error);
    return kResting;
  }
}

std::vector<Event> Run::take_events() {
  return state_->outbox.take();
}

const Timeline& Run::timeline() const {
  return state_->session ? state_->session->timeline() : state_->empty_timeline;
}

RunPhase Run::phase() const {
  return state_->session ? state_->session->phase() : RunPhase::kEmpty;
}

std::uint64_t Run::step() const {
  return state_->session ? state_->session->step() : 0;
}

}  // namespace heed
