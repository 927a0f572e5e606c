// training: looking at a model in training: scores on held-out examples, pictures of the watched taps, answers to the
// user's input.
#include <algorithm>
#include <cmath>

#include "training/deletion.h"
#include "training/session.h"

namespace heed {
namespace {

std::vector<std::string> words(const Vocabulary& vocabulary, const std::vector<int>& tokens) {
  std::vector<std::string> text;
  for (const int token : tokens) text.push_back(vocabulary.token(token));
  return text;
}

/// A row of whole numbers given as floats.
std::vector<int> tokens_of(const std::vector<float>& values, int row, int width, int count) {
  const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row) * width;
  return {begin, begin + count};
}

/// How many answers a source gets where there is no end mark.
int answer_positions(Answer answer, const Example& example) {
  return answer == Answer::kLabel ? 1 : static_cast<int>(example.source.size());
}

/// How many tokens come before the end mark.
int answer_length(const std::vector<int>& tokens) {
  return static_cast<int>(std::ranges::find(tokens, kEndToken) - tokens.begin());
}

const std::vector<float>& output(const Outputs& outputs, const Plan& plan, const std::string& name) {
  return outputs.values[static_cast<std::size_t>(plan.output_index(name))];
}

const Shape& shape_of(const Plan& plan, const std::string& name) {
  const auto index = static_cast<std::size_t>(plan.output_index(name));
  return plan.nodes[static_cast<std::size_t>(plan.outputs[index].node)].node.shape;
}

std::span<const float> row_of(const std::vector<float>& values, int row, int width) {
  return std::span<const float>(values).subspan(static_cast<std::size_t>(row) * static_cast<std::size_t>(width),
                                                static_cast<std::size_t>(width));
}

}  // namespace

struct Session::EvaluationJob {
  std::uint64_t step = 0;
  ScoreSheet test, test_long;
  bool of_training = false;  ///< `test` is of examples to train on
  DeletionScore deletion;
  int batches_left = 0;

  EvaluationJob(std::uint64_t at, int slack) : step(at), test(slack), test_long(slack) {}
  ScoreSheet& sheet(Split split) { return split == Split::kTestLong ? test_long : test; }
};

/// The picture of some examples at one moment, in the making. Examples without a target are shown by their decoding
/// alone.
struct Session::WatchJob {
  std::uint64_t step = 0;
  std::vector<Example> examples;
  BatchShape shape, decode_shape;
  std::vector<ProbeShot> shots;
  std::function<void(const WatchJob&)> deliver;
  bool forced = false;  ///< a true target is known
  int parts_left = 0;
};

// The examples of a split that evaluations use: always the same ones.
const std::vector<Example>& Session::scored(Split split, int count) {
  std::vector<Example>& examples = scored_[static_cast<int>(split)];
  const std::uint64_t wanted =
      std::min<std::uint64_t>(static_cast<std::uint64_t>(count), experiment_->task->example_count(split));
  while (examples.size() < wanted)
    examples.push_back(experiment_->task->example(split, experiment_->seed, examples.size()));
  return examples;
}

void Session::queue_evaluation(int examples, int examples_long, int deletions) {
  auto job = std::make_shared<EvaluationJob>(progress_.step, experiment_->task->alignment_slack());
  queue_evaluation_batches(job, Split::kTest, examples);
  queue_evaluation_batches(job, Split::kTestLong, examples_long);
  queue_deletions(job, deletions);
  if (job->batches_left == 0) finish_evaluation(*job);
}

void Session::score_training(int examples) {
  if (refuses_evaluation()) return;
  auto job = std::make_shared<EvaluationJob>(progress_.step, experiment_->task->alignment_slack());
  job->of_training = true;
  queue_evaluation_batches(job, Split::kTrain, std::clamp(examples, 1, kMostEvaluated));
  if (job->batches_left == 0) finish_evaluation(*job);
}

