// tests/bench: see workload.h.
#include "workload.h"

#include "base/json.h"
#include "nn/optimiser.h"
#include "training/plans.h"

namespace heed::bench {

Workload::Workload(std::unique_ptr<Backend> backend, std::vector<float> arena)
    : backend_(std::move(backend)), arena_(std::move(arena)), state_(backend_->create_state(arena_.size())) {
  backend_->write(state_, Arena::kParameters, 0, arena_);
}

double Workload::run() {
  const Ticket ticket = backend_->submit(executable_, next_feeds(), 1);
  for (;;)
    if (const std::optional<Outputs> outputs = backend_->poll(ticket)) return outputs->values.at(0).at(0);
}

void Workload::go_on() {
  catch_up(backend_->most_in_flight() - 1);
  under_way_.push_back(backend_->submit(executable_, next_feeds(), 1));
}

void Workload::catch_up(std::size_t most_under_way) {
  while (under_way_.size() > most_under_way)
    if (backend_->poll(under_way_.front())) under_way_.pop_front();
}

namespace {

class OpWorkload final : public Workload {
 public:
  OpWorkload(const OpItem& item, std::unique_ptr<Backend> backend) : Workload(std::move(backend), item.values()) {
    Tape tape;
    const std::vector<std::size_t> offsets = item.offsets();
    std::vector<Tensor> operands;
    for (std::size_t q = 0; q < offsets.size(); ++q)
      operands.push_back(tape.external(Arena::kParameters, offsets[q], item.operands[q]));
    const Tensor result = item.record(operands);
    const int count = static_cast<int>(result.shape().count());
    tape.output("last element", slice(reshape(result, {count}), 0, count - 1, 1));
    own_ = compile(tape, {}, backend_->abilities());
    plan_ = &own_;
    executable_ = backend_->prepare(own_, state_);
  }

  std::vector<Feed> next_feeds() override { return {}; }

 private:
  Plan own_;
};

class TrainingWorkload final : public Workload {
 public:
  TrainingWorkload(std::unique_ptr<TrainingItem> item, std::unique_ptr<Backend> backend)
      : Workload(std::move(backend), item->first_weights()), item_(std::move(item)) {
    for (int number = 0; number < kBatches; ++number) batches_.push_back(item_->batch(number));
    Tape tape;
    Graph graph(tape, item_->parameters());
    const Tensor loss = item_->loss(graph);
    tape.output("loss", loss);
    const Json adam = *validate_slot(optimiser_slot(), {{"type", "adam"}, {"rate", 1e-3}, {"clip", 0}}, "optimiser");
    record_update(graph, loss, adam);
    own_ = compile(tape, {}, backend_->abilities());
    plan_ = &own_;
    executable_ = backend_->prepare(own_, state_);
  }

  std::vector<Feed> next_feeds() override {
    const Arrays& batch = batches_[static_cast<std::size_t>(done_++ % kBatches)];
    step_ = static_cast<float>(done_);
    std::vector<Feed> feeds;
    for (const PlanPort& port : own_.inputs) {
      if (port.name == kRateInput)
        feeds.push_back({{&kRate, 1}, {}});
      else if (port.name == kStepInput)
        feeds.push_back({{&step_, 1}, {}});
      else
        feeds.push_back({{}, batch.at(port.name)});
    }
    return feeds;
  }

 private:
  static constexpr float kRate = 1e-3f;

  std::unique_ptr<TrainingItem> item_;
  std::vector<Arrays> batches_;
  Plan own_;
  int done_ = 0;
  float step_ = 0;
};

class PresetWorkload final : public Workload {
 public:
  PresetWorkload(std::unique_ptr<Experiment> experiment, std::unique_ptr<Backend> backend)
      : Workload(std::move(backend), experiment->model->parameters().initial_values(experiment->seed)),
        experiment_(std::move(experiment)),
        plans_(*experiment_, *backend_, state_),
        prepared_(plans_.get(PlanKind::kTrain, experiment_->train_shape)) {
    plan_ = &prepared_.plan;
    executable_ = prepared_.executable;
    rate_ = static_cast<float>(learning_rate(experiment_->optimiser(), 1, 0));
  }

  std::vector<Feed> next_feeds() override {
    const auto batch = static_cast<std::uint64_t>(experiment_->train_shape.batch);
    examples_.clear();
    for (std::uint64_t row = 0; row < batch; ++row)
      examples_.push_back(experiment_->task->example(Split::kTrain, experiment_->seed, done_ * batch + row));
    prepared_.batch.fill(examples_);
    step_ = static_cast<float>(++done_);
    return prepared_.batch.feeds(prepared_.plan, &rate_, &step_);
  }

 private:
  std::unique_ptr<Experiment> experiment_;
  PlanCache plans_;
  PreparedPlan& prepared_;
  std::vector<Example> examples_;
  std::uint64_t done_ = 0;
  float rate_ = 0, step_ = 0;
};

}  // namespace

std::unique_ptr<Workload> make_op_workload(const OpItem& item, std::unique_ptr<Backend> backend) {
  return std::make_unique<OpWorkload>(item, std::move(backend));
}

std::unique_ptr<Workload> make_training_workload(std::unique_ptr<TrainingItem> item, std::unique_ptr<Backend> backend) {
  return std::make_unique<TrainingWorkload>(std::move(item), std::move(backend));
}

Result<std::unique_ptr<Workload>> make_preset_workload(const std::string& preset, std::unique_ptr<Backend> backend) {
  const Result<Json> spec = parse_json(preset);
  if (!spec) return Error{spec.error()};
  Result<std::unique_ptr<Experiment>> experiment = make_experiment(*spec, "");
  if (!experiment) return Error{experiment.error()};
  return std::unique_ptr<Workload>(std::make_unique<PresetWorkload>(std::move(*experiment), std::move(backend)));
}

}  // namespace heed::bench
