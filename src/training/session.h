// training: what a Run is made of: one experiment in progress. Work that looks at the weights (evaluations, pictures,
// the user's input, checkpoints) waits in a queue that goes before the next training step; results are polled for and
// handed to who asked.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "training/backends.h"
#include "training/checkpoint.h"
#include "training/experiment.h"
#include "training/plans.h"
#include "training/scores.h"
#include "training/step_timer.h"
#include "training/writer.h"

namespace heed {

using Clock = std::function<double()>;

/// Events on their way out. Snapshots wait until the page has taken the one before.
class Outbox {
 public:
  void send(Event event) { events_.push_back(std::move(event)); }
  void send_snapshot(const Snapshot& snapshot);
  void snapshot_taken();
  void forget_snapshots_after(std::uint64_t step);
  /// A new run begins: its first snapshot goes out at once.
  void forget_snapshots() {
    waiting_.clear();
    on_the_way_ = false;
  }
  void notice(Severity severity, std::string code, std::string text, std::vector<std::string> values = {}) {
    send(Notice{severity, std::move(code), std::move(text), std::move(values)});
  }
  std::vector<Event> take() { return std::exchange(events_, {}); }

 private:
  std::vector<Event> events_;
  std::deque<Snapshot> waiting_;
  bool on_the_way_ = false;
};

/// The parts of a checkpoint that make a resume exact, beside the tensors.
struct Progress {
  std::uint64_t step = 0;
  double train_seconds = 0;
  double rate = 0;  ///< the optimiser's full rate; differs from the preset's once the user has changed it
};

class Session {
 public:
  /// Stands on the cpu at first: choose_backend says what it goes on with.
  Session(std::unique_ptr<Experiment> experiment, const Backends& backends, const Clock& clock_ms, Outbox& outbox);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// A session that stands where the checkpoint was taken. `data` stands in for pairs that the checkpoint does not
  /// hold.
  static Result<std::unique_ptr<Session>> from_checkpoint(const Bytes& bytes, std::string data,
                                                          const Backends& backends, const Clock& clock_ms,
                                                          Outbox& outbox);

  /// Says what this run is and looks at it for the first time.
  void announce(bool resumed);

  void play(std::uint64_t until_step);
  void pause();
  void step_once(int count);
  void try_input(const TryInput& command);
  void take_checkpoint(int request);
  void restore(std::uint64_t step);
  void set_learning_rate(float rate);
  void evaluate_now(int examples);
  void score_training(int examples);
  void look_inside(const LookInside& command);
  void measure_cost(const MeasureCost& command);
  void generate(const Generate& command);
  /// Training waits until it is decided and done; looks do not.
  void choose_backend(Wish wish, bool at_start);
  void profile_step(int request);
  /// After an exception: whatever was going on is given up.
  void stop();

  Tick tick(double budget_ms);

  const Timeline& timeline() const { return timeline_; }
  RunPhase phase() const { return phase_; }
  std::uint64_t step() const { return progress_.step; }

 private:
  using Done = std::function<void(Outputs)>;
  struct Work {
    std::function<Ticket()> submit;
    Done done;
    bool requested = false;  ///< someone waits for the answer: it survives a going back
    bool can_wait = false;   ///< until it is decided on what the run computes
  };
  struct InFlight {
    Ticket ticket;
    Work work;
    int era;  ///< results of an era before the last going back are void
  };
  struct EvaluationJob;
  struct WatchJob;
  struct CheckpointJob;
  struct CostWork;
  struct LookWork;
  struct WritingJob;
  struct Choosing;
  struct Profiling;

  // session.cpp: steps and slices of time
  bool turn();
  bool collect();
  bool quiet() const;
  bool advance();
  void submit(Work work);
  StepFeeds feeds_of(std::uint64_t step) const;
  void submit_step();
  void step_done(std::uint64_t step, float rate, double submitted_ms, const Outputs& outputs);
  void after_step();
  void come_to_rest(RunPhase phase);
  void set_phase(RunPhase phase);
  void flush_metrics();
  void add_mark(std::string code, std::string text, std::vector<std::string> values = {});
  void forget_work();
  bool not_finite(std::uint64_t step, const std::string& what);

  // session_backend.cpp
  bool moving() const;
  std::size_t most_under_way() const;
  bool choose();
  bool choose_opening(Choosing& now);
  bool choose_weights(Choosing& now);
  bool choose_timing(Choosing& now);
  bool choose_moving(Choosing& now);
  void begin_opening(Choosing& now);
  void begin_move(Choosing& now, bool to_gpu, std::string code, std::string detail);
  Backend& contender(Choosing& now, bool gpu);
  void take_gpu(Choosing& now, std::string code, std::string detail);
  void say_choice(const Choosing& now);
  void settle(std::string code, std::string detail);
  void adopt(std::unique_ptr<Backend> backend, bool gpu, const std::vector<std::vector<float>>& arenas);
  void leave_gpu(std::string code, const std::string& why);
  void lose_gpu(const std::string& why);
  void start_over();