void Session::queue_evaluation_batches(const std::shared_ptr<EvaluationJob>& job, Split split, int count) {
  const auto total =
      static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(count), scored(split, count).size()));
  const Task& task = *experiment_->task;
  const BatchShape shape{kEvaluationRows, task.max_source_length(split), task.max_target_length(split)};
  const auto examples_from = [this, split, total](int first) {
    const std::vector<Example>& all = scored_[static_cast<int>(split)];
    return std::span<const Example>(all).subspan(static_cast<std::size_t>(first),
                                                 static_cast<std::size_t>(std::min(kEvaluationRows, total - first)));
  };
  const auto submit = [=, this](PlanKind kind, int first) {
    PreparedPlan& plan = plans_->get(kind, shape);
    plan.batch.fill(examples_from(first));
    return backend_->submit(plan.executable, plan.batch.feeds(plan.plan), 0);
  };
  const auto part_done = [this, job] {
    if (--job->batches_left == 0) finish_evaluation(*job);
  };
  for (int first = 0; first < total; first += kEvaluationRows) {
    job->batches_left += 2;
    queue_.push_back({[=] { return submit(PlanKind::kEvaluate, first); },
                      [=, this](const Outputs& outputs) {
                        const Plan& plan = plans_->get(PlanKind::kEvaluate, shape).plan;
                        score_forced(job->sheet(split), plan, shape, examples_from(first), outputs);
                        part_done();
                      },
                      false, true});
    queue_.push_back({[=] { return submit(PlanKind::kDecode, first); },
                      [=, this](const Outputs& outputs) {
                        const Plan& plan = plans_->get(PlanKind::kDecode, shape).plan;
                        score_answers(job->sheet(split), plan, shape, examples_from(first), outputs);
                        part_done();
                      },
                      false, true});
  }
}

/// In each batch the stories are looked at first, to see which sentences matter to the model; then it answers without them.
void Session::queue_deletions(const std::shared_ptr<EvaluationJob>& job, int count) {
  constexpr int kTogether = kEvaluationRows / DeletionTrial::kVersions;
  const Task& task = *experiment_->task;
  const int words = experiment_->form.words;
  if (words == 0 || experiment_->model->alignment_tap().empty() || !experiment_->scores_attention) return;
  const auto total = static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(count), scored(Split::kTest, count).size()));
  const BatchShape shape{kEvaluationRows, task.max_source_length(Split::kTest), task.max_target_length(Split::kTest)};
  const auto submit = [=, this](PlanKind kind, std::span<const Example> examples) {
    PreparedPlan& plan = plans_->get(kind, shape);
    plan.batch.fill(examples);
    return backend_->submit(plan.executable, plan.batch.feeds(plan.plan), 0);
  };
  const auto answered = [=, this](const std::vector<DeletionTrial>& trials, const Outputs& outputs) {
    count_deletions(job->deletion, trials, output(outputs, plans_->get(PlanKind::kDecode, shape).plan, "tokens"));
    if (--job->batches_left == 0) finish_evaluation(*job);
  };
  const auto looked = [=, this](int first, int many, const Outputs& outputs) {
    const Plan& plan = plans_->get(PlanKind::kEvaluate, shape).plan;
    const std::string tap = experiment_->model->alignment_tap();
    const int heads = shape_of(plan, tap).rank() == 4 ? shape_of(plan, tap)[1] : 1, width = heads * shape.target * shape.source;
    std::vector<DeletionTrial> trials;
    std::vector<Example> all;
    for (int row = 0; row < many; ++row) {
      const Example& example = scored_[static_cast<int>(Split::kTest)][static_cast<std::size_t>(first + row)];
      auto trial = deletion_trial(example, row_of(output(outputs, plan, tap), row, width), heads, shape.target * shape.source, words, first + row);
      if (!trial) continue;
      all.insert(all.end(), trial->versions.begin(), trial->versions.end());
      trials.push_back(std::move(*trial));
    }
    queue_.push_front({[=] { return submit(PlanKind::kDecode, all); }, [=](const Outputs& given) { answered(trials, given); }, false, true});
  };
  for (int first = 0; first < total; first += kTogether) {
    ++job->batches_left;
    const int many = std::min(kTogether, total - first);
    queue_.push_back({[=, this] {
                        const std::span<const Example> all = scored_[static_cast<int>(Split::kTest)];
                        return submit(PlanKind::kEvaluate, all.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(many)));
                      },
                      [=](const Outputs& outputs) { looked(first, many, outputs); }, false, true});
  }
}

void Session::score_forced(ScoreSheet& sheet, const Plan& plan, BatchShape shape, std::span<const Example> examples,
                           const Outputs& outputs) const {
  const std::string alignment = experiment_->scores_attention ? experiment_->model->alignment_tap() : "";
  int heads = 1;
  if (!alignment.empty()) {
    const Shape tap = shape_of(plan, alignment);
    heads = tap.rank() == 4 ? tap[1] : 1;
  }
  int tokens = 0, row = 0;
  for (const Example& example : examples) {
    tokens += asked_tokens(example);
    if (const double best = experiment_->task->best_loss(example); best > 0) sheet.add_best(best);
    if (alignment.empty()) continue;
    sheet.add_alignment(example, row_of(output(outputs, plan, alignment), row++, heads * shape.target * shape.source),
                        shape.source, shape.target, heads);
  }
  sheet.add_loss(output(outputs, plan, "loss").at(0), tokens);
}

