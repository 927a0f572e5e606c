// training: from a preset to a task and a model.
#include "training/experiment.h"

#include <algorithm>

#include "models/registry.h"
#include "nn/positions.h"
#include "tasks/registry.h"
#include "training/preset.h"

namespace heed {

// Models and tasks do not know each other; training sees that they mean the same by the first tokens.
static_assert(Marks::kPad == kPadToken && Marks::kStart == kStartToken && Marks::kEnd == kEndToken);

namespace {

/// Maps of more bytes than this, of a whole batch of an evaluation, are not fetched.
constexpr double kMostMapBytes = 64 << 20;

bool maps_fit(const Task& task, const Model& model) {
  const int sources = std::max(task.max_source_length(Split::kTest), task.max_source_length(Split::kTestLong)),
            targets = std::max(task.max_target_length(Split::kTest), task.max_target_length(Split::kTestLong));
  return kEvaluationRows * attention_bytes(model, sources, targets) <= kMostMapBytes;
}

}  // namespace

double attention_bytes(const Model& model, int sources, int targets) {
  const auto heads = static_cast<double>(std::max<std::size_t>(1, model.head_names().size()));
  return heads * sources * targets * static_cast<double>(sizeof(float));
}

Result<std::unique_ptr<Experiment>> make_experiment(const Json& preset, std::string data) {
  Result<Json> valid = validate_preset(preset);
  if (!valid) return Error{valid.error()};
  auto experiment = std::make_unique<Experiment>();
  experiment->preset = std::move(*valid);
  experiment->data = std::move(data);
  const Json& spec = experiment->preset;

  auto task = make_task(spec.at("task"), experiment->data);
  if (!task) return Error{task.error()};
  experiment->task = std::move(*task);
  const Task& made = *experiment->task;
  if (made.example_count(Split::kTrain) == 0)
    return Error{"The task has no examples to train on. Give it more, or another task."};

  experiment->form = made.form();
  auto model = make_model(spec.at("model"), made.form(), made.source_vocabulary().size(), made.target_vocabulary().size());
  if (!model) return Error{model.error()};
  experiment->model = std::move(*model);

  if (made.max_source_length(Split::kTrain) > kMostLearnedPositions && spec.at("model").value("positions", Json()) == "learned")
    return Error{"model.positions: learned ones reach " + std::to_string(kMostLearnedPositions) + " places, and the task has " +
                 std::to_string(made.max_source_length(Split::kTrain)) + ". Make it shorter (task.window), or take other positions, for example “rotary”."};
  experiment->seed = spec.at("seed").get<std::uint64_t>();
  experiment->steps = spec.at("steps").get<std::uint64_t>();
  experiment->evaluate_every = spec.at("evaluate_every").get<std::uint64_t>();
  experiment->snapshot_every = spec.at("snapshot_every").get<std::uint64_t>();
  experiment->train_shape = {spec.at("batch").get<int>(), made.max_source_length(Split::kTrain),
                             made.max_target_length(Split::kTrain)};
  experiment->scores_attention = maps_fit(made, *experiment->model);
  const std::string alignment = experiment->model->alignment_tap();
  if (spec.at("watch") == "all") {
    experiment->watched = experiment->model->tap_names();
  } else if (!alignment.empty()) {
    experiment->watched = {alignment};
    for (const std::string& name : experiment->model->picture_taps()) experiment->watched.push_back(name);
  } else {
    // Without attention the picture is what passes in its place: the context, the same for every step.
    for (const std::string& name : experiment->model->tap_names()) {
      if (name == "decoder.context") experiment->watched = {name};
    }
  }
  return experiment;
}

}  // namespace heed