  // session_profile.cpp
  bool profile();
  void end_profile(StepProfiled answer);

  // session_looks.cpp: evaluations, pictures, the user's input
  static constexpr int kMostEvaluated = 100'000;
  bool refuses_evaluation();
  void queue_evaluation(int examples, int examples_long, int deletions = 0);
  void queue_evaluation_batches(const std::shared_ptr<EvaluationJob>& job, Split split, int examples);
  void queue_deletions(const std::shared_ptr<EvaluationJob>& job, int count);
  void score_forced(ScoreSheet& sheet, const Plan& plan, BatchShape shape, std::span<const Example> examples,
                    const Outputs& outputs) const;
  void score_answers(ScoreSheet& sheet, const Plan& plan, BatchShape shape, std::span<const Example> examples,
                     const Outputs& outputs) const;
  void finish_evaluation(const EvaluationJob& job);
  void queue_snapshot();
  void queue_watch(const std::shared_ptr<WatchJob>& job, bool requested);
  void take_forced(WatchJob& job, const PreparedPlan& plan, const Outputs& outputs);
  void take_decoded(WatchJob& job, const PreparedPlan& plan, const Outputs& outputs);
  void take_values(WatchJob& job, const PreparedPlan& plan, const Outputs& outputs);
  void take_taps(WatchJob& job, const PreparedPlan& plan, const Outputs& outputs, int row, int target_length);
  void finish_watch(const WatchJob& job);
  void queue_input(const TryInput& command, Example example);
  const std::vector<Example>& scored(Split split, int count);

  // session_writing.cpp
  void queue_token(const std::shared_ptr<WritingJob>& job);
  void take_token(const std::shared_ptr<WritingJob>& job, const Outputs& outputs);
  void finish_writing(WritingJob& job);

  // session_inside.cpp
  void continue_look(const std::shared_ptr<LookWork>& work);
  void continue_cost(const std::shared_ptr<CostWork>& work);
  void prepare_cost(CostWork& work);

  // session_checkpoints.cpp
  void queue_checkpoint(std::function<void(std::uint64_t, Bytes)> deliver, bool requested);
  Bytes build_checkpoint(const CheckpointJob& job) const;
  void keep_checkpoint();
  Status load(const Checkpoint& checkpoint);
  bool go_back(std::uint64_t step);

  std::unique_ptr<Experiment> experiment_;
  Backends backends_;
  std::unique_ptr<Backend> backend_;
  bool on_gpu_ = false;
  int backend_number_ = 0;  ///< grows when another one takes over
  Clock clock_ms_;
  Outbox& outbox_;
  StateId state_ = -1;
  std::unique_ptr<PlanCache> plans_;
  std::unique_ptr<Writer> writer_;        ///< made when it is first asked for
  std::shared_ptr<WritingJob> writing_;  ///< null: nothing is being written
  std::size_t arena_elems_ = 0;
  std::shared_ptr<Choosing> choosing_;    ///< null: it is decided on what the run computes
  std::optional<Wish> next_wish_;         ///< what the user wants instead, once the move under way is done
  std::shared_ptr<Profiling> profiling_;  ///< null: no profile is being made
  BackendChosen chosen_;

  RunPhase phase_ = RunPhase::kPaused;
  Progress progress_;
  std::uint64_t until_ = 0;  ///< 0: no end
  Timeline timeline_;

  std::deque<Work> queue_;
  std::deque<InFlight> in_flight_;
  int era_ = 0;
  int looking_ = 0;  ///< looks inside and measurements going on: the weights stay as they are

  std::vector<Example> probes_;    ///< what every picture shows
  std::vector<Example> scored_[3];  ///< what evaluations of a split are made of
  std::vector<MetricPoint> unsent_;
  double sent_ms_ = 0, last_done_ms_ = 0;
  double step_ms_ = 0;  ///< of the last step; 0: none has been made here
  double window_seconds_ = 0, steps_per_second_ = 0;
  int window_steps_ = 0;
};

/// Steps whose picture the timeline keeps: dense at first (0, 1, 2, 3, 5, 8, ...), then every `every` steps.
bool is_snapshot_step(std::uint64_t step, std::uint64_t every);

}  // namespace heed