void Session::score_answers(ScoreSheet& sheet, const Plan& plan, BatchShape shape, std::span<const Example> examples,
                            const Outputs& outputs) const {
  const TaskForm& form = experiment_->form;
  int row = 0;
  for (const Example& example : examples) {
    if (form.target_width > 0)
      sheet.add_values(example, row_of(output(outputs, plan, "values"), row++, shape.target * form.target_width), form);
    else
      sheet.add_answer(example, row_of(output(outputs, plan, "tokens"), row++, shape.target));
  }
}

void Session::finish_evaluation(const EvaluationJob& job) {
  if (job.of_training) return outbox_.send(TrainingScored{job.step, job.test.scores()});
  Evaluation evaluation;
  evaluation.step = job.step;
  evaluation.test = job.test.scores();
  evaluation.test_long = job.test_long.scores();
  for (const auto& [kind, tally] : job.test.by_kind()) evaluation.kinds.push_back({kind, experiment_->task->kind_name(kind), tally.examples, tally.exact});
  evaluation.supports = job.test.supports();
  evaluation.supports_outside = job.test.supports_outside();
  evaluation.deletion = job.deletion;
  evaluation.exact_match_by_length = exact_by_length(job.test, job.test_long);
  if (!std::isfinite(evaluation.test.loss) || !std::isfinite(evaluation.test_long.loss)) {
    not_finite(job.step, "loss on held-out examples");
    return;
  }
  timeline_.add(evaluation);
  outbox_.send(EvaluationReady{std::move(evaluation)});
}

void Session::queue_snapshot() {
  auto job = std::make_shared<WatchJob>();
  job->examples = probes_;
  if (job->examples.empty()) return;
  int source = 1, target = 1;
  for (const Example& example : job->examples) {
    source = std::max(source, static_cast<int>(example.source.size()));
    target = std::max(target, static_cast<int>(example.target.size()));
  }
  job->shape = job->decode_shape = {static_cast<int>(job->examples.size()), source, target};
  job->deliver = [this](const WatchJob& finished) {
    Snapshot snapshot{finished.step, finished.shots};
    timeline_.add(snapshot);
    outbox_.send_snapshot(snapshot);
  };
  queue_watch(job, false);
}

void Session::queue_watch(const std::shared_ptr<WatchJob>& job, bool requested) {
  job->shots.resize(job->examples.size());
  job->forced = !job->examples.front().target.empty();
  const auto part = [&](PlanKind kind, BatchShape shape, auto take) {
    return Work{[this, job, kind, shape] {
                  job->step = progress_.step;
                  PreparedPlan& plan = plans_->get(kind, shape);
                  plan.batch.fill(job->examples);
                  return backend_->submit(plan.executable, plan.batch.feeds(plan.plan), 0);
                },
                [this, job, kind, shape, take](const Outputs& outputs) {
                  (this->*take)(*job, plans_->get(kind, shape), outputs);
                  if (--job->parts_left == 0) finish_watch(*job);
                },
                requested};
  };
  std::vector<Work> parts;
  if (job->forced) parts.push_back(part(PlanKind::kWatch, job->shape, &Session::take_forced));
  const PlanKind decode = job->forced ? PlanKind::kDecode : PlanKind::kWatchDecode;
  parts.push_back(part(decode, job->decode_shape, &Session::take_decoded));
  job->parts_left = static_cast<int>(parts.size());
  queue_.insert(requested ? queue_.begin() : queue_.end(), parts.begin(), parts.end());
}

/// What the model chose at each position of the true target, and the taps beside it.
void Session::take_forced(WatchJob& job, const PreparedPlan& plan, const Outputs& outputs) {
  const bool tokens = experiment_->form.target_width == 0;
  for (int row = 0; row < static_cast<int>(job.shots.size()); ++row) {
    const auto length = static_cast<int>(job.examples[static_cast<std::size_t>(row)].target.size());
    if (tokens) {
      const auto choices = tokens_of(output(outputs, plan.plan, "choices"), row, job.shape.target, length);
      job.shots[static_cast<std::size_t>(row)].forced = words(experiment_->task->target_vocabulary(), choices);
    }
    take_taps(job, plan, outputs, row, length);
  }
}

/// The model's own answer; the taps beside it where there is no true target to lay them by.
void Session::take_decoded(WatchJob& job, const PreparedPlan& plan, const Outputs& outputs) {
  const int steps = job.decode_shape.target;
  const TaskForm& form = experiment_->form;
  if (form.target_width > 0) {
    take_values(job, plan, outputs);
    return;
  }
  const std::vector<float>& all = output(outputs, plan.plan, "tokens");
  for (int row = 0; row < static_cast<int>(job.shots.size()); ++row) {
    const auto n = static_cast<std::size_t>(row);
    std::vector<int> tokens = tokens_of(all, row, steps, steps);
    const bool ends = form.answer == Answer::kSequence;
    const int length = ends ? answer_length(tokens) : answer_positions(form.answer, job.examples[n]);
    job.shots[n].exact = job.forced && exactly_right(job.examples[n], row_of(all, row, steps));
    if (!job.forced) take_taps(job, plan, outputs, row, std::min(length + (ends ? 1 : 0), steps));
    tokens.resize(static_cast<std::size_t>(length));
    job.shots[n].decoded = words(experiment_->task->target_vocabulary(), tokens);
    if (const int at = plan.plan.output_index("chances"); at >= 0) {
      const auto chances = row_of(outputs.values[static_cast<std::size_t>(at)], row, steps).first(static_cast<std::size_t>(length));
      job.shots[n].chances.assign(chances.begin(), chances.end());
    }
  }
}

/// The model's own answer in numbers.
void Session::take_values(WatchJob& job, const PreparedPlan& plan, const Outputs& outputs) {
  const TaskForm& form = experiment_->form;
  const int steps = job.decode_shape.target;
  for (int row = 0; row < static_cast<int>(job.shots.size()); ++row) {
    const auto n = static_cast<std::size_t>(row);
    const Example& example = job.examples[n];
    const auto known = static_cast<int>(example.target.size());
    const int length = known > 0 ? known : std::min(answer_positions(form.answer, example), steps);
    const auto values = row_of(output(outputs, plan.plan, "values"), row, steps * form.target_width);
    const auto own = values.first(static_cast<std::size_t>(length * form.target_width));
    job.shots[n].decoded_values = {form.target_width, {own.begin(), own.end()}};
    if (job.forced && form.values == ValueKind::kBits) {
      ScoreSheet sheet(0);
      sheet.add_values(example, own, form);
      job.shots[n].exact = sheet.scores().value_error == 0;
    }
    if (!job.forced) take_taps(job, plan, outputs, row, length);
  }
}

void Session::take_taps(WatchJob& job, const PreparedPlan& plan, const Outputs& outputs, int row, int target_length) {
  const auto n = static_cast<std::size_t>(row);
  const auto source_length = static_cast<int>(job.examples[n].source.size());
  // A label is one target, which no axis runs over: where two axes grow with the source, both are the source's.
  if (experiment_->form.answer == Answer::kLabel) target_length = source_length;
  for (const std::string& name : experiment_->watched) {
    job.shots[n].taps.push_back(cut_tap(name, shape_of(plan.plan, name), output(outputs, plan.plan, name),
                                        plan.axes.at(name), row, source_length, target_length));
  }
}

void Session::finish_watch(const WatchJob& job) {
  WatchJob finished = job;
  for (std::size_t row = 0; row < finished.shots.size(); ++row) {
    const Example& example = finished.examples[row];
    finished.shots[row].source = experiment_->task->source_labels(example);
    finished.shots[row].target = words(experiment_->task->target_vocabulary(), example.target);
    finished.shots[row].truth = example.alignment;
    finished.shots[row].query = words(experiment_->task->source_vocabulary(), example.query);
    finished.shots[row].asked.assign(example.asked.begin(), example.asked.end());
    finished.shots[row].source_values = {experiment_->form.source_width, example.source_values};
    finished.shots[row].target_values = {experiment_->form.target_width, example.target_values};
  }
  finished.deliver(finished);
}

void Session::try_input(const TryInput& command) {
  Result<Example> example = experiment_->task->read_input(command.text);
  if (!example) {
    InputFault fault = experiment_->task->fault_in(command.text);
    if (fault.code.empty()) fault = {example.failure().code, example.failure().values, 0, 0, example.error()};
    outbox_.send(InputTried{command.request, progress_.step, example.error(), {}, std::move(fault)});
    return;
  }
  queue_input(command, std::move(*example));
}

void Session::queue_input(const TryInput& command, Example example) {
  const Task& task = *experiment_->task;
  const auto sources = static_cast<int>(example.source.size()), targets = static_cast<int>(example.target.size());
  const int longest =
      std::max({task.max_target_length(Split::kTrain), task.max_target_length(Split::kTestLong), sources + 1, targets});

  auto job = std::make_shared<WatchJob>();
  job->shape = {1, bucket(sources), bucket(std::max(targets, 1))};
  job->decode_shape = {1, bucket(sources), bucket(targets > 0 ? targets : std::min(longest, kMostDecodingSteps))};
  if (const Answer answer = experiment_->form.answer; answer != Answer::kSequence)
    job->shape = job->decode_shape = {1, bucket(sources), answer == Answer::kLabel ? 1 : bucket(sources)};
  job->examples.push_back(std::move(example));
  job->deliver = [this, request = command.request](const WatchJob& finished) {
    outbox_.send(InputTried{request, finished.step, "", finished.shots.front(), {}});
  };
  queue_watch(job, true);
}

}  // namespace heed
